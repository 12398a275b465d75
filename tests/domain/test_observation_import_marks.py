"""Figures that can be two, such as ``1.234``: what is typed, pasted and brought in is read by one rule."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import BadRow, Item, Known, Reading, read
from dyad_desktop.domain.observation_import_figures import told_comma, typed_figure
from dyad_desktop.domain.observation_import_guess import guess
from dyad_desktop.domain.observation_import_marks import OPEN, SAID, TOLD, USUAL
from dyad_desktop.domain.observation_import_plausible import fitting
from dyad_desktop.errors import BadInputError

STANDS = {f"2026-0{n}": Decimal(one) for n, one in enumerate((1210, 1188, 1230, 1199), start=1)}
VISITS = Measure(id="V", goal="G", title="Visits", unit="visits", values=STANDS)
DAYS = Measure(
    id="D", goal="G", title="Days", unit="days",
    values={at: value / 1000 for at, value in STANDS.items()},
)  # fmt: skip
NEW = Measure(id="N", goal="G", title="New", unit="USD")
KNOWN = Known((VISITS, DAYS, NEW))
Read = tuple[Reading, list[str]]


def brought(
    lines: list[tuple[str, str]], *, otherwise: bool | None = None, mark: str = ""
) -> Read:  # fmt: skip
    rows = [["Measure", "Month", "Value"]]
    rows += [[name, f"2026-{n:02}", text] for n, (name, text) in enumerate(lines, start=1)]
    reading = guess(rows, KNOWN, otherwise_comma=otherwise)
    reading = replace(reading, mark=mark) if mark else reading
    found = list(read(rows, reading, KNOWN))
    return reading, [str(one.value) if isinstance(one, Item) else "refused" for one in found]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Visits", ["1.194", "1.205"]), ("Visits", ["1,194", "1,205"]), ("Days", ["1.194", "1.205"]),
        ("Days", ["1,194", "1,205"]), ("New", ["1.194"]), ("New", ["1,194"]), ("New", ["1.194", "12.5"]),
        ("New", ["1.194", "12,5"]), ("Visits", ["1.194", "1.150,5"]), ("Visits", ["1.194", "1150.5"]),
        ("New", ["900", "1.194"]), ("Visits", ["1194"]), ("New", ["1.194", "4"]),
    ],
)  # fmt: skip
def test_copied_figures_are_read_as_pasted_ones(name: str, texts: list[str]) -> None:
    measure = next(one for one in KNOWN.measures if one.title == name)
    pasted = []
    for text in texts:
        fits = fitting(measure, "values", texts)
        try:
            value = typed_figure(text, comma=told_comma(texts), percent=False, fits=fits)
        except BadInputError:
            pasted.append("refused")
        else:
            pasted.append(str(value))
    assert brought([(name, text) for text in texts])[1] == pasted


def test_the_mark_that_fits_is_shown_and_holds_for_measures_that_tell_nothing() -> None:
    reading, found = brought([("Visits", "1.194"), ("New", "2.345")])
    assert (reading.comma, reading.mark, found) == (True, TOLD, ["1194", "2345"])
    reading, found = brought([("Days", "1.194"), ("New", "2.345")])
    assert (reading.comma, reading.mark, found) == (False, TOLD, ["1.194", "2.345"])
    reading, found = brought([("Visits", "1.194"), ("Days", "1.205"), ("New", "2.345")])
    assert (reading.mark, found) == (OPEN, ["1194", "1.205", "refused"])


@pytest.mark.parametrize("comma", [True, False])
def test_what_such_sources_usually_have_decides_where_nothing_tells(*, comma: bool) -> None:
    reading, found = brought([("New", "1.194")], otherwise=comma)
    assert (reading.comma, reading.mark) == (comma, USUAL)
    assert found == ["1194" if comma else "1.194"]
    assert brought([("Visits", "1.194")], otherwise=comma)[1] == ["1194"]


def test_what_a_person_says_holds_whatever_fits() -> None:
    rows = [["Measure", "Month", "Value"], ["Visits", "2026-07", "1.194"]]
    said = replace(guess(rows, KNOWN), comma=False, mark=SAID)
    [found] = read(rows, said, KNOWN)
    assert isinstance(found, Item)
    assert found.value == Decimal("1.194")
    [refused] = read(rows, replace(said, mark=TOLD), KNOWN)
    assert isinstance(refused, BadRow)
    assert refused.reason.endswith("write 1194, or 1.1940, or choose the decimal mark")
