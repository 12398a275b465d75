import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.asked import asked
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine, Criterion
from dyad_desktop.domain.scoring import DIVERGENT, compare
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services import capital, sealing
from dyad_desktop.services.editing import FieldEdit, delete, set_field, set_fields
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.settling import take
from dyad_desktop.ui.charts.cumulative import axis_top, tick_step
from dyad_desktop.ui.pages.capital.model import CUT, FIRST_VIEW
from dyad_desktop.ui.pages.capital.page import Page
from dyad_desktop.ui.pages.capital.table import KEY
from dyad_desktop.ui.shell.inspector import Inspector, page_of
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.dispute import DisputeMark
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.services.apart import apart
from tests.ui.shell.test_window import controls, spoken

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("capital")
    shown = example_window.page
    assert isinstance(shown, Page)
    rest(shown, qtbot)
    return shown


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy, timeout=20_000)


def sheet(page: Page) -> Sheet:
    assert page.sheet is not None
    return page.sheet


def request(page: Page, request_id: str) -> CapitalRequest:
    return page.desk.book.need(CapitalRequest, request_id)


def column(page: Page, key: str) -> int:
    return [one.key for one in page._model.columns].index(key)


def type_into(page: Page, qtbot: QtBot, request_id: str, key: str, text: str) -> None:
    view = sheet(page).view
    view.go_to(page._model.row_of(request_id), column(page, key))
    view.setFocus()
    QTest.keyClicks(view, text[0])
    editor = view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)


def test_the_cut_line_stands_before_the_first_request_below_it(page: Page) -> None:
    keys = [row.key for row in page._model.rows]
    at = keys.index(CUT)
    assert keys[at + 1] == ("capital_request", "C02")
    assert page._model.text(at, 0) == "Cut line: 205 k of 9.0 m unused"
    assert not page._model.quiet(at - 1)
    assert page._model.quiet(at + 1)
    assert page.caption.text() == (
        "The first 6 of 14 requests fit the envelope of US$ 9.0 m; US$ 205 k is left."
        " “Pulsed-field ablation console and 3-D mapping” is the first below the line."
        " ▲\u00a01 approved request stands below it."
    )


def test_only_a_chosen_request_can_be_opened_or_deleted(page: Page) -> None:
    made = {one.text(): one for one in page.findChildren(QPushButton)}
    acting = [made["Open"], made["Delete"]]
    assert not any(one.isEnabled() for one in acting)
    page.show_thing(("capital_request", "C06"))
    assert all(one.isEnabled() for one in acting)
    page.desk.select(None)
    assert not any(one.isEnabled() for one in acting)


def test_no_column_of_the_first_view_is_cut(page: Page) -> None:
    header = sheet(page).view.horizontalHeader()
    last = column(page, FIRST_VIEW)
    end = header.sectionViewportPosition(last) + header.sectionSize(last)
    assert end <= sheet(page).view.viewport().width()


@pytest.mark.parametrize("highest", [0.0, 0.4, 9.0, 10.0, 14.14, 49.0, 512.0])
def test_the_axis_ends_at_a_tick_above_the_highest(highest: float) -> None:
    top = axis_top(highest)
    assert highest < top <= max(1.0, highest * 1.7)
    assert round(top / tick_step(top), 6) == round(top / tick_step(top))


def test_what_was_said_of_a_missing_title_goes_when_one_is_typed(page: Page, qtbot: QtBot) -> None:
    page.add_thing()
    dialog = page.new_dialog
    QTest.mouseClick(
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "Create"), LEFT
    )
    rest(page, qtbot)
    assert dialog.reason.text()
    QTest.keyClicks(dialog.name, "M")
    assert not dialog.reason.text()
    dialog.reject()


