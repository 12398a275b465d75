"""Ranges of the year so far and of where it ends: against really settling everything, and in the window."""

from contextlib import closing
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.open_year import END, GAP, Telling, answers, whole_spans, year_spans
from dyad_desktop.domain.operating import Volume
from dyad_desktop.domain.year_so_far import TO_ACTUAL, TO_BUDGET, TO_YEAR_END, YearSoFar
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.open_choices import year_choices
from dyad_desktop.services.outlook import edit_outlooks
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from dyad_desktop.services.standing import standing
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.actuals_model import actuals_told, statement_amounts
from dyad_desktop.ui.pages.performance.against import (
    ACTUAL,
    BUDGET,
    FIRST_PART,
    FLEXED,
    STATEMENT,
    VARIANCE,
    category_figures,
    lines_told,
    statement_figures,
)
from dyad_desktop.ui.pages.performance.bridge_view import BridgeView, Chosen, bridge_told
from dyad_desktop.ui.pages.performance.budget import BudgetView
from dyad_desktop.ui.pages.performance.forecast_model import TOTAL, ForecastModel, forecast_told
from dyad_desktop.ui.pages.performance.hours_view import hours_told
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet
from dyad_desktop.ui.pages.performance.open_year import sentence
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.ratios_view import ratio_figures
from dyad_desktop.ui.pages.performance.rolling_view import BEFORE, CHANGE, FIRST, SUM, rolling_told
from dyad_desktop.ui.pages.performance.scope import Scope
from dyad_desktop.ui.shell.window import MainWindow
from tests.services.apart import apart, month

CONTESTED = (
    (month("L28", "2026-08"), 20_000_000, 60_000_000),
    (Address("volume", "V01", "planned_growth_pct"), "-20", "20"),
    (Address("operating_line", "L30", "ytd_actuals", "2026-09"), 10_000_000, 90_000_000),
    (Address("operating_line", "L28", "prior_actuals", "2026-05"), 10_000_000, 30_000_000),
    (Address("volume", "V01", "ytd_actuals", "2026-08"), "10", "900"),
    (Address("outlook", "L31", "rule"), "remaining_budget", "run_rate"),
)
STEPS = frozenset(
    {"volume", "mix", "revenue_rate", "cost_rate", "other", "expense/supplies", "rest"}
)
WAYS = [(way, cause) for way in (TO_ACTUAL, TO_YEAR_END, TO_BUDGET) for cause in (True, False)]
PARTS = ("lines", "actuals", "forecast", "bridge", "ratios", "rolling", "hours")


def parts_of(scope: Scope) -> dict[str, Telling]:
    """Return how each part tells its sums."""
    found: dict[str, Telling] = {
        "answers": partial(answers, places=scope.places),
        "lines": partial(lines_told, scope=scope),
        "actuals": actuals_told,
        "forecast": forecast_told,
        "rolling": rolling_told,
        "hours": hours_told,
    }
    for way, cause in WAYS:
        chosen = Chosen(way, cause, scope.places, STEPS)
        found[f"bridge {way} {cause}"] = partial(bridge_told, chosen=chosen)
    return found


def shown(year: YearSoFar, scope: Scope) -> dict[str, int]:
    """Return what all parts show, by the part and the figure's name, as they sum it themselves."""
    lines = [*year.budget.lines, *year.planned.volumes]
    found: dict[str, int] = {}
    for part, telling in parts_of(scope).items():
        for one in telling(year, lines).values():
            for name, amount in one.items():
                found[f"{part}: {name}"] = found.get(f"{part}: {name}", 0) + amount
    ratios = ratio_figures(year.ratios(year.book.get(Volume, "V01"), scope.places))
    return found | {f"ratios: {name}": amount for name, amount in ratios.items()}


def test_the_year_comes_out_between_the_ends_however_it_is_settled(session: Session) -> None:
    scope = Scope(range(4), session.budget().periods[:4])
    edit_outlooks(session, [FieldEdit("outlook", "L31", "rule", "seasonality")])
    places = [apart(session, at, A=a, B=b) for at, a, b in CONTESTED]
    book, budget = session.book, session.budget()
    working = shown(YearSoFar(book, budget), scope)
    found = standing(session)
    choices = year_choices(found.choices, found.sides, "working")
    told = {
        f"{part}: {name}": span
        for part, telling in parts_of(scope).items()
        for name, span in year_spans(book, budget, choices, telling).items()
    }
    ratios = whole_spans(
        book, budget, choices,
        lambda year: ratio_figures(year.ratios(year.book.get(Volume, "V01"), scope.places)),
    )  # fmt: skip
    told |= {f"ratios: {name}": span for name, span in ratios.items()}
    out = []
    for combination in product("AB", repeat=len(places)):
        for at, who in zip(places, combination, strict=True):
            take(session, [at], who)
        out.append(shown(YearSoFar(session.book, session.budget()), scope))
        for _ in places:
            session.undo()
    for name, amount in working.items():
        amounts = [one[name] for one in out]
        expected = Span(min(amounts), amount, max(amounts))
        assert told.get(name, Span(amount, amount, amount)) == expected, name
    assert {name.partition(":")[0] for name in told} == {name.partition(":")[0] for name in working}
    plain = year_spans(book, budget, choices, partial(answers, places=scope.places))
    assert plain.keys() == {GAP, END}
    assert sentence(book, plain).startswith("As you settle what you differ on: contribution")
    assert sentence(book, {}) == ""


