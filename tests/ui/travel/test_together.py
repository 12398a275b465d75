"""Two windows on one network: delivery, presence, outlines, sentences, and what is off until switched on."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Goal
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.ui import settings
from dyad_desktop.ui.hub import Hub
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.travel.lost import FoundDialog, LostDialog
from tests.ui.travel.conftest import Two

LONG = 20_000


def hub_of(window: MainWindow) -> Hub:
    hub = window.traveller.hub
    assert hub is not None
    return hub


def connect(two: Two, qtbot: QtBot) -> None:
    first, second = two
    with qtbot.waitSignal(hub_of(first).listening, timeout=LONG) as told:
        hub_of(first).set_lan(on=True)
    hub_of(second).set_lan(on=True, address=f"127.0.0.1:{told.args[0]}")
    qtbot.waitUntil(lambda: second.page is not None, timeout=LONG)
    for window in two:
        qtbot.waitUntil(lambda w=window: _connected(w), timeout=LONG)  # type: ignore[misc]
        qtbot.waitUntil(lambda w=window: not w.runner.busy, timeout=LONG)  # type: ignore[misc]


def _connected(window: MainWindow) -> bool:
    met = window.desk.met if window.desk is not None else None
    return met is not None and any(one.connected and one.ahead == 0 for one in met.laptops)


def test_an_empty_copy_waits_and_then_shows_home(two: Two, qtbot: QtBot) -> None:
    _, second = two
    assert second.page is None
    waiting = second.traveller.waiting
    assert waiting is not None
    assert waiting.isVisible()
    connect(two, qtbot)
    assert second.pages["home"].isVisible()
    assert second.strip._met.text().startswith("Priya")
    assert not second.strip._who.isVisible()


def test_an_edit_reaches_the_other_window(two: Two, qtbot: QtBot) -> None:
    connect(two, qtbot)
    first, second = two
    assert first.desk is not None
    assert second.desk is not None
    desk = second.desk
    with qtbot.waitSignal(desk.changed, timeout=LONG) as told:
        first.desk.do(set_fields, [FieldEdit("goal", "G1", "title", "Seen at once")], "Title")
    assert told.args[0].origin == "partner"
    assert desk.book.need(Goal, "G1").title == "Seen at once"


def test_a_cell_that_the_partner_edits_is_outlined(two: Two, qtbot: QtBot) -> None:
    connect(two, qtbot)
    first, second = two
    for window in two:
        window.show_page("operating")
        qtbot.waitUntil(lambda w=window: not w.runner.busy, timeout=LONG)  # type: ignore[misc]
    mine = second.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
    theirs = first.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
    with qtbot.waitActive(first):
        first.activateWindow()
    row = theirs.model.row_of("L17")
    theirs.view.go_to(row, 6)
    theirs.view.begin_edit(None)
    qtbot.waitUntil(lambda: (row, 6) in mine.model.busy_cells(), timeout=LONG)
    assert "Priya is editing this now" in mine.model.tip(row, 6)
    assert "Operating budget, L17" in second.strip._met.text()
    mine.view.grab()
    theirs.view.cells.closeEditor.emit(
        theirs.view.cells.open_editor, theirs.view.cells.EndEditHint.NoHint
    )
    qtbot.waitUntil(lambda: not mine.model.busy_cells(), timeout=LONG)


def test_who_leaves_is_away_and_what_is_to_send_is_counted(two: Two, qtbot: QtBot) -> None:
    connect(two, qtbot)
    first, second = two
    hub_of(second).set_lan(on=False)
    qtbot.waitUntil(lambda: "met just now" in first.strip._met.text(), timeout=LONG)
    assert first.desk is not None
    first.desk.do(set_fields, [FieldEdit("goal", "G1", "title", "Alone")], "Title")
    qtbot.waitUntil(lambda: "1 change to send" in first.strip._met.text(), timeout=LONG)


def test_a_bundle_and_a_shared_folder_bring_the_rest(
    two: Two, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = two
    bundle = tmp_path / "one.dyad-bundle"
    hub_of(first).send_bundle(bundle)
    qtbot.waitUntil(bundle.exists, timeout=LONG)
    second.traveller.take_file(bundle)
    qtbot.waitUntil(lambda: second.page is not None, timeout=LONG)
    assert "Received 3 changes from" in second.notice.text.text()
    shared = tmp_path / "shared"
    shared.mkdir()
    hub_of(first).use_folder(shared)
    hub_of(second).use_folder(shared)
    assert first.desk is not None
    first.desk.do(set_fields, [FieldEdit("goal", "G1", "title", "By folder")], "Title")
    qtbot.waitUntil(lambda: any(shared.rglob("*.seg")), timeout=LONG)

    def arrived() -> bool:
        hub_of(second).sync()
        desk = second.desk
        return desk is not None and desk.book.need(Goal, "G1").title == "By folder"

    qtbot.waitUntil(arrived, timeout=LONG)


def test_the_network_is_off_until_somebody_switches_it_on(two: Two) -> None:
    for window in two:
        hub = hub_of(window)
        assert hub.live is None
        assert not settings.lan(hub.workspace)
        with pytest.raises(BadInputError):
            hub.set_lan(on=True, address="nowhere")
        assert hub.live is None


def test_every_way_is_on_the_page_and_in_the_palette(two: Two, qtbot: QtBot) -> None:
    connect(two, qtbot)
    first, _ = two
    first.show_page("partnership")
    first.pages["partnership"].show_view("laptops")
    qtbot.waitUntil(lambda: not first.runner.busy, timeout=LONG)
    texts = {action.text() for action in first.commands}
    assert {"Pair by code on this network", "Send a bundle", "Join a partnership"} <= texts


def test_a_lost_laptop_is_given_up_and_no_longer_served(two: Two, qtbot: QtBot) -> None:
    first, _ = two
    first.show_page("partnership")
    first.pages["partnership"].show_view("laptops")
    qtbot.waitUntil(lambda: not first.runner.busy, timeout=LONG)
    lost = next(b for b in first.findChildren(QPushButton) if b.text() == "Lost …")
    QTest.mouseClick(lost, Qt.MouseButton.LeftButton)
    assert first.desk is not None
    assert first.desk.travel is not None
    dialog = first.desk.travel.dialog
    assert isinstance(dialog, LostDialog)
    assert "once Marcus agrees, on another laptop, nothing that" in dialog.sentence.text()
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    desk = first.desk
    qtbot.waitUntil(lambda: bool(desk.met and desk.met.given_up), timeout=LONG)
    met = desk.met
    assert met is not None
    assert met.laptops == ()
    qtbot.waitUntil(
        lambda: any("counts until" in each.text() for each in first.findChildren(QLabel)),
        timeout=LONG,
    )
    assert not dialog.isVisible()
    assert "is given up: nothing is sent to it any more" in first.notice.text.text()
    found = next(b for b in first.findChildren(QPushButton) if b.text() == "Found …")
    assert found.accessibleName().startswith("Found: Marcus’s laptop ")
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    asked = first.desk.travel.dialog
    assert isinstance(asked, FoundDialog)
    QTest.mouseClick(asked.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(desk.met and desk.met.laptops), timeout=LONG)
    now = desk.met
    assert now is not None
    assert now.given_up == ()
