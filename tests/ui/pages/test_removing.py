"""Deleting rows of the operating budget: what stands in the way is told, and everything can be undone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    Account,
    CostCentre,
    Draft,
    OperatingLine,
    Volume,
)
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.accounts import new_cost_centre, take_into_chart
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.operating import new_volume
from dyad_desktop.services.scenarios import copy_draft
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.pages.operating.removing import NOTHING, OUTSIDE
from dyad_desktop.ui.shell.window import MainWindow

CTRL, DELETE = Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Delete


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("operating")
    example_window.activateWindow()
    qtbot.waitUntil(example_window.isActiveWindow)
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert isinstance(example_window.page, Page)
    return example_window.page


@pytest.fixture
def said(page: Page) -> list[str]:
    told: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: told.append(sentence))
    return told


def delete_in(view: QAbstractItemView) -> None:
    """Press the keys that delete the selected rows."""
    view.setFocus()
    QTest.keyClick(view, DELETE, CTRL)


def test_selected_lines_are_deleted_as_one_change(
    page: Page, said: list[str], qtbot: QtBot
) -> None:
    view, model = page.sheets["lines"].view, page.sheets["lines"].model
    first = next(n for n, row in enumerate(model.rows) if row.look == "line")
    gone = [row.key[1] for row in model.rows[first : first + 2]]
    before = len(page.desk.book.all(OperatingLine))
    view.go_to(first, 1)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    delete_in(view)
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].startswith("Deleted ")
    assert said[-1].endswith(" and 1 more.")
    left = page.desk.book.rows(OperatingLine)
    assert len(left) == before - 2
    assert not set(gone) & set(left)
    page.desk.undo()
    qtbot.waitUntil(lambda: len(page.desk.book.all(OperatingLine)) == before)


def test_a_group_is_nothing_to_delete(page: Page, said: list[str], qtbot: QtBot) -> None:
    view, model = page.sheets["lines"].view, page.sheets["lines"].model
    view.go_to(next(n for n, row in enumerate(model.rows) if row.look == "group"), 0)
    delete_in(view)
    qtbot.waitUntil(lambda: said == [NOTHING])


def test_a_volume_that_drives_a_line_stays_and_one_made_by_mistake_goes(
    page: Page, said: list[str], qtbot: QtBot
) -> None:
    page.desk.do(new_volume, "By mistake")
    page.show_view("volumes")
    view, model = page.sheets["volumes"].view, page.sheets["volumes"].model
    qtbot.waitUntil(lambda: len(model.rows) == len(page.desk.book.all(Volume)))
    view.go_to(0, 0)
    delete_in(view)
    qtbot.waitUntil(lambda: bool(said))
    assert "is still needed" in said[-1]
    view.go_to(len(model.rows) - 1, 0)
    delete_in(view)
    qtbot.waitUntil(lambda: said[-1] == "Deleted By mistake.")
    assert all(one.name != "By mistake" for one in page.desk.book.all(Volume))


def test_an_account_in_use_leaves_its_lines_their_number(
    page: Page, said: list[str], qtbot: QtBot
) -> None:
    page.desk.do(take_into_chart)
    page.show_view("accounts")
    accounts = page._accounts
    assert accounts is not None
    qtbot.waitUntil(lambda: not accounts.accounts.quiet(0))
    view = accounts.sheets[0].view
    view.go_to(0, 0)
    assert page.desk.selection == ("account", "3110")  # the inspector tells of it
    delete_in(view)
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].endswith("; 1 line keeps the number, outside the chart.")
    assert page.desk.book.get(Account, "3110") is None
    qtbot.waitUntil(lambda: accounts.accounts.quiet(0))
    view.go_to(0, 0)
    delete_in(view)
    assert said[-1] == OUTSIDE


def test_a_cost_centre_is_deleted_once_nothing_stands_in_it(
    page: Page, said: list[str], qtbot: QtBot
) -> None:
    page.desk.do(new_cost_centre, "99999", "Empty")
    page.show_view("accounts")
    accounts = page._accounts
    assert accounts is not None
    qtbot.waitUntil(lambda: len(accounts.centres.rows) == len(page.desk.book.all(CostCentre)))
    sheet = accounts.sheets[1]
    sheet.view.go_to(0, 0)
    delete_in(sheet.view)
    qtbot.waitUntil(lambda: bool(said))
    assert "is still needed: 6 lines, 1 position and 2 volumes stand in it" in said[-1]
    empty = next(n for n, row in enumerate(accounts.centres.rows) if row.key[1] == "99999")
    sheet.view.go_to(empty, 0)
    delete_in(sheet.view)
    qtbot.waitUntil(lambda: page.desk.book.get(CostCentre, "99999") is None)


def test_who_types_over_an_actual_of_a_volume_is_told(
    page: Page, said: list[str], qtbot: QtBot
) -> None:
    page.show_view("volumes")
    model = page.sheets["volumes"].model
    column = next(n for n, one in enumerate(model.columns) if one.title == "Jul 25")
    model.write([(0, column, model.parse(0, column, "500"))])
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["That is an actual of FY26: what is planned in step with it has moved."]


def test_a_number_that_the_chart_can_not_hold_is_refused(page: Page) -> None:
    session = page.desk.session
    for at in (("operating_line", "L01"), ("volume", "V01")):
        with pytest.raises(BadInputError, match="“99 99” can't be an account's number"):
            set_fields(session, [FieldEdit(*at, "account", "99 99")])
    # One that an older version took may stand, and be written of others.
    session.commit([Edit(Address("operating_line", "L01", "account"), "41 00")], "")
    set_fields(session, [FieldEdit("operating_line", "L28", "account", "41 00")])
    set_fields(session, [FieldEdit("volume", "V01", "account", None)])


def test_lines_are_not_deleted_from_an_agreed_draft(
    page: Page, said: list[str], qtbot: QtBot
) -> None:
    """It would stay as it was agreed, and the drafts that are planned on would lose the line."""
    page.desk.do(copy_draft, WORKING_DRAFT, "Plan B")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    made = next(one.id for one in page.desk.book.all(Draft) if one.id != WORKING_DRAFT)
    page.desk.do(set_fields, [FieldEdit("draft", made, "state", "agreed")])
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    page.desk.choose_draft(made)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    before = page.desk.book
    view = page.sheets["lines"].view
    view.go_to(1, 1)
    delete_in(view)
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1] == "Plan B is agreed and stays as it is; make a copy of it to plan on."
    assert page.desk.book is before
