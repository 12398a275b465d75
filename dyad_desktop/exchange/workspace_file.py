"""Reads a ``dyad-workspace/1`` text file into records, and says in one sentence what is wrong with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.bounds import check_bounds, check_period
from dyad_desktop.domain.entry import kept
from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.money import check_currency, currency_exponent, to_units
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.domain.records import Record, Records, check_slot, entity_of
from dyad_desktop.domain.registry import KINDS, children_of
from dyad_desktop.domain.schema import (
    EXTRA,
    MAX_MINOR,
    ORDER,
    SHAPE,
    Canonical,
    FieldSpec,
    KindSpec,
    Slot,
    ValueType,
    check_id,
)
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.merged import Fault, faults
from dyad_desktop.exchange.yaml_text import Place, read
from dyad_desktop.exchange.years import check_years
from dyad_desktop.replication.order import nth_key

SCHEMA = "dyad-workspace/1"
CONTROL = "control_totals"
ROOT = "partnership"
"""The kind whose record keeps what belongs to the file as a whole."""

_json = msgspec.json.Encoder(decimal_format="number")
_MONTHS = 12
_SERIES = {
    "values": "series_start",
    "numerator": "series_start",
    "denominator": "series_start",
    "prior_actuals": "prior_start",
    "ytd_actuals": "budget_start",
}
"""Keyed fields that the file writes as a list, and the field that says which period comes first."""
TO_SETTLE = "to_settle"
"""Where a file lists what a merge left to settle: ``operating_line L04 driver_ref``. Only that is taken as it is."""
ORPHANS = "orphans"
"""Where a file keeps what belongs to a thing that is gone: by kind, then by the id of that thing."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's records, the paths of keys that the schema doesn't know, and the totals it carried."""

    records: Records
    unknown: tuple[str, ...]
    control_totals: Mapping[str, Any] | None


def escaped(name: str) -> str:
    """Return the name of an unknown key as it stands in a path, whose points and slashes part names."""
    return name.replace("~", "~0").replace(".", "~1").replace("/", "~2")


def unescaped(name: str) -> str:
    """Return the key that ``escaped`` made part of a path."""
    return name.replace("~2", "/").replace("~1", ".").replace("~0", "~")


def _slots_of(record: Record, name: str) -> dict[str, Canonical]:
    slots = record.setdefault(name, {})
    assert isinstance(slots, dict)  # noqa: S101 - for the type checker
    return slots


def parse(text: str) -> Loaded:
    """Read a workspace file.

    Raises:
        BadInputError: anything that isn't as the schema says, with its place; nothing is half-read.
    """
    return _Reader(read(text)).run()


def _check_filled(place: Place) -> None:
    """Refuse an empty part of what a file keeps of things that are gone: it would say nothing."""
    if place.empty or not (place.mapping() if place.keyed else place.items()):
        place.fail("nothing stands here; leave it out")


