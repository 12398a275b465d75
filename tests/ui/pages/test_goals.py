from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import CheckIn, Goal, Measure, Objective, Occurrence
from dyad_desktop.services.editing import FieldEdit, create, delete, fresh, set_fields
from dyad_desktop.services.goals import add_check_in
from dyad_desktop.services.session import Session
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.pages.goals.model import goal_view
from dyad_desktop.ui.pages.goals.overview import NO_GOALS
from dyad_desktop.ui.pages.goals.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.basics import Empty, StatusMark

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("goals")
    shown = example_window.page
    assert isinstance(shown, Page)
    example_window.activateWindow()
    qtbot.waitUntil(example_window.isActiveWindow)
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    return shown


def desk(page: Page) -> Desk:
    return page.desk


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def write(qtbot: QtBot, editor: object, text: str) -> None:
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_every_goal_has_a_card_under_its_objective(page: Page) -> None:
    assert set(page.overview.cards) == {goal.id for goal in page.desk.book.all(Goal)}
    assert set(page.overview.heads) == {found.id for found in page.desk.book.all(Objective)}


def test_a_card_says_where_pair_and_rule_differ(page: Page) -> None:
    card = page.overview.cards["G2"]
    assert "pair says at risk, rule says off track" in card.accessibleDescription()
    assert "pair and rule say" in page.overview.cards["G3"].accessibleDescription()


def test_an_open_goal_shows_its_names_whole(page: Page, qtbot: QtBot) -> None:
    page.open_goal("G1")
    titles = {one.title for one in page.desk.book.children(Measure, "G1")}

    def whole() -> bool:
        shown = [made for made in page.detail.findChildren(QLabel) if made.text() in titles]
        return len(shown) == len(titles) and all(
            made.wordWrap() and made.height() >= made.heightForWidth(made.width()) for made in shown
        )

    qtbot.waitUntil(whole)


def test_enter_opens_and_escape_goes_back_to_the_same_card(page: Page, qtbot: QtBot) -> None:
    card = page.overview.cards["G3"]
    QTest.mouseClick(card, LEFT)
    assert page.desk.selection == ("goal", "G3")
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert page.stack.currentWidget() is page.detail
    assert page.detail.goal_id == "G3"
    QTest.keyClick(page.crumb, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.overview
    assert page.overview.cards["G3"].hasFocus()


def test_a_double_click_opens(page: Page, qtbot: QtBot) -> None:
    QTest.mouseDClick(page.overview.cards["G1"], LEFT)
    assert page.detail.goal_id == "G1"


def test_a_new_goal_is_titled_straight_away_and_undone(page: Page, qtbot: QtBot) -> None:
    before = {goal.id for goal in page.desk.book.all(Goal)}
    QTest.mouseClick(page.new_goal, LEFT)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.detail)
    editor = page.detail.forms[0].fields["title"].editor
    assert editor.hasFocus()
    QTest.keyClicks(focused(), "Fewer falls")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    made = next(goal.id for goal in page.desk.book.all(Goal) if goal.id not in before)
    qtbot.waitUntil(lambda: page.desk.book.need(Goal, made).title == "Fewer falls")
    rest(page, qtbot)
    page.desk.undo()
    page.desk.undo()
    qtbot.waitUntil(lambda: page.desk.book.get(Goal, made) is None)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.overview)


def test_a_measure_is_added_edited_in_place_and_deleted_with_undo(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("goal", "G5"))
    QTest.mouseClick(page.detail.measures.adding, LEFT)
    QTest.mouseClick(page.detail.measures.picker.empty, LEFT)
    qtbot.waitUntil(lambda: len(page.detail.measures.items) == 2)
    item = list(page.detail.measures.items.values())[-1]
    qtbot.waitUntil(item.forms[0].fields["title"].editor.hasFocus)
    write(qtbot, item.forms[0].fields["title"].editor, "Complaints")
    write(qtbot, item.forms[1].fields["target"].editor, "4.5")
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, item.measure_id).target is not None)
    assert page.desk.book.need(Measure, item.measure_id).title == "Complaints"
    rest(page, qtbot)
    with qtbot.waitSignal(page.desk.said) as said:
        QTest.mouseClick(item.gone, LEFT)
    assert said.args is not None
    assert said.args[1] is True
    page.desk.undo()
    qtbot.waitUntil(lambda: len(page.detail.measures.items) == 2)


