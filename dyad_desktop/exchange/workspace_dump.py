"""Writes records as ``dyad-workspace/1`` text: everything, so that loading it gives the same records."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import MONTHS, QUARTER, add_months, months, months_between
from dyad_desktop.domain.money import currency_exponent, to_units
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.records import Record, Records, entity_of
from dyad_desktop.domain.registry import KINDS, children_of
from dyad_desktop.domain.schema import (
    BOTH,
    EXTRA,
    ORDER,
    SHAPE,
    Canonical,
    FieldSpec,
    KindSpec,
    Slot,
    ValueType,
)
from dyad_desktop.exchange.merged import faults
from dyad_desktop.exchange.workspace_file import (
    _SERIES,
    CONTROL,
    ORPHANS,
    ROOT,
    SCHEMA,
    TO_SETTLE,
    unescaped,
)
from dyad_desktop.exchange.yaml_text import write

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_ONE_PLACE = frozenset(
    {"planned_growth_pct", "rate_growth_pct", "fte_prior", "fte_budget", "avg_hourly_rate"}
    | {"discount_rate_pct"}
)
_MEASURED = frozenset({"values", "baseline_value", "target", "stretch", "amber_at"})


def dump(records: Records, control_totals: Mapping[str, Any]) -> str:
    """Return the whole workspace as text; the control totals are written when the file carried some."""
    return write(_Writer(records).run(control_totals))


def carries_control_totals(records: Records) -> bool:
    """Return whether the file that the records came from carried control totals."""
    return f"/{CONTROL}" in _slots(records.get((ROOT, ROOT), {}), SHAPE)


def _slots(record: Record, field: str) -> dict[str, Canonical]:
    found = record.get(field)
    return found if isinstance(found, dict) else {}


class _Writer:
    def __init__(self, records: Records) -> None:
        self._records = records
        self._whole = records.get((ROOT, ROOT), {})
        self._exponent = currency_exponent(str(self._whole.get("currency") or "USD"))
        self._by_parent: dict[tuple[str, str], list[str]] = {}
        for (kind, name), record in records.items():
            spec = KINDS.get(kind)
            if spec is None or _says_nothing(spec, record):
                continue
            parent = str(record.get(spec.parent_field, "")) if spec.parent_field else ""
            self._by_parent.setdefault((kind, parent), []).append(name)
        for (kind, _), names in self._by_parent.items():
            names.sort(key=lambda name: (str(records[kind, name].get(ORDER) or ""), name))

    def run(self, control_totals: Mapping[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = {"schema": SCHEMA}
        for spec in children_of(""):
            self._section(spec, "", self._whole, result, f"/{spec.section}")
        for name, text in _slots(self._whole, EXTRA).items():
            if name.startswith("/"):
                result[name[1:]] = _decode(str(text))
        if carries_control_totals(self._records):
            result[CONTROL] = control_totals
        if orphans := self._orphans():
            result[ORPHANS] = orphans
        if to_settle := self._to_settle():
            result[TO_SETTLE] = to_settle
        return result

    def _orphans(self) -> dict[str, dict[str, Any]]:
        """Return what belongs to things that are gone, by kind and the id of what it belonged to."""
        found: dict[str, dict[str, Any]] = {}
        for kind, parent in self._by_parent:
            spec = KINDS[kind]
            if not spec.parent_field or (spec.parent, parent) in self._records:
                continue
            section: dict[str, Any] = {}
            self._section(spec, parent, {}, section, "")
            found.setdefault(kind, {})[parent] = section[spec.section]
        return found

    def _to_settle(self) -> list[str]:
        """Return what a reader must take as it is, since a merge left it so."""
        book = Book.of(
            entity_of(kind, name, record)
            for (kind, name), record in self._records.items()
            if kind in KINDS
        )
        return [fault.place for fault in faults(book)] if book.all(Partnership) else []

    def _section(
        self, spec: KindSpec, parent: str, owner: Record, result: dict[str, Any], mark: str
    ) -> None:
        names = self._by_parent.get((spec.name, parent), [])
        shape = _slots(owner, SHAPE).get(mark)
        if self._only_first_draft(spec, names):
            names = names if shape is None else []
        if shape == "absent" and not names:
            return
        if shape == "null" and not names:
            result[spec.section] = None
        elif spec.singleton:
            if names:
                result[spec.section] = self._entity(spec, names[0])
        elif spec.keyed_section:
            result[spec.section] = {name: self._entity(spec, name) for name in names}
        else:
            result[spec.section] = [self._entity(spec, name) for name in names]

    def _only_first_draft(self, spec: KindSpec, names: list[str]) -> bool:
        """Return whether the drafts are just the one that every partnership starts with, untouched."""
        if spec.name != "draft" or len(names) != 1:
            return False
        record = self._records[spec.name, names[0]]
        told = {
            name: value for name, value in record.items() if name not in (ORDER, SHAPE) and value
        }
        return told == {"name": "Working draft", "state": "working"} and not any(
            self._by_parent.get((one.name, names[0])) for one in children_of("draft")
        )

    def _entity(self, spec: KindSpec, name: str) -> Any:  # noqa: ANN401 - a mapping or a list
        record = self._records[spec.name, name]
        if spec.name == "measure":
            first = _first_period(record)
            record = {**record, "series_start": first} if first else record
        shapes = _slots(record, SHAPE)
        for child in children_of(spec.name):
            if not child.section:
                names = self._by_parent.get((child.name, name), [])
                items = [self._entity(child, item) for item in names]
                return items if items or shapes.get("") != "null" else None
        result: dict[str, Any] = {spec.id_key: name} if spec.id_key else {}
        for field in spec.fields.values():
            if not field.hidden:
                self._field(field, record, shapes, result)
        for child in children_of(spec.name):
            self._section(child, name if child.parent_field else "", record, result, child.section)
        for path, text in _slots(record, EXTRA).items():
            if not path.startswith("/"):
                _put(result, path, _decode(str(text)), unescaped)
        return result

    def _field(
        self,
        field: FieldSpec,
        record: Record,
        shapes: Mapping[str, Canonical],
        result: dict[str, Any],
    ) -> None:
        head, _, rest = field.path.partition(".")
        shape, outer = shapes.get(field.path), shapes.get(head) if rest else None
        value, slots = record.get(field.name), _slots(record, field.name)
        if field.slot is not None:
            given = bool(slots) or shape == "empty" or not (shape or outer or field.optional)
        else:
            required = field.name in record and not outer and not field.optional
            given = value is not None or required
        if given and field.slot is not None:
            _put(result, field.path, self._keyed(field, slots, record))
        elif given:
            _put(result, field.path, self._plain(field, cast("Canonical", value), record))
        elif shape == "null":
            _put(result, field.path, None)
        elif outer in ("null", "empty"):
            result.setdefault(head, {} if outer == "empty" else None)

    def _keyed(
        self, field: FieldSpec, slots: dict[str, Canonical], record: Record
    ) -> dict[str, Any] | list[Any]:
        if (
            field.slot is Slot.PERIOD
            and field.name in _SERIES
            and self._is_list(field, slots, record)
        ):
            return self._series(field, slots, record)
        plain = {slot: self._plain(field, value, record) for slot, value in slots.items()}
        if field.slot is Slot.PERIOD:
            return {slot: value for slot, value in sorted(plain.items()) if value is not None}
        if field.slot is not Slot.CRITERION:
            return plain
        nested: dict[str, Any] = {}
        shapes = _slots(record, SHAPE)
        for slot, value in plain.items():
            partner, _, criterion = slot.partition("/")
            if value is not None or shapes.get(f"{field.path}/{slot}") == "null":
                nested.setdefault(partner, {})[criterion] = value
        for slot, shape in shapes.items():
            path, _, partner = slot.partition("/")
            if path == field.path and shape == "empty" and partner:
                nested.setdefault(partner, {})
        return nested

    def _is_list(self, field: FieldSpec, slots: dict[str, Canonical], record: Record) -> bool:
        """Return whether a list from the start on says all of a series: nothing lies before it, between or beyond."""
        if _SERIES[field.name] == "series_start":
            return not _is_between(slots, record)
        prior, allowed = field.name == "prior_actuals", self._allowed(field)
        said = _in_list(field, slots, allowed)
        return list(said) == list(allowed[: len(said)]) and (not prior or len(said) in (0, MONTHS))

    def _allowed(self, field: FieldSpec) -> Sequence[str]:
        """Return the months that a list of actuals may speak of."""
        ytd = int(str(self._whole.get("ytd_months") or 0))
        most = MONTHS if field.name == "prior_actuals" else ytd
        return months(str(self._whole.get(_SERIES[field.name])))[:most]

    def _series(self, field: FieldSpec, slots: dict[str, Canonical], record: Record) -> list[Any]:
        if not slots:
            return []
        if _SERIES[field.name] != "series_start":
            said = _in_list(field, slots, self._allowed(field))
            return [self._plain(field, value, record) for value in said.values()]
        start = str(record.get("series_start") or min(slots))
        step = 3 if record.get("frequency") == "quarterly" else 1
        count = months_between(start, max(slots)) // step + 1
        return [
            self._plain(field, slots.get(add_months(start, n * step)), record) for n in range(count)
        ]

    def _plain(self, field: FieldSpec, value: Canonical, record: Record) -> Any:  # noqa: ANN401
        if value is None:
            return None
        if value == [BOTH] and field.target == "partner":
            return BOTH
        if field.type is ValueType.MONEY:
            return to_units(int(str(value)), self._exponent)
        if field.type is ValueType.DECIMAL:
            return _shown(field, Decimal(str(value)), record)
        return value


def _shown(field: FieldSpec, value: Decimal, record: Record) -> Decimal | int:
    """Return a number with the places that its field usually shows, so that the text reads evenly."""
    places = 1 if field.name in _ONE_PLACE else 0
    if field.name in _MEASURED:
        places = int(str(record.get("decimals") or 0))
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent < places:
        return value.quantize(Decimal(1).scaleb(-places))
    return value if value != value.to_integral_value() else int(value)


def _first_period(record: Record) -> str | None:
    """Return where a measure's series begins: at its start, or before where something was entered earlier."""
    slots = [p for name in ("values", "numerator", "denominator") for p in _slots(record, name)]
    given = record.get("series_start")
    return min([*slots, *([str(given)] if given else [])], default=None)


