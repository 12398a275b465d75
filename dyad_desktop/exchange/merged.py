"""What a merge of two copies may leave until the partners settle it, though nobody may write it in one file."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import MONTHS, months
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.integrity import dangling
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.years import check_overrides, check_years

_SERIES = ("prior_actuals", "ytd_actuals")
_MAY_BE_GONE = frozenset({("draft_line", "driver")})
"""References that are taken though nothing is there: a plan keeps saying what it was made by, and is told as such."""


class Fault(NamedTuple):
    """Which field of which thing, and what is wrong with it."""

    kind: str
    id: str
    field: str
    reason: str

    @property
    def place(self) -> str:
        """Return the field as a file names it: ``operating_line L04 driver_ref``.

        Things that have no id in a file, such as dependencies, are counted anew by whoever reads it.
        """
        names = (
            (self.kind, self.id, self.field) if KINDS[self.kind].id_key else (self.kind, self.field)
        )
        return " ".join(names)


def faults(book: Book) -> Iterator[Fault]:
    """Yield what contradicts the rest: references to nothing, accounts planned twice, months outside their year."""
    meta = book.only(Partnership)
    try:
        check_years(meta.start_month, meta.prior_start, meta.budget_start)
    except BadInputError as error:
        yield Fault("partnership", "partnership", error.place, error.reason)
    for said in book.all(DraftLine):
        try:
            check_overrides(said.months, meta.budget_start)
        except BadInputError as error:
            yield Fault("draft_line", said.id, "months", error.reason)
    for kind, name, field, target in dangling(book):
        if (kind, field) not in _MAY_BE_GONE:
            reason = f"{field} refers to {target!r}, which isn't in the file"
            yield Fault(kind, name, field, reason)
    yield from _twice(book)
    for name, reason in plan_all(book)[1].items():
        if book.need(Initiative, name).start:  # without one it just isn't planned yet
            yield Fault("initiative", name, "milestones", reason)
    for line in book.all(OperatingLine):
        yield from _outside(meta, "operating_line", line)
    for volume in book.all(Volume):
        yield from _outside(meta, "volume", volume)


def _twice(book: Book) -> Iterator[Fault]:
    """Yield lines that have account and cost centre of another one before them."""
    known: dict[tuple[str, str | None], str] = {}
    for line in book.all(OperatingLine):
        place = (line.account, line.cost_centre)
        first = known.setdefault(place, line.id)
        if first != line.id:
            reason = f"account {place[0]} in cost centre {place[1]} is line {first} already"
            yield Fault("operating_line", line.id, "account", reason)


def _outside(meta: Partnership, kind: str, thing: OperatingLine | Volume) -> Iterator[Fault]:
    """Yield series of a thing that have values in months which the fiscal years don't have."""
    for field, (start, count) in zip(
        _SERIES,
        ((meta.prior_start, MONTHS), (meta.budget_start, meta.ytd_months)),
        strict=True,
    ):
        series: Mapping[str, object] = getattr(thing, field)
        allowed = months(start)[:count]
        found = (period for period, value in sorted(series.items()) if value is not None)
        outside = next((period for period in found if period not in allowed), None)
        if outside is not None:
            reason = f"{field}/{outside} lies outside the {count} months from {start}"
            yield Fault(kind, thing.id, field, reason)
