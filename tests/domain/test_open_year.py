"""The year so far and its end while values are contested: against trying every combination."""

from collections.abc import Collection
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.contested import Outcome, Place, Span, Value
from dyad_desktop.domain.open_year import Told, together, whole_spans, year_spans
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Volume
from dyad_desktop.domain.outlook import Basis, Outlook
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.domain.variance import PARTS
from dyad_desktop.domain.year_so_far import TO_ACTUAL, YearSoFar
from tests.domain.test_moving import BOOK, month
from tests.domain.trying import every_book

COUNT = 4
PLACES = range(COUNT)
CLOSED = ("2026-07", "2026-08", "2026-09", "2026-10")


def closed() -> Book:
    """Return the example with months that are closed, a basis and outlooks to differ on, and a line by formula."""
    meta = BOOK.only(Partnership)
    said = BOOK.need(DraftLine, "working.L31")
    formula = replace(said, method="formula", formula="V01 * 100")
    return BOOK.with_entities([
        (("partnership", ""), replace(meta, ytd_months=COUNT)),
        (("draft_line", "working.L31"), formula),
        *((("outlook", one), Outlook(one, line=one)) for one in ("L17", "L30")),
        (("basis", "L28"), Basis("L28", line="L28")),
    ])  # fmt: skip


CLOSED_BOOK = closed()
GONE = replace(CLOSED_BOOK.need(OperatingLine, "L29"), id="L98", name="Gone by now", kind="revenue")


def line(name: str, field: str, slot: str = "") -> Place:
    return ("operating_line", name, field, slot)


CHOICES: dict[Place, list[Value]] = {
    month("L17", "2026-08"): [10_000_00, 90_000_00],
    month("L30", "2026-09"): [10_000_00, None],
    month("L02", "2026-08"): [5_000_000_00, None],
    month("L44", "2026-10"): [1, 2_000_000_00],
    line("L17", "ytd_actuals", "2026-08"): [0, 900_000_00, None],
    line("L28", "ytd_actuals", "2026-07"): [1, 70_000_00],
    line("L01", "ytd_actuals", "2026-10"): [1, 9_000_000_00],
    line("L17", "prior_actuals", "2026-05"): [0, 900_000_00],
    line("L30", "prior_actuals", "2025-09"): [None, 900_000_00],
    line("L17", "kind"): ["revenue", "expense"],
    line("L29", "category"): ["labour", "other"],
    line("L29", DELETED): [True, False],
    line("L98", DELETED): [True, Outcome((), ((("operating_line", "L98"), GONE),))],
    line("L30", "behaviour"): ["variable", "fixed"],
    ("volume", "V01", "ytd_actuals", "2026-08"): ["10", "900"],
    ("volume", "V01", "planned_growth_pct", ""): ["-20", "20"],
    ("volume", "V02", "ytd_actuals", "2026-09"): ["1", "400"],
    ("volume", "V02", "prior_actuals", "2025-09"): ["1", "400"],
    ("outlook", "L17", "rule", ""): ["run_rate", "remaining_budget"],
    ("outlook", "L30", "rule", ""): ["seasonality", "own", "run_rate"],
    ("outlook", "L30", "months", "2027-01"): [1, 500_000_00],
    ("basis", "L28", "variable_pct", ""): ["10", "90"],
    ("basis", "L28", "volume", ""): ["V01", "V02"],
    ("position", "P01", "fte_budget", ""): ["1", "90"],
    ("planning", "", "wage_inflation_pct", ""): ["1", "9"],
    ("draft", "working", "inputs", "volume:V01"): ["5", "-5"],
}


