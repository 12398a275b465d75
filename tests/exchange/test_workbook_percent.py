"""Cells of a workbook whose number format says that they are percentages."""

import subprocess
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

from dyad_desktop.exchange.observations import read_file
from dyad_desktop.exchange.workbook_percent import FRACTION, PLAIN, percents_in, shift_of
from dyad_desktop.exchange.workbook_unsaid import unsaid_in

SEEN = (
    ("", "Oct 2026", "Nov 2026"), ("No-show rate", "6.9%", "6.57937806873977%"),
    ("On time", "72.6", "78.4"), ("Turnover", "16%", "16.1%"), ("Note", "0.5", "27"),
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "pack.xlsx"
    with Workbook(str(path)) as book:
        book.add_worksheet("Notes").write_number(0, 0, 0.5, book.add_format({"num_format": "0%"}))
        sheet = book.add_worksheet("Data & more")
        built_in, own = (book.add_format({"num_format": one}) for one in (9, "0.0 %;[Red]-0.0 %"))
        plain = book.add_format({"num_format": '0.0"%"'})
        sheet.write_row(0, 1, ["Oct 2026", "Nov 2026"])
        sheet.write_column(1, 0, ["No-show rate", "On time", "Turnover", "Note"])
        sheet.write_number(1, 1, 0.069, built_in)
        sheet.write_formula(1, 2, "=201/3055", own, 201 / 3055)
        sheet.write_row(2, 1, [72.6, 78.4])
        sheet.write_number(3, 1, 0.16, own)
        sheet.write_number(3, 2, 16.1, plain)
        sheet.write_string(4, 1, "0.5", own)
        sheet.write_number(4, 2, 27)
    return path


def test_a_percentage_has_its_sign_and_what_is_none_stays(path: Path) -> None:
    assert read_file(path, "Data & more").rows == SEEN
    assert read_file(path, "Notes").rows == (("50%",),)


@pytest.mark.parametrize(
    ("code", "shift"),
    [
        ("0%", FRACTION), ("0.0 %;[Red]-0.0 %", FRACTION), ('0.0"%"', PLAIN), (r"0.0\%", PLAIN), ("0.00", None),
        ('"100 %: "0.0%', FRACTION), ("mmm yy", None),
    ],
)  # fmt: skip
def test_a_format_says_whether_it_shows_a_fraction(code: str, shift: int | None) -> None:
    assert shift_of(code) == shift


CELL = '<table:table-cell table:number-columns-repeated="{}" office:value-type="{}" office:value="0.1"/>'
SHEET = (
    '<table:table table:name="{}"><table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    "<table:table-row>{}</table:table-row><table:table-row><table:covered-table-cell/>{}</table:table-row></table:table>"
)


def test_repeated_cells_of_a_sheet_of_libreoffice_are_counted() -> None:
    floats, percents = CELL.format(2, "float"), CELL.format(2, "percentage")
    content = SHEET.format("One", percents, "") + SHEET.format(
        "A &amp; B", floats + percents, percents
    )
    data = BytesIO()
    with ZipFile(data, "w") as book:
        book.writestr("content.xml", f"<office:body>{content}</office:body>")
    found = percents_in(data.getvalue(), "A & B")
    assert sorted(found) == [(3, 2), (3, 3), (4, 1), (4, 2)]
    assert set(found.values()) == {FRACTION}


def test_what_is_no_workbook_tells_nothing() -> None:
    assert percents_in(b"Month,Value\n", "Sheet1") == {}


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_tells_what_it_can(path: Path, seed: int) -> None:
    data, drawn = bytearray(path.read_bytes()), Random(seed)  # noqa: S311 - damage, not secrets
    for _ in range(4):
        data[drawn.randrange(len(data))] = drawn.randrange(256)
    for read in (percents_in, unsaid_in):
        assert isinstance(read(bytes(data), "Data & more"), dict)


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_workbook_that_libreoffice_wrote_says_the_same(
    path: Path, needs_soffice: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / "out"
    subprocess.run(
        [needs_soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", suffix, "--outdir", out, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    rows = [list(row) for row in read_file(out / f"pack.{suffix}", "Data & more").rows]
    wanted = [list(row) for row in SEEN]
    wanted[1][2] = rows[1][2]
    assert rows[1][2].startswith("6.5793780687")
    assert rows[1][2].endswith("%")
    if suffix == "ods":
        wanted[3][2] = "16.1"  # a sign that a format only writes is not said in the sheet itself
    assert rows == wanted
