"""What the finance workbook says of lines that wait for an explanation, and of the partners' notes."""

from decimal import Decimal
from pathlib import Path

from dyad_desktop.domain.explaining import unexplained
from dyad_desktop.domain.operating import DraftLine, Note, OperatingLine, Planning
from dyad_desktop.exchange.workbook import write_workbook
from tests.exchange import workbook_books as books
from tests.exchange.workbook_cells import formulas, values

SHEET = "Assumptions and notes"
RULES = Planning(id="planning", explain_pct=Decimal(5), explain_amount=250_000_00)


def written(folder: Path, *things: Planning | DraftLine | Note) -> tuple[list[list[object]], Path]:
    """Return the rows of the sheet, columns A to H, and the file."""
    path, book = folder / "finance.xlsx", books.put(books.example(), things)
    write_workbook(
        path, book, books.budget_of(book), prepared_by="Marcus", prepared_on="2026-10-31"
    )
    found = {cell: value for (sheet, cell), value in values(path).items() if sheet == SHEET}
    last = max(int("".join(filter(str.isdigit, cell))) for cell in found)
    rows = [[found.get(f"{column}{n}") for column in "ABCDEFGH"] for n in range(1, last + 1)]
    return rows, path


def section(rows: list[list[object]], title: str) -> list[list[object]]:
    """Return the rows of a table beneath its heads, until it ends."""
    at = next(n for n, row in enumerate(rows) if str(row[0] or "").startswith(title))
    found = []
    for row in rows[at + 2 :]:
        if row[2] is None:
            break
        found.append(row)
    return found


def test_lines_that_wait_are_listed_with_what_moved(tmp_path: Path) -> None:
    rows, path = written(tmp_path, RULES)
    book = books.put(books.example(), [RULES])
    waiting = unexplained(book, books.budget_of(book))
    listed = section(rows, f"Lines waiting for an explanation: {len(waiting)}")
    assert [row[0] for row in listed] == [one.line for one in waiting]
    for row, one in zip(listed, waiting, strict=True):
        assert row[4:7] == [one.before // 100, one.now // 100, one.move // 100]
        assert str(row[7]).endswith("%: Explanation due from both")
    assert {row[3] for row in listed} >= {"FY26 to FY27"}
    assert any(text.startswith("F") and "-E" in text for text in formulas(path).values())


def test_an_explained_line_is_listed_no_more_and_a_stale_one_says_so(tmp_path: Path) -> None:
    book = books.put(books.example(), [RULES])
    budget = books.budget_of(book)
    first, second = unexplained(book, budget)[:2]

    def said(line: str, explained: int) -> DraftLine:
        return DraftLine(
            id=f"working.{line}", draft="working", line=line, explanation="New contract",
            explained=explained,
        )  # fmt: skip

    now = budget.lines[first.line].total
    rows, _ = written(tmp_path, RULES, said(first.line, now), said(second.line, 100))
    listed = {row[0]: str(row[7]) for row in section(rows, "Lines waiting for an explanation")}
    assert first.line not in listed
    assert "Explained for USD 1 a year; now it is" in listed[second.line]


def test_without_a_threshold_expense_far_over_budget_is_listed_as_on_home(tmp_path: Path) -> None:
    rows, _ = written(tmp_path)
    listed = section(rows, "Lines waiting for an explanation: 2")
    assert {row[0] for row in listed} == {"L28", "L43"}
    assert all("Jul 2026 to Oct 2026" in str(row[3]) for row in listed)
    assert not any("partners noted" in str(row[0]) for row in rows)


def test_notes_are_listed_with_author_value_and_what_stands_now(tmp_path: Path) -> None:
    book = books.example()
    line = book.all(OperatingLine)[3]
    now = books.budget_of(book).lines[line.id]
    notes = [
        Note(id="n1", draft="working", line=line.id, period="2026-09", text="=1+1 until\nMarch",
             author="A", value=1_250_00, written="2026-11-12"),
        Note(id="n2", draft="working", line=line.id, text="As agreed", author="B", value=now.total),
        Note(id="n3", draft="working", line="gone", text="?"),
    ]  # fmt: skip
    rows, path = written(tmp_path, *notes)
    listed = section(rows, "What the partners noted")
    assert [row[3:] for row in listed] == [
        ["Year", now.total // 100, now.total // 100, "Marcus Oyelaran", "As agreed"],
        [
            "Sep 2026",
            1250,
            now.months[2] // 100,
            "Dr. Priya Raman, 12 Nov 2026",
            "=1+1 until\nMarch",
        ],
    ]
    assert "1+1 until\nMarch" not in formulas(path).values()
