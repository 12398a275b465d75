from collections.abc import Sequence
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine, Criterion
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.ranking import RankedRequest, cut_line, rank_requests
from dyad_desktop.domain.scoring import divergent_criteria
from tests.domain.example import example_book

PARTNERS = [Partner(id="A"), Partner(id="B")]
CRITERIA = [Criterion(id="safety", weight=Decimal(3)), Criterion(id="money", weight=Decimal(1))]


def a_request(
    request_id: str, marks: str = "", cost: int = 100, **fields: object
) -> CapitalRequest:
    """Marks are A's for safety and money, then B's: ``4 5 3 3``; ``-`` is none."""
    slots = ("A/safety", "A/money", "B/safety", "B/money")
    scores = {
        slot: int(mark) for slot, mark in zip(slots, marks.split(), strict=False) if mark != "-"
    }
    return CapitalRequest(id=request_id, cost=cost, scores=scores, **fields)  # type: ignore[arg-type]


def ranked(*requests: CapitalRequest, envelope: int | None = 1000) -> Sequence[RankedRequest]:
    policy = CapitalPolicy(id="capital_policy", envelope=envelope)
    return rank_requests(Book.of([policy, *PARTNERS, *CRITERIA, *requests]))


def ids(rows: Sequence[RankedRequest]) -> list[str]:
    return [row.request.id for row in rows]


def test_mandatory_comes_first_then_score_then_priority_then_id() -> None:
    rows = ranked(
        a_request("C5"),
        a_request("C4", "3 3 3 3", priority=None),
        a_request("C3", "3 3 3 3", priority=2),
        a_request("C2", "3 3 3 3", priority=2),
        a_request("C1", "4 3 4 3", priority=5),
        a_request("C9", "1 1 1 1", mandatory=True),
    )
    assert ids(rows) == ["C9", "C1", "C2", "C3", "C4", "C5"]
    assert [row.rank for row in rows] == [1, 2, 3, 4, 5, 6]


def test_a_score_is_the_mean_of_both_partners_weighted_ones() -> None:
    row = ranked(a_request("C1", "4 5 3 2"))[0]
    assert row.scores == {"A": Decimal("4.25"), "B": Decimal("2.75")}
    assert row.score == Decimal("3.50")
    assert row.divergent == ("money",)


def test_a_partner_who_left_out_a_criterion_has_not_scored() -> None:
    row = ranked(a_request("C1", "4 5 5"))[0]
    assert row.scores == {"A": Decimal("4.25"), "B": None}
    assert row.score == Decimal("4.25")
    assert ranked(a_request("C1"))[0].score is None


def test_below_the_cut_line_a_smaller_request_stays_below() -> None:
    rows = ranked(
        a_request("C1", "5 5 5 5", 600),
        a_request("C2", "4 4 4 4", 500),
        a_request("C3", "3 3 3 3", 100),
    )
    assert [row.funded for row in rows] == [True, False, False]
    assert [row.cumulative for row in rows] == [600, 1100, 1200]
    line = cut_line(rows)
    assert line is not None
    assert line.request.id == "C2"


def test_what_fits_to_the_cent_is_funded() -> None:
    rows = ranked(a_request("C1", "5 5 5 5", 600), a_request("C2", "4 4 4 4", 400))
    assert all(row.funded for row in rows)
    assert cut_line(rows) is None


def test_declined_and_deferred_requests_take_no_money_and_draw_no_line() -> None:
    rows = ranked(
        a_request("C1", "5 5 5 5", 5000, status="declined"),
        a_request("C2", "4 4 4 4", 5000, status="deferred"),
        a_request("C3", "3 3 3 3", 900, status="approved"),
    )
    assert [(row.funded, row.cumulative) for row in rows] == [(False, 0), (False, 0), (True, 900)]
    assert cut_line(rows) is None


def test_without_an_envelope_nothing_is_cut() -> None:
    assert ranked(a_request("C1", cost=10**12), envelope=None)[0].funded
    assert not ranked(a_request("C1", cost=1), envelope=0)[0].funded


