from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import CostCentre, OperatingLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.services.templates import NewPartnership, create_partnership, templates
from dyad_desktop.ui.pages.operating.line_dialog import NewLine
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.shell.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def fresh(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Page:
    """The operating budget of a partnership that has no line and no cost centre yet."""
    wish = NewPartnership(templates()[0].id, "Heart", "Ana", "Ben", "", "USD", 7, "2026-11-02")
    window.use_session(create_partnership(tmp_path / "new.dyad", wish))
    window.show_page("operating")
    qtbot.waitUntil(lambda: not window.runner.busy)
    assert isinstance(window.page, Page)
    return window.page


def test_a_first_line_brings_its_cost_centre(fresh: Page, qtbot: QtBot) -> None:
    fresh.add_thing()
    dialog = fresh._dialog
    assert isinstance(dialog, NewLine)
    assert dialog.code.isVisible()
    QTest.keyClicks(dialog.name, "Salaries")
    QTest.keyClicks(dialog.account, "6100")
    dialog._on_create()
    assert "needs a number and a name" in dialog.reason.text()
    QTest.keyClicks(dialog.code, "4110")
    QTest.keyClicks(dialog.centre_name, "Cardiology ward")
    dialog._on_create()
    qtbot.waitUntil(lambda: not fresh.desk.runner.busy and not dialog.isVisible())
    (line,) = fresh.desk.book.all(OperatingLine)
    assert (line.name, line.account, line.cost_centre) == ("Salaries", "6100", "4110")
    assert fresh.desk.selection == ("operating_line", line.id)
    assert fresh.desk.book.need(CostCentre, "4110").name == "Cardiology ward"
    fresh.add_thing()
    again = fresh._dialog
    assert again.centre.currentText() == "4110 Cardiology ward"
    assert not again.code.isVisible()
    again.reject()


def test_a_code_that_can_not_be_one_is_said(fresh: Page, qtbot: QtBot) -> None:
    fresh.add_thing()
    dialog = fresh._dialog
    for editor, text in (
        (dialog.name, "Salaries"), (dialog.account, "6100"), (dialog.code, "41 10"),
        (dialog.centre_name, "Ward"),
    ):  # fmt: skip
        QTest.keyClicks(editor, text)
    dialog._on_create()
    qtbot.waitUntil(lambda: "Nothing was created" in dialog.reason.text())
    assert fresh.desk.book.all(OperatingLine) == ()
    assert fresh.desk.book.all(CostCentre) == ()
    dialog.reject()


def test_the_year_that_is_planned_can_be_chosen(tmp_path: Path, window: MainWindow) -> None:
    window.entrance.new_partnership()
    dialog = window.entrance.dialog
    assert dialog.year.count() == 3
    assert dialog.year.currentIndex() == 1
    dialog.month.setCurrentIndex(0)
    assert dialog.year.currentText().endswith(" to Dec " + dialog.year.currentData()[:4])
    assert dialog.year.currentIndex() == 1
    dialog.reject()


@pytest.mark.parametrize(
    ("start", "budget", "prior"),
    [(None, "FY28", "FY27"), ("2026-07", "FY27", "FY26"), ("2028-07", "FY29", "FY28")],
)
def test_the_year_before_is_the_prior_one(
    tmp_path: Path, start: str | None, budget: str, prior: str
) -> None:
    wish = NewPartnership(
        templates()[0].id, "Heart", "Ana", "Ben", "", "USD", 7, "2026-11-02", start
    )
    session = create_partnership(tmp_path / "new.dyad", wish)
    meta = session.book.only(Partnership)
    assert (meta.budget_year, meta.prior_year) == (budget, prior)
    session.close()


def test_the_pointer_is_told_a_line_in_full_and_what_drives_it(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Page)
    model = page._lines
    tips = {line: model.tip(model.row_of(line), 1) for line in ("L03", "L13", "L16")}
    assert tips == {
        "L03": "In step with the volume EP ablations (V03), and +3.5 % on top",
        "L13": "In proportion to the lines of the group gross revenue, and +0.4 % on top",
        "L16": "As the year before",
    }
    assert model.tip(model.row_of("L03"), 0).startswith("Gross charges: EP ablations\nAccount ")
