"""The page of disagreements, by keys and clicks, on a real file."""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.disagreements import Disagreement, disagreement
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages.disagreements.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from tests.services.apart import apart, deleted_but_edited, month

K = Qt.Key
WHY = Address("goal", "G1", "why")
FIRST, SECOND = month("L28"), month("L30")


@pytest.fixture
def apart_file(example_file: Path) -> Path:
    """Two months, a text whose changes fit together, and a goal that one deleted."""
    with closing(Session.open(example_file)) as session:
        apart(session, FIRST, A=200_000_00, B=236_000_00)
        apart(session, SECOND, A=1000_00, B=2000_00)
        set_field(session, ("goal", "G1"), "why", "Patients wait too long.")
        apart(session, WHY, A="Our patients wait too long.", B="Patients wait too long and leave.")
        deleted_but_edited(session, ("goal", "G5"), "why", "Families ask for it")
    return example_file


@pytest.fixture
def page(window: MainWindow, apart_file: Path, qtbot: QtBot) -> Page:
    """The page with what is apart."""
    window.use_session(Session.open(apart_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("disagreements")
    qtbot.waitUntil(lambda: not window.runner.busy)
    found = window.page
    assert isinstance(found, Page)
    return found


def moved(page: Page) -> list[list[str]]:
    """Return what the cards say that each side moves."""
    return [
        [
            one.accessibleName()
            for one in card.findChildren(QLabel)
            if " to " in one.accessibleName()
        ]
        for card in page.panel.cards
    ]


class Hand:
    """Presses keys and waits."""

    def __init__(self, page: Page, qtbot: QtBot) -> None:
        self.page, self._bot = page, qtbot
        self.runner = page.desk.runner

    def settle(self) -> None:
        self._bot.waitUntil(lambda: not self.runner.busy)
        self._bot.waitUntil(lambda: not self.runner.busy)

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.page.list, key, modifier)
        self.settle()

    @property
    def view(self) -> Disagreement:
        view = self.page.panel.view
        assert view is not None
        return view

    def click(self, text: str) -> None:
        self._bot.waitUntil(lambda: bool(self._shown(text)))
        self._shown(text)[0].click()
        self.settle()

    def _shown(self, text: str) -> list[QPushButton]:
        made = self.page.findChildren(QPushButton)
        return [one for one in made if one.text() == text and one.isVisible()]


@pytest.fixture
def hand(page: Page, qtbot: QtBot) -> Hand:
    return Hand(page, qtbot)


def value(page: Page, at: Address) -> int | None:
    return page.desk.book.need(DraftLine, at.id).months[at.slot]


def test_it_lists_by_page_and_counts_everywhere(page: Page, window: MainWindow) -> None:
    assert [one.page for one in page.shown] == ["operating", "operating", "goals", "goals"]
    assert page.count.text.text() == "4 open"
    assert "4 need attention" in window.rail._buttons["disagreements"].accessibleName()
    assert window.strip._differ.isVisible()
    assert window.strip._differ.text() == "4 differ"


def test_the_flag_leads_here(page: Page, window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("home")
    window.strip._differ.click()
    qtbot.waitUntil(lambda: window.page is page)


def test_two_takes_the_right_and_the_next_one_follows(page: Page, hand: Hand) -> None:
    first = hand.view.at
    second = page.shown[1].at
    hand.key(K.Key_2)
    assert value(page, first) == (236_000_00 if first == FIRST else 2000_00)
    assert hand.view.at == second
    assert page.count.text.text() == "3 open"
    page.desk.undo()
    hand.settle()
    assert page.count.text.text() == "4 open"
    assert {one.at for one in page.found} >= {FIRST, SECOND}


def test_alt_left_takes_the_left(page: Page, hand: Hand) -> None:
    at = hand.view.at
    hand.key(K.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert value(page, at) in (200_000_00, 1000_00)


def test_arrows_go_from_one_to_the_next_over_headings(page: Page, hand: Hand) -> None:
    seen = [hand.view.at]
    for _ in range(3):
        hand.key(K.Key_Down)
        seen.append(hand.view.at)
    assert seen == [one.at for one in page.shown]
    assert page.desk.selection in (("goal", "G1"), ("goal", "G5"))


def test_another_value_settles_and_nonsense_says_why(page: Page, hand: Hand, qtbot: QtBot) -> None:
    at = hand.view.at
    hand.key(K.Key_E)
    field = page.panel.field
    assert field is not None
    assert isinstance(field.editor, QLineEdit)
    field.editor.setText("much")
    QTest.keyClick(field.editor, K.Key_Return)
    qtbot.waitUntil(lambda: field.hinted)
    assert "not a number" in field._reason.text()
    assert field.text == "much"
    assert at in page.desk.contested
    field.editor.setText("218k")
    QTest.keyClick(field.editor, K.Key_Return)
    qtbot.waitUntil(lambda: page.panel.field is None)
    hand.settle()
    assert value(page, at) == 218_000_00
    assert page.count.text.text() == "3 open"


def test_escape_puts_the_editor_away(page: Page, hand: Hand) -> None:
    hand.key(K.Key_E)
    assert page.busy_editing
    QTest.keyClick(page, K.Key_Escape)
    hand.settle()
    assert [page.busy_editing] == [False]
    assert len(page.found) == 4


def test_a_merged_text_is_offered_and_taken(page: Page, hand: Hand) -> None:
    page.show_thing(("goal", "G1"))
    assert hand.view.merged == "Our patients wait too long and leave."
    hand.key(K.Key_M)
    assert page.desk.book.need(Goal, "G1").why == "Our patients wait too long and leave."


def test_deleted_but_edited_is_kept(page: Page, hand: Hand) -> None:
    page.show_thing(("goal", "G5"))
    assert hand.view.kind == "deleted"
    hand.click("Keep it")
    assert page.desk.book.get(Goal, "G5") is not None
    assert all(one.at.id != "G5" for one in page.found)


def test_an_orphan_lets_go(window: MainWindow, example_file: Path, qtbot: QtBot) -> None:
    at = Address("capital_request", "C03", "links")
    with closing(Session.open(example_file)) as session:
        links = session.book.need(CapitalRequest, "C03").links
        delete(session, [("goal", "G6")])
        session.write_as("B")
        session.commit([Edit(at, [*links, "G6"])], "Serves the goal")
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("disagreements")
    page = window.page
    assert isinstance(page, Page)
    hand = Hand(page, qtbot)
    hand.settle()
    assert hand.view.kind == "orphan"
    hand.key(K.Key_1)  # takes nothing: it isn't a choice of two values
    assert [one.at for one in page.found] == [at]
    hand.click("Let go of it")
    assert [one.at for one in page.found] == []
    assert "G6" not in page.desk.book.need(CapitalRequest, "C03").links


def test_parked_ones_say_so(page: Page, hand: Hand) -> None:
    at = hand.view.at
    hand.key(K.Key_P)
    assert next(one for one in page.found if one.at == at).parked
    assert page.count.text.text() == "4 open · 1 parked"
    assert hand.view.at == at
    hand.key(K.Key_P)
    assert page.count.text.text() == "4 open"


def test_all_of_one_partners_in_a_group(page: Page, hand: Hand) -> None:
    page.pages.setCurrentIndex(page.pages.findData("operating"))
    page.pages.activated.emit(1)
    hand.click("Take all 2 of Marcus’s here")
    assert (value(page, FIRST), value(page, SECOND)) == (236_000_00, 2000_00)
    assert page.desk.session.next_undo == "2 of Marcus’s values in Operating budget"


def test_the_filter_finds_by_words(page: Page, hand: Hand) -> None:
    page.words.setText("blocked artery")
    assert [one.at for one in page.shown] == [WHY]
    page.words.setText("no such words")
    assert page.shown == ()
    assert page.nothing.isVisible()
    page.words.clear()
    assert len(page.shown) == 4


def test_letters_in_the_filter_settle_nothing(page: Page, hand: Hand) -> None:
    page.words.setFocus()
    QTest.keyClicks(page.words, "12emp")
    hand.settle()
    assert len(page.found) == 4


def test_nothing_apart_says_what_the_page_is_for(example_window: MainWindow, qtbot: QtBot) -> None:
    example_window.show_page("disagreements")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Page)
    assert page.empty.isVisible()
    assert not page.park_button.isVisible()
    assert not example_window.strip._differ.isVisible()


def test_neither_side_is_set_larger_than_the_other(page: Page) -> None:
    at = Address("goal", "G2", "title")
    apart(page.desk.session, at, A="Soon", B="Seen within a week, all of them")
    page.panel.show_view(disagreement(page.desk.session, at))
    sizes = [
        shown.property("type")
        for card in page.panel.cards
        for shown in card.findChildren(QLabel)
        if "’s value: " in shown.accessibleName()
    ]
    assert sizes == ["lead", "lead"]


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_notice_covers_no_button(
    window: MainWindow, page: Page, hand: Hand, size: tuple[int, int]
) -> None:
    window.resize(*size)
    hand.key(K.Key_1)
    assert window.notice.isVisible()
    notice, whole = window.notice.geometry(), window.centralWidget()
    assert whole is not None
    for made in page.findChildren(QPushButton):
        if made.isVisible():
            place = QRect(made.mapTo(whole, QPoint(0, 0)), made.size())
            assert not place.intersects(notice), made.text()
    assert whole.rect().contains(notice)


def test_what_each_side_moves_follows_the_one_that_is_chosen(page: Page, qtbot: QtBot) -> None:
    hand = Hand(page, qtbot)
    hand.settle()
    first = moved(page)
    assert [len(side) for side in first] == [2, 2]
    assert first[0][0].startswith("Total expense ")
    hand.key(K.Key_Down)
    second = moved(page)
    assert [len(side) for side in second] == [2, 2]
    assert second != first
    hand.key(K.Key_Up)
    assert moved(page) == first


def test_what_else_can_be_done_stands_above_sides_that_stand_under_each_other(
    page: Page, window: MainWindow, qtbot: QtBot
) -> None:
    def tops() -> tuple[int, int]:
        card = page.panel.cards[0]
        foot = next(one for one in page.panel.findChildren(QPushButton) if "Park" in one.text())
        return foot.mapTo(page.panel, QPoint()).y(), card.mapTo(page.panel, QPoint()).y()

    window.resize(1440, 900)
    qtbot.waitUntil(lambda: tops()[0] > tops()[1])
    page.card.setMaximumWidth(380)
    qtbot.waitUntil(lambda: tops()[0] < tops()[1])
    page.card.setMaximumWidth(2000)
    qtbot.waitUntil(lambda: tops()[0] > tops()[1])