def test_a_target_that_adds_up_over_the_year_is_called_that_of_a_month(
    page: Page, qtbot: QtBot
) -> None:
    page.show_thing(("measure", "M2.1"))
    item = page.detail.measures.items["M2.1"]
    QTest.mouseClick(item.edit, LEFT)
    caption = item.forms[1].captions["target"]
    assert caption.text() == "Target"
    edits = [("span", "year_to_date"), ("aggregation", "sum")]
    page.desk.do(set_fields, [FieldEdit("measure", "M2.1", *edit) for edit in edits])
    qtbot.waitUntil(lambda: caption.text() == "Target, a month")


def test_a_form_is_shown_before_it_takes_the_keys(page: Page) -> None:
    page.show_thing(("goal", "G5"))
    measures, book = page.detail.measures, page.desk.book
    measures.show_goal(book, book.need(Goal, "G1"))
    item = next(iter(measures.items.values()))
    item.begin()
    editor = item.forms[0].fields["title"].editor
    assert editor.isVisible()  # or the window gives the keys to another as it becomes active
    assert editor.hasFocus()


def test_a_bad_target_stays_in_its_field_with_the_reason(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("measure", "M2.1"))
    item = page.detail.measures.items["M2.1"]
    QTest.mouseClick(item.edit, LEFT)
    field = item.forms[1].fields["target"]
    write(qtbot, field.editor, "soon")
    assert field.text == "soon"
    assert "earlier value is kept" in field._reason.text()
    assert page.desk.book.need(Measure, "M2.1").target == 18
    field.set_text("18")


def test_a_check_in_is_dated_as_the_workspace_and_keeps_both_confidences(
    page: Page, qtbot: QtBot
) -> None:
    page.show_thing(("goal", "G1"))
    ins = page.detail.check_ins
    before = len(page.desk.book.children(CheckIn, "G1"))
    QTest.mouseClick(ins.adding, LEFT)
    assert ins.form.date.text() == "31 Oct 2026"
    ins.form.status.setCurrentIndex(ins.form.status.findData("at_risk"))
    ins.form.confidence["A"].setCurrentIndex(7)
    ins.form.confidence["B"].setCurrentIndex(5)
    QTest.keyClicks(ins.form.note, "Two agencies left")
    QTest.mouseClick(ins.form.keep, LEFT)
    qtbot.waitUntil(lambda: not ins.form.isVisible())  # each one's part is a commit of their own
    made = page.desk.book.children(CheckIn, "G1")[before:]
    assert [(one.status, dict(one.confidence)) for one in made] == [("at_risk", {"A": 7, "B": 5})]


def test_a_check_in_on_the_day_of_the_last_one_is_the_newer(page: Page, qtbot: QtBot) -> None:
    goal = next(one.goal for one in page.desk.book.all(CheckIn) if one.date == "2026-10-31")
    page.show_thing(("goal", goal))
    ins = page.detail.check_ins
    QTest.mouseClick(ins.adding, LEFT)
    assert ins.form.date.text() == "31 Oct 2026"
    ins.form.status.setCurrentIndex(ins.form.status.findData("dropped"))
    QTest.mouseClick(ins.form.keep, LEFT)
    qtbot.waitUntil(
        lambda: (
            goal_view(page.desk.book, page.desk.book.need(Goal, goal)).sentence()
            == "Priya says dropped, Marcus says on track, rule says off track"
        )
    )
    qtbot.waitUntil(lambda: not ins.form.isVisible())

    def marks() -> list[str]:  # what a layout takes is shown a turn later
        return [one.accessibleName() for one in ins.findChildren(StatusMark) if one.isVisible()]

    qtbot.waitUntil(lambda: marks()[:1] == ["dropped"])
    QTest.mouseClick(ins.adding, LEFT)
    assert ins.form.status.currentData() == "dropped"


