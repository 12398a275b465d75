"""The driver diagram in a window: walked, linked, renamed, added to, kept as a picture."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.driver_tree import Node
from dyad_desktop.domain.goals import Goal, Measure, Objective
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, delete, set_fields
from dyad_desktop.ui.pages.goals.drivers import Diagram
from dyad_desktop.ui.pages.goals.drivers_view import HINT
from dyad_desktop.ui.pages.goals.page import Page
from dyad_desktop.ui.shell.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("goals")
    shown = example_window.page
    assert isinstance(shown, Page)
    example_window.activateWindow()
    qtbot.waitUntil(example_window.isActiveWindow)
    shown.show_view("drivers")
    shown.drivers.diagram.setFocus()
    return shown


def diagram(page: Page) -> Diagram:
    return page.drivers.diagram


def place(page: Page, kind: str, entity_id: str) -> QPoint:
    node = diagram(page).tree.node((kind, entity_id))
    assert node is not None
    return diagram(page).box(node).center().toPoint()


def drag(page: Page, start: QPoint, end: QPoint) -> None:
    widget = diagram(page)
    QTest.mousePress(widget, LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(widget, start + QPoint(40, 0))
    QTest.mouseMove(widget, end)
    QTest.mouseRelease(widget, LEFT, Qt.KeyboardModifier.NoModifier, end)


def type_over(text: str) -> None:
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def writes_meanwhile(page: Page, qtbot: QtBot, edit: FieldEdit) -> None:
    """Let the partner write something that the page doesn't show yet."""
    session = page.desk.session
    done: list[object] = []

    def write() -> None:
        me = session.partner
        session.write_as("B" if me == "A" else "A")
        set_fields(session, [edit])
        session.write_as(me)

    page.desk.runner.database(write, done.append)
    qtbot.waitUntil(lambda: bool(done))


def test_arrows_walk_along_the_links(page: Page) -> None:
    widget = diagram(page)
    widget.choose(("objective", "O1"))
    QTest.keyClick(widget, Qt.Key.Key_Right)
    assert widget.current is not None
    assert widget.current[0] == "goal"
    goal = page.desk.book.need(Goal, widget.current[1])
    assert goal.supports == "O1"
    QTest.keyClick(widget, Qt.Key.Key_Right)
    assert page.desk.book.need(Measure, widget.current[1]).goal == goal.id
    QTest.keyClick(widget, Qt.Key.Key_Down)
    QTest.keyClick(widget, Qt.Key.Key_Left)
    QTest.keyClick(widget, Qt.Key.Key_Left)
    assert widget.current == ("objective", "O1")
    assert "linked with Goal" in widget.accessibleDescription()


def test_a_link_is_drawn_with_the_mouse_and_taken_away_again(page: Page, qtbot: QtBot) -> None:
    goal = page.desk.book.all(Goal)[0]
    other = next(one.id for one in page.desk.book.all(Objective) if one.id != goal.supports)
    drag(page, place(page, "goal", goal.id), place(page, "objective", other))
    qtbot.waitUntil(lambda: page.desk.book.need(Goal, goal.id).supports == other)
    qtbot.waitUntil(lambda: (("objective", other), ("goal", goal.id)) in diagram(page).tree.links)
    drag(page, place(page, "objective", other), place(page, "goal", goal.id))
    qtbot.waitUntil(lambda: page.desk.book.need(Goal, goal.id).supports is None)


def test_a_link_is_made_by_keys(page: Page, qtbot: QtBot) -> None:
    one = next(i for i in page.desk.book.all(Initiative) if "G1" not in i.goals)
    widget = diagram(page)
    widget.choose(("initiative", one.id))
    QTest.keyClick(widget, Qt.Key.Key_L)
    widget.choose(("goal", "G1"))
    QTest.keyClick(widget, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "G1" in page.desk.book.need(Initiative, one.id).goals)


