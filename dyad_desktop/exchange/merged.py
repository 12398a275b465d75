"""What a merge of two copies may leave until the partners settle it, though nobody may write it in one file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.bounds import check_bounds, check_period
from dyad_desktop.domain.budget_line import LineRules
from dyad_desktop.domain.drivers import CircleError, structure_of
from dyad_desktop.domain.fiscal import MONTHS, months
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.integrity import dangling
from dyad_desktop.domain.methods import PRIOR_YEAR, method_of
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft, DraftLine, OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.domain.schema import FieldSpec, Slot, ValueType
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
    """Yield what contradicts the rest: references to nothing, accounts planned twice, months outside their year.

    Also circles of lines, and figures that are outside the bounds of what people enter.
    """
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
    yield from _circles(book)
    yield from _beyond(book)
    for line in book.all(OperatingLine):
        yield from _outside(meta, "operating_line", line)
    for volume in book.all(Volume):
        yield from _outside(meta, "volume", volume)


def _circles(book: Book) -> Iterator[Fault]:
    """Yield each line of a draft that depends on itself, by the field that makes it follow others."""
    told: set[tuple[str, str]] = set()
    for draft in sorted(book.rows(Draft)) or (WORKING_DRAFT,):
        rules = LineRules.of(book, draft)
        left = dict(rules.lines)
        while (circle := _circle(left.values(), rules)) is not None:
            for line in circle.lines:
                fault = _following(rules, left.pop(line), circle.reason)
                if (fault.kind, fault.id) not in told:
                    yield fault
                told.add((fault.kind, fault.id))


def _circle(lines: Iterable[OperatingLine], rules: LineRules) -> CircleError | None:
    """Return a circle of those lines; none when each can be computed after what it follows."""
    try:
        structure_of(lines, rules.drivers)
    except CircleError as circle:
        return circle
    return None


def _following(rules: LineRules, line: OperatingLine, reason: str) -> Fault:
    said = rules.said(line.id)
    method = method_of(said)
    if said is None or method == PRIOR_YEAR:
        return Fault("operating_line", line.id, "driver_ref", reason)
    field = "formula" if method == "formula" else "driver"
    return Fault("draft_line", said.id, field, reason)


def _beyond(book: Book) -> Iterator[Fault]:
    """Yield figures and periods outside the bounds that came after they were entered."""
    for kind, spec in KINDS.items():
        fields = [field for field in spec.fields.values() if _may_be_beyond(field)]
        for thing in book.all(spec.cls) if fields else ():
            for field in fields:
                try:
                    _check(field, getattr(thing, field.name))
                except BadInputError as error:
                    yield Fault(kind, thing.id, field.name, error.reason)


def _may_be_beyond(field: FieldSpec) -> bool:
    if field.hidden:
        return False
    return field.slot is Slot.PERIOD or (
        field.slot is None and field.type in (ValueType.DECIMAL, ValueType.PERIOD)
    )


def _check(field: FieldSpec, value: Any) -> None:  # noqa: ANN401 - the field says the type
    if field.slot is None:
        check_bounds(field, value, in_file=True)
    elif value:
        check_period(min(value))
        check_period(max(value))


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