def test_an_open_goal_is_selected_again_when_the_page_comes_back(
    page: Page, example_window: MainWindow
) -> None:
    page.open_goal("G1")
    example_window.show_page("home")
    page.desk.select(None)
    example_window.show_page("goals")
    assert page.desk.selection == ("goal", "G1")


def test_the_inspector_tells_a_goals_check_ins(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.open_goal("G1")
    made = fresh(CheckIn, goal="G1", date="2026-10-31", status="at_risk", confidence={"A": 3})
    page.desk.do(add_check_in, made)

    def told() -> list[str]:
        return [
            one.text() for one in example_window.findChildren(QLabel) if "check-in: " in one.text()
        ]

    qtbot.waitUntil(lambda: told() == ["check-in: at risk"])


def test_lines_of_measures_say_what_there_is(page: Page, qtbot: QtBot) -> None:
    rare = fresh(Measure, goal="G1", title="Falls", chart="t", unit="days")
    days = ("2026-08-01", "2026-09-30", "2026-10-10")
    events = [fresh(Occurrence, measure=rare.id, date=day) for day in days]
    between = fresh(
        Measure, goal="G1", title="Beds", direction="within", target_low=Decimal(20),
        target=Decimal(28), values={"2026-10": Decimal(31)},
    )  # fmt: skip
    page.desk.do(create, rare, also=[*events, between])

    def said() -> set[str]:
        return {one.text() for one in page.overview.cards["G1"].findChildren(QLabel)}

    qtbot.waitUntil(lambda: {"10 days", "◇ no target", "20 to 28"} <= said())
    page.open_goal("G1")
    item = page.detail.measures.items[rare.id]
    assert "◇ no target" in [one.text() for one in item.findChildren(QLabel)]


def test_a_first_check_in_takes_nothing_for_granted(page: Page, qtbot: QtBot) -> None:
    QTest.mouseClick(page.new_goal, LEFT)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.detail)
    ins = page.detail.check_ins
    QTest.mouseClick(ins.adding, LEFT)
    assert ins.form.status.currentIndex() == -1
    assert [box.currentIndex() for box in ins.form.confidence.values()] == [0, 0]
    me = page.desk.partner
    other = next(one for one in ins.form.confidence if one != me)
    assert ins.form.confidence[me].accessibleName().startswith("Your confidence")
    assert not ins.form.confidence[other].accessibleName().startswith("Your")
    QTest.mouseClick(ins.form.keep, LEFT)
    qtbot.waitUntil(ins.form.reason.isVisible)
    assert not page.desk.book.children(CheckIn, page.detail.goal_id)


def test_a_check_in_on_no_day_is_refused_with_its_reason(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("goal", "G1"))
    form = page.detail.check_ins.form
    QTest.mouseClick(page.detail.check_ins.adding, LEFT)
    form.date.setText("31 October")
    QTest.mouseClick(form.keep, LEFT)
    qtbot.waitUntil(form.date_reason.isVisible)
    assert "31 October” is not a date like" in form.date_reason.text()
    assert not form.reason.isVisible()
    form.date.setText("11/5/2026")
    QTest.mouseClick(form.keep, LEFT)
    assert "can be 11 May 2026 or 5 Nov 2026" in form.date_reason.text()


def test_tab_passes_a_check_in_as_the_eye_does(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("goal", "G1"))
    form = page.detail.check_ins.form
    QTest.mouseClick(page.detail.check_ins.adding, LEFT)
    qtbot.waitUntil(form.status.hasFocus)
    for expected in (form.join, *form.confidence.values(), form.note, form.keep):
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        assert expected.hasFocus()


