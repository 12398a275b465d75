"""How sources of values were read before, on this computer: their names, their layout, and what their figures are.

It is kept beside the window's other memories, not in the workspace: a layout is a habit of whoever makes the file,
and two partners who bring in different files have nothing to disagree about.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dyad_desktop.domain.observation_import import (
    MEASURE,
    SHAPES,
    WIDE,
    Known,
    Reading,
    Rows,
)
from dyad_desktop.domain.observation_import_dates import settled
from dyad_desktop.domain.observation_import_guess import with_names
from dyad_desktop.domain.observation_import_marks import SAID, TOLD, USUAL
from dyad_desktop.domain.observation_import_words import plain_name
from dyad_desktop.ui import settings

_NAMES, _FIGURES = "names", "figures"
_TO_DATE, _OWN = "to_date", "own"


def names_before(workspace: str) -> dict[str, str]:
    """Return which measure each plain name meant before."""
    found = _read(settings.source_of_values(workspace, _NAMES))
    return {str(name): str(measure) for name, measure in found.items()}


def _read(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Answers:
    """Of which measures it was said that their figures are of the year to date, and of which each month's own."""

    year_to_date: frozenset[str] = frozenset()
    own_period: frozenset[str] = frozenset()


def answers_before(workspace: str, signature: str, reading: Reading) -> Answers:
    """Return what was said of the figures of a source before, under the names that it has for its measures.

    The same layout holds a measure's year so far under one name and each month's own under another. Where several
    names mean one measure, all must have the same answer.
    """
    kept = _figures_before(workspace, signature)
    told: dict[str, set[str]] = {}
    for name, measure in _names_of(reading):
        told.setdefault(measure, set()).add(kept.get(name, ""))
    to_date, own = (
        frozenset(measure for measure, found in told.items() if found == {answer})
        for answer in (_TO_DATE, _OWN)
    )
    return Answers(to_date, own)


def _figures_before(workspace: str, signature: str) -> dict[str, str]:
    found = _read(settings.source_of_values(workspace, signature)).get(_FIGURES)
    kept = found if isinstance(found, dict) else {}
    return {str(name): str(answer) for name, answer in kept.items()}


def _names_of(reading: Reading) -> list[tuple[str, str]]:
    """Return the plain names of a source and the measures that they mean; no name for the one it is all of."""
    if MEASURE not in reading.roles:
        return [("", reading.measure)] if reading.measure else []
    return [(plain_name(name), one) for name, one in reading.names.items() if one]


def keep(
    workspace: str, signature: str, reading: Reading, answers: Answers, *, asked: bool = False
) -> None:
    """Keep how a source was read, what its names meant, and what was said of its figures.

    The order of dates is kept only where a person said it.
    """
    said = {
        **dict.fromkeys(answers.year_to_date, _TO_DATE),
        **dict.fromkeys(answers.own_period, _OWN),
    }
    told = {name: said[measure] for name, measure in _names_of(reading) if measure in said}
    meant = {plain_name(name): measure for name, measure in reading.names.items() if measure}
    names = json.dumps({**names_before(workspace), **meant}, ensure_ascii=False)
    settings.keep_source_of_values(workspace, _NAMES, names)
    layout = {
        "shape": reading.shape,
        "header": reading.header,
        "roles": list(reading.roles),
        "measure": reading.measure,
        "comma": reading.comma,
        "comma_said": reading.mark == SAID,
        "dates_day_first": reading.day_first if asked else None,
        "fractions": reading.fractions,
        _FIGURES: {**_figures_before(workspace, signature), **told},
    }
    settings.keep_source_of_values(workspace, signature, json.dumps(layout))


def as_before(
    workspace: str, signature: str, guessed: Reading, rows: Rows, known: Known
) -> Reading:
    """Return a reading as this source was read before, as far as it still fits; else as it was guessed.

    Whose values they are comes from the source itself or from the measure that is open; only where neither says it,
    from before: a month and a value look alike for every measure.
    """
    kept = _read(settings.source_of_values(workspace, signature))
    shape, roles = kept.get("shape"), kept.get("roles")
    if shape not in SHAPES or not isinstance(roles, list):
        return guessed
    same = len(roles) == len(guessed.roles) and (shape != WIDE or guessed.shape == WIDE)
    before = kept.get("dates_day_first")
    marked = guessed
    if kept.get("comma_said") is True or guessed.mark != TOLD:
        how = SAID if kept.get("comma_said") is True else USUAL
        marked = replace(guessed, comma=kept.get("comma") is True, mark=how)
    laid = replace(
        marked,
        day_first=before if isinstance(before, bool) else None,
        measure=guessed.measure or str(kept.get("measure") or ""),
    )
    if same and isinstance(kept.get("header"), int):
        laid = replace(laid, shape=shape, header=kept["header"], roles=tuple(map(str, roles)))
    return replace(
        with_names(rows, settled(rows, laid), known), fractions=kept.get("fractions") is True
    )