def _in_list(
    field: FieldSpec, slots: dict[str, Canonical], allowed: Sequence[str]
) -> dict[str, Canonical]:
    """Return what a list of months holds, by month: amounts can't be missing from it, nor what lies outside them."""
    money = field.type is ValueType.MONEY
    return {
        slot: value
        for slot, value in sorted(slots.items())
        if value is not None or (slot in allowed and not money)
    }


def _is_between(slots: dict[str, Canonical], record: Record) -> bool:
    """Return whether a value lies between quarters, so that a list from the start on would lose it."""
    start = str(record.get("series_start") or min(slots, default=""))
    between = (slot for slot, value in slots.items() if value is not None)
    quarterly = record.get("frequency") == "quarterly"
    return quarterly and any(months_between(start, slot) % QUARTER for slot in between)


def _says_nothing(spec: KindSpec, record: Record) -> bool:
    """Return whether a thing that came into being by being written has had all of it taken back."""
    said = (value for name, value in record.items() if name not in spec.natural)
    return (
        bool(spec.natural)
        and ORDER not in record
        and all(
            not any(part is not None for part in value.values())
            if isinstance(value, dict)
            else value is None
            for value in said
        )
    )


def _put(result: dict[str, Any], path: str, value: object, key: Callable[[str], str] = str) -> None:
    head, _, rest = path.partition(".")
    if not rest:
        result[key(head)] = value
        return
    inner = result.get(key(head))
    if not isinstance(inner, dict):
        inner = result[key(head)] = {}
    inner[key(rest)] = value