def test_a_deleted_goal_takes_the_page_back_and_can_be_undone(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("goal", "G7"))
    QTest.mouseClick(page.gone, LEFT)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.overview)
    assert "G7" not in page.overview.cards
    rest(page, qtbot)
    page.desk.undo()
    qtbot.waitUntil(lambda: "G7" in page.overview.cards)
    assert len(page.desk.book.children(Measure, "G7")) == 2


def test_a_new_objective_is_titled_straight_away(page: Page, qtbot: QtBot) -> None:
    QTest.mouseClick(page.new_objective, LEFT)
    qtbot.waitUntil(lambda: len(page.overview.heads) == 5)
    qtbot.waitUntil(lambda: any(head.form for head in page.overview.heads.values()))
    form = next(head.form for head in page.overview.heads.values() if head.form)
    write(qtbot, form.fields["title"].editor, "Care at home")
    qtbot.waitUntil(lambda: page.desk.book.all(Objective)[-1].title == "Care at home")


def test_an_initiative_is_one_click_away(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("goal", "G2"))
    page.desk.going.disconnect()
    going = next(
        made
        for made in page.detail.moves.findChildren(QPushButton)
        if made.accessibleName().startswith("Go to initiative")
    )
    with qtbot.waitSignal(page.desk.going) as went:
        QTest.mouseClick(going, LEFT)
    assert went.args is not None
    assert went.args[0] == "initiatives"


@pytest.mark.parametrize(("width", "columns"), [(1440, 2), (900, 1)])
def test_cards_stand_in_as_many_columns_as_there_is_room_for(
    page: Page, example_window: MainWindow, qtbot: QtBot, width: int, columns: int
) -> None:
    example_window.resize(width, 900)
    qtbot.waitUntil(lambda: page.overview._columns == columns)


def test_without_goals_the_page_offers_the_first(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    session = Session.open(example_file)
    delete(session, [("goal", goal.id) for goal in session.book.all(Goal)])
    window.use_session(session)
    window.show_page("goals")
    page = window.page
    assert isinstance(page, Page)
    empty = page.overview.findChildren(Empty)[-1]
    assert NO_GOALS in [made.text() for made in empty.findChildren(QLabel)]
    QTest.mouseClick(empty.findChildren(QPushButton)[0], LEFT)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.detail)
    qtbot.waitUntil(lambda: not window.runner.busy)


def alone(
    page: Page, qtbot: QtBot, who: str, status: str, day: str = "2026-11-05", **confidence: int
) -> CheckIn:
    """Let a partner check in alone, and show what the page makes of it."""
    made: CheckIn = fresh(CheckIn, goal="G1", date=day, status=status, confidence=confidence)
    session = page.desk.session
    me = session.partner
    page.desk.runner.database(lambda: session.write_as(who), lambda _: None)
    page.desk.do(add_check_in, made)
    page.desk.runner.database(lambda: session.write_as(me), lambda _: None)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    return made


