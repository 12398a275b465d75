"""How sources of values were read before, on this computer: their names, their layout, and what their figures are.

It is kept beside the window's other memories, not in the workspace: a layout is a habit of whoever makes the file,
and two partners who bring in different files have nothing to disagree about.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dyad_desktop.domain.observation_import import (
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

_NAMES = "names"


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


def answers_before(workspace: str, signature: str) -> Answers:
    """Return what was said of the figures of a source before."""
    kept = _read(settings.source_of_values(workspace, signature))
    own = _texts(kept.get("own_period"))
    return Answers(_texts(kept.get("year_to_date")) - own, own)


def _texts(found: object) -> frozenset[str]:
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def keep(
    workspace: str, signature: str, reading: Reading, answers: Answers, *, asked: bool = False
) -> None:
    """Keep how a source was read, what its names meant, and what was said of its figures.

    The order of dates is kept only where a person said it.
    """
    before = answers_before(workspace, signature)
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
        "year_to_date": sorted((before.year_to_date - answers.own_period) | answers.year_to_date),
        "own_period": sorted((before.own_period - answers.year_to_date) | answers.own_period),
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