def test_a_title_is_written_over(page: Page, qtbot: QtBot) -> None:
    diagram(page).choose(("measure", "M1.1"))
    QTest.keyClick(diagram(page), Qt.Key.Key_F2)
    assert page.busy_editing
    type_over("Door to device")
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "M1.1").title == "Door to device")
    assert not page.busy_editing


def test_something_new_is_added_beneath_and_named(page: Page, qtbot: QtBot) -> None:
    diagram(page).choose(("goal", "G1"))
    count = len(page.desk.book.children(Measure, "G1"))
    QTest.keyClick(diagram(page), Qt.Key.Key_Insert)
    qtbot.waitUntil(lambda: diagram(page).editing)
    type_over("Survival")
    qtbot.waitUntil(lambda: "Survival" in [m.title for m in page.desk.book.children(Measure, "G1")])
    assert len(page.desk.book.children(Measure, "G1")) == count + 1


def test_delete_deletes_and_can_be_undone(page: Page, qtbot: QtBot) -> None:
    diagram(page).choose(("measure", "M1.2"))
    QTest.keyClick(diagram(page), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, "M1.2") is None)
    page.desk.undo()
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, "M1.2") is not None)


def test_enter_opens_a_goal_and_escape_comes_back(page: Page) -> None:
    diagram(page).choose(("goal", "G1"))
    QTest.keyClick(diagram(page), Qt.Key.Key_Return)
    assert page.stack.currentWidget() is page.detail
    page.show_all()
    assert page.stack.currentWidget() is page.drivers


@pytest.mark.parametrize(
    ("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_the_diagram_is_kept_as_a_file(
    page: Page, tmp_path: Path, suffix: str, start: bytes
) -> None:
    target = tmp_path / f"drivers{suffix}"
    page.drivers.exporter.file.save_to(str(target))
    assert target.read_bytes().startswith(start)
    said: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: said.append(sentence))
    page.drivers.exporter.file.save_to(str(tmp_path / "missing" / f"drivers{suffix}"))
    assert "can't be written" in said[-1]


def test_a_link_that_was_begun_goes_with_what_it_was_begun_from(page: Page, qtbot: QtBot) -> None:
    widget = diagram(page)
    gone = next(node.key for node in widget.tree.nodes if node.key[0] == "initiative")
    widget.choose(gone)
    QTest.keyClick(widget, Qt.Key.Key_L)
    assert widget.linking == gone
    page.desk.do(delete, [gone])
    qtbot.waitUntil(lambda: widget.tree.node(gone) is None)
    assert widget.linking is None


def test_a_partners_title_that_came_meanwhile_is_not_overruled(page: Page, qtbot: QtBot) -> None:
    session = page.desk.session
    diagram(page).choose(("measure", "M1.1"))
    QTest.keyClick(diagram(page), Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: page.busy_editing)
    writes_meanwhile(page, qtbot, FieldEdit("measure", "M1.1", "title", "Door to device, median"))
    type_over("Door to device")
    qtbot.waitUntil(lambda: len(session.disagreements()) == 1)
    assert session.disagreements()[0] == Address("measure", "M1.1", "title")


def test_a_link_replaces_what_the_diagram_showed(page: Page, qtbot: QtBot) -> None:
    session, goal = page.desk.session, page.desk.book.all(Goal)[0]
    others = [one.id for one in page.desk.book.all(Objective) if one.id != goal.supports]
    mine, theirs = others[:2]
    writes_meanwhile(page, qtbot, FieldEdit("goal", goal.id, "supports", theirs))
    drag(page, place(page, "goal", goal.id), place(page, "objective", mine))
    qtbot.waitUntil(lambda: len(session.disagreements()) == 1)
    assert session.disagreements()[0] == Address("goal", goal.id, "supports")


def test_linking_says_what_comes_next(page: Page) -> None:
    widget = diagram(page)
    widget.choose(("goal", "G1"))
    QTest.keyClick(widget, Qt.Key.Key_L)
    title = page.desk.book.need(Goal, "G1").title
    assert page.drivers.hint.text().startswith(f"Linking “{title}”: click")
    QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert page.drivers.hint.text() == HINT


