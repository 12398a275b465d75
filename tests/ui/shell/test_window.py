"""The window: opening, what fails, recent files, themes, keys, and what every page owes to everyone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.services.session import Session
from dyad_desktop.services.templates import templates
from dyad_desktop.ui import settings
from dyad_desktop.ui.pages import PAGES
from dyad_desktop.ui.pages.capital.page import Page as CapitalPage
from dyad_desktop.ui.pages.performance.page import Page as PerformancePage
from dyad_desktop.ui.shell.new_partnership import NewPartnership
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.sheet.view import SheetView

NAMES = [entry.name for entry in PAGES]


def show(window: MainWindow, name: str, qtbot: QtBot) -> QWidget:
    window.show_page(name)
    qtbot.waitUntil(lambda: not window.runner.busy)
    page = window.page
    assert page is not None
    return page


def controls(page: QWidget) -> Iterator[QWidget]:
    """Return every control that can be reached with Tab now."""
    for widget in page.findChildren(QWidget):
        wanted = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if (
            wanted
            and widget.isEnabled()
            and widget.isVisible()
            and not isinstance(widget, QScrollBar)
        ):
            yield widget


def spoken(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_name(example_window: MainWindow, qtbot: QtBot, name: str) -> None:
    page = show(example_window, name, qtbot)
    silent = [
        f"{type(w).__name__} in {type(w.parent()).__name__}"
        for w in controls(page)
        if not spoken(w) and w.focusProxy() is None
    ]
    assert silent == []
    assert page.accessibleName()


@pytest.mark.parametrize("name", NAMES)
def test_tab_reaches_every_control(example_window: MainWindow, qtbot: QtBot, name: str) -> None:
    page = show(example_window, name, qtbot)
    wanted = {w for w in controls(page) if not isinstance(w, QAbstractItemView)}
    seen: set[QWidget] = set()
    at: QWidget | None = page
    for _ in range(5000):
        at = at.nextInFocusChain() if at is not None else None
        if at is None or at is page:
            break
        seen.add(at)
    assert {spoken(w) for w in wanted - seen} == set()


@pytest.mark.parametrize("name", NAMES)
def test_no_key_means_two_things(example_window: MainWindow, qtbot: QtBot, name: str) -> None:
    page = show(example_window, name, qtbot)
    everywhere = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)
    actions = {
        action
        for owner in (example_window, page, *page.findChildren(QWidget))
        for action in owner.actions()
        if action.shortcutContext() in everywhere
    }
    keys = [action.shortcut().toString() for action in actions if not action.shortcut().isEmpty()]
    keys += [
        made.shortcut().toString()
        for made in page.findChildren(QPushButton)
        if made.isVisible() and not made.shortcut().isEmpty()
    ]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


# -- opening ---------------------------------------------------------------------------------------


def test_a_file_that_is_none_is_a_sentence(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "letter.dyad"
    path.write_text("Dear Priya", encoding="utf-8")
    window.open_file(path)
    qtbot.waitUntil(window.notice.isVisible)
    assert "letter.dyad" in window.notice.text.text()
    assert window.stack.currentWidget() is window.entrance.welcome
    assert path.read_text(encoding="utf-8") == "Dear Priya"


def test_a_file_that_is_gone_is_a_sentence(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.open_file(tmp_path / "gone.dyad")
    qtbot.waitUntil(window.notice.isVisible)
    assert "gone.dyad" in window.notice.text.text()
    assert not (tmp_path / "gone.dyad").exists()


def test_recent_files_are_offered_and_open(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.opened, timeout=10_000):
        window.open_file(example_file)
    qtbot.waitUntil(lambda: not window.runner.busy)
    assert settings.recent_files() == [example_file.resolve()]
    window.close_partnership()
    qtbot.waitUntil(lambda: not window.runner.busy)
    assert not window.rail._buttons["home"].isVisible()
    welcome = window.entrance.welcome
    assert welcome is not None
    assert window.desk is None
    title = settings.title_of(example_file)
    assert title.startswith("Larkhaven Heart and Vascular")
    buttons = welcome.findChildren(QPushButton)
    made = next(b for b in buttons if b.accessibleName().startswith(f"Open {title}, "))
    with qtbot.waitSignal(window.opened, timeout=10_000):
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)
    assert window.windowTitle().startswith("Larkhaven Heart and Vascular")
    qtbot.waitUntil(lambda: not window.runner.busy)


def test_a_file_that_was_removed_is_not_recent(tmp_path: Path) -> None:
    path = tmp_path / "a.dyad"
    path.touch()
    settings.remember_file(path)
    assert settings.title_of(path) == "a"
    path.unlink()
    assert settings.recent_files() == []


def test_the_writer_is_kept(example_window: MainWindow, qtbot: QtBot) -> None:
    desk = example_window.desk
    assert desk is not None
    example_window.strip.wrote_as.emit("B")
    qtbot.waitUntil(lambda: desk.partner == "B" and not example_window.runner.busy)
    assert settings.writer_for(desk.session.workspace_id) == "B"
    assert example_window.strip._who.text() == "Marcus writes"


def test_what_is_typed_is_kept_when_the_window_closes(
    example_window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    sheet = example_window.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
    example_window.activateWindow()
    qtbot.waitUntil(example_window.isActiveWindow)
    sheet.view.setFocus()
    sheet.view.go_to(sheet.model.row_of("L28"), 4)
    QTest.keyClicks(sheet.view, "5")
    QTest.keyClicks(sheet.view.cells.open_editor, "55")
    example_window.close()
    with closing(Session.open(example_file)) as session:
        assert session.budget().lines["L28"].months[0] == 555_000_00
        assert session.check() == []


def test_a_failed_opening_leaves_what_is_open(
    example_window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.dyad"
    bad.write_text("no workspace", encoding="utf-8")
    example_window.open_file(bad)
    qtbot.waitUntil(lambda: "is not a Dyad workspace" in example_window.notice.text.text())
    assert example_window.desk is not None
    assert example_window.page is not None


def test_the_window_becomes_small_whatever_was_shown(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    for name in ("goals", "performance", "operating", "capital", "initiatives", "partnership"):
        example_window.show_page(name)
        qtbot.waitUntil(lambda: not example_window.runner.busy)
    example_window.resize(1024, 700)
    assert (example_window.width(), example_window.height()) == (1024, 700)


def test_a_damaged_log_is_said(window: MainWindow, example_file: Path, qtbot: QtBot) -> None:
    data = bytearray(example_file.read_bytes())
    at = data.find(b"Third next available new-patient visit")
    data[at] ^= 1
    example_file.write_bytes(bytes(data))
    window.open_file(example_file)
    qtbot.waitUntil(lambda: "damaged" in window.notice.text.text(), timeout=10_000)


# -- a new partnership -----------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(len(templates())), ids=[t.id for t in templates()])
def test_a_new_partnership_from_each_template(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, at: int
) -> None:
    window.entrance.show_welcome()
    welcome = window.entrance.welcome
    assert welcome is not None
    QTest.mouseClick(welcome.first, Qt.MouseButton.LeftButton)
    dialog = window.entrance.dialog
    assert isinstance(dialog, NewPartnership)
    dialog.template.setFocus()
    QTest.keyClick(dialog.template, Qt.Key.Key_Down)
    for _ in range(at):
        QTest.keyClick(dialog.template.view(), Qt.Key.Key_Down)
    QTest.keyClick(dialog.template.view(), Qt.Key.Key_Return)
    assert dialog.template.currentIndex() == at
    path = tmp_path / "Ours.dyad"
    for editor, text in (
        (dialog.title, "Our service"),
        (dialog.name_a, "Ana Alvarez"),
        (dialog.name_b, "Ben Bauer"),
        (dialog.organisation, "Larkhaven"),
    ):
        QTest.keyClicks(editor, text)
    dialog.path.selectAll()
    QTest.keyClicks(dialog.path, str(path))
    with qtbot.waitSignal(window.opened, timeout=20_000):
        QTest.keyClick(dialog.path, Qt.Key.Key_Return)
    assert path.is_file()
    assert window.desk is not None
    assert [p.name for p in window.desk.book.all(Partner)] == ["Ana Alvarez", "Ben Bauer"]
    assert window.windowTitle() == "Our service – Dyad Desktop"
    qtbot.waitUntil(lambda: not window.runner.busy)


def test_what_is_missing_is_said_in_the_dialog(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.entrance.new_partnership()
    dialog = window.entrance.dialog
    dialog.path.setText(str(tmp_path / "x.dyad"))
    QTest.keyClick(dialog.title, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog._reason.isVisible)
    assert "Nothing was created" in dialog._reason.text()
    assert dialog.create_button.isEnabled()
    assert not (tmp_path / "x.dyad").exists()
    dialog.reject()


def test_every_control_of_the_dialog_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    window.entrance.new_partnership()
    assert [w for w in controls(window.entrance.dialog) if not spoken(w)] == []
    window.entrance.dialog.reject()


# -- looks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_theme_leaves_no_stale_colour(
    example_window: MainWindow, qtbot: QtBot, name: str
) -> None:
    page = show(example_window, name, qtbot)
    theme.use(dark=True)
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    image = page.grab().toImage()
    dark = theme.colours
    assert image.pixelColor(1, 1).name().upper() == dark.window
    bright = sum(
        image.pixelColor(x, y).lightness() > 200
        for x in range(0, image.width(), 16)
        for y in range(0, image.height(), 16)
    )
    assert bright < 0.1 * (image.width() // 16) * (image.height() // 16)
    theme.use(dark=False)
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_dark_is_chosen_with_the_keys_and_kept(example_window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(
        example_window,
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert theme.dark
    assert settings.dark_choice() is True
    example_window.looks.toggle_theme()
    assert settings.dark_choice() is False
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_the_largest_zoom_fits_a_laptop_and_the_rail_scrolls(example_window: MainWindow) -> None:
    theme.use(scale=2.0)
    example_window.resize(1440, 900)
    QApplication.processEvents()
    assert example_window.minimumSizeHint().height() <= 900
    assert example_window.height() == 900


def test_zoom_has_ends(example_window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(20):
        example_window.looks.zoom_in()
    assert theme.scale == 2.0
    example_window.looks.zoom_reset()
    assert settings.zoom() == 1.0
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_the_purpose_is_cut_to_its_room_and_wholly_named(example_window: MainWindow) -> None:
    example_window.resize(1024, 700)
    QApplication.sendPostedEvents()
    text = example_window.strip._text
    assert text.fontMetrics().horizontalAdvance(text.text()) <= text.width()
    assert text.accessibleName().endswith("want to stay.")


def test_the_keys_of_a_page_are_listed_once(example_window: MainWindow, qtbot: QtBot) -> None:
    show(example_window, "partnership", qtbot)
    example_window.show_keys()
    sheet = example_window.key_sheet
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert texts.count("Redo") == 1
    assert "Ctrl+Y, Ctrl+Shift+Z" in texts
    assert "PARTNERSHIP" in texts
    sheet.close()


@pytest.mark.parametrize("name", NAMES)
def test_no_key_of_a_page_is_told_twice(
    example_window: MainWindow, qtbot: QtBot, name: str
) -> None:
    page = show(example_window, name, qtbot)
    example_window.show_keys()
    sheet = example_window.key_sheet
    texts = [one.text() for one in sheet.findChildren(QLabel)]
    keys = {action.shortcut().toString() for action in page.actions()} - {""}
    told = Counter(key for text in texts for key in text.split(", ") if key in keys)
    assert all(count == 1 for count in told.values()), told
    sheet.close()


def test_a_notice_goes_when_the_partnership_closes(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.notice.say("Deleted a value.", undo=True)
    assert example_window.notice.accessibleName() == "Deleted a value."
    example_window.close_partnership()
    assert not example_window.notice.isVisible()
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_undo_is_offered_where_it_helps(example_window: MainWindow, qtbot: QtBot) -> None:
    notice = example_window.notice
    notice.say("Something is wrong.")
    assert not notice._undo.isVisible()
    notice.say("Deleted a value.", undo=True)
    with qtbot.waitSignal(notice.undo_asked):
        QTest.mouseClick(notice._undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_the_inspector_gives_way_when_it_is_narrow(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    show(example_window, "partnership", qtbot)
    assert example_window._side.isVisible()
    example_window.resize(1024, 700)
    qtbot.waitUntil(lambda: not example_window._side.isVisible())
    example_window.toggle_inspector()
    assert example_window._side.isVisible()


@pytest.mark.parametrize(
    ("name", "view", "kind"),
    [
        ("capital", "list", "capital_request"),
        ("operating", "lines", "operating_line"),
        ("operating", "positions", "position"),
        ("initiatives", "risks", "risk"),
    ],
)
def test_what_was_current_on_a_page_is_selected_again_when_it_comes_back(
    example_window: MainWindow, qtbot: QtBot, name: str, view: str, kind: str
) -> None:
    show(example_window, name, qtbot)
    page = example_window.page
    assert page is not None
    page.show_view(view)
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    grid = next(one for one in page.findChildren(SheetView) if one.isVisible())
    grid.setFocus()
    for _ in range(3):
        QTest.keyClick(grid, Qt.Key.Key_Down)
    assert example_window.desk is not None
    chosen = example_window.desk.selection
    assert chosen is not None
    assert chosen[0] == kind
    show(example_window, "goals", qtbot)
    assert example_window.desk.selection is None
    show(example_window, name, qtbot)
    assert example_window.desk.selection == chosen


@pytest.mark.parametrize("view", ["scores", "portfolio"])
def test_the_request_that_is_highlighted_is_selected_again(
    example_window: MainWindow, qtbot: QtBot, view: str
) -> None:
    show(example_window, "capital", qtbot)
    page, desk = example_window.page, example_window.desk
    assert isinstance(page, CapitalPage)
    assert desk is not None
    page.show_thing(("capital_request", "C12"))
    page.show_view(view)
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    up = page.scores if view == "scores" else page.portfolio
    assert up is not None
    up.table.choose("C09")
    qtbot.waitUntil(lambda: desk.selection == ("capital_request", "C09"))
    show(example_window, "goals", qtbot)
    show(example_window, "capital", qtbot)
    assert (up.table.current_key(), desk.selection) == ("C09", ("capital_request", "C09"))


def test_a_page_that_is_come_to_by_its_keys_has_the_keys(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    """Else those that F1 lists do nothing until something on it is clicked."""
    example_window.activateWindow()
    qtbot.waitUntil(example_window.isActiveWindow)
    show(example_window, "home", qtbot)
    QTest.keyClick(example_window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, PerformancePage)
    has = example_window.focusWidget()
    assert has is not None
    assert has is page or page.isAncestorOf(has)


def test_search_takes_typing(example_window: MainWindow, qtbot: QtBot) -> None:
    example_window.search()
    assert isinstance(example_window.palette_dialog.query, QLineEdit)
    example_window.palette_dialog.close()
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_a_notice_of_one_line_is_one_line_high(window: MainWindow) -> None:
    window.notice.say("Dec 2026 lies after the partnership’s date, 30 Nov 2026.", undo=True)
    assert window.notice.height() <= 60
    window.notice.say("A long sentence that takes more than a line of the strip. " * 4)
    long = window.notice.height()
    assert long > 60
    window.notice.say("Short again.")
    assert window.notice.height() <= 60
    assert window.rect().contains(window.notice.geometry())
