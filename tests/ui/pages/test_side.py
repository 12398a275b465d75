"""The page that stands things side by side, by keys, on a real file."""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import create, set_field
from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages.partnership.page import Page as Partnership
from dyad_desktop.ui.pages.side.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.settle_dialog import SettleDialog
from tests.services.apart import apart, deleted_but_edited, month

K = Qt.Key
FIRST, SECOND = month("L20"), month("L28")
GROWTH = Address("operating_line", "L03", "rate_growth_pct")


@pytest.fixture
def page(window: MainWindow, example_file: Path, qtbot: QtBot) -> Page:
    """The draft: one value that only B changed, two months apart."""
    with closing(Session.open(example_file)) as session:
        apart(session, FIRST, A=200_000_00, B=236_000_00)
        apart(session, SECOND, A=1000_00, B=2000_00)
        session.write_as("B")
        set_field(session, GROWTH[:2], "rate_growth_pct", "4.5")
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("side")
    qtbot.waitUntil(lambda: not window.runner.busy)
    found = window.page
    assert isinstance(found, Page)
    return found


class Hand:
    """Presses keys and waits."""

    def __init__(self, page: Page, qtbot: QtBot) -> None:
        self.page, self._bot = page, qtbot

    def settle(self) -> None:
        self._bot.waitUntil(lambda: not self.page.desk.runner.busy)
        self._bot.waitUntil(lambda: not self.page.desk.runner.busy)

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.page.list, key, modifier)
        self.settle()

    @property
    def at(self) -> Address:
        row = self.page.chosen_row
        assert row is not None
        return row.at


@pytest.fixture
def hand(page: Page, qtbot: QtBot) -> Hand:
    return Hand(page, qtbot)


def test_figures_are_told_from_words(page: Page) -> None:
    rows = {row.at: row for row in page.model.rows}
    assert rows[FIRST].figure
    page.only.setChecked(False)
    assert not next(row for row in page.model.rows if row.field == "Name").figure


def test_only_what_differs_is_shown_and_counted(page: Page, hand: Hand) -> None:
    assert [row.at for row in page.model.rows] == [GROWTH, FIRST, SECOND]
    assert page.count.text.text().startswith("3 differ · ")
    hand.key(K.Key_D)
    assert len(page.model.rows) > 500
    assert hand.at == GROWTH