def test_what_has_the_frame_is_what_the_inspector_tells_of(page: Page, qtbot: QtBot) -> None:
    widget = diagram(page)
    qtbot.waitUntil(widget.hasFocus)
    assert page.desk.selection == widget.current


def test_a_link_that_passes_a_column_goes_between_the_things_in_it(page: Page) -> None:
    widget = diagram(page)
    goal, initiative = Node(("goal", "G"), "", "", 1), Node(("initiative", "I"), "", "", 4)
    boxes = [widget.box(Node(("measure", "M"), "", "", row)) for row in range(9)]
    path = widget._way(goal, initiative, passing=True)
    points = [path.pointAtPercent(n / 200) for n in range(201)]
    assert not [at for at in points if any(box.contains(at) for box in boxes)]


@pytest.mark.parametrize("way", ["page", "view"])
def test_a_title_that_is_being_written_is_kept_when_the_page_goes(
    page: Page, example_window: MainWindow, qtbot: QtBot, way: str
) -> None:
    before = page.desk.book.need(Goal, "G1").title
    diagram(page).rename(("goal", "G1"))
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "Fewer falls")
    if way == "page":
        example_window.show_page("home")
    else:
        page.show_view("all")
    qtbot.waitUntil(lambda: page.desk.book.need(Goal, "G1").title != before)
    assert page.desk.book.need(Goal, "G1").title == "Fewer falls"
    assert not diagram(page).editing


@pytest.mark.parametrize("key", [("measure", "M1.1"), ("goal", "G1"), ("objective", "O1")])
def test_enter_ends_a_rename_and_opens_nothing(
    page: Page, qtbot: QtBot, key: tuple[str, str]
) -> None:
    opened: list[object] = []
    page.drivers.opened.connect(opened.append)
    diagram(page).choose(key)
    QTest.keyClick(diagram(page), Qt.Key.Key_F2)
    type_over("Otherwise")
    qtbot.waitUntil(lambda: page.desk.book.label(*key) == "Otherwise")
    assert opened == []
    assert not diagram(page).editing


def test_escape_leaves_a_title_as_it_was(page: Page) -> None:
    diagram(page).choose(("goal", "G1"))
    before = page.desk.book.need(Goal, "G1").title
    QTest.keyClick(diagram(page), Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "Otherwise")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not diagram(page).editing
    assert diagram(page).hasFocus()
    assert page.desk.book.need(Goal, "G1").title == before


@pytest.fixture
def small(page: Page, example_window: MainWindow, qtbot: QtBot) -> Page:
    """The diagram in a window that shows a part of it."""
    example_window.resize(1024, 700)
    qtbot.waitUntil(lambda: page.drivers.area.verticalScrollBar().maximum() > 0)
    return page


def is_seen(page: Page, *keys: tuple[str, str] | None) -> bool:
    """Return whether boxes stand whole in what the scroll area shows."""
    widget, port = diagram(page), page.drivers.area.viewport()
    shown = port.rect().translated(-widget.pos())
    nodes = [widget.tree.node(key) for key in keys if key is not None]
    return all(node is not None and shown.contains(widget.box(node).toRect()) for node in nodes)


def test_arrows_scroll_to_where_they_go(small: Page) -> None:
    widget = diagram(small)
    widget.choose(("objective", "O1"))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(widget, key)
        assert is_seen(small, widget.current)
    for _ in range(40):
        QTest.keyClick(widget, Qt.Key.Key_Down)
        assert is_seen(small, widget.current)
    for _ in range(40):
        QTest.keyClick(widget, Qt.Key.Key_Up)
    QTest.keyClick(widget, Qt.Key.Key_Left)
    assert is_seen(small, widget.current)


