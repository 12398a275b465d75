"""LibreOffice computes every formula of the finance workbook anew and must come to our values."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.exchange.workbook import WorkbookSummary, write_workbook
from tests.exchange import workbook_books as books
from tests.exchange.workbook_cells import differing, formulas, plant, recalculate, values

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]

CASES: Mapping[str, Callable[[], Book]] = {
    "example": books.example,
    "by_hand": lambda: books.in_currency("USD"),
    "yen": lambda: books.in_currency("JPY"),
    "dinar": lambda: books.in_currency("KWD"),
    "losing": books.losing,
    "planned": books.planned,
    "odd_capital": books.odd_capital,
    "full_capital": books.full_capital,
    "yearly_envelopes": books.yearly_envelopes,
    "without_envelope": books.without_envelope,
    "many_categories": books.many_categories,
    "nothing": books.nothing,
    "long_words": books.long_words,
    "hostile": lambda: books.long_words("=1+1;"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, WorkbookSummary]:
    folder = tmp_path_factory.mktemp("written")
    found = {}
    for name, make in CASES.items():
        book = make()
        found[name] = write_workbook(
            folder / f"{name}.xlsx", book, books.budget_of(book),
            prepared_by="Marcus Oyelaran", prepared_on="2026-10-31",
        )  # fmt: skip
    return found


def test_every_formula_gives_its_cached_value(
    written: Mapping[str, WorkbookSummary], needs_soffice: Path, tmp_path: Path
) -> None:
    paths = [summary.path for summary in written.values()]
    for summary, theirs in zip(
        written.values(), recalculate(needs_soffice, paths, tmp_path), strict=True
    ):
        assert len(formulas(summary.path)) == summary.formulas > 0
        assert differing(summary.path, theirs) == {}, summary.path.name
        formula_cells = formulas(summary.path).keys()
        assert formula_cells <= values(theirs).keys(), summary.path.name
    assert written["example"].formulas > 400
    assert written["many_categories"].formulas > 6_000


def test_a_wrong_cent_is_found(
    written: Mapping[str, WorkbookSummary], needs_soffice: Path, tmp_path: Path
) -> None:
    right = written["by_hand"].path
    wrong = tmp_path / "wrong.xlsx"
    cell = next(one for one in formulas(right) if one[0] == "Operating budget" and one[1][0] == "S")
    plant(right, cell, wrong, 0.01)
    (theirs,) = recalculate(needs_soffice, [wrong], tmp_path)
    assert list(differing(wrong, theirs)) == [cell]