def test_criteria_without_weight_give_no_score() -> None:
    book = Book.of([*PARTNERS, Criterion(id="safety"), a_request("C1", "5 5 5 5")])
    assert rank_requests(book)[0].score is None


def test_three_partners_can_differ_too() -> None:
    request = CapitalRequest(id="C1", scores={"A/safety": 3, "B/safety": 4, "C/safety": 5})
    book = Book.of([*PARTNERS, Partner(id="C"), *CRITERIA, request])
    assert divergent_criteria(book, request) == ("safety",)


def test_the_example_is_cut_after_the_monitoring_kit() -> None:
    rows = rank_requests(example_book())
    assert ids(rows)[:6] == ["C03", "C12", "C05", "C07", "C01", "C09"]
    line = cut_line(rows)
    assert line is not None
    assert (line.request.id, line.cumulative) == ("C02", 951500000)


def test_marks_that_only_one_partner_gave_rank_nothing_and_show_nothing() -> None:
    rows = ranked(a_request("C1", "1 1 1 1"), a_request("C2", "5 5"))
    assert ids(rows) == ["C1", "C2"]
    assert (rows[1].score, rows[1].scores, rows[1].divergent) == (None, {"A": None, "B": None}, ())
    assert [row.opened for row in rows] == [True, False]


def test_agreed_marks_count_instead_of_the_mean() -> None:
    row = ranked(a_request("C1", "4 5 3 2", agreed_scores={"money": 2}))[0]
    assert row.score == Decimal("3.13")  # 3 × 3.5 and 2, over 4: 3.125
    assert row.scores == {"A": Decimal("4.25"), "B": Decimal("2.75")}
    whole = a_request("C1", agreed_scores={"money": 2, "safety": 4})
    assert ranked(whole)[0].score == Decimal("3.50")


def test_lines_and_contingency_draw_the_cut_line() -> None:
    policy = CapitalPolicy(id="capital_policy", envelope=1000)
    request = a_request("C1", cost=1, contingency_pct=Decimal(10))
    line = CostLine(id="L1", request="C1", name="machine", amount=1000)
    row = rank_requests(Book.of([policy, request, line]))[0]
    assert (row.asked, row.cumulative, row.funded) == (1100, 1100, False)


def test_the_pair_may_rank_by_present_value_or_by_hand() -> None:
    requests = [
        a_request("C1", "5 5 5 5", annual_benefit=200, order="c"),
        a_request("C2", "1 1 1 1", annual_benefit=500, order="b"),
        a_request("C3", "3 3 3 3", annual_benefit=300, order="a"),
        a_request("C4", annual_benefit=0, order="d", mandatory=True),
    ]
    for mode, expected in (
        (None, ["C4", "C1", "C3", "C2"]),
        ("score", ["C4", "C1", "C3", "C2"]),
        ("npv", ["C4", "C2", "C3", "C1"]),
        ("by_hand", ["C4", "C3", "C2", "C1"]),
    ):
        policy = CapitalPolicy(id="capital_policy", rank_by=mode)
        assert ids(rank_requests(Book.of([policy, *PARTNERS, *CRITERIA, *requests]))) == expected


def test_a_year_that_is_spent_cuts_even_where_the_whole_has_room() -> None:
    meta = Partnership(id="partnership", start_month=7, budget_start="2026-07")
    policy = CapitalPolicy(
        id="capital_policy", envelope=1000, envelopes={"2026-07": 500, "2027-07": 300}
    )
    rows = rank_requests(
        Book.of(
            [
                meta,
                policy,
                a_request("C1", cost=400, phasing={"2026-10": 1, "2027-10": 1}),
                a_request("C2", cost=300),
                a_request("C3", cost=200, phasing={"2027-07": 1}),
            ]
        )
    )
    assert [dict(row.by_year) for row in rows] == [
        {"2026-07": 200, "2027-07": 200},
        {"2026-07": 300},
        {"2027-07": 200},
    ]
    assert [row.funded for row in rows] == [True, True, False]
