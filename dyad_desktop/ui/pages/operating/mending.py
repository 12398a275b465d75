"""What is to be mended of the operating budget, above the sheet: totals would look right without a word."""

from typing import TYPE_CHECKING

from dyad_desktop.domain.budget import unplanned
from dyad_desktop.domain.chart_of_accounts import duplicates, of_another_kind
from dyad_desktop.domain.operating import Account, OperatingLine
from dyad_desktop.domain.uncounted import uncounted_growth, without_basis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.budget import Budget


class Mending:
    """Tells what is to be mended; where lines stand is looked at only when lines or accounts have changed."""

    def __init__(self) -> None:
        self._looked: tuple[object, object] = (None, None)
        self._duplicates: tuple[tuple[OperatingLine, ...], ...] = ()
        self._astray: dict[str, str] = {}

    def words(self, book: "Book", budget: "Budget") -> str:
        """Return lines that count as nothing, without their growth or out of step, and those that stand twice."""
        self._look(book)
        bare = {line.line_id: line.problem for line in unplanned(budget)}
        grown, still = uncounted_growth(budget), without_basis(budget)
        parts = (
            _listed(book, "Counts as nothing", bare, "Choose Plan to complete it."),
            # Growth was said for another method.
            _listed(book, "Counts without its growth", grown, "Choose Plan to say which is meant."),
            # What drives them had nothing in the prior year.
            _listed(book, "Not in step", still, "Choose Plan to say how it is planned."),
            _listed(
                book,
                "In an account of another kind",
                self._astray,
                "Choose Line to say which it is.",
            ),
            self._twins(),
        )
        return " ".join(part for part in parts if part)

    def _look(self, book: "Book") -> None:
        """Look where lines stand, if lines or accounts are others than before."""
        lines, accounts = book.rows(OperatingLine), book.rows(Account)
        if self._looked[0] is not lines or self._looked[1] is not accounts:
            self._looked = lines, accounts
            self._duplicates, self._astray = duplicates(lines.values()), of_another_kind(book)

    def _twins(self) -> str:
        """Say which lines stand twice, as two who made them apart can't know."""
        found = self._duplicates
        if not found:
            return ""
        told = "; ".join(
            f"{' and '.join(line.name for line in same)} (account {same[0].account})"
            for same in found[:2]
        )
        more = f", and {len(found) - 2} more" if len(found) > 2 else ""
        return (
            f"In the same account and cost centre, and counted each: {told}{more}."
            " Delete one, or give it an account of its own."
        )


def _listed(book: "Book", what: str, found: "Mapping[str, str]", way: str) -> str:
    """Return what is wrong with some lines, the first two with their words, and the way out; nothing of none."""
    told = "; ".join(
        f"{book.label('operating_line', line)} ({words})" for line, words in list(found.items())[:2]
    )
    more = f", and {len(found) - 2} more" if len(found) > 2 else ""
    return f"▲ {what}: {told}{more}. {way}" if found else ""
