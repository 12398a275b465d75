from collections.abc import Sequence
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, Criterion
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.ranking import RankedRequest, cut_line, divergent_criteria, rank_requests
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
