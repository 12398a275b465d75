"""Reads a workbook's cells as other programs see them: cached, recalculated, bare formulas."""

import html
import re
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from python_calamine import CalamineWorkbook

Cell = tuple[str, str]
"""Sheet and cell: ``("Cover", "C9")``."""
Value = object

_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"[^>]*><f>(.*?)</f><v>(.*?)</v></c>')
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
  xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
ABSOLUTE, RELATIVE = 1e-6, 1e-12


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets in order."""
    return CalamineWorkbook.from_path(str(path)).sheet_names


def formulas(path: Path) -> dict[Cell, str]:
    """Return every formula of a workbook as it stands in the file."""
    found: dict[Cell, str] = {}
    with zipfile.ZipFile(path) as archive:
        for number, name in enumerate(sheet_names(path), start=1):
            text = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            cells = {(name, match[1]): html.unescape(match[2]) for match in _FORMULA.finditer(text)}
            assert len(cells) == text.count("<f>") == len(re.findall("<f[ />]|<f>", text))
            found.update(cells)
    return found


def values(path: Path) -> dict[Cell, Value]:
    """Return every value of a workbook that is not empty, formulas by their cached value."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        (name, f"{column_name(column)}{row}"): value
        for name in book.sheet_names
        for row, cells in enumerate(
            book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1
        )
        for column, value in enumerate(cells)
        if value != ""
    }


def column_name(column: int) -> str:
    """Return the letters of a column that counts from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def recalculate(soffice: Path, paths: Sequence[Path], folder: Path) -> list[Path]:
    """Let LibreOffice compute every formula anew; return the files it wrote."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    settings = profile / "user" / "registrymodifications.xcu"
    settings.write_text(_RECALCULATE, encoding="utf-8")
    out = folder / "recalculated"
    command = [
        str(soffice), f"-env:UserInstallation={profile.as_uri()}", "--headless",
        "--convert-to", "xlsx", "--outdir", str(out), *map(str, paths),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [out / path.name for path in paths]


def differing(ours: Path, theirs: Path) -> Mapping[Cell, tuple[Value, Value]]:
    """Return the formula cells whose cached value isn't what the other file has."""
    mine, other = values(ours), values(theirs)
    return {
        cell: (mine.get(cell), other.get(cell))
        for cell in formulas(ours)
        if not _same(mine.get(cell), other.get(cell))
    }


def _same(ours: Value, theirs: Value) -> bool:
    if isinstance(ours, float | int) and isinstance(theirs, float | int):
        return abs(ours - theirs) <= max(ABSOLUTE, RELATIVE * abs(ours))
    return ours is not None and ours == theirs


def plant(path: Path, cell: Cell, target: Path, step: float) -> None:
    """Copy a workbook with one cached value made wrong by ``step``."""
    number = sheet_names(path).index(cell[0]) + 1
    spoiled = f"xl/worksheets/sheet{number}.xml"
    pattern = re.compile(rf'(<c r="{cell[1]}"[^>]*><f>.*?</f><v>)(.*?)(</v></c>)')
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == spoiled:
                text, count = pattern.subn(
                    lambda found: f"{found[1]}{float(found[2]) + step!r}{found[3]}",
                    content.decode(),
                )
                assert count == 1
                content = text.encode()
            copy.writestr(name, content)