def test_keys_go_round_the_differences_among_everything(page: Page, hand: Hand) -> None:
    page.only.setChecked(False)
    seen = [hand.at]
    for _ in range(3):
        hand.key(K.Key_N)
        seen.append(hand.at)
    assert seen == [GROWTH, FIRST, SECOND, GROWTH]
    hand.key(K.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert hand.at == SECOND
    hand.key(K.Key_F7)
    assert hand.at == GROWTH
    assert page.desk.selection == ("operating_line", "L03")


def test_two_takes_the_right_where_it_is_contested(page: Page, hand: Hand) -> None:
    hand.key(K.Key_2)
    assert len(page.model.rows) == 3  # only one changed it: there is nothing to settle
    hand.key(K.Key_N)
    hand.key(K.Key_2)
    assert page.desk.book.need(DraftLine, FIRST.id).months[FIRST.slot] == 236_000_00
    assert FIRST not in page.desk.contested
    page.desk.undo()
    hand.settle()
    assert FIRST in page.desk.contested
    assert [row.at for row in page.model.rows] == [GROWTH, FIRST, SECOND]


def test_enter_opens_both_sides(page: Page, hand: Hand, window: MainWindow) -> None:
    hand.key(K.Key_N)
    hand.key(K.Key_Return)
    dialog = window._settler.dialog
    assert isinstance(dialog, SettleDialog)
    assert dialog.at == FIRST
    dialog.reject()


def test_since_we_met_and_then_show_what_was(page: Page, hand: Hand) -> None:
    page.show_view("met")
    hand.settle()
    rows = {row.at: row for row in page.model.rows}
    assert rows[GROWTH].right == "4.5 %"
    assert rows[GROWTH].who == "B"
    assert " or " in rows[FIRST].right
    page.show_view("then")
    hand.settle()
    assert page.moment.count() > 3
    page.moment.setCurrentIndex(page.moment.count() - 1)
    page.moment.activated.emit(0)
    hand.settle()
    assert {row.at for row in page.model.rows} == {GROWTH, FIRST, SECOND}


def test_pages_offer_it(page: Page, hand: Hand, window: MainWindow) -> None:
    for name, subject in (
        ("operating", ("draft", "working")),
        ("capital", ("capital_policy", "capital_policy")),
        ("goals", ("goal", "")),
        ("initiatives", ("initiative", "")),
        ("partnership", ("charter", "charter")),
    ):
        window.show_page(name)
        hand.settle()
        shown = window.page
        assert shown is not None
        made = shown.findChildren(QPushButton)
        offered = [one for one in made if one.accessibleName().startswith("Side by side")]
        offered[0].click()
        hand.settle()
        assert window.page is page
        assert page.chosen == subject


def test_nothing_different_says_so(page: Page, hand: Hand) -> None:
    page.show_thing(("charter", "charter"))
    hand.settle()
    assert page.count.text.text().startswith("0 differ")
    assert page._nothing.isVisible()


def alone(window: MainWindow, file: Path, qtbot: QtBot) -> Page:
    window.use_session(Session.open(file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("side")
    found = window.page
    assert isinstance(found, Page)
    qtbot.waitUntil(lambda: found.picture is not None)
    return found


def test_unpaired_it_says_so_and_where_to_pair(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    page = alone(window, example_file, qtbot)
    said = [made.text() for made in page._nothing.findChildren(QLabel)]
    assert said[0].startswith("Nobody is paired with this laptop yet")
    assert not any(made.isVisible() for made in (page.head, page.foot, page.count))
    page.only.setChecked(False)
    assert page._nothing.isVisible()
    page._nothing.findChildren(QPushButton)[0].click()
    other = window.page
    assert isinstance(other, Partnership)
    assert other.switch.choice == "laptops"
    qtbot.waitUntil(lambda: not window.runner.busy)


def test_before_they_met_it_says_so(window: MainWindow, example_file: Path, qtbot: QtBot) -> None:
    page = alone(window, example_file, qtbot)
    with qtbot.waitSignal(page.filled):
        page.show_view("met")
    said = [made.text() for made in page._nothing.findChildren(QLabel)]
    assert said[0].startswith("You haven’t met yet.")
    assert page.model.columns[0].startswith("Not met yet, ")
    assert page.head.isVisible()


def test_long_texts_are_read_in_full(page: Page, hand: Hand) -> None:
    apart(page.desk.session, Address("charter", "charter", "cover"), A="Each " * 20, B="Both " * 20)
    page.show_thing(("charter", "charter"))
    hand.settle()
    assert [row.thing for row in page.model.rows] == ["Charter"]
    assert page._whole.isVisible()
    assert page._texts[1].toPlainText().startswith("Both Both")
    page.show_thing(("draft", "working"))
    hand.settle()
    assert not page._whole.isVisible()
    page.show_thing(("charter", "charter"))
    hand.settle()
    assert page._whole.isVisible()
    page.show_thing(("goal", "G3"))  # nothing differs there, so that no row is left
    hand.settle()
    assert page.model.rowCount() == 0
    assert not page._whole.isVisible()


def test_the_key_takes_what_its_column_says_of_a_deletion(page: Page, hand: Hand) -> None:
    """Priya deleted it and reads on the left; whose it is says the column, not who deleted."""
    deleted_but_edited(page.desk.session, ("goal", "G4"), "why", "Families ask for it")
    page.show_thing(("goal", "G4"))
    hand.settle()
    row, *belonging = page.model.rows
    assert (row.left, row.right) == ("deleted", "kept, with Why")
    assert {(one.left, one.right) for one in belonging} <= {("not there", "there")}
    hand.key(K.Key_1)
    assert page.desk.book.get(Goal, "G4") is None


def test_of_three_partners_one_chooses_who_stands_beside(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        create(session, Partner("C", name="Chidi Okafor", role="Finance"))
        apart(session, FIRST, A=200_000_00, B=236_000_00, C=260_000_00)
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("side")
    page = window.page
    assert isinstance(page, Page)
    hand = Hand(page, qtbot)
    hand.settle()
    beside = page.beside
    assert beside.isVisible()
    texts = [beside.itemText(n) for n in range(beside.count())]
    assert texts == ["Beside Marcus’s", "Beside Chidi’s"]
    (row,) = page.model.rows
    assert [row.left, row.right] == ["200,000", "236,000"]
    beside.setCurrentIndex(1)
    beside.activated.emit(1)
    hand.settle()
    (row,) = page.model.rows
    assert [row.left, row.right] == ["200,000", "260,000"]
    assert page.model.columns == ("Priya’s (you)", "Chidi’s")
    page.reload()
    hand.settle()
    assert beside.other == "C"
    page.show_view("met")
    assert not beside.isVisible()
    page.show_view("mine")
    hand.settle()
    hand.key(K.Key_2)
    months = page.desk.book.need(DraftLine, FIRST.id).months
    assert months[FIRST.slot] == 260_000_00


def test_of_a_third_partner_who_wrote_nothing_yet_it_says_so(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        create(session, Partner("C", name="Chidi Okafor", role="Finance"))
        apart(session, FIRST, A=200_000_00, B=236_000_00)
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("side")
    page = window.page
    assert isinstance(page, Page)
    hand = Hand(page, qtbot)
    hand.settle()
    assert page.model.rowCount() == 1
    page.beside.setCurrentIndex(1)
    page.beside.activated.emit(1)
    hand.settle()
    assert page.model.rowCount() == 0
    told = [one.text() for one in page._nothing.findChildren(QLabel)]
    assert any("nothing of Chidi’s" in text or "Nothing of Chidi’s" in text for text in told)