def test_what_a_part_tells_of_its_lines_sums_to_what_it_shows(session: Session) -> None:
    """The tables sum by themselves, in ways of their own: every figure that they show is told, and equal."""
    year = YearSoFar(session.book, session.budget())
    scope = Scope(range(4), year.periods)
    figures = shown(year, scope)
    rows = [(row.name, row) for row in statement_figures(year, scope)]
    rows += [(f"{kind} {name}", row) for (kind, name), row in category_figures(year, scope).items()]
    for name, row in rows:
        for column in (BUDGET, FLEXED, ACTUAL, VARIANCE, *range(FIRST_PART, FIRST_PART + 5)):
            assert figures[f"lines: {name}|{column}"] == row.amount(column), (name, column)
    for title, amounts in zip(
        [title for title, *_ in STATEMENT], statement_amounts(year), strict=True
    ):
        for n, amount in enumerate(amounts[:7], 1):
            assert figures[f"actuals: {title}|{n}"] == amount, (title, n)
    model = ForecastModel(year, Unit(1, 2))
    for n, (title, *_) in enumerate(STATEMENT):
        assert model.unit.text(figures[f"forecast: {title}|2"]) == model.total_text(n, TOTAL), title
    for way, cause in WAYS:
        bridge = year.bridge(way, by_cause_of=cause, places=scope.places)
        ends = [figures[f"bridge {way} {cause}: {end}|1"] for end in ("from", "change", "to")]
        assert ends == [bridge.start, bridge.change, bridge.end]
        for step in bridge.steps:
            if step.key in STEPS:
                assert figures[f"bridge {way} {cause}: {step.key}|1"] == step.effect
    for rolled in year.rolling.rows:
        sums = (rolled.total, rolled.before, rolled.change, *rolled.months)
        columns = (SUM, BEFORE, CHANGE, *range(FIRST, FIRST + 12))
        assert sums == tuple(figures[f"rolling: {rolled.name}|{n}"] for n in columns)


def budget_view(window: MainWindow, file: Path, qtbot: QtBot) -> BudgetView:
    window.use_session(Session.open(file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("performance")
    assert isinstance(window.page, Page)
    window.page.show_view("budget")
    return window.page.budget


def sheet_of(view: BudgetView) -> OpenSheet:
    model = getattr(view.part, "model", None)
    assert isinstance(model, OpenSheet)
    return model


@pytest.mark.parametrize("part", PARTS)
def test_each_part_tells_what_is_open_until_it_is_settled(
    part: str, window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        places = [apart(session, at, A=a, B=b) for at, a, b in CONTESTED[:-1]]
    view = budget_view(window, example_file, qtbot)
    view.show_part(part)
    qtbot.waitUntil(lambda: isinstance(getattr(view.part, "model", None), OpenSheet))

    def told() -> tuple[bool, bool]:
        model = sheet_of(view)
        rows, totals, columns = (
            range(len(some)) for some in (model.rows, model.totals, model.columns)
        )
        ends = [model.total_range(n, column) for n in totals for column in columns]
        return (
            any(model.range_text(n, column) for n in rows for column in columns),
            any(all(one) for one in ends),
        )

    totals = bool(sheet_of(view).totals)
    qtbot.waitUntil(lambda: told() == (True, totals))
    assert "As you settle what you differ on" in view.headline.open.text()
    assert sheet_of(view).argued
    assert isinstance(window.page, Page)
    window.page.desk.do(take, places, "A")
    qtbot.waitUntil(lambda: not view.headline.open.isVisible())
    assert told() == (False, False)


def test_a_part_that_is_shown_later_tells_its_own(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        apart(session, CONTESTED[0][0], A=20_000_000, B=60_000_000)
    view = budget_view(window, example_file, qtbot)
    last = len(view.lines.model.totals) - 1
    qtbot.waitUntil(lambda: all(view.lines.model.total_range(last, BUDGET)))
    view.show_part("bridge")
    bridge = view.part
    assert isinstance(bridge, BridgeView)
    qtbot.waitUntil(bridge.open.isVisible)
    assert bridge.open.text().startswith("As you settle what you differ on, US$ thousands: Budget ")
    bridge.ways.choose(TO_YEAR_END)
    bridge.ways.chosen.emit(TO_YEAR_END)
    qtbot.waitUntil(lambda: "Budget FY27 " in bridge.open.text())
