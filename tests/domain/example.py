"""The example partnership as a book, read straight from its file."""

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any

from dyad_desktop.domain import registry
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months, months
from dyad_desktop.domain.schema import Entity, FieldSpec, KindSpec, Slot, ValueType
from dyad_desktop.resource import resource_path
from tests import fast_yaml


@cache
def example_data() -> dict[str, Any]:
    """Return the example file as plain data."""
    text = resource_path("examples", "larkhaven.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = fast_yaml.load(text)
    return data


@cache
def example_book() -> Book:
    """Return the example partnership."""
    return Book.of(_entities(example_data(), "", ""))


def _entities(data: dict[str, Any], parent: str, parent_id: str) -> Iterator[Entity]:
    for spec in registry.children_of(parent):
        for place, (entity_id, row) in enumerate(_rows(spec, data, parent_id)):
            yield _entity(spec, entity_id, f"{place:06d}", row, parent_id)
            yield from _entities(row, spec.name, entity_id)


def _rows(spec: KindSpec, data: dict[str, Any], parent_id: str) -> Iterator[tuple[str, Any]]:
    found: Any = data
    if spec.section:
        found = data.get(spec.section, {} if spec.singleton or spec.keyed_section else [])
    else:
        found = data.get("_items", [])
    if spec.singleton:
        yield spec.name, found
    elif spec.keyed_section:
        for key, row in found.items():
            yield key, {"_items": row} if isinstance(row, list) else row
    else:
        for place, row in enumerate(found):
            yield row.get(spec.id_key) or f"{parent_id}.{spec.name}.{place}", row


def _entity(spec: KindSpec, entity_id: str, order: str, row: Any, parent_id: str) -> Entity:  # noqa: ANN401
    values = {
        name: _field(part, spec, row, found)
        for name, part in spec.fields.items()
        if (found := _at(row, part.path)) is not None
    }
    if spec.parent_field:
        values[spec.parent_field] = parent_id
    known = {part.name for part in fields(spec.cls)}
    return spec.cls(
        id=entity_id, order=order, **{key: value for key, value in values.items() if key in known}
    )


def _at(row: Any, path: str) -> Any:  # noqa: ANN401
    for key in path.split("."):
        row = row.get(key) if isinstance(row, dict) else None
    return row


def _field(spec: FieldSpec, kind: KindSpec, row: Any, value: Any) -> Any:  # noqa: ANN401
    if spec.slot is None:
        return _value(spec, value)
    if spec.slot is Slot.PERIOD and isinstance(value, list):
        value = dict(zip(_periods(kind, spec, row, len(value)), value, strict=True))
    if spec.slot is Slot.CRITERION:
        value = {
            f"{who}/{name}": mark for who, marks in value.items() for name, mark in marks.items()
        }
    return {key: _value(spec, part) for key, part in value.items()}


def _periods(kind: KindSpec, spec: FieldSpec, row: Any, count: int) -> tuple[str, ...]:  # noqa: ANN401
    year = example_data()["meta"]["fiscal_year"]
    if kind.name != "measure":
        return months(
            year["prior_start" if spec.name == "prior_actuals" else "budget_start"], count
        )
    step = 3 if row["frequency"] == "quarterly" else 1
    return tuple(add_months(row["series"]["start"], step * place) for place in range(count))


def _value(spec: FieldSpec, value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if spec.type is ValueType.MONEY:
        return value * 100
    if spec.type is ValueType.DECIMAL:
        return Decimal(str(value))
    return tuple(value) if isinstance(value, list) else value
