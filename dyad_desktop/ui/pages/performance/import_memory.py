"""How sources of values were read before, on this computer, each by its own name.

It is kept beside the window's other memories, not in the workspace: a layout is a habit of whoever makes the file,
and two partners who bring in different files have nothing to disagree about.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from dyad_desktop.domain.observation_import import MEASURE, ROLES, SHAPES, Reading
from dyad_desktop.domain.observation_import_memory import (
    Layout,
    Recalled,
    layout_of,
    with_layout,
)
from dyad_desktop.domain.observation_import_source import source_name
from dyad_desktop.domain.observation_import_words import plain_name
from dyad_desktop.ui import settings

if TYPE_CHECKING:
    from dyad_desktop.exchange.observations import Source

_TO_DATE, _OWN = "to_date", "own"


def name_of(source: "Source") -> str:
    """Return by what a source is known again; empty where it has no name of its own."""
    return source_name(source.name, source.sheet if len(source.sheets) > 1 else "")


def whole_name_of(source: "Source") -> str:
    """Return the name of a source as it stands, with its sheet."""
    return f"{source.name}\n{source.sheet}"


def layouts_before(workspace: str, name: str) -> tuple[Layout, ...]:
    """Return the layouts in which a source was read before, the last one first."""
    try:
        found = json.loads(settings.source_of_values(workspace, _key(name)) or "[]")
    except ValueError:
        return ()
    read = [_layout(one) for one in found if isinstance(one, dict)] if isinstance(found, list) else []  # fmt: skip
    return tuple(one for one in read if one is not None)


def _key(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:16]


def _layout(kept: Mapping[str, Any]) -> Layout | None:
    """Return a layout as it was kept; nothing of one that can't be read, as after an older version."""
    try:
        shape = str(kept["shape"])
        roles = tuple((str(head), str(role)) for head, role in kept["roles"])
        names = {str(name): (str(to), str(of)) for name, (to, of) in kept["names"].items()}
        day_first, header, guessed_header = (
            kept["day_first"], int(kept["header"]), int(kept["guessed_header"])
        )  # fmt: skip
        if shape not in SHAPES or any(role not in ROLES[shape] for _head, role in roles):
            return None
        return Layout(
            shape, header, roles, str(kept["guessed"]), guessed_header, str(kept["measure"]),
            kept["comma"] is True, kept["comma_said"] is True,
            day_first if isinstance(day_first, bool) else None,
            kept["fractions"] is True, kept["fractions_said"] is True,
            names, frozenset(map(str, kept["seen"])),
            {str(name): str(answer) for name, answer in kept["figures"].items()},
            str(kept.get("called", "")),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class Answers:
    """Of which measures it was said that their figures are of the year to date, and of which each month's own."""

    year_to_date: frozenset[str] = frozenset()
    own_period: frozenset[str] = frozenset()


def answers_before(layout: Layout | None, reading: Reading) -> Answers:
    """Return what was said of the figures of a source before, under the names that it has for its measures.

    The same layout holds a measure's year so far under one name and each month's own under another. Where several
    names mean one measure, all must have the same answer. What was said of values without a name was said of the
    measure that they were taken for.
    """
    kept = layout.figures if layout is not None else {}
    told: dict[str, set[str]] = {}
    for name, measure in _names_of(reading):
        known = name or (layout is not None and layout.measure == measure)
        told.setdefault(measure, set()).add(kept.get(name, "") if known else "")
    to_date, own = (
        frozenset(measure for measure, found in told.items() if found == {answer})
        for answer in (_TO_DATE, _OWN)
    )
    return Answers(to_date, own)


def _names_of(reading: Reading) -> list[tuple[str, str]]:
    """Return the plain names of a source and the measures that they mean; no name for the one it is all of."""
    if MEASURE not in reading.roles:
        return [("", reading.measure)] if reading.measure else []
    return [(plain_name(name), one) for name, one in reading.names.items() if one]


def keep(
    workspace: str, source: "Source", before: Recalled, reading: Reading, answers: Answers, *, asked: bool = False
) -> None:  # fmt: skip
    """Keep how a source was read, what a person said of its names, and of its figures.

    The order of dates is kept only where a person said it.
    """
    said = {
        **dict.fromkeys(answers.year_to_date, _TO_DATE),
        **dict.fromkeys(answers.own_period, _OWN),
    }
    told = {name: said[measure] for name, measure in _names_of(reading) if measure in said}
    made = layout_of(before, reading, source.rows, told, asked=asked)
    name = name_of(source)
    _keep(workspace, name, with_layout(layouts_before(workspace, name), before.layout, made))


def _keep(workspace: str, name: str, layouts: Iterable[Layout]) -> None:
    kept = [{**asdict(one), "seen": sorted(one.seen)} for one in layouts]
    settings.keep_source_of_values(workspace, _key(name), json.dumps(kept, ensure_ascii=False))
