"""The finance workbook: what it says, and that text stays text."""

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.operating import Draft, DraftLine, OperatingLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ranking import rank_requests
from dyad_desktop.domain.totals import prior_year_totals
from dyad_desktop.exchange.workbook import WorkbookSummary, write_workbook
from dyad_desktop.exchange.workbook_page import LONGEST, footer_text
from dyad_desktop.exchange.workbook_source import Source
from tests.exchange import workbook_books as books
from tests.exchange.workbook_cells import Cell, Value, formulas, sheet_names, values

SHEETS = [
    "Cover", "Operating budget", "Volumes and drivers", "Capital requests", "Assumptions and notes",
]  # fmt: skip


def write(folder: Path, book: Book, name: str = "finance.xlsx") -> WorkbookSummary:
    return write_workbook(
        folder / name, book, books.budget_of(book),
        prepared_by="Marcus Oyelaran", prepared_on="2026-10-31",
    )  # fmt: skip


def row_of(found: dict[Cell, Value], sheet: str, column: str, text: str) -> str:
    """Return the number of the row in which a column says a text."""
    (row,) = [
        cell[1].removeprefix(column)
        for cell, value in found.items()
        if cell[0] == sheet and re.fullmatch(rf"{column}\d+", cell[1]) and value == text
    ]
    return row


def on_cover(found: dict[Cell, Value], label: str) -> tuple[Value, Value]:
    row = row_of(found, "Cover", "B", label)
    return found["Cover", f"C{row}"], found["Cover", f"D{row}"]