def told(year: YearSoFar, lines: Collection[str]) -> Told:
    """Return what lines add to contribution: plan, flexed, actual, each part, and the year's end."""
    found = {}
    for one, span in zip(year.subjects, year.spans(PLACES), strict=True):
        if one.id in lines:
            sign = SIGNS[one.kind]
            amounts = {"plan": span.plan, "flexed": span.flexed, "actual": span.actual}
            amounts |= {name: int(getattr(span.parts, name)) for name in PARTS}
            amounts["end"] = year.forecast.lines[one.id].total
            found[one.id] = {name: sign * amount for name, amount in amounts.items()}
    return found


def came(year: YearSoFar, lines: Collection[str]) -> Told:
    """Return what came of volumes, in hundredths."""
    return {
        one.id: {one.id: int(100 * sum(units or 0 for units in one.ytd_actuals.values()))}
        for one in year.book.all(Volume)
        if one.id in lines
    }


def shown(book: Book) -> dict[str, int]:
    """Return the same in the ways of the year itself."""
    year = YearSoFar(book, compute_budget(book, "working"))
    row = year.row("contribution", PLACES)
    bridge = year.bridge(TO_ACTUAL, by_cause_of=True, places=PLACES)
    found = {"plan": bridge.start, "actual": bridge.end, "flexed": row.flexed}
    found |= {name: int(getattr(row.parts, name)) for name in PARTS}
    found["end"] = year.forecast.totals.contribution
    for one in book.all(Volume):
        found[one.id] = int(100 * sum(units or 0 for units in one.ytd_actuals.values()))
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(CHOICES)), min_size=1, max_size=5, unique=True))
def test_the_year_comes_out_between_the_ends(places: list[Place]) -> None:
    ordered = sorted(places, key=lambda at: at[2] != DELETED)
    choices = {at: CHOICES[at] for at in ordered}
    budget = compute_budget(CLOSED_BOOK, "working")
    spans = year_spans(CLOSED_BOOK, budget, list(choices.items()), together(told, came))
    tried = [shown(one) for one in every_book(CLOSED_BOOK, choices)]
    for name, amount in shown(CLOSED_BOOK).items():
        amounts = [one[name] for one in tried]
        span = spans.get(name, Span(amount, amount, amount))
        if not span.rough:
            assert (span.low, span.high) == (min(amounts), max(amounts)), name
        else:  # may come out beyond its ends
            assert len(tried) > 64


def test_what_moves_lines_of_their_own_is_exact_however_much_there_is() -> None:
    choices: dict[Place, list[Value]] = {
        line(one.id, "ytd_actuals", period): [0, 700_000_00]
        for one in CLOSED_BOOK.all(OperatingLine)
        for period in CLOSED
    }
    budget = compute_budget(CLOSED_BOOK, "working")
    spans = year_spans(CLOSED_BOOK, budget, list(choices.items()), told)
    ends = {
        sign: 700_000_00 * sum(SIGNS[one.kind] == sign for one in CLOSED_BOOK.all(OperatingLine))
        for sign in (1, -1)
    }
    found = spans["actual"]
    assert not found.rough
    assert (found.low, found.high) == (-COUNT * ends[-1], COUNT * ends[1])


def test_too_much_that_works_on_each_other_is_rough() -> None:
    choices: dict[Place, list[Value]] = {
        line("L17", "ytd_actuals", CLOSED[0]): [0, 1],
        **{line("L17", "prior_actuals", f"2026-0{n}"): [0, 900_000_00] for n in range(1, 7)},
        line("L28", "ytd_actuals", CLOSED[0]): [0, 1],
    }
    budget = compute_budget(CLOSED_BOOK, "working")
    spans = year_spans(CLOSED_BOOK, budget, list(choices.items()), told)
    assert spans["end"].rough
    assert not year_spans(CLOSED_BOOK, budget, [list(choices.items())[-1]], told)["end"].rough
    whole = whole_spans(CLOSED_BOOK, budget, list(choices.items()), lambda year: {"n": year.count})
    assert not whole
    assert not year_spans(CLOSED_BOOK, budget, [], told)
    assert not whole_spans(CLOSED_BOOK, budget, [], lambda year: {"n": year.count})
