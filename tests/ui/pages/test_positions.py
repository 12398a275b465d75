"""The sheet of positions: terms that are typed, months that follow, sums by cost centre."""

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import Position
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_field, set_fields
from dyad_desktop.ui.models.sheet import CellText
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.pages.operating.positions import PositionsModel
from dyad_desktop.ui.shell.window import MainWindow


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Page)
    page.show_view("positions")
    return page


def column(model: PositionsModel, key: str) -> int:
    return [one.key for one in model.columns].index(key)


def typed(page: Page, qtbot: QtBot, job: str, key: str, text: str) -> None:
    model = page._positions
    model.enter([CellText(model.row_of(job), column(model, key), text)])
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def shown(page: Page, job: str, key: str) -> str:
    model = page._positions
    return model.text(model.row_of(job), column(model, key))


def test_terms_move_the_months_and_the_cost(page: Page, qtbot: QtBot) -> None:
    assert shown(page, "P02", "cost") == "8,153,600"  # 98 FTE × 2,080 h × 40
    typed(page, qtbot, "P02", "start", "jan")
    assert (shown(page, "P02", "start"), shown(page, "P02", "2026-12")) == ("Jan", "0.0")
    assert shown(page, "P02", "cost") == "4,076,800"
    typed(page, qtbot, "P02", "overtime_pct", "10%")
    assert shown(page, "P02", "cost") == "4,688,320"
    typed(page, qtbot, "P02", "2026-12", "3.5")
    assert (shown(page, "P02", "2026-12"), shown(page, "P02", "average")) == ("3.5", "49.3")
    model = page._positions
    at = model.row_of("P02"), column(model, "2026-12")
    assert model.clearable(*at)
    assert "Typed" in model.tip(*at)
    assert not model.clearable(at[0], column(model, "2026-11"))


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("vacancy_pct", "120", "above"),
        ("start", "soon", "period"),
        ("fte_budget", "", "0 means none"),
        ("contract_labour", "0.001", "decimal"),
        ("title", " ", "name"),
    ],
)
def test_what_can_t_be_is_refused_in_its_cell(
    page: Page, qtbot: QtBot, key: str, text: str, reason: str
) -> None:
    with pytest.raises(BadInputError, match=reason):
        typed(page, qtbot, "P02", key, text)


def test_cost_centres_sum_their_jobs_and_fold(page: Page) -> None:
    model = page._positions
    first = next(n for n, row in enumerate(model.rows) if row.key == ("group", "71600"))
    assert model.text(first, 0).startswith("71600 ")
    jobs = [job for job in page.desk.book.all(Position) if job.cost_centre == "71600"]
    assert model.number(first, column(model, "fte_budget")) == sum(job.fte_budget for job in jobs)
    costs = [model.number(model.row_of(job.id), column(model, "cost")) for job in jobs]
    assert model.number(first, column(model, "cost")) == sum(cost for cost in costs if cost)
    assert not model.editable(first, column(model, "fte_budget"))
    assert "FTE for 1,000 of" in model.tip(first, column(model, "per"))
    before = len(model.rows)
    model.folded.add("71600")
    model.refold()
    assert len(model.rows) == before - len(jobs)
    assert model.row_of(jobs[0].id) >= 0
    assert len(model.rows) == before


def test_hours_of_the_planning_rules_count(page: Page, qtbot: QtBot) -> None:
    page.desk.do(set_field, ("planning", "planning"), "hours_per_fte", Decimal(1950))
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert shown(page, "P02", "cost") == "7,644,000"


def test_a_line_of_one_part_says_which_and_what_is_in_no_line(page: Page, qtbot: QtBot) -> None:
    before = shown(page, "P01", "lines")
    assert before.endswith("FTE only")
    line = before.split(",")[0]
    edits = [("method", "staffing"), ("driver", "P01"), ("part", "salaries")]
    plan = [FieldEdit("draft_line", f"working.{line}", field, value) for field, value in edits]
    page.desk.do(set_fields, plan)
    typed(page, qtbot, "P01", "overtime_pct", "5")
    typed(page, qtbot, "P01", "benefits_pct", "20")
    told = shown(page, "P01", "lines")
    assert f"{line}, salaries only" in told
    assert told.endswith("not in the budget: overtime and benefits")
    page.desk.do(set_field, ("draft_line", f"working.{line}"), "part", "all")
    qtbot.waitUntil(lambda: f"{line}, cost" in shown(page, "P01", "lines"))
    assert "not in the budget" not in shown(page, "P01", "lines")