def styled(path: Path, sheet: int, cell: str) -> int:
    """Return the number of a cell's format."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read(f"xl/worksheets/sheet{sheet}.xml").decode()
    match = re.search(rf'<c r="{cell}" s="(\d+)"', text)
    assert match
    return int(match[1])


# -- what it says ------------------------------------------------------------------------------


def test_summary_and_sheets(tmp_path: Path) -> None:
    summary = write(tmp_path, books.example())
    assert sheet_names(summary.path) == list(summary.sheets) == SHEETS
    assert summary.lines == 49
    assert summary.formulas == len(formulas(summary.path)) > 400


def test_cover_shows_the_control_totals(tmp_path: Path) -> None:
    book = books.example()
    found = values(write(tmp_path, book).path)
    before, now = prior_year_totals(book), books.budget_of(book).totals
    for label, name in (
        ("Net revenue", "net_revenue"), ("Total revenue", "total_revenue"),
        ("Total expense", "total_expense"), ("Contribution", "contribution"),
    ):  # fmt: skip
        assert on_cover(found, label) == (getattr(before, name) / 100, getattr(now, name) / 100)
    margins = (one.operating_margin_pct or 0 for one in (before, now))
    assert on_cover(found, "Operating margin") == tuple(float(one / 100) for one in margins)


def test_every_line_has_its_months(tmp_path: Path) -> None:
    book = books.example()
    budget = books.budget_of(book)
    found = values(write(tmp_path, book).path)
    for line in book.all(OperatingLine):
        row = row_of(found, "Operating budget", "A", line.id)
        months = [found["Operating budget", f"{column}{row}"] for column in "GHIJKLMNOPQR"]
        assert months == [amount / 100 for amount in budget.lines[line.id].months]
        assert found["Operating budget", f"B{row}"] == line.account
        assert found["Operating budget", f"S{row}"] == budget.lines[line.id].total / 100


def test_contribution_by_month(tmp_path: Path) -> None:
    book = books.losing()
    found = values(write(tmp_path, book).path)
    row = row_of(found, "Operating budget", "C", "Contribution")
    months = [found["Operating budget", f"{column}{row}"] for column in "GHIJKLMNOPQR"]
    totals = books.budget_of(book).totals
    assert months == [amount / 100 for amount in totals.contribution_by_month]
    assert totals.contribution < 0
    assert on_cover(found, "Contribution")[1] == totals.contribution / 100


def test_growth_is_that_of_the_method_and_of_no_posted_line() -> None:
    book = books.example()
    draft = books.budget_of(book).draft_id
    posts = replace(book.need(CapitalRequest, "C09"), posts_to=(draft,), in_service="2026-09")
    book = books.put(book, [posts])
    (posting, *_) = books.budget_of(book).posted
    twelve = Decimal(12)
    said = [
        DraftLine(f"{draft}.{posting}", draft=draft, line=posting, rate_growth_pct=twelve),
        DraftLine(f"{draft}.L03", draft=draft, line="L03", rate_growth_pct=twelve),
        DraftLine(
            f"{draft}.L02", draft=draft, line="L02", rate_growth_pct=twelve,
            said_as={"rate_growth_pct:12": "volume_rate"},
        ),
    ]  # fmt: skip
    book = books.put(book, said)
    source = Source(book, books.budget_of(book), "", "")
    found = {line.id: source.growth(line) for line in source.lines}
    own = book.need(OperatingLine, "L02").rate_growth_pct
    assert [found[name] for name in (posting, "L03", "L02")] == [None, twelve, own]


def test_overridden_months_are_marked_and_listed(tmp_path: Path) -> None:
    book = books.by_hand(
        books.example(), "L01", {"2026-08": 1_00, "2026-09": None}, "One clinic less"
    )
    path = write(tmp_path, book).path
    found = values(path)
    row = row_of(found, "Operating budget", "A", "L01")
    assert found["Operating budget", f"H{row}"] == 1
    assert styled(path, 2, f"H{row}") != styled(path, 2, f"I{row}") == styled(path, 2, f"J{row}")
    assert found["Operating budget", f"V{row}"] == "One clinic less"
    assert found["Operating budget", "G4"] == "Changed by hand"
    listed = row_of(found, "Assumptions and notes", "D", "Aug 2026")
    computed = books.budget_of(book).lines["L01"].computed[1] / 100
    assert found["Assumptions and notes", f"E{listed}"] == computed
    assert found["Assumptions and notes", f"F{listed}"] == 1
    assert found["Assumptions and notes", f"G{listed}"] == 1 - computed


def test_what_doesnt_count_is_told_to_finance(tmp_path: Path) -> None:
    book, draft = books.example(), books.budget_of(books.example()).draft_id
    notes = "Assumptions and notes"
    plain = values(write(tmp_path, book).path)
    assert "What does not count as it is said" not in plain.values()
    said = [
        DraftLine(f"{draft}.L40", draft=draft, line="L40", method="contract"),
        DraftLine(
            f"{draft}.L03", draft=draft, line="L03", rate_growth_pct=Decimal(12),
            said_as={"rate_growth_pct:12": "volume_rate"},
        ),
        CostLine("K", request="C01", name="Console", amount=1_000_00),
    ]  # fmt: skip
    found = values(write(tmp_path, books.put(book, said), "other.xlsx").path)
    told = [str(value) for (sheet, _), value in found.items() if sheet == notes]
    assert "What does not count as it is said" in told
    lost = "12 % was said as growth of the price of a unit and doesn’t count."
    assert any(text.startswith("L03 ") and text.endswith(f": {lost}") for text in told)
    assert any(
        text.startswith("L40 ") and "counts as nothing: it needs a monthly" in text for text in told
    )
    assert any(text.startswith("C01 ") and "stands beside the cost lines" in text for text in told)


def test_growth_and_what_ifs_are_those_of_the_draft(tmp_path: Path) -> None:
    book, draft = books.example(), books.budget_of(books.example()).draft_id
    said = [
        DraftLine(f"{draft}.L01", draft=draft, line="L01", rate_growth_pct=Decimal(9)),
        DraftLine(f"{draft}.L40", draft=draft, line="L40", method="contract", amount=100_00),
        replace(book.need(Draft, draft), inputs={"volume": Decimal(-5)}),
    ]
    found = values(write(tmp_path, books.put(book, said)).path)
    notes = "Assumptions and notes"
    told = [value for (sheet, _), value in found.items() if sheet == notes]
    assert "This draft counts what-ifs on top of that: All volumes −5 %." in told
    rows = {
        value: cell[1:]
        for (sheet, cell), value in found.items()
        if sheet == notes and cell[0] == "A" and value in {"L01", "L02", "L40"}
    }
    growth = {line: found.get((notes, f"E{row}")) for line, row in rows.items()}
    line = book.need(OperatingLine, "L02")
    assert growth == {"L01": 0.09, "L02": float(line.rate_growth_pct) / 100, "L40": None}


@pytest.mark.parametrize(("currency", "unit"), [("JPY", 1), ("USD", 100), ("KWD", 1_000)])
def test_minor_units_follow_the_currency(tmp_path: Path, currency: str, unit: int) -> None:
    book = books.in_currency(currency)
    path = write(tmp_path, book).path
    found = values(path)
    row = row_of(found, "Operating budget", "A", "L01")
    assert found["Operating budget", f"G{row}"] == 123_456_789 / unit
    assert found["Operating budget", f"L{row}"] == -7 / unit
    with zipfile.ZipFile(path) as archive:
        formats = archive.read("xl/styles.xml").decode()
    digits = "#,##0" + {1: "", 100: ".00", 1_000: ".000"}[unit]
    assert f'formatCode="{digits}_);({digits});' in formats
    assert f"All amounts in {currency}" in str(found["Operating budget", "A3"])


def test_the_cut_line_stands_before_the_first_request_that_does_not_fit(tmp_path: Path) -> None:
    book = books.example()
    found = values(write(tmp_path, book).path)
    first = next(row for row in rank_requests(book) if not row.funded)
    cut = int(row_of(found, "Capital requests", "B", first.request.id)) - 1
    assert str(found["Capital requests", f"C{cut}"]).startswith("Envelope reached")
    assert found["Capital requests", f"K{cut - 1}"] == "Within the envelope"
    assert found["Capital requests", f"K{cut + 1}"] == "Below the line"


def test_no_lines_and_no_capital(tmp_path: Path) -> None:
    summary = write(tmp_path, books.nothing())
    found = values(summary.path)
    assert summary.lines == 0
    assert on_cover(found, "Contribution") == (0, 0)
    assert on_cover(found, "Operating margin") == ("n/a", "n/a")
    assert "No capital requests" in found.values()


def test_the_contents_link_to_each_sheet(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, books.example()).path) as archive:
        cover = archive.read("xl/worksheets/sheet1.xml").decode()
    for name in SHEETS[1:]:
        assert f"location=\"'{name}'!A1\"" in cover


def test_the_same_book_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write(tmp_path, books.example(), "first.xlsx").path
    assert first.read_bytes() == write(tmp_path, books.example(), "second.xlsx").path.read_bytes()


def test_every_request_is_there_once(tmp_path: Path) -> None:
    book = books.odd_capital()
    found = values(write(tmp_path, book).path)
    for request in book.all(CapitalRequest):
        assert row_of(found, "Capital requests", "B", request.id)


def test_a_payback_that_is_undone_later_is_no_figure(tmp_path: Path) -> None:
    book = books.example()
    request = replace(
        book.all(CapitalRequest)[0], cost=1_000_00, contingency_pct=None, phasing={}, salvage=None,
        annual_benefit=0, annual_operating_cost=0, benefit_by_year={"1": 2_300_00},
        cost_by_year={"2": 1_320_00}, useful_life_years=5, tax_rate_pct=None,
    )  # fmt: skip
    found = values(write(tmp_path, books.put(book, [request])).path)
    row = row_of(found, "Capital requests", "B", request.id)
    assert "not for good" in [
        found.get(("Capital requests", f"{letter}{row}")) for letter in "NOPQR"
    ]


# -- hostile text --------------------------------------------------------------------------------

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "{=",
    "=HYPERLINK(",
    "=cmd|' /C calc'!A0",
    "http://",
    "12",
    "",
)


@pytest.mark.parametrize("start", STARTS)
def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path, start: str) -> None:
    plain = write(tmp_path, books.long_words(), "plain.xlsx").path
    hostile = write(tmp_path, books.long_words(start), "hostile.xlsx").path
    assert formulas(hostile) == formulas(plain)
    with zipfile.ZipFile(hostile) as archive:
        assert not [name for name in archive.namelist() if name.endswith("sheet1.xml.rels")]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.sampled_from(STARTS),
    rest=st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=60
    ),
)
def test_any_name_comes_back_as_it_was(tmp_path: Path, start: str, rest: str) -> None:
    name = start + rest
    line = replace(books.example().all(OperatingLine)[0], name=name, note=name)
    found = values(write(tmp_path, books.put(books.example(), [line])).path)
    row = row_of(found, "Operating budget", "A", line.id)
    assert found["Operating budget", f"C{row}"] == name
    assert ("Operating budget", f"C{row}") not in formulas(tmp_path / "finance.xlsx")


def test_a_risky_text_stays_text_when_edited(tmp_path: Path) -> None:
    line = replace(books.example().all(OperatingLine)[0], name="=1+1")
    path = write(tmp_path, books.put(books.example(), [line])).path
    row = row_of(values(path), "Operating budget", "C", "=1+1")
    with zipfile.ZipFile(path) as archive:
        cells = archive.read("xl/styles.xml").decode().partition("<cellXfs")[2].split("<xf ")[1:]
    assert "quotePrefix" in cells[styled(path, 2, f"C{row}")]
    assert "quotePrefix" not in cells[styled(path, 2, f"D{row}")]


def test_a_text_too_long_for_a_cell_says_so(tmp_path: Path) -> None:
    line = replace(books.example().all(OperatingLine)[0], note="x" * 60_000)
    found = values(write(tmp_path, books.put(books.example(), [line])).path)
    row = row_of(found, "Operating budget", "A", line.id)
    text = str(found["Operating budget", f"V{row}"])
    assert len(text) == LONGEST
    assert text.endswith("the rest is in the workspace)")


def test_a_footer_of_any_name() -> None:
    assert footer_text("R&D\n draft") == "R&&D draft"
    assert len(footer_text("&" * 500)) <= 200


def test_odd_names_of_draft_and_title(tmp_path: Path) -> None:
    book, name = books.example(), "[Draft]:*?/\\ & 'final' " + "z" * 300
    book = books.put(book, [
        replace(book.need(Draft, "working"), name=name, state="agreed"),
        replace(book.only(Partnership), title="=A1&B1"),
    ])  # fmt: skip
    found = values(write(tmp_path, book).path)
    assert found["Cover", "B2"] == "=A1&B1"
    assert str(found["Cover", "B3"]).endswith("(agreed)")
