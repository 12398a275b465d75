"""Things from their plain form: a thing that changes is what its whole record gives."""

import dataclasses

import pytest

from dyad_desktop.domain.records import Record, entity_of, record_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import ORDER, Entity
from tests.domain.example import example_book

THINGS = list(example_book().everything().items())


def test_a_change_of_one_field_is_what_the_whole_record_gives() -> None:
    for (kind, name), thing in THINGS:
        spec = KINDS[kind]
        whole = record_of(kind, thing)
        assert entity_of(kind, name, whole) == thing
        bare = spec.cls(id=name)
        for field in whole:
            said: Record = {field: whole[field]}
            after = entity_of(kind, name, said, bare)
            part = "order" if field == ORDER else field
            assert after == dataclasses.replace(bare, **{part: getattr(thing, part)})
            assert type(after) is spec.cls
        assert bare == spec.cls(id=name), "a change must leave the thing before it as it was"


@pytest.mark.parametrize("kind", sorted({key[0] for key, _ in THINGS}))
def test_an_emptied_field_is_as_if_nothing_had_been_said(kind: str) -> None:
    (_, name), thing = next(found for found in THINGS if found[0][0] == kind)
    spec = KINDS[kind]
    for field, found in spec.fields.items():
        if found.slot is None:
            after: Entity = entity_of(kind, name, {field: None}, thing)
            assert getattr(after, field) == getattr(spec.cls(id=name), field) or (
                not found.required and not getattr(after, field)
            )


def test_an_unknown_field_changes_nothing() -> None:
    (kind, name), thing = THINGS[0]
    assert entity_of(kind, name, {"of_a_later_version": 1}, thing) == thing


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_thing_that_was_changed_is_as_frozen_as_any(kind: str) -> None:
    bare = KINDS[kind].cls(id="x")
    after = entity_of(kind, "x", {ORDER: "a"}, bare)
    assert after == dataclasses.replace(bare, order="a")
    assert not hasattr(after, "__dict__")
    for part in dataclasses.fields(after):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(after, part.name, None)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(after, part.name)
