"""The file of the finance workbook appears whole or not at all, and a refusal is a sentence."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.exchange.workbook import CancelledError, write_workbook
from tests.exchange import workbook_books as books
from tests.exchange.test_workbook import SHEETS, write
from tests.exchange.workbook_cells import sheet_names


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "finance.xlsx")


@pytest.mark.parametrize("after", [0, 1, 2, 4])
def test_cancelling_keeps_the_old_file(tmp_path: Path, after: int) -> None:
    target = tmp_path / "finance.xlsx"
    target.write_text("old")
    looks = iter(range(1_000))
    book = books.example()
    with pytest.raises(CancelledError, match="as it was"):
        write_workbook(
            target, book, books.budget_of(book), prepared_by="", prepared_on="2026-10-31",
            cancelled=lambda: next(looks) >= after,
        )  # fmt: skip
    assert target.read_text() == "old"
    assert leftovers(tmp_path) == []


def test_progress_goes_sheet_by_sheet(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    book = books.many_categories()
    write_workbook(
        tmp_path / "finance.xlsx", book, books.budget_of(book), prepared_by="x",
        prepared_on="2026-10-31", progress=lambda *step: seen.append(step),
    )  # fmt: skip
    assert len([step for step in seen if step[0] == "Operating budget"]) > 10
    assert all(0 <= done <= total for _, done, total in seen)
    assert seen[-1] == ("Saving", 1, 1)


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "finance.xlsx").write_text("old")
    path = write(tmp_path, books.example()).path
    assert sheet_names(path) == SHEETS
    assert leftovers(tmp_path) == []


DENIED = PermissionError(errno.EACCES, "Permission denied")
REFUSALS = [
    ("open", DENIED, r"folder .* can't be written.*choose another folder"),
    ("open", OSError(errno.ENOSPC, "No space left on device"), "No space left.*choose another"),
    ("replace", DENIED, "open in another program.*close it"),
    ("replace", OSError(errno.EIO, "Input/output error"), "can't be replaced.*as it was"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "sentence"), REFUSALS)
def test_a_refusal_is_one_sentence_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: OSError, sentence: str
) -> None:
    target = tmp_path / "finance.xlsx"
    target.write_text("old")

    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(Path, call, refuse)
        with pytest.raises(DyadError, match=sentence):
            write(tmp_path, books.example())
    assert target.read_text() == "old"
    assert leftovers(tmp_path) == []


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DyadError, match="No space left"):
            write(tmp_path, books.example())
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DyadError, match="There is no folder"):
        write(tmp_path / "nowhere", books.example())


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.xlsx").write_text("old")
    try:
        (tmp_path / "finance.xlsx").symlink_to(tmp_path / "real.xlsx")
    except OSError:
        pytest.skip("this system makes no links for us")
    path = write(tmp_path, books.example()).path
    assert path.is_symlink()
    assert sheet_names(tmp_path / "real.xlsx") == SHEETS


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    book = books.example()
    with pytest.raises(BadInputError, match="is not a date"):
        write_workbook(
            tmp_path / "x.xlsx", book, books.budget_of(book), prepared_by="", prepared_on="today"
        )


def test_a_budget_older_than_its_lines_is_refused(tmp_path: Path) -> None:
    book = books.example()
    more = books.put(book, [replace(book.all(OperatingLine)[0], id="NEW", account="1")])
    with pytest.raises(BadInputError, match="older than the lines"):
        write_workbook(
            tmp_path / "x.xlsx", more, books.budget_of(book),
            prepared_by="", prepared_on="2026-10-31",
        )  # fmt: skip
