"""The partnership page: read, changed in place, opened into forms; with keys and mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.meetings import Action, Decision, Rhythm
from dyad_desktop.domain.partnership import Charter, DecisionRight, GiveAndGet, Partner, SharedValue
from dyad_desktop.domain.pulse import PulseRound
from dyad_desktop.services import editing
from dyad_desktop.services.partnership import add_give, gap, pulse_rows
from dyad_desktop.ui.pages.partnership.decisions import DecisionsView
from dyad_desktop.ui.pages.partnership.inplace import FieldText
from dyad_desktop.ui.pages.partnership.meetings import MeetingsView, due_words
from dyad_desktop.ui.pages.partnership.opening import Opening
from dyad_desktop.ui.pages.partnership.page import Page
from dyad_desktop.ui.pages.partnership.partners import PulseScale
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.form import Form

CHARTER = ("charter", "charter")


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("partnership")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    found = example_window.page
    assert isinstance(found, Page)
    return found


def settle(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def text_of(page: Page, key: tuple[str, str], field: str) -> FieldText:
    assert page.view is not None
    name, _, slot = field.partition("/")
    return next(
        t for t in page.view.found(FieldText) if (t.key, t.field, t.slot) == (key, name, slot)
    )


def opening_of(page: Page, key: tuple[str, str]) -> Opening:
    assert page.view is not None
    return next(made for made in page.view.found(Opening) if made.key == key)


def type_over(text: FieldText, words: str, qtbot: QtBot) -> QPlainTextEdit:
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert text.editor is not None
    text.editor.selectAll()
    QTest.keyClicks(text.editor, words)
    return text.editor


# -- text in place -------------------------------------------------------------------------------


def test_enter_keeps_what_was_typed(page: Page, qtbot: QtBot) -> None:
    editor = type_over(text_of(page, CHARTER, "purpose"), "Care close to home", qtbot)
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert page.desk.book.only(Charter).purpose == "Care close to home"
    text = text_of(page, CHARTER, "purpose")
    assert text.text.text() == "Care close to home"
    assert text.hasFocus()
    settle(page, qtbot)


def test_escape_gives_up(page: Page, qtbot: QtBot) -> None:
    text = text_of(page, CHARTER, "scope")
    before = page.desk.book.only(Charter).scope
    QTest.keyClick(type_over(text, "nothing", qtbot), Qt.Key.Key_Escape)
    assert not text.editing
    assert text.hasFocus()
    assert text.text.text() == before
    assert page.desk.session.next_undo != "scope"


def test_leaving_keeps(page: Page, qtbot: QtBot) -> None:
    editor = type_over(text_of(page, CHARTER, "cover"), "Ten days", qtbot)
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert page.desk.book.only(Charter).cover == "Ten days"
    settle(page, qtbot)


def test_a_click_opens_the_editor(page: Page, qtbot: QtBot) -> None:
    text = text_of(page, CHARTER, "conflict_rule")
    QTest.mouseClick(text, Qt.MouseButton.LeftButton)
    assert text.editing
    assert text.editor is not None
    QTest.keyClick(text.editor, Qt.Key.Key_Escape)


def test_a_day_that_is_none_is_refused_and_said(page: Page, qtbot: QtBot) -> None:
    text = text_of(page, CHARTER, "review_on")
    QTest.keyClick(type_over(text, "soon", qtbot), Qt.Key.Key_Return)
    assert text.reason.isVisible()
    assert "is not a date like 2027-06-30" in text.reason.text()
    assert page.desk.book.only(Charter).review_on == "2027-01-15"


def test_a_list_is_a_line_each(page: Page, qtbot: QtBot) -> None:
    text = text_of(page, CHARTER, "contributions/A")
    editor = type_over(text, "Standards", qtbot)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(editor, "Reputation")
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert page.desk.book.only(Charter).contributions["A"] == ("Standards", "Reputation")
    settle(page, qtbot)


def test_the_inspector_follows_the_focus(page: Page, qtbot: QtBot) -> None:
    text_of(page, CHARTER, "succession").setFocus()
    assert page.desk.selection == CHARTER
    assert page.desk.field == "succession"


def test_a_value_is_added_named_and_deleted(page: Page, qtbot: QtBot) -> None:
    view = page.view
    assert view is not None
    with qtbot.waitSignal(page.desk.changed):
        view._on_value()  # type: ignore[attr-defined]  # the charter's
    made = page.desk.book.all(SharedValue)[-1]
    text = text_of(page, ("value", made.id), "name")
    qtbot.waitUntil(lambda: text_of(page, ("value", made.id), "name").editing)
    text = text_of(page, ("value", made.id), "name")
    assert text.editor is not None
    QTest.keyClicks(text.editor, "Candour")
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(text.editor, Qt.Key.Key_Return)
    assert page.desk.book.all(SharedValue)[-1].name == "Candour"
    remover = view.remover(("value", made.id))
    qtbot.addWidget(remover)
    with qtbot.waitSignal(page.desk.changed):
        remover.click()
    assert made.id not in {value.id for value in page.desk.book.all(SharedValue)}
    settle(page, qtbot)


def test_a_third_partner_is_added_and_named(page: Page, qtbot: QtBot) -> None:
    page.show_view("partners")
    settle(page, qtbot)
    assert page.view is not None
    add = next(made for made in page.view.found(QPushButton) if made.text() == "Add a partner")
    QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    settle(page, qtbot)
    name = text_of(page, ("partner", "C"), "name")
    assert name.editor is not None
    name.editor.selectAll()
    QTest.keyClicks(name.editor, "Ann Field")
    QTest.keyClick(name.editor, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert [one.name for one in page.desk.book.all(Partner)][2:] == ["Ann Field"]
    page.desk.undo()
    page.desk.undo()
    settle(page, qtbot)
    assert len(page.desk.book.all(Partner)) == 2


def test_what_one_gives_is_added_under_them(page: Page, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.desk.changed):
        page.desk.do(add_give, "B")
    made = page.desk.book.all(GiveAndGet)[-1]
    assert (made.giver, made.receiver) == ("B", "A")
    assert text_of(page, ("give_and_get", made.id), "gives").text.text() == "What is given"
    settle(page, qtbot)


def test_undo_brings_the_text_back(page: Page, qtbot: QtBot) -> None:
    before = page.desk.book.only(Charter).purpose
    editor = type_over(text_of(page, CHARTER, "purpose"), "Else", qtbot)
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.desk.changed):
        page.desk.undo()
    assert text_of(page, CHARTER, "purpose").text.text() == before
    settle(page, qtbot)


# -- rows that open ------------------------------------------------------------------------------


def test_a_right_opens_into_its_form_and_stays_open(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("decision_right", "D7"))
    row = opening_of(page, ("decision_right", "D7"))
    assert page.switch.choice == "rights"
    QTest.keyClick(row.head, Qt.Key.Key_Return)
    form = row.findChild(Form)
    assert form is not None
    editor = form.fields["threshold"].editor
    editor.setFocus()
    editor.selectAll()  # type: ignore[attr-defined]  # a line of text
    QTest.keyClicks(editor, "up to 30000")
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert page.desk.book.need(DecisionRight, "D7").threshold == "up to 30000"
    assert opening_of(page, ("decision_right", "D7")).is_open
    settle(page, qtbot)


def test_tab_goes_on_in_a_form_while_the_row_is_made_anew(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("decision", "DC08"))
    row = opening_of(page, ("decision", "DC08"))
    QTest.keyClick(row.head, Qt.Key.Key_Return)
    form = row.findChild(Form)
    assert form is not None
    editor = form.fields["title"].editor
    editor.setFocus()
    QTest.keyClicks(editor, "!")
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(editor, Qt.Key.Key_Tab)
    again = opening_of(page, ("decision", "DC08"))
    form = again.findChild(Form)
    assert form is not None
    assert form.fields["date"].editor.hasFocus()
    settle(page, qtbot)


def test_a_row_stays_open_once_over_a_text_that_it_can_t_keep(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("decision", "DC08"))
    row = opening_of(page, ("decision", "DC08"))
    QTest.keyClick(row.head, Qt.Key.Key_Return)
    form = row.findChild(Form)
    assert form is not None
    day = form.fields["review_on"]
    day.editor.setFocus()
    QTest.keyClicks(day.editor, "some day")
    close = next(one for one in row.findChildren(QPushButton) if one.text() == "Close")
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert row.body is not None
    assert day._reason.text().endswith("Close again to leave it.")
    assert day.editor.hasFocus()
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not row.is_open
    settle(page, qtbot)


def test_a_right_is_added_and_deleted(page: Page, qtbot: QtBot) -> None:
    page.show_view("rights")
    with qtbot.waitSignal(page.desk.changed):
        page.view.add()  # type: ignore[union-attr]  # the view of rights
    key = ("decision_right", page.desk.book.all(DecisionRight)[-1].id)
    qtbot.waitUntil(lambda: opening_of(page, key).is_open)
    with qtbot.waitSignal(page.desk.changed):
        opening_of(page, key).removed.emit()
    assert page.desk.book.get(DecisionRight, key[1]) is None
    settle(page, qtbot)


def test_both_positions_stand_in_words(page: Page) -> None:
    page.show_view("decisions")
    texts = [one.text() for one in opening_of(page, ("decision", "DC07")).findChildren(QLabel)]
    assert "agree" in texts
    assert "disagree" in texts
    assert "■ escalated" in texts


def test_decisions_are_newest_first(page: Page) -> None:
    page.show_view("decisions")
    assert page.view is not None
    dates = [page.desk.book.need(Decision, made.key[1]).date for made in page.view.found(Opening)]
    assert dates == sorted(dates, key=str, reverse=True)


def test_a_new_decision_is_offered_among_decisions(page: Page, qtbot: QtBot) -> None:
    made = next(b for b in page.findChildren(QPushButton) if b.text() == "New decision")
    for name in page.view_names:
        page.show_view(name)
        assert made.isVisible() == (name == "decisions")
    settle(page, qtbot)


def test_a_new_decision(page: Page, qtbot: QtBot) -> None:
    page.new_decision()
    view = page.view
    assert isinstance(view, DecisionsView)
    dialog = view._dialog
    assert not dialog.create_button.isEnabled()
    QTest.keyClicks(dialog.title, "Open on Saturdays")
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(dialog.title, Qt.Key.Key_Return)
    made = page.desk.book.all(Decision)[-1]
    assert (made.title, made.state) == ("Open on Saturdays", "open")
    assert set(made.positions.values()) == {"not_yet_answered"}
    qtbot.waitUntil(lambda: opening_of(page, ("decision", made.id)).is_open)
    settle(page, qtbot)


# -- meetings and actions ------------------------------------------------------------------------


def test_an_action_is_done_with_its_box(page: Page, qtbot: QtBot) -> None:
    page.show_view("meetings")
    box = opening_of(page, ("action", "A03")).findChild(QCheckBox)
    assert box is not None
    with qtbot.waitSignal(page.desk.changed):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    action = page.desk.book.need(Action, "A03")
    assert (action.status, action.done) == ("done", "2026-10-31")
    with qtbot.waitSignal(page.desk.changed):
        page.desk.undo()
    assert page.desk.book.need(Action, "A03").status == "open"
    settle(page, qtbot)


def test_an_action_is_added_with_enter(page: Page, qtbot: QtBot) -> None:
    page.show_view("meetings")
    view = page.view
    assert isinstance(view, MeetingsView)
    view.owner.setCurrentIndex(view.owner.findData("B"))
    view.due.setText("2026-11-20")
    QTest.keyClicks(view.text, "Call the vendor")
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(view.text, Qt.Key.Key_Return)
    made = page.desk.book.all(Action)[-1]
    assert (made.text, made.owner, made.due) == ("Call the vendor", "B", "2026-11-20")
    settle(page, qtbot)


def test_a_refusal_goes_when_one_types_on(page: Page, qtbot: QtBot) -> None:
    page.show_view("meetings")
    view = page.view
    assert isinstance(view, MeetingsView)
    QTest.keyClick(view.text, Qt.Key.Key_Return)
    qtbot.waitUntil(view._reason.isVisible)
    QTest.keyClicks(view.text, "C")
    assert not view._reason.isVisible()


def test_an_action_without_a_real_day_is_refused(page: Page, qtbot: QtBot) -> None:
    page.show_view("meetings")
    view = page.view
    assert isinstance(view, MeetingsView)
    view.text.setText("Call the vendor")
    view.due.setText("2026-02-30")
    QTest.keyClick(view.due, Qt.Key.Key_Return)
    qtbot.waitUntil(view._reason.isVisible)
    assert "Nothing was added" in view._reason.text()
    assert view.text.text() == "Call the vendor"


@pytest.mark.parametrize(
    ("due", "status", "expected"),
    [
        ("2026-10-30", "open", ("off_track", "1 day overdue")),
        ("2026-10-09", "open", ("off_track", "22 days overdue")),
        ("2026-10-31", "open", ("no_data", "due today")),
        ("2026-11-06", "open", ("no_data", "due 6 Nov")),
        (None, "open", ("no_data", "no day set")),
        ("2026-10-30", "done", ("on_track", "done")),
        ("2026-10-30", "dropped", ("dropped", "dropped")),
    ],
)
def test_due_words(due: str | None, status: str, expected: tuple[str, str]) -> None:
    action = Action(id="A", text="x", owner="A", due=due, status=status)
    assert due_words(action, "2026-10-31") == expected


def test_a_meeting_joins_the_rhythm(page: Page, qtbot: QtBot) -> None:
    page.show_view("meetings")
    view = page.view
    assert isinstance(view, MeetingsView)
    with qtbot.waitSignal(page.desk.changed):
        view._on_rhythm()
    made = page.desk.book.all(Rhythm)[-1]
    qtbot.waitUntil(lambda: opening_of(page, ("rhythm", made.id)).is_open)
    settle(page, qtbot)


# -- partners and pulse --------------------------------------------------------------------------


def test_the_partners_cards_stand_in_line(page: Page, qtbot: QtBot) -> None:
    page.window().resize(1024, 700)
    page.show_view("partners")
    texts = [text_of(page, ("partner", one.id), "role") for one in page.desk.book.all(Partner)]
    qtbot.waitUntil(lambda: len({text.mapTo(page, QPoint()).y() for text in texts}) == 1)


def test_a_sealed_round_shows_no_answer(page: Page) -> None:
    page.show_thing(("pulse_round", "PR3"))
    assert page.view is not None
    assert page.view.found(PulseScale) == []
    texts = " ".join(one.text() for one in page.view.found(QLabel))
    assert "Priya has answered; it stays sealed." in texts
    assert "Waiting for Marcus" in texts
    assert pulse_rows(page.desk.book, page.desk.book.need(PulseRound, "PR3")) == ()


def test_a_revealed_round_marks_what_is_apart(page: Page) -> None:
    page.show_thing(("pulse_round", "PR2"))
    assert page.view is not None
    scales = page.view.found(PulseScale)
    assert len(scales) == 12
    assert scales[9].accessibleName().endswith("Priya 2, Marcus 4")
    texts = [one.text() for one in page.view.found(QLabel)]
    assert texts.count("▲ 2 apart") == 1
    assert gap({"A": 2, "B": 4}) == 2


@pytest.mark.parametrize(
    ("key", "view"),
    [
        (("value", "charter.value-1"), "charter"),
        (("decision_right", "D1"), "rights"),
        (("decision", "DC01"), "decisions"),
        (("action", "A01"), "meetings"),
        (("meeting", "MT1"), "meetings"),
        (("partner", "B"), "partners"),
        (("pulse_round", "PR1"), "partners"),
    ],
)
def test_every_thing_is_shown(page: Page, key: tuple[str, str], view: str) -> None:
    page.show_thing(key)
    assert page.switch.choice == view


def test_a_change_elsewhere_does_not_disturb_an_editor(page: Page, qtbot: QtBot) -> None:
    desk = page.desk
    editor = type_over(text_of(page, CHARTER, "purpose"), "Half a sen", qtbot)
    with qtbot.waitSignal(desk.changed):
        desk.do(editing.set_field, CHARTER, "cover", "Else")
    assert text_of(page, CHARTER, "purpose").editor is editor
    assert editor.toPlainText() == "Half a sen"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    settle(page, qtbot)
