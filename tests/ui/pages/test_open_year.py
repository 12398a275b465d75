"""Ranges of the year so far and of where it ends: against really settling everything, and in the window."""

from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.operating import Volume
from dyad_desktop.domain.year_so_far import TO_ACTUAL, TO_BUDGET, TO_YEAR_END, YearSoFar
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.outlook import edit_outlooks
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from dyad_desktop.services.standing import standing
from dyad_desktop.ui.pages.performance.actuals_model import actuals_figures
from dyad_desktop.ui.pages.performance.against import BUDGET, lines_figures
from dyad_desktop.ui.pages.performance.bridge_view import BridgeView, bridge_figures
from dyad_desktop.ui.pages.performance.budget import BudgetView
from dyad_desktop.ui.pages.performance.forecast_model import forecast_figures
from dyad_desktop.ui.pages.performance.hours_view import hours_figures
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet
from dyad_desktop.ui.pages.performance.open_year import (
    END,
    GAP,
    answers,
    choices_of,
    sentence,
    year_spans,
)
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.ratios_view import ratio_figures
from dyad_desktop.ui.pages.performance.rolling_view import rolling_figures
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
WAYS = [(way, cause) for way in (TO_ACTUAL, TO_YEAR_END, TO_BUDGET) for cause in (True, False)]
PARTS = ("lines", "actuals", "forecast", "bridge", "ratios", "rolling", "hours")


def every_figure(year: YearSoFar, scope: Scope) -> dict[str, int]:
    """Return what all parts together show, by the part and the name there."""
    volume = year.book.get(Volume, "V01")
    parts = {
        "answers": answers(year, scope),
        "lines": lines_figures(year, scope),
        "actuals": actuals_figures(year),
        "forecast": forecast_figures(year),
        "ratios": ratio_figures(year.ratios(volume, scope.places)),
        "rolling": rolling_figures(year),
        "hours": hours_figures(year),
    }
    for way, cause in WAYS:
        bridge = year.bridge(way, by_cause_of=cause, places=scope.places)
        steps = ["volume", "mix", "other", "expense/supplies"]
        parts[f"bridge {way} {cause}"] = bridge_figures(bridge, steps)
    return {
        f"{part}: {name}": amount for part, some in parts.items() for name, amount in some.items()
    }


def test_the_year_comes_out_between_the_ends_however_it_is_settled(session: Session) -> None:
    scope = Scope(range(4), session.budget().periods[:4])
    edit_outlooks(session, [FieldEdit("outlook", "L31", "rule", "seasonality")])
    places = [apart(session, at, A=a, B=b) for at, a, b in CONTESTED]
    book, budget = session.book, session.budget()
    working = every_figure(YearSoFar(book, budget), scope)
    choices = choices_of(standing(session), "working")
    told = year_spans(book, budget, choices, lambda year: every_figure(year, scope))
    out = []
    for combination in product("AB", repeat=len(places)):
        for at, who in zip(places, combination, strict=True):
            take(session, [at], who)
        out.append(every_figure(YearSoFar(session.book, session.budget()), scope))
        for _ in places:
            session.undo()
    for name, amount in working.items():
        amounts = [one[name] for one in out]
        expected = Span(min(amounts), amount, max(amounts))
        assert told.get(name, Span(amount, amount, amount)) == expected, name
    parts = {name.partition(":")[0] for name in told}
    assert parts == {name.partition(":")[0] for name in working}
    plain = year_spans(book, budget, choices, lambda year: answers(year, scope))
    assert plain.keys() == {GAP, END}
    assert sentence(book, plain).startswith("As you settle what you differ on: contribution")
    assert sentence(book, {}) == ""


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
