"""Commands on actuals: the months of lines and volumes, and through which month the budget year is closed."""

from collections.abc import Sequence

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import year_of
from dyad_desktop.domain.fiscal import MONTHS, month_year_label
from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import ChangeSet, Session

FIELD = "ytd_actuals"
_PARTNERSHIP = ("partnership", "partnership")


def edit_actuals(
    session: Session, edits: Sequence[FieldEdit], initiator: object = None
) -> ChangeSet:
    """Write actual months of lines (minor units) and volumes (units) as one commit; ``None`` empties a month.

    Raises:
        BadInputError: a month that isn't closed or lies outside the budget year, or a value that can't be taken;
            nothing is changed.
    """
    book = session.book
    for edit in edits:
        _check_month(book, edit.slot)
    wanted = [edit for edit in edits if edit.value is not None or _stands(book, edit)]
    return set_fields(session, wanted, _label(book, wanted), initiator)


def close_through(session: Session, count: int, initiator: object = None) -> ChangeSet:
    """Close the first ``count`` months of the budget year (0 to 12): these have actuals. Fewer opens months again.

    Raises:
        BadInputError: a month that would be open has actuals, or no such count; nothing is changed.
    """
    book = session.book
    for period in year_of(book).budget[max(0, count) :]:
        held = with_actual(book, period)
        if held:
            things = f"{held} line or volume" if held == 1 else f"{held} lines and volumes"
            raise BadInputError(
                f"{month_year_label(period)} has actuals of {things}; clear them first, then open the month again"
            )
    edit = FieldEdit(*_PARTNERSHIP, "ytd_months", count)
    return set_fields(session, [edit], _closed(book, count), initiator)


def with_actual(book: Book, period: str) -> int:
    """Return how many lines and volumes have an actual of a month."""
    things: list[OperatingLine | Volume] = [*book.all(OperatingLine), *book.all(Volume)]
    return sum(one.ytd_actuals.get(period) is not None for one in things)


def _closed(book: Book, count: int) -> str:
    year = year_of(book).budget
    return (
        f"Closed through {month_year_label(year[count - 1])}"
        if 0 < count <= MONTHS
        else "No month closed"
    )


def _check_month(book: Book, period: str) -> None:
    year, count = year_of(book).budget, book.only(Partnership).ytd_months
    if period not in year:
        raise BadInputError(f"{month_year_label(period)} is not in the budget year")
    if period not in year[:count]:
        raise BadInputError(f"{month_year_label(period)} isn't closed yet; close it first")


def _stands(book: Book, edit: FieldEdit) -> bool:
    thing = book.entity(edit.kind, edit.id)
    return (
        isinstance(thing, OperatingLine | Volume) and thing.ytd_actuals.get(edit.slot) is not None
    )


def _label(book: Book, edits: Sequence[FieldEdit]) -> str:
    things = {(edit.kind, edit.id) for edit in edits}
    periods = sorted({edit.slot for edit in edits})
    when = " to ".join(month_year_label(one) for one in dict.fromkeys(periods[:1] + periods[-1:]))
    what = (
        book.label(*next(iter(things))) if len(things) == 1 else f"{len(things)} lines and volumes"
    )
    return f"{what}, actual of {when}"