@dataclass(slots=True)
class _Reader:
    root: Place
    records: Records = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    places: dict[Key, Place] = field(default_factory=dict)
    exponent: int = 2
    starts: dict[str, str] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    to_settle: Collection[str] = ()
    """What the file says itself that a merge left so."""

    def run(self) -> Loaded:
        sections = self.root.mapping()
        schema = sections.pop("schema", None)
        if schema is None or schema.plain() != SCHEMA:
            (schema or self.root).fail(f"the key schema must say {SCHEMA}")
        totals = sections.pop(CONTROL, None)
        to_settle, orphans = sections.pop(TO_SETTLE, None), sections.pop(ORPHANS, None)
        if to_settle is not None:
            self.to_settle = frozenset(self._told(item) for item in to_settle.items())
        if "meta" not in sections:
            self.root.fail("the section meta is missing")
        self._look_ahead(sections["meta"])
        for spec in children_of(""):
            self._section(spec, sections.pop(spec.section, None), None)
        if orphans is not None:
            self._orphans(orphans)
        whole = self.records[ROOT, ROOT]
        for name, place in sections.items():
            self._keep(whole, f"/{name}", place)
        if totals is not None:
            self._mark(whole, f"/{CONTROL}", "present")
            if not totals.empty:
                totals.mapping()  # refuses what is none
        self._first_draft(whole)
        self._check_whole()
        return Loaded(self.records, tuple(self.unknown), totals.plain() if totals else None)

    def _told(self, item: Place) -> str:
        told = item.plain()
        if not isinstance(told, str):
            item.fail("a place such as operating_line L04 driver_ref is expected")
        return told

    def _look_ahead(self, meta: Place) -> None:
        """Read what other sections need to be understood: the currency and where the years start."""
        entries = meta.mapping()
        if "currency" in entries:
            self.exponent = self._exponent(entries["currency"])
        year = entries["fiscal_year"].mapping() if "fiscal_year" in entries else {}
        spec = KINDS[ROOT].fields
        for name in ("prior_start", "budget_start"):
            if name not in year:
                meta.fail(f"fiscal_year.{name} is missing")
            self.starts[name] = str(self._value(spec[name], year[name]))
        if "start_month" in year:
            self._check_years(year, self._value(spec["start_month"], year["start_month"]))
        if "ytd_months" not in entries:
            meta.fail("ytd_months is missing")
        ytd = self._value(spec["ytd_months"], entries["ytd_months"])
        self.lengths = {"prior_actuals": _MONTHS, "ytd_actuals": ytd if isinstance(ytd, int) else 0}

    def _exponent(self, currency: Place) -> int:
        code = currency.plain()
        if not isinstance(code, str):
            return currency_exponent("")  # the field's own check says what is wrong
        try:
            return currency_exponent(check_currency(code))
        except BadInputError as error:
            currency.fail(error.reason)

    def _check_years(self, year: Mapping[str, Place], start_month: Canonical) -> None:
        try:
            check_years(start_month, self.starts["prior_start"], self.starts["budget_start"])
        except BadInputError as error:
            if Fault(ROOT, ROOT, error.place, error.reason).place not in self.to_settle:
                year[error.place].fail(error.reason)

    # -- sections and entities -----------------------------------------------------------------

    def _section(self, spec: KindSpec, place: Place | None, parent: str | None) -> None:
        if place is None or place.empty:
            if spec.name == ROOT:
                self.root.fail("the section meta is empty")
            owner = self.records.get((spec.parent, parent or "")) if spec.parent else None
            owner = owner if owner is not None else self.records.get((ROOT, ROOT))
            if owner is not None:
                key = spec.section if spec.parent else f"/{spec.section}"
                self._mark(owner, key, "null" if place is not None else "absent")
            return
        if spec.singleton:
            self._entity(spec, spec.name, place, parent, 0)
        elif spec.keyed_section:
            for n, (name, item) in enumerate(place.mapping().items()):
                self._entity(spec, self._id(name, item), item, parent, n)
        else:
            for n, item in enumerate(place.items()):
                self._entity(spec, self._given_id(spec, item, parent, n), item, parent, n)

    def _orphans(self, place: Place) -> None:
        for kind, parents in place.mapping().items():
            spec = KINDS.get(kind)
            if spec is None or not spec.parent_field:
                parents.fail(f"{kind[:40]!r} is no kind of thing that belongs to another")
            _check_filled(parents)
            for parent, section in parents.mapping().items():
                _check_filled(section)
                self._section(spec, section, self._id(parent, section))

    def _given_id(self, spec: KindSpec, item: Place, parent: str | None, n: int) -> str:
        if not spec.id_key:
            return f"{parent}.{spec.name}-{n + 1}"
        given = item.mapping().get(spec.id_key)
        if given is None:
            item.fail(f"{spec.id_key} is missing")
        return self._id(given.plain(), given)

    def _id(self, value: object, place: Place) -> str:
        try:
            return check_id(value)
        except BadInputError as error:
            place.fail(error.reason)

    def _entity(
        self, spec: KindSpec, entity_id: str, place: Place, parent: str | None, n: int
    ) -> None:
        key = (spec.name, entity_id)
        if key in self.places:
            place.fail(
                f"the id {entity_id!r} is taken already by {self.places[key].where}; ids of one kind differ"
            )
        self.places[key] = place
        record: Record = {ORDER: nth_key(n)}
        self.records[key] = record
        if spec.parent_field:
            record[spec.parent_field] = parent
        listed = [child for child in children_of(spec.name) if not child.section]
        if listed:
            self._section(listed[0], place, entity_id)
            return
        entries = place.mapping()
        if spec.id_key:
            entries.pop(spec.id_key, None)
        fields = [f for f in spec.fields.values() if not f.hidden]
        series_start = self._nested(entries, "series.start") if spec.name == "measure" else None
        self.starts.pop("series_start", None)
        if series_start is not None:
            self.starts["series_start"] = str(
                self._value(spec.fields["series_start"], series_start)
            )
        for part in fields:
            self._field(record, part, self._nested(entries, part.path), place, entries)
        for child in children_of(spec.name):
            self._section(child, entries.get(child.section), entity_id)
        self._rest(spec, record, entries)

    def _nested(self, entries: Mapping[str, Place], path: str) -> Place | None:
        head, _, rest = path.partition(".")
        place = entries.get(head)
        if place is None or not rest:
            return place
        return None if place.empty else place.mapping().get(rest)

    def _rest(self, spec: KindSpec, record: Record, entries: Mapping[str, Place]) -> None:
        """Keep the keys that no field or child kind claims, also one level down."""
        known: dict[str, set[str]] = {child.section: set() for child in children_of(spec.name)}
        for part in spec.fields.values():
            if not part.hidden:
                head, _, rest = part.path.partition(".")
                known.setdefault(head, set()).update({rest} - {""})
        for name, place in entries.items():
            if name not in known:
                self._keep(record, escaped(name), place)
            elif known[name] and not place.empty:
                for inner, value in place.mapping().items():
                    if inner not in known[name]:
                        self._keep(record, f"{name}.{escaped(inner)}", value)

    def _keep(self, record: Record, name: str, place: Place) -> None:
        text = _json.encode(place.plain()).decode()
        _slots_of(record, EXTRA)[name] = self._checked(FieldSpec(ValueType.JSON), text, place)
        self.unknown.append(place.where)

    def _mark(self, record: Record, name: str, shape: str) -> None:
        _slots_of(record, SHAPE)[name] = shape

    # -- fields --------------------------------------------------------------------------------

    def _field(
        self,
        record: Record,
        spec: FieldSpec,
        place: Place | None,
        owner: Place,
        entries: Mapping[str, Place],
    ) -> None:
        if place is None:
            if spec.required:
                owner.fail(f"{spec.path} is missing")
            self._absent(record, spec, entries)
        elif spec.slot is None:
            record[spec.name] = self._value(spec, place)
            if spec.optional and place.empty:
                self._mark(record, spec.path, "null")
        elif place.empty:
            self._mark(record, spec.path, "null")
        else:
            slots = self._slots(record, spec, place)
            record[spec.name] = slots
            if spec.optional and not slots:
                self._mark(record, spec.path, "empty")

    def _absent(self, record: Record, spec: FieldSpec, entries: Mapping[str, Place]) -> None:
        """Say how the file left a field out, where the field itself wouldn't tell."""
        head, _, rest = spec.path.partition(".")
        outer = entries.get(head)
        if rest and outer is None:
            self._mark(record, head, "absent")
        elif rest and outer is not None and (outer.empty or not outer.mapping()):
            self._mark(record, head, "null" if outer.empty else "empty")
        elif spec.slot is not None and not spec.optional:
            self._mark(record, spec.path, "absent")

    def _slots(self, record: Record, spec: FieldSpec, place: Place) -> dict[str, Canonical]:
        if spec.slot is Slot.PERIOD and spec.name in _SERIES and not place.keyed:
            return self._series(spec, place)
        if spec.slot is Slot.CRITERION:
            return self._criteria(record, spec, place)
        return {
            self._slot(spec, name, value): self._value(spec, value)
            for name, value in place.mapping().items()
        }

    def _criteria(self, record: Record, spec: FieldSpec, place: Place) -> dict[str, Canonical]:
        found: dict[str, Canonical] = {}
        for partner, given in place.mapping().items():
            scores = given.mapping()
            if not scores:
                self._mark(record, f"{spec.path}/{partner}", "empty")
            for criterion, value in scores.items():
                slot = self._slot(spec, f"{partner}/{criterion}", value)
                found[slot] = self._value(spec, value)
                if value.empty:
                    self._mark(record, f"{spec.path}/{slot}", "null")
        return found

    def _slot(self, spec: FieldSpec, name: str, place: Place) -> str:
        try:
            if spec.slot is Slot.PERIOD and not self._to_settle(spec):
                check_period(name)
            return check_slot(spec, name)
        except BadInputError as error:
            place.fail(error.reason)

    def _series(self, spec: FieldSpec, place: Place) -> dict[str, Canonical]:
        items = place.items()
        wanted = self.lengths.get(spec.name)
        # Months of the year so far that nobody has entered yet may be missing at the end.
        short = spec.name == "ytd_actuals" and len(items) < (wanted or 0)
        if wanted is not None and items and len(items) != wanted and not short:
            place.fail(f"{len(items)} values, where {wanted} months are expected")
        start = self.starts.get(_SERIES[spec.name])
        if start is None:
            place.fail("series.start is missing")
        step = self._step()
        if items:
            self._slot(spec, add_months(start, (len(items) - 1) * step), items[-1])
        return {
            add_months(start, n * step): self._value(spec, item) for n, item in enumerate(items)
        }

    def _step(self) -> int:
        """Return how many months lie between two values of the entity that is being read."""
        key, place = next(reversed(self.places.items()))
        frequency = place.mapping().get("frequency") if key[0] == "measure" else None
        return 3 if frequency is not None and frequency.plain() == "quarterly" else 1

    def _value(self, spec: FieldSpec, place: Place) -> Canonical:
        value = place.plain()
        if spec.type is ValueType.MONEY and value is not None:
            value = self._minor(value, place)
        if spec.type is ValueType.DECIMAL and isinstance(value, str):
            place.fail(f"{value[:40]!r} is not a {spec.type.value}")
        if spec.type is ValueType.DECIMAL and isinstance(value, Decimal):
            value = kept(value)
        if spec.slot is Slot.PERIOD and value is None and spec.type is ValueType.MONEY:
            place.fail("an amount is missing")
        return self._checked(spec, value, place)

    def _minor(self, value: object, place: Place) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            place.fail(f"{str(value)[:40]!r} is not an amount of money")
        largest = to_units(MAX_MINOR, self.exponent)
        amount = Decimal(value)
        if abs(amount) > largest:
            place.fail(f"{str(value)[:40]} is larger than the largest amount kept, {largest:,}")
        numerator, denominator = amount.as_integer_ratio()
        minor, finer = divmod(numerator * int(10**self.exponent), denominator)
        if finer:
            place.fail(f"{str(value)[:40]} has more decimal places than the currency")
        return minor

    def _checked(self, spec: FieldSpec, value: object, place: Place) -> Canonical:
        try:
            if not self._to_settle(spec):
                check_bounds(spec, value, in_file=True)
            return spec.check(value, self.exponent)
        except BadInputError as error:
            place.fail(error.reason)

    def _to_settle(self, spec: FieldSpec) -> bool:
        """Return whether a merge left a field of the entity that is being read, so that it is taken as it is."""
        if not self.to_settle:
            return False
        kind, name = next(reversed(self.places), (ROOT, ROOT))
        return Fault(kind, name, spec.name, "").place in self.to_settle

    # -- the whole -----------------------------------------------------------------------------

    def _first_draft(self, whole: Record) -> None:
        """Every partnership has a working draft; a file without drafts means that one."""
        if not any(kind == "draft" for kind, _ in self.records):
            self.records["draft", WORKING_DRAFT] = {
                ORDER: nth_key(0),
                "name": "Working draft",
                "state": "working",
            }
            _slots_of(whole, SHAPE).setdefault("/operating_drafts", "empty")

    def _check_whole(self) -> None:
        """Refuse what contradicts the rest, but for what is to be settled."""
        book = Book.of(
            entity_of(kind, name, record) for (kind, name), record in self.records.items()
        )
        for fault in faults(book):
            if fault.place not in self.to_settle:
                self.places[fault.kind, fault.id].fail(fault.reason)
