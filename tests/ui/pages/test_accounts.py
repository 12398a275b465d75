"""The chart of accounts in the window: codes are taken into it, edited, and lines that met twice are told."""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.book import KIND_OF
from dyad_desktop.domain.chart_of_accounts import chart_rows
from dyad_desktop.domain.operating import Account, CostCentre, OperatingLine
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.accounts import take_into_chart
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.settling import take
from dyad_desktop.ui.models.sheet import CellText
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from tests.services.apart import apart, month


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Page)
    page.show_view("accounts")
    return page


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def test_what_lines_have_is_taken_into_the_chart_and_edited(page: Page, qtbot: QtBot) -> None:
    view = page._accounts
    assert view is not None
    assert "aren’t in the chart" in view.missing.text()
    view.take.click()
    rest(page, qtbot)
    codes = {line.account for line in page.desk.book.all(OperatingLine)}
    assert {one.id for one in page.desk.book.all(Account)} == codes
    assert not view._offer.isVisible()
    model = view.accounts
    at = model.row_of("5130")
    columns = [one.key for one in model.columns]
    model.enter([CellText(at, columns.index("parent"), "5110")])
    rest(page, qtbot)
    assert model.text(model.row_of("5130"), 0) == "    5130"
    assert model.rows[model.row_of("5130")].depth == 1
    page.desk.undo()
    page.desk.undo()
    rest(page, qtbot)
    assert page.desk.book.all(Account) == ()
    assert view._offer.isVisible()


def test_a_new_account_and_a_new_cost_centre(page: Page, qtbot: QtBot) -> None:
    for what, code, kind in ((0, "3999", Account), (5, "72000", CostCentre)):
        page.add_thing()
        dialog = page._new_code
        dialog.what.setCurrentIndex(what)
        dialog._on_create()
        assert "needed" in dialog.reason.text()
        QTest.keyClicks(dialog.code, code)
        QTest.keyClicks(dialog.name, "New one")
        dialog._on_create()
        rest(page, qtbot)
        assert page.desk.book.label(KIND_OF[kind], code) == "New one"
    page.add_thing()
    again = page._new_code
    again.what.setCurrentIndex(5)
    QTest.keyClicks(again.code, "72000")
    QTest.keyClicks(again.name, "Twice")
    again._on_create()
    rest(page, qtbot)
    assert "already" in again.reason.text()
    again.reject()


def _as_merged(session: Session) -> ChangeSet:
    """Write what a merge may leave and an edit may not: two lines of one account and cost centre."""
    line = session.book.need(OperatingLine, "L20")
    at = Address("operating_line", "L21", "account")
    return session.commit(
        [Edit(at, line.account), Edit(at._replace(field="cost_centre"), line.cost_centre)], "merged"
    )


def test_lines_that_met_twice_are_told_and_nothing_is_lost(page: Page, qtbot: QtBot) -> None:
    before = page.desk.budget.totals
    page.desk.do(_as_merged)
    rest(page, qtbot)
    assert page._problem.isVisible()
    assert "Imaging technologists and Wages: Clinic nursing" in page._problem.text()
    assert page.desk.budget.totals == before
    page.desk.undo()
    rest(page, qtbot)
    assert not page._problem.isVisible()


def _as_a_circle(session: Session) -> ChangeSet:
    """Write what a merge may leave and an edit may not: accounts that stand under each other."""
    codes = (("5110", "5130"), ("5130", "5110"))
    return session.commit(
        [Edit(Address("account", code, "parent"), above) for code, above in codes], "merged"
    )


def test_a_circle_of_accounts_is_refused_told_and_opened(page: Page, qtbot: QtBot) -> None:
    view = page._accounts
    assert view is not None
    view.take.click()
    rest(page, qtbot)
    model, said = view.accounts, []
    page.desk.said.connect(lambda text, _undo: said.append(text))
    under = [one.key for one in model.columns].index("parent")
    model.enter([CellText(model.row_of("5130"), under, "5130")])
    rest(page, qtbot)
    assert page.desk.book.need(Account, "5130").parent is None
    assert view.circle.isHidden()
    page.desk.do(_as_a_circle)
    rest(page, qtbot)
    assert view.circle.isVisible()
    assert "5110 → 5130 → 5110" in view.circle.words.text()
    assert "5110 is shown at the top" in view.circle.words.text()
    first, second = view.circle.findChildren(QPushButton)
    assert first.text() == "Put 5110 at the top"
    assert second.text() == "Put 5130 at the top"
    second.click()
    rest(page, qtbot)
    assert view.circle.isHidden()
    assert page.desk.book.need(Account, "5130").parent is None
    assert model.text(model.row_of("5110"), 0) == "    5110"
    page.desk.undo()
    rest(page, qtbot)
    assert view.circle.isVisible()


def test_a_line_in_an_account_of_another_kind_is_told_above_the_lines(
    page: Page, qtbot: QtBot
) -> None:
    page.desk.do(take_into_chart)
    page.desk.do(set_field, ("account", "3110"), "kind", "statistic")
    qtbot.waitUntil(lambda: "3110 is a statistic account" in page._problem.text())
    page.desk.do(set_field, ("account", "3110"), "kind", "revenue")
    qtbot.waitUntil(lambda: "another kind" not in page._problem.text())


def test_what_an_account_and_a_cost_centre_hold_comes_out_between_two_ends(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        line = session.book.need(OperatingLine, "L30")
        plain = session.budget().lines["L30"].months[7]
        take_into_chart(session)
        set_field(session, ("account", line.account), "parent", "5130")
        apart(session, month("L30"), A=plain - 100_000_00, B=plain + 200_000_00)
        centre = str(line.cost_centre)
        ends = {key: _ends_of(session, key) for key in (line.account, centre)}
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("operating")
    qtbot.waitUntil(lambda: not window.runner.busy)
    page = window.page
    assert isinstance(page, Page)
    page.show_view("accounts")
    rest(page, qtbot)
    view = page._accounts
    assert view is not None
    for sheet, key in ((view.accounts, line.account), (view.centres, centre)):
        column = [one.key for one in sheet.columns].index("budget")
        low, high = (sheet.unit.text(amount) for amount in ends[key])
        assert sheet.range_text(sheet.row_of(key), column) == f"{low} to {high} as you settle it"
    model = view.accounts
    column = [one.key for one in model.columns].index("budget")
    assert model.range_text(model.row_of("5130"), column)
    assert not model.range_text(model.row_of("5110"), column)
    assert not model.range_text(model.row_of("5130"), column - 1)


def _ends_of(session: Session, key: str) -> list[int]:
    """Return the two outcomes of an account or a cost centre, by settling both ways."""
    found = []
    for partner in ("A", "B"):
        take(session, [month("L30")], partner)
        rows = chart_rows(session.book, session.budget())
        account = next((one.budget for one in rows if one.code == key), None)
        lines = [one for one in session.book.all(OperatingLine) if one.cost_centre == key]
        totals = session.budget().lines
        centre = sum(SIGNS[one.kind] * totals[one.id].total for one in lines)
        found.append(centre if account is None else account)
        session.undo()
    return sorted(found)