def test_the_envelope_is_edited_where_it_stands(page: Page, qtbot: QtBot) -> None:
    fact = page.facts.envelope
    QTest.mouseClick(fact.shown, LEFT)
    assert fact.editing
    fact.editor.selectAll()
    QTest.keyClicks(fact.editor, "lots")
    QTest.keyClick(fact.editor, Qt.Key.Key_Return)
    assert fact.editing
    assert "not a number" in fact.reason.text()
    fact.editor.selectAll()
    QTest.keyClicks(fact.editor, "9.6m")
    QTest.keyClick(fact.editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert not fact.editor.isVisible()
    assert page.desk.book.only(CapitalPolicy).envelope == 9_600_000_00
    assert page.facts.fact("left").text() == "US$ 85,000"
    page.desk.undo()
    rest(page, qtbot)
    assert page.facts.fact("left").text() == "US$ 205,000"


def test_escape_leaves_the_envelope(page: Page) -> None:
    fact = page.facts.envelope
    QTest.mouseClick(fact.shown, LEFT)
    QTest.keyClicks(fact.editor, "1")
    QTest.keyClick(fact.editor, Qt.Key.Key_Escape)
    assert not fact.editor.isVisible()
    assert page.desk.book.only(CapitalPolicy).envelope == 9_000_000_00


def test_a_typed_cost_counts_in_thousands_and_moves_the_line(page: Page, qtbot: QtBot) -> None:
    type_into(page, qtbot, "C02", "cost", "200")
    assert request(page, "C02").cost == 200_000_00
    keys = [row.key for row in page._model.rows]
    assert keys.index(CUT) > keys.index(("capital_request", "C02"))
    page.desk.undo()
    rest(page, qtbot)
    assert request(page, "C02").cost == 720_000_00


def test_words_are_taken_for_choices_flags_and_months(page: Page, qtbot: QtBot) -> None:
    type_into(page, qtbot, "C06", "status", "def")
    type_into(page, qtbot, "C06", "mandatory", "yes")
    type_into(page, qtbot, "C06", "in_service", "2027-04")
    found = request(page, "C06")
    assert (found.status, found.mandatory, found.in_service) == ("deferred", True, "2027-04")


def test_a_request_keeps_the_cursor_when_it_changes_its_place(page: Page, qtbot: QtBot) -> None:
    view = sheet(page).view
    view.go_to(page._model.row_of("C13"), column(page, "mandatory"))
    view.setFocus()
    page._model.wanted.emit([_mandatory("C13")])
    rest(page, qtbot)
    row = view.currentIndex().row()
    assert page._model.rows[row].key == ("capital_request", "C13")
    assert row < 6


def _mandatory(request_id: str) -> object:
    from dyad_desktop.services.editing import FieldEdit  # noqa: PLC0415 - beside its one use

    return FieldEdit("capital_request", request_id, "mandatory", value=True)


def test_scores_far_apart_are_marked(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("capital_request", "C03"))
    page.open_request()
    boxes = page.dialog.scores.boxes
    assert boxes["A/safety"].isEnabled()
    assert not boxes["B/safety"].isEnabled()
    boxes["A/safety"].setFocus()
    QTest.keyClicks(boxes["A/safety"], "2")
    QTest.keyClick(boxes["A/safety"].view(), Qt.Key.Key_Return)
    rest(page, qtbot)
    assert request(page, "C03").scores["A/safety"] == 2
    row = page._model.row_of("C03")
    assert page._model.text(row, column(page, "apart")) == "▲ safety"
    assert page._model.tone(row, column(page, "apart")) == "at_risk"
    page.dialog.accept()


def test_the_form_computes_what_a_request_gives_back(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("capital_request", "C01"))
    page.open_request()
    dialog = page.dialog
    assert dialog.returns._values["npv"].text() == "US$ 3,227,119"
    editor = dialog.form.fields["annual_benefit"].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "=1620000/2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert request(page, "C01").annual_benefit == 810_000_00
    assert dialog.returns._values["payback"].text() == "14.3 years"
    assert "present value of all payments" in dialog.returns._values["index"].toolTip()
    dialog.accept()


def test_a_new_request_opens_in_full_and_can_be_deleted(page: Page, qtbot: QtBot) -> None:
    page.add_thing()
    dialog = page.new_dialog
    dialog._on_create()
    rest(page, qtbot)
    assert "needs a title" in dialog.reason.text()
    QTest.keyClicks(dialog.name, "Infusion pumps")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    rest(page, qtbot)
    key = page.desk.selection
    assert key is not None
    assert page.desk.book.label(*key) == "Infusion pumps"
    page.dialog.accept()
    page.delete_thing()
    rest(page, qtbot)
    assert page.desk.book.entity(*key) is None
    page.desk.undo()
    rest(page, qtbot)
    assert page.desk.book.entity(*key) is not None


def test_the_chart_goes_along_by_arrows_and_to_the_table_by_t(page: Page) -> None:
    page.show_view("chart")
    chart = page.chart
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert page.desk.selection == ("capital_request", "C03")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert page.desk.selection == ("capital_request", "C12")
    QTest.keyClick(chart, Qt.Key.Key_T)
    assert page.views.choice == "list"
    assert chart.accessibleDescription().startswith("The first 6 of 14")


def test_an_empty_plan_offers_the_first_request(page: Page, qtbot: QtBot) -> None:
    keys = [("capital_request", one.id) for one in page.desk.book.all(CapitalRequest)]
    page.desk.do(delete, keys)
    rest(page, qtbot)
    assert page._stack.currentWidget() is page._empty
    page.delete_thing()
    page.desk.undo()
    rest(page, qtbot)
    assert page._stack.currentWidget() is page._split


def test_a_low_window_shows_the_list_alone(page: Page) -> None:
    assert page.card.isVisible()
    page.window().resize(1024, 700)
    assert not page.card.isVisible()


# -- the whole request -------------------------------------------------------------------------


def opened(page: Page, request_id: str) -> None:
    page.show_thing(("capital_request", request_id))
    page.open_request()


def enter(editor: object, text: str) -> None:
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def test_a_cost_beside_the_lines_is_told_and_settled_where_they_stand(
    page: Page, qtbot: QtBot
) -> None:
    page.desk.do(capital.add_cost_line, "C01", "Console")
    rest(page, qtbot)
    edit = FieldEdit("capital_request", "C01", "cost", 6_000_000_00)
    page.desk.do(set_fields, [edit])
    rest(page, qtbot)
    at = page._model.row_of("C01")
    assert "▲" in page._model.text(at, 0)
    assert "doesn’t count: they come to USD 4,850,000" in page._model.tip(at, 0)
    with pytest.raises(BadInputError, match="its cost lines count instead"):
        page._model.parse(at, column(page, "cost"), "7000")
    opened(page, "C01")
    dialog = page.dialog
    beside = dialog.lines.beside
    assert beside.isVisible()
    assert beside.ways["fill"].text() == "Bring the lines up to it: one more line of US$ 1,150,000"
    beside.ways["fill"].click()
    rest(page, qtbot)
    assert not beside.isVisible()
    assert asked(page.desk.book, request(page, "C01")) == 6_000_000_00
    dialog.reject()


def test_a_cost_held_apart_beside_its_lines_says_that_they_count(page: Page, qtbot: QtBot) -> None:
    def hold(session: Session) -> ChangeSet:
        seen = session.seen(Address("capital_request", "C01", "cost"))
        capital.add_cost_line(session, "C01", "Console")
        session.write_as("B")
        edit = FieldEdit("capital_request", "C01", "cost", 6_000_000_00, seen=seen)
        made = set_fields(session, [edit])
        session.write_as("A")
        return made

    page.desk.do(hold)
    rest(page, qtbot)
    opened(page, "C01")
    qtbot.waitUntil(lambda: bool(page.dialog.findChildren(DisputeMark)), timeout=5_000)
    (mark,) = page.dialog.findChildren(DisputeMark)
    assert "as its cost lines: 4,850,000" in mark.accessibleName()
    assert "6,000,000, but its cost lines count: 4,850,000" in mark.accessibleName()
    assert not page.dialog.lines.beside.isVisible()
    page.dialog.accept()


def test_a_second_envelope_of_a_year_is_told_and_can_be_taken_out(page: Page, qtbot: QtBot) -> None:
    for year, amount in (("2026-07", 4_000_000_00), ("2026-10", 5_000_000_00)):
        page.desk.do(capital.set_year_envelope, year, amount)
    rest(page, qtbot)
    told = "▲\u00a0FY27 has 2 envelopes (Jul 2026: USD 4,000,000, Oct 2026: USD 5,000,000); that of Oct 2026 counts."
    assert told in page.caption.text()
    assert page_of("capital_policy") == "capital"
    page.show_thing(("capital_policy", "capital_policy"))  # as Home does, which tells it too
    rest(page, qtbot)
    view = page.portfolio
    assert view is not None
    assert view.form is not None
    editor = view.form.fields["envelopes/2026-10"].editor
    editor.setFocus()
    assert isinstance(editor, QLineEdit)
    editor.clear()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert told not in page.caption.text()


def test_a_year_after_the_life_is_told_and_can_be_taken_out(page: Page, qtbot: QtBot) -> None:
    life = request(page, "C02").useful_life_years
    last = str(life + 2)
    page.desk.do(
        set_fields, [FieldEdit("capital_request", "C02", "benefit_by_year", 1_000_00, last)]
    )
    rest(page, qtbot)
    opened(page, "C02")
    told = f"Its benefit of year {last} doesn’t count: its useful life ends with year {life}."
    assert told in page.dialog.warns.text()
    years = page.dialog.years
    years.toggle.click()
    assert years.form is not None
    editor = years.form.fields[f"benefit_by_year/{last}"].editor
    assert isinstance(editor, QLineEdit)
    editor.clear()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert told not in page.dialog.warns.text()
    page.dialog.accept()


def test_contingency_and_cost_lines_make_what_is_asked_for(page: Page, qtbot: QtBot) -> None:
    opened(page, "C02")
    dialog = page.dialog
    enter(dialog.money.fields["contingency_pct"].editor, "10%")
    rest(page, qtbot)
    assert dialog.lines.sum.text() == "Asked for: US$ 792,000 = 720,000 and contingency 72,000"
    enter(dialog.lines.name, "Console")
    rest(page, qtbot)
    line = page.desk.book.all(CostLine)[0]
    assert not dialog.money.fields["cost"].editor.isEnabled()
    enter(dialog.lines.forms[line.id].fields["amount"].editor, "700k")
    rest(page, qtbot)
    assert asked(page.desk.book, request(page, "C02")) == 770_000_00
    cost = dialog.money.fields["cost"]
    assert cost.text == "700,000"  # what the lines come to, though nobody said it as the cost
    assert not cost.changed
    assert dialog.money.captions["cost"].text() == "Cost: the sum of its lines"
    assert "asked" in [one.key for one in page._model.columns]
    row = page._model.row_of("C02")
    assert page._model.text(row, column(page, "asked")) == "770"
    QTest.mouseClick(
        next(b for b in dialog.lines.findChildren(QPushButton) if b.property("line") == line.id),
        LEFT,
    )
    rest(page, qtbot)
    assert dialog.money.fields["cost"].editor.isEnabled()
    assert dialog.money.captions["cost"].text() == "Cost"
    assert request(page, "C02").cost == 700_000_00
    enter(dialog.lines.name, " ")
    rest(page, qtbot)
    assert dialog.lines._reason.text() == "A cost line needs a name."
    dialog.accept()


def test_phasing_says_what_each_year_pays(page: Page, qtbot: QtBot) -> None:
    opened(page, "C02")
    phasing = page.dialog.phasing
    assert phasing.said.text() == "Nothing is phased: all US$ 720,000 count in FY27."
    assert phasing.form is not None
    enter(phasing.form.fields["phasing/2026-10"].editor, "360k")
    rest(page, qtbot)
    assert phasing.said.text().endswith("in their proportion: FY27 720,000.")
    assert phasing.form is not None
    enter(phasing.form.fields["phasing/2027-07"].editor, "360k")
    rest(page, qtbot)
    assert phasing.said.text() == "By fiscal year: FY27 360,000, FY28 360,000."
    before = len(phasing.form.fields)
    QTest.mouseClick(phasing.more, LEFT)
    assert len(phasing.form.fields) == before + 4
    page.dialog.accept()


def test_years_of_their_own_are_given_one_by_one(page: Page, qtbot: QtBot) -> None:
    opened(page, "C02")
    years = page.dialog.years
    assert not years.findChildren(QLineEdit)
    QTest.mouseClick(years.toggle, LEFT)
    assert years.form is not None
    assert len(years.form.fields) == 2 * 7
    enter(years.form.fields["benefit_by_year/1"].editor, "0")
    rest(page, qtbot)
    assert request(page, "C02").benefit_by_year == {"1": 0}
    assert years.toggle.text() == "Years that differ (1) …"
    page.dialog.accept()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("useful_life_years", "-1", "−1 is outside 1 to 100"),
        ("useful_life_years", "0", "0 is outside 1 to 100"),
        ("tax_rate_pct", "101", "above 100"),
        ("salvage", "(5)", "−5 is below 0"),
        ("salvage", "-0.5", "−0.50 is below 0"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(
    page: Page, qtbot: QtBot, field: str, text: str, said: str
) -> None:
    opened(page, "C02")
    made = page.dialog.form.fields[field]
    enter(made.editor, text)
    rest(page, qtbot)
    assert said.replace("−", "-") in made._reason.text().replace("−", "-")
    page.dialog.accept()


@pytest.mark.parametrize(
    ("benefits", "rate", "note"),
    [
        ("500k", "67.6 % a year", ""),
        ("0", "none", "No rate of return: nothing ever comes back."),
    ],
)
def test_rates_of_return_are_said_in_words(
    page: Page, qtbot: QtBot, benefits: str, rate: str, note: str
) -> None:
    opened(page, "C02")
    dialog = page.dialog
    enter(dialog.form.fields["annual_benefit"].editor, benefits)
    enter(dialog.form.fields["annual_operating_cost"].editor, "0" if benefits != "0" else "1")
    rest(page, qtbot)
    assert dialog.returns._values["irr"].text() == rate
    assert dialog.returns._note.text().endswith(note)
    dialog.accept()


def test_depreciation_stands_by_year_and_says_where_it_posts(page: Page, qtbot: QtBot) -> None:
    opened(page, "C02")
    card = page.dialog.depreciation
    assert card.said.text() == (
        "Straight line by month, from Jun 2027. It posts to no draft; choose one in the form."
    )
    table = card.table
    assert table.rowCount() == 9
    assert [table.item(0, n).text() for n in range(3)] == ["FY27", "8,572", "711,428"]  # type: ignore[union-attr]
    page.desk.do(set_fields, [_field("C02", "posts_to", ["working"])])
    page.desk.do(set_fields, [_field("C02", "depreciation_method", "macrs")])
    rest(page, qtbot)
    assert card.said.text() == (
        "US tax table (MACRS), half-year, 7 years, from Jun 2027. Posts to Working draft as linked lines,"
        " with its benefit and operating cost."
    )
    for status in ("deferred", "declined"):
        page.desk.do(set_fields, [_field("C02", "status", status)])
        rest(page, qtbot)
        assert card.said.text().endswith(f"from Jun 2027. It posts nothing while {status}.")
    page.desk.do(set_fields, [_field("C02", "in_service", None)])
    rest(page, qtbot)
    assert card.said.text().startswith("Say from which month")
    assert card.table.isHidden()
    page.dialog.accept()


def _field(request_id: str, field: str, value: object) -> object:
    from dyad_desktop.services.editing import FieldEdit  # noqa: PLC0415 - beside its use

    return FieldEdit("capital_request", request_id, field, value)


# -- scores ------------------------------------------------------------------------------------


def fresh_request(page: Page, qtbot: QtBot) -> str:
    made: list[str] = []
    page.desk.do(
        capital.new_request, "Infusion pumps", done=lambda c: made.append(next(iter(c.keys))[1])
    )
    rest(page, qtbot)
    return made[0]


def choose(box: QComboBox, mark: int) -> None:
    box.setCurrentIndex(box.findData(mark))
    box.activated.emit(box.currentIndex())


def texts(page: Page) -> str:
    """Return everything that the scores view says."""
    assert page.scores is not None
    table = page.scores.table
    cells = [
        item.text()
        for row in range(table.rowCount())
        for n in range(table.columnCount())
        if (item := table.item(row, n)) is not None and table.current_key() == item.data(0x100)
    ]
    grid = page.scores.grid
    assert grid is not None
    return " | ".join([*cells, *(box.currentText() for box in grid.boxes.values())])


def test_a_partners_marks_are_not_shown_before_both_are_done(page: Page, qtbot: QtBot) -> None:
    made = fresh_request(page, qtbot)
    page.show_view("scores")
    assert page.scores is not None
    page.scores.choose(made)
    grid = page.scores.grid
    assert grid is not None
    assert not grid.done.isEnabled()
    for criterion in page.desk.book.all(Criterion):
        choose(grid.boxes[f"A/{criterion.id}"], 5)
        rest(page, qtbot)
    assert request(page, made).scores == {}
    QTest.mouseClick(grid.done, LEFT)
    rest(page, qtbot)
    assert "only a fingerprint of them travels" in grid.said.text()
    assert grid.back.isVisibleTo(page)
    page.desk.session.write_as("B")
    page.reload()
    assert set(grid.boxes) == {f"B/{one.id}" for one in page.desk.book.all(Criterion)}
    assert "5" not in texts(page).replace("of 5", "").replace("15  Infusion", "")
    assert "done, sealed" in texts(page)
    row = page._model.row_of(made)
    assert page._model.text(row, column(page, "by/A")) == "done"
    assert page._model.text(row, column(page, "by/B")) == ""
    assert page._model.text(row, column(page, "score")) == ""
    for criterion in page.desk.book.all(Criterion):
        choose(grid.boxes[f"B/{criterion.id}"], 2)
        rest(page, qtbot)
    QTest.mouseClick(grid.done, LEFT)
    rest(page, qtbot)
    page.desk.session.write_as("A")
    page.reload()
    rest(page, qtbot)
    assert set(request(page, made).scores.values()) == {2, 5}
    assert grid.said.text() == "All marks opened as they were sealed."
    assert grid.boxes["B/safety"].currentText() == "2"
    choose(grid.boxes["agreed/safety"], 4)
    rest(page, qtbot)
    assert request(page, made).agreed_scores == {"safety": 4}
    assert page.scores.table.item(0, 0).data(0x100) == made  # type: ignore[union-attr]


def test_weights_are_kept_only_when_they_sum_to_a_hundred(page: Page, qtbot: QtBot) -> None:
    page.show_view("scores")
    assert page.scores is not None
    QTest.mouseClick(page.scores.weights, LEFT)
    dialog = page.scores.dialog
    names, weights = dialog.rows[0]
    assert names.text() == "safety"
    weights.selectAll()
    QTest.keyClicks(weights, "20")
    assert dialog.sum.text() == "The weights sum to 90, 10 too little; together they are 100."
    assert not dialog.keep.isEnabled()
    dialog._on_more()
    QTest.keyClicks(dialog.rows[-1][0], "Access")
    QTest.keyClicks(dialog.rows[-1][1], "ten")
    assert "not a number" in dialog.sum.text()
    dialog.rows[-1][1].clear()
    QTest.keyClicks(dialog.rows[-1][1], "10")
    QTest.mouseClick(dialog.keep, LEFT)
    rest(page, qtbot)
    assert page.desk.book.need(Criterion, "access").weight == 10


def test_requests_that_are_furthest_apart_stand_first(page: Page) -> None:
    page.show_view("scores")
    assert page.scores is not None
    plan = page.scores._plan
    apart = {
        row.request.id: (
            sum(
                one.apart for one in compare(page.desk.book, row.request) if one.apart >= DIVERGENT
            ),
            abs((row.scores["A"] or 0) - (row.scores["B"] or 0)),
        )
        for row in plan.rows
    }
    table = page.scores.table
    items = [table.item(n, 0) for n in range(table.rowCount())]
    shown = [str(item.data(KEY)) for item in items if item is not None]
    assert [apart[one] for one in shown] == sorted(apart.values(), reverse=True)
    assert apart[shown[0]] > apart[shown[-1]]


# -- order and portfolio -----------------------------------------------------------------------


def test_requests_are_moved_by_hand_with_the_keyboard(page: Page, qtbot: QtBot) -> None:
    up, down = page._moves
    assert not up.isEnabled()
    combo = page.order.rank_by
    combo.setCurrentIndex(combo.findData("by_hand"))
    combo.activated.emit(combo.currentIndex())
    rest(page, qtbot)
    assert up.isEnabled()
    page.show_thing(("capital_request", "C09"))
    before = page._model.row_of("C09")
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    QTest.keyClick(sheet(page).view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    rest(page, qtbot)
    assert page._model.row_of("C09") == before - 1
    assert page.desk.selection == ("capital_request", "C09")
    down.trigger()
    rest(page, qtbot)
    assert page._model.row_of("C09") == before


def test_what_moved_the_cut_line_stands_above_the_list(page: Page, qtbot: QtBot) -> None:
    page.desk.do(capital.set_envelope, 8_000_000_00)
    rest(page, qtbot)
    assert "Second EP laboratory" in page.order.moved.text()
    page.show_view("portfolio")
    rest(page, qtbot)
    assert page.portfolio is not None
    assert "The envelope fell by US$ 1,000,000." in page.portfolio.moved.text()
    assert not page.order.isVisible()


def test_the_portfolio_sets_the_plan_beside_the_best_set(page: Page, qtbot: QtBot) -> None:
    page.show_view("portfolio")
    rest(page, qtbot)
    view = page.portfolio
    assert view is not None
    assert view.found is not None
    assert view.said.text().startswith("The best set is worth US$\u00a0")
    assert view.table.rowCount() == len(page.plan.asking) + 2
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    assert page.desk.selection == ("capital_request", view.table.current_key())
    view.objective.choose("score")
    view._on_objective("score")
    rest(page, qtbot)
    assert "points" in view.said.text()


def test_by_score_the_frontier_is_of_scores_too(page: Page, qtbot: QtBot) -> None:
    page.show_view("portfolio")
    rest(page, qtbot)
    view = page.portfolio
    assert view is not None
    view.objective.choose("score")
    view._on_objective("score")
    rest(page, qtbot)
    chart, found = view.chart, view.found
    assert chart is not None
    assert found is not None
    at_plan = found.frontier.at(found.plan.cost)
    assert at_plan is not None
    gap = at_plan.value - found.plan.value
    assert gap > 0
    assert view.caption.text() == (
        f"For what the plan costs, {gap / 100:,.2f} points more could be reached."
    )
    assert [(one.text, one.y) for one in chart._spots] == [
        ("plan as ranked", found.plan.value / 100), ("best set", found.best.value / 100),
    ]  # fmt: skip
    assert chart._units[1] == "Score, points"
    assert chart._steps[-1][1] == found.frontier.points[-1].value / 100
    assert chart.accessibleName() == "Score that each envelope could reach"
    header = view.steps.horizontalHeaderItem(1)
    assert header is not None
    assert header.text() == "Points reached"
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_End)
    last = found.frontier.points[-1]
    assert view.caption.text().endswith(
        f"{last.value / 100:,.2f} points with {last.count} requests."
    )


def test_the_frontier_is_read_by_keys_and_as_a_table(page: Page, qtbot: QtBot) -> None:
    page.show_view("portfolio")
    rest(page, qtbot)
    view = page.portfolio
    assert view is not None
    chart = view.chart
    assert chart is not None
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert view.caption.text() == (
        "From US$ 3,560,000 on: (US$ 1,410,448) net present value with 4 requests."
    )
    first = view.caption.text()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert view.caption.text() != first
    assert chart.accessibleDescription() == view.caption.text()
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert view.found is not None
    assert chart.selected == len(view.found.frontier.points) - 1
    QTest.keyClick(chart, Qt.Key.Key_T)
    assert view.steps.isVisible()
    assert not chart.isVisible()
    page.toggle_table()
    assert chart.isVisible()


def test_a_years_envelope_is_set_and_cuts(page: Page, qtbot: QtBot) -> None:
    page.show_view("portfolio")
    rest(page, qtbot)
    view = page.portfolio
    assert view is not None
    assert view.form is not None
    enter(view.form.fields["envelopes/2026-07"].editor, "4m")
    rest(page, qtbot)
    assert page.plan.fitting == 4
    told = " is the first below the line: the FY27 envelope of US$ 4.0 m doesn’t reach it."
    assert told in page.caption.text()
    page.desk.do(capital.set_envelope, None)
    rest(page, qtbot)
    assert "; no envelope of the whole plan is set." in page.caption.text()
    assert told in page.caption.text()
    assert view.years.item(0, 4).text() == "4,000"  # type: ignore[union-attr]


def test_marks_wait_that_were_sealed_on_another_laptop(page: Page, qtbot: QtBot) -> None:
    made = fresh_request(page, qtbot)
    for criterion in page.desk.book.all(Criterion):
        page.desk.do(sealing.mark, made, criterion.id, 3)
    page.desk.do(sealing.finish, made)
    rest(page, qtbot)
    sealing._path(page.desk.session).unlink()
    page.show_view("scores")
    assert page.scores is not None
    page.scores.choose(made)
    assert page.scores.grid is not None
    assert page.scores.grid.said.text().startswith("You sealed your marks on another laptop")


@pytest.mark.parametrize(
    ("typed", "npv", "said"),
    [
        ("0", "US$ 6,650,000", ""),
        ("-100", "US$ 3,227,119", "A discount rate between 0 and 100 percent is expected"),
        ("1000", "US$ 3,227,119", "A discount rate between 0 and 100 percent is expected"),
        ("", "US$ 6,650,000", ""),
    ],
)
def test_the_discount_rate_is_a_rule_that_can_be_nothing(
    page: Page, qtbot: QtBot, typed: str, npv: str, said: str
) -> None:
    QTest.mouseClick(page.facts.rules, LEFT)
    field = page.rules_dialog.form.fields["discount_rate_pct"]
    assert isinstance(field.editor, QLineEdit)
    field.editor.clear()
    enter(field.editor, typed)
    rest(page, qtbot)
    assert said in field._reason.text()
    page.rules_dialog.accept()
    opened(page, "C01")
    assert page.dialog.returns._values["npv"].text() == npv
    page.dialog.accept()


@pytest.mark.parametrize("view", ["list", "scores", "portfolio", "chart", "request"])
def test_every_control_of_every_view_has_a_name(page: Page, qtbot: QtBot, view: str) -> None:
    shown: QWidget = page
    if view == "request":
        opened(page, "C01")
        shown = page.dialog
    else:
        page.show_view(view)
    rest(page, qtbot)
    silent = [
        f"{type(w).__name__} in {type(w.parent()).__name__}"
        for w in controls(shown)
        if not spoken(w) and w.focusProxy() is None
    ]
    assert silent == []


def test_the_form_says_that_a_request_is_no_capital_by_the_pairs_rule(
    page: Page, qtbot: QtBot
) -> None:
    opened(page, "C14")
    assert page.dialog.warns.isHidden()
    page.desk.do(set_fields, [_field("C14", "cost", 4_000_00)])
    rest(page, qtbot)
    said = "▲\u00a0Below the capitalisation threshold of 5,000: an operating expense by your rule."
    assert page.dialog.warns.text() == said
    page.dialog.accept()


def test_delay_has_headings_of_its_own(page: Page) -> None:
    opened(page, "C01")
    card = page.dialog.returns

    def read(table: QTableWidget) -> list[list[str]]:
        heads = [table.horizontalHeaderItem(n).text() for n in range(table.columnCount())]  # type: ignore[union-attr]
        rows = range(table.rowCount())
        return [heads, *([table.item(n, 0).text()] for n in rows)]  # type: ignore[union-attr]

    assert read(card.sensitivity) == [
        ["By", "Benefit", "Cost"], ["−20 %"], ["−10 %"], ["as is"], ["+10 %"], ["+20 %"],
    ]  # fmt: skip
    assert read(card.late) == [
        ["Late by", "Net present value"], ["on time"], ["3 months"], ["6 months"], ["9 months"], ["12 months"],
    ]  # fmt: skip
    for table in (card.sensitivity, card.late):
        item = table.item(2 if table is card.sensitivity else 0, 1)
        assert item is not None
        assert item.text() == "3,227"
    page.dialog.accept()


@pytest.mark.parametrize(("scale", "said"), [(1.0, "US$ 14,140,000"), (1.6, "US$ 14.14 m")])
def test_no_figure_of_the_heading_is_cut(page: Page, scale: float, said: str) -> None:
    theme.use(scale=scale)
    try:
        page.facts.resize(1050, page.facts.height())
        page.facts.fit()
        assert page.facts._wide() <= page.facts.width()
        assert page.facts.fact("requested").text() == said
        assert page.facts.fact("requested").toolTip() == "US$ 14,140,000"
    finally:
        theme.use(scale=1.0)


def test_the_inspector_says_whose_a_score_is(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.desk.session.write_as("B")
    set_field(page.desk.session, ("capital_request", "C01"), "scores", 2, slot="B/safety")
    page.show_thing(("capital_request", "C01"))
    rest(page, qtbot)
    inspector = example_window.findChild(Inspector)
    assert inspector is not None
    qtbot.waitUntil(
        lambda: any(
            one.text() == "scores, Marcus, safety 3 → 2" for one in inspector.findChildren(QLabel)
        )
    )


def test_net_present_values_tell_between_what_they_come_out(page: Page, qtbot: QtBot) -> None:
    at = Address("capital_request", "C02", "annual_benefit")
    apart(page.desk.session, at, A=10_000_000, B=90_000_000)
    page.desk.do(set_field, ("goal", "G1"), "why", "To have it shown")
    qtbot.waitUntil(lambda: at in page.desk.contested)
    row, npv = page._model.row_of("C02"), column(page, "npv")
    qtbot.waitUntil(lambda: "as you settle" in page._model.range_text(row, npv))
    opened(page, "C02")
    note = page.dialog.returns._note
    assert note.text().startswith("The net present value comes out ")
    page.desk.do(take, [at], "B")
    qtbot.waitUntil(lambda: not note.text().startswith("The net present value comes out "))
    assert page._model.range_text(page._model.row_of("C02"), npv) == ""
    page.dialog.accept()
