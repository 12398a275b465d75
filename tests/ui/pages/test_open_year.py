"""Ranges of the year so far and of where it ends: against really settling everything, and in the window."""

from contextlib import closing
from itertools import product
from pathlib import Path

from pytestqt.qtbot import QtBot

from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.year_so_far import YearSoFar
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.outlook import edit_outlooks
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from dyad_desktop.services.standing import standing
from dyad_desktop.ui.pages.performance.against import BUDGET, VARIANCE
from dyad_desktop.ui.pages.performance.forecast_model import BUDGET as YEARS_BUDGET
from dyad_desktop.ui.pages.performance.forecast_model import RULE
from dyad_desktop.ui.pages.performance.forecast_view import ForecastView
from dyad_desktop.ui.pages.performance.open_year import (
    CONTRIBUTION,
    END,
    choices_of,
    name_of,
    sentence,
    year_figures,
    year_spans,
)
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.scope import Scope
from dyad_desktop.ui.shell.window import MainWindow
from tests.services.apart import apart, month

CONTESTED = (
    (month("L28", "2026-08"), 20_000_000, 60_000_000),
    (Address("volume", "V01", "planned_growth_pct"), "-20", "20"),
    (Address("operating_line", "L30", "ytd_actuals", "2026-09"), 10_000_000, 90_000_000),
    (Address("outlook", "L31", "rule"), "remaining_budget", "run_rate"),
)


def figures(session: Session, scope: Scope) -> dict[str, int]:
    return year_figures(YearSoFar(session.book, session.budget()), scope)


def test_the_year_comes_out_between_the_ends_however_it_is_settled(session: Session) -> None:
    scope = Scope(range(4), session.budget().periods[:4])
    edit_outlooks(session, [FieldEdit("outlook", "L31", "rule", "seasonality")])
    places = [apart(session, at, A=a, B=b) for at, a, b in CONTESTED]
    working, budget = figures(session, scope), session.budget()
    choices = choices_of(standing(session), "working")
    told = year_spans(session.book, budget, scope, choices)
    out = []
    for combination in product("AB", repeat=len(places)):
        for at, who in zip(places, combination, strict=True):
            take(session, [at], who)
        out.append(figures(session, scope))
        for _ in places:
            session.undo()
    for name, amount in working.items():
        amounts = [one[name] for one in out]
        expected = Span(min(amounts), amount, max(amounts))
        assert told.get(name, Span(amount, amount, amount)) == expected, name
    assert {END, name_of(CONTRIBUTION, BUDGET), name_of(CONTRIBUTION, VARIANCE)} <= told.keys()
    assert sentence(session.book, told).startswith("As you settle what you differ on: contribution")
    assert sentence(session.book, {}) == ""


def test_the_answers_and_the_statement_tell_what_is_open(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        at = apart(session, CONTESTED[0][0], A=20_000_000, B=60_000_000)
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("performance")
    page = window.page
    assert isinstance(page, Page)
    page.show_view("budget")
    view = page.budget
    qtbot.waitUntil(view.headline.open.isVisible)
    assert "As you settle what you differ on" in view.headline.open.text()
    last = len(view.lines.model.totals) - 1
    assert all(view.lines.model.total_range(last, BUDGET))
    assert page.desk.contested.keys() == {at}
    view.show_part("forecast")
    forecast = view.part
    assert isinstance(forecast, ForecastView)
    qtbot.waitUntil(lambda: forecast.model is not None and bool(forecast.model._open))
    assert forecast.model is not None
    assert all(forecast.model.total_range(last, YEARS_BUDGET))
    assert forecast.model.total_range(last, RULE) == ("", "")
    rows = range(len(forecast.model.rows))
    assert any(forecast.model.range_text(n, YEARS_BUDGET) for n in rows)
    view.show_part("lines")
    page.desk.do(take, [at], "A")
    qtbot.waitUntil(lambda: not view.headline.open.isVisible())
    assert view.lines.model.total_range(last, BUDGET) == ("", "")