def test_what_is_linked_stays_in_sight_while_there_is_room(small: Page) -> None:
    widget = diagram(small)
    below = [node for node in widget.tree.nodes if node.column == 2]
    widget.choose(below[4].key)
    QTest.keyClick(widget, Qt.Key.Key_L)
    for _ in range(3):
        QTest.keyClick(widget, Qt.Key.Key_Down)
        assert is_seen(small, widget.current, widget.linking)


def test_what_is_new_and_named_is_scrolled_to(small: Page, qtbot: QtBot) -> None:
    widget = diagram(small)
    last = max(
        (node for node in widget.tree.nodes if node.key[0] == "goal"), key=lambda one: one.row
    )
    small.drivers.area.verticalScrollBar().setValue(0)
    widget.added.emit(last.key)
    qtbot.waitUntil(lambda: widget.editing)
    qtbot.waitUntil(lambda: is_seen(small, widget.current))
    editor, node = QApplication.focusWidget(), widget.tree.node(widget.current or ("", ""))
    assert editor is not None
    assert node is not None
    qtbot.waitUntil(lambda: editor.geometry() == widget.box(node).toRect())


def test_a_click_on_a_box_half_out_of_sight_moves_nothing_beneath_the_mouse(small: Page) -> None:
    widget, bar = diagram(small), small.drivers.area.verticalScrollBar()
    bar.setValue(60)
    QTest.mouseClick(
        widget, LEFT, Qt.KeyboardModifier.NoModifier, place(small, *widget.tree.nodes[0].key)
    )
    assert bar.value() == 60


def test_after_the_button_a_click_links(page: Page, qtbot: QtBot) -> None:
    one = next(i for i in page.desk.book.all(Initiative) if "G1" not in i.goals)
    widget = diagram(page)
    widget.choose(("initiative", one.id))
    QTest.mouseClick(page.drivers.link, LEFT)
    assert "click what it drives" in page.drivers.hint.text()
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, place(page, "goal", "G1"))
    qtbot.waitUntil(lambda: "G1" in page.desk.book.need(Initiative, one.id).goals)
    assert widget.linking is None
    assert page.drivers.hint.text() == HINT


def test_a_click_on_what_is_being_linked_or_beside_links_nothing(page: Page) -> None:
    asked: list[object] = []
    widget = diagram(page)
    widget.link_asked.connect(lambda *both: asked.append(both))
    widget.choose(("goal", "G1"))
    QTest.mouseClick(page.drivers.link, LEFT)
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, place(page, "goal", "G1"))
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(2, 2))
    assert asked == []
    assert widget.linking == ("goal", "G1")


@pytest.mark.parametrize("way", ["menu", "keys"])
def test_the_diagram_goes_to_the_clipboard(page: Page, qtbot: QtBot, way: str) -> None:
    QGuiApplication.clipboard().clear()
    said: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: said.append(sentence))
    menu = page.drivers.save.menu()
    assert menu.actions()[0].text() == "Copy picture"
    qtbot.waitUntil(diagram(page).hasFocus)
    if way == "menu":
        menu.actions()[0].trigger()
    else:
        QTest.keyClick(diagram(page), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().image().width() > diagram(page).width()
    assert said == ["The diagram is on the clipboard."]
    assert any(keys == "Ctrl+C" for keys, _ in page.keys)


def test_while_a_title_is_written_ctrl_c_copies_from_it(page: Page) -> None:
    QGuiApplication.clipboard().clear()
    diagram(page).rename(("goal", "G1"))
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == page.desk.book.need(Goal, "G1").title


def test_what_came_while_a_title_was_written_is_shown_once_it_is_given_up(
    page: Page, qtbot: QtBot
) -> None:
    diagram(page).choose(("goal", "G1"))
    QTest.keyClick(diagram(page), Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    with qtbot.waitSignal(page.desk.changed):
        page.desk.do(delete, [("measure", "M1.2")])
    assert diagram(page).tree.node(("measure", "M1.2")) is not None
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: diagram(page).tree.node(("measure", "M1.2")) is None)
