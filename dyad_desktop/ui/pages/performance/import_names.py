"""Which measure each name of a source means, how that is known, and what else is as last time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from dyad_desktop.domain.observation_import import LEFT_OUT, MEASURE, Known, Reading, Rows
from dyad_desktop.domain.observation_import_memory import Recalled
from dyad_desktop.domain.observation_import_words import plain_name, without_to_date
from dyad_desktop.errors import BadInputError
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel

if TYPE_CHECKING:
    from dyad_desktop.replication.change import Address


LAST_TIME = "last time"
"""How the meaning of a name is known: as it was said when this source was brought in before."""


class NamesModel(SheetModel):
    """The names that a source has for measures, and which measure each means."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            [
                Column("name", "Name in the source", 170, numeric=False),
                Column("measure", "Means the measure", 200, numeric=False, look="tone"),
                Column(
                    "by", "Known by", 84, numeric=False, look="muted",
                    tip="Its name is the measure’s title or id, or it was said last time for this source",
                ),
            ]
        )  # fmt: skip
        self._reading: Reading | None = None
        self._known = Known(())
        self._titles: dict[str, str] = {}
        self._names: tuple[str, ...] = ()

    def take(self, reading: Reading, known: Known) -> None:
        """Show names as they are matched."""
        self.beginResetModel()
        self._reading, self._names, self._known = reading, tuple(reading.names), known
        self._titles = {one.id: one.title for one in known.measures}
        self.rows = [Row(("name", name)) for name in self._names]
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        name = self._names[row]
        if column == 0 or self._reading is None:
            return name
        meant = self._reading.names[name]
        if column == 2:
            return known_by(name, meant, self._known)
        return "left out" if meant == LEFT_OUT else self._titles.get(meant, "■ none yet: choose")

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with: nothing where no measure is meant yet."""
        return "" if column == 1 and self.tone(row, column) else self.text(row, column)

    def tone(self, row: int, column: int) -> str:
        """Return that a name without a measure needs a person."""
        del column
        meant = self._reading.names[self._names[row]] if self._reading else ""
        return "" if meant else "off_track"

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell takes a choice."""
        del row
        return column == 1

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a name can be left without a measure."""
        return column == 1 and self.tone(row, column) == ""

    def choices(self, row: int, column: int) -> Sequence[tuple[str, str]]:
        """Return what a name can mean."""
        del row
        return [(LEFT_OUT, "left out"), *self._titles.items()] if column == 1 else ()

    def parse(self, row: int, column: int, text: str) -> str:
        """Return the measure that a text means.

        Raises:
            BadInputError: it means none.
        """
        return chosen(self.choices(row, column), text)

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Take what names mean."""
        if self._reading is not None:
            meant = {self._names[at]: value or "" for at, _column, value in cells}
            self.edited.emit({**self._reading.names, **meant})

    def register(self, row: int, column: int) -> "Address | None":
        """Return nothing: a name of a file is no field."""
        del row, column
        return None

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input."""
        del row, column
        return "This is what the source holds."


def known_by(name: str, meant: str, known: Known) -> str:
    """Return how it is known what a name means; empty where a person says it now, or nobody knows."""
    before = {known.remembered.get(plain_name(one)) for one in (name, without_to_date(name))}
    if meant and meant in before:
        return LAST_TIME
    return "its name" if meant and meant == known.named(name) else ""


def as_last_time(before: Recalled, reading: Reading, rows: Rows, words: dict[str, str]) -> str:
    """Return what of a reading was remembered and is guessed otherwise, besides its names; ``words`` are of roles."""
    last, fresh = before.reading, before.fresh

    def kept(what: str) -> bool:
        return bool(getattr(reading, what) == getattr(last, what) != getattr(fresh, what))

    told = list[str]()
    if kept("header"):
        told.append(f"headings in row {last.header + 1}" if last.header >= 0 else "no headings")
    if (last.header, last.shape, len(last.roles)) == (fresh.header, fresh.shape, len(fresh.roles)):
        told += [
            f"“{_heading(rows, last.header, n)}”: {words[role]}"
            for n, (role, was) in enumerate(zip(last.roles, fresh.roles, strict=True))
            if role != was and reading.roles[n] == role
        ]
    elif kept("roles"):
        told.append("what the columns are")
    if MEASURE not in reading.roles and kept("measure"):
        told.append("whose values they are")
    told += ["the decimal mark"] if kept("comma") else []
    told += ["the order of day and month"] if kept("day_first") else []
    if kept("fractions"):
        told.append(f"percentages {'' if last.fractions else 'don’t '}stand as fractions")
    return f"As last time: {', '.join(told)}" if told else ""


def _heading(rows: Rows, header: int, column: int) -> str:
    row = rows[header] if 0 <= header < len(rows) else ()
    return (row[column].strip() if column < len(row) else "") or f"Column {column + 1}"


def chosen(choices: Sequence[tuple[str, str]], text: str) -> str:
    """Return the choice that a text means, by its whole word or its beginning.

    Raises:
        BadInputError: it means none, or several.
    """
    plain = text.strip().casefold()
    whole = [value for value, word in choices if plain in (value.casefold(), word.casefold())]
    begun = [value for value, word in choices if plain and word.casefold().startswith(plain)]
    found = whole or begun
    if len(found) != 1 and not whole:
        raise BadInputError(f"“{text.strip()}” is not one of the choices. Alt+Down lists them.")
    return found[0]