def texts(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def test_who_said_what_is_told_and_the_others_confidence_kept(page: Page, qtbot: QtBot) -> None:
    page.open_goal("G1")
    alone(page, qtbot, "B", "at_risk", B=5)
    qtbot.waitUntil(lambda: "▲ Marcus says at risk" in texts(page.detail.state))
    said = texts(page.detail.state)
    assert {"9/10", "31 Oct", "5/10", "Priya said on track, 31 Oct"} <= set(said)
    assert "▲ Marcus says at risk" in texts(page.detail.check_ins)
    page.show_all()
    qtbot.waitUntil(lambda: {"9/10", "31 Oct", "5/10"} <= set(texts(page.overview.cards["G1"])))


def test_one_adds_ones_own_word_to_a_partners_check_in(page: Page, qtbot: QtBot) -> None:
    page.open_goal("G1")
    made = alone(page, qtbot, "B", "at_risk", B=5)
    ins = page.detail.check_ins
    qtbot.waitUntil(lambda: "▲ Marcus says at risk" in texts(ins))
    adding = next(one for one in ins.findChildren(QPushButton) if one.text() == "Add yours")
    QTest.mouseClick(adding, LEFT)
    assert not ins.form.confidence["B"].isVisible()
    assert ins.form.status.currentIndex() < 0  # the partner's word isn't offered as one's own
    ins.form.confidence["A"].setCurrentIndex(6)
    QTest.mouseClick(ins.form.keep, LEFT)
    qtbot.waitUntil(ins.form.reason.isVisible)
    assert ins.form.reason.text().startswith("Choose what you say")
    ins.form.status.setCurrentIndex(ins.form.status.findData("at_risk"))
    QTest.mouseClick(ins.form.keep, LEFT)
    qtbot.waitUntil(lambda: "▲ pair says at risk" in texts(ins))
    kept = page.desk.book.need(CheckIn, made.id)
    assert dict(kept.confidence) == {"A": 6, "B": 5}
    assert len(page.desk.book.children(CheckIn, "G1")) == 4
    window = page.window()
    qtbot.waitUntil(lambda: "check-in, confidence: 6" in texts(window))


def test_the_check_in_of_a_day_is_offered_to_be_added_to(page: Page, qtbot: QtBot) -> None:
    page.open_goal("G1")
    form = page.detail.check_ins.form
    QTest.mouseClick(page.detail.check_ins.adding, LEFT)
    assert form.join.isVisible()
    assert "check-in of 31 Oct 2026 already" in form.there.text()
    form.date.setText("5.11.2026")
    assert not form.join.isVisible()
    form.date.setText("2026-10-31")
    count = len(page.desk.book.children(CheckIn, "G1"))
    QTest.mouseClick(form.join, LEFT)
    form.confidence["A"].setCurrentIndex(3)
    QTest.mouseClick(form.keep, LEFT)
    qtbot.waitUntil(lambda: not form.isVisible())
    assert len(page.desk.book.children(CheckIn, "G1")) == count
    assert page.desk.book.children(CheckIn, "G1")[-1].confidence["A"] == 3


def test_a_small_window_shows_the_form_that_opens(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.resize(1024, 700)
    page.open_goal("G1")
    form = page.detail.check_ins.form
    QTest.mouseClick(page.detail.check_ins.adding, LEFT)
    shown = page.detail.viewport()

    def in_sight() -> bool:
        top = form.mapTo(shown, form.rect().topLeft()).y()
        return top >= 0 and top + form.height() <= shown.height()

    qtbot.waitUntil(in_sight)
    assert form.status.hasFocus()
    date = page.detail.forms[1].fields["due"]
    assert date.text == "30 Jun 2027"
    write(qtbot, date.editor, "1.7.2027")
    qtbot.waitUntil(lambda: page.desk.book.need(Goal, "G1").due == "2027-07-01")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-05", "check-in 5 Nov"),
        ("2100-01-01", "check-in 1 Jan 2100, dated after today"),
    ],
)
def test_a_check_in_is_dated_so_that_its_year_is_known(
    page: Page, qtbot: QtBot, day: str, words: str
) -> None:
    page.desk.do(add_check_in, fresh(CheckIn, goal="G1", date=day, status="at_risk"))
    qtbot.waitUntil(
        lambda: any(f" · {words} · " in text for text in texts(page.overview.cards["G1"]))
    )
    page.open_goal("G1")
    assert ("dated after today" in texts(page.detail.check_ins)) == ("dated" in words)


def test_a_check_in_of_another_year_names_it(page: Page, qtbot: QtBot) -> None:
    gone = [("check_in", one.id) for one in page.desk.book.children(CheckIn, "G1")]
    page.desk.do(delete, gone)
    alone(page, qtbot, "B", "on_track", "2024-12-31", B=5)
    alone(page, qtbot, "A", "at_risk", "2025-01-01")
    qtbot.waitUntil(
        lambda: any(
            " · check-in 1 Jan 2025 · " in text for text in texts(page.overview.cards["G1"])
        )
    )
    assert {"31 Dec 2024", "Marcus said on track, 31 Dec 2024"} <= set(
        texts(page.overview.cards["G1"])
    )
