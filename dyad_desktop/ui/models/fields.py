"""A sheet whose rows are things of the book and whose columns are their fields, or figures from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import FieldSpec, ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.values import NOTHING, parse_value, plain_value
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, SheetModel
from dyad_desktop.ui.models.unit import DASHES, Unit

_FIGURES = (ValueType.MONEY, ValueType.DECIMAL, ValueType.INTEGER)


@dataclass(frozen=True, slots=True)
class FieldColumn(Column):
    """A column that shows and edits a field; without one it is computed."""

    field: str = ""


class FieldsModel(SheetModel):
    """Base of sheets of things. A subclass names its ``kind`` and fills the rows.

    ``wanted`` carries a list of ``FieldEdit`` to be written as one change.
    """

    wanted = Signal(object)
    kind = ""

    def __init__(self, book: Book, columns: Sequence[Column], unit: Unit) -> None:
        super().__init__(columns)
        self.book = book
        self.unit = unit

    # -- for subclasses ------------------------------------------------------------------------

    def computed_text(self, row: int, key: str) -> str:
        """Return what a column without a field shows."""
        del row, key
        return ""

    def computed_number(self, row: int, key: str) -> Decimal | None:
        """Return the figure of a column without a field."""
        del row, key
        return None

    # -- cells ---------------------------------------------------------------------------------

    def entity(self, row: int) -> Any:  # noqa: ANN401 - the subclass's kind
        """Return the thing of a row; ``None`` for a rule or heading."""
        return self.book.entity(*self.rows[row].key)

    def row_of(self, entity_id: str) -> int:
        """Return where a thing stands; -1 when it isn't there."""
        return next((n for n, row in enumerate(self.rows) if row.key[1] == entity_id), -1)

    def spec(self, column: int) -> FieldSpec | None:
        """Return the field of a column, if it has one."""
        found = self.columns[column]
        if isinstance(found, FieldColumn) and found.field:
            return spec_of(self.kind, found.field)
        return None

    def value(self, row: int, column: int) -> Any:  # noqa: ANN401 - any field's value
        """Return the value of a cell's field."""
        spec, entity = self.spec(column), self.entity(row)
        return getattr(entity, spec.name) if spec is not None and entity is not None else None

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        spec = self.spec(column)
        if spec is None or self.rows[row].look != "line":
            return self.computed_text(row, self.columns[column].key)
        return self._shown(spec, self.value(row, column))

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's value of a contested cell."""
        del row
        spec = self.spec(column)
        text = "" if spec is None else self._shown(spec, spec.decode(value))
        return text or show.NOTHING

    def _shown(self, spec: FieldSpec, value: Any) -> str:  # noqa: ANN401 - as above
        if value is None or value == ():
            return ""
        if spec.type is ValueType.MONEY:
            return self.unit.text(value)
        if spec.type is ValueType.FLAG:
            return "yes" if value else ""
        text = show.value_text(self.book, self.kind, spec.name, value)
        return text.replace("\n", " ")

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        spec = self.spec(column)
        if spec is None:
            return self.computed_number(row, self.columns[column].key)
        value = self.value(row, column)
        if value is None or spec.type not in _FIGURES:
            return None
        return self.unit.number(value) if spec.type is ValueType.MONEY else Decimal(value)

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor of the cell begins with."""
        spec, value = self.spec(column), self.value(row, column)
        if spec is None or value is None or value == ():
            return ""
        if spec.type is ValueType.MONEY:
            return self.unit.edit_text(value)
        if spec.type is ValueType.DECIMAL:
            return str(plain_value(spec, value, self.unit.exponent))
        if spec.type in (ValueType.DATE, ValueType.PERIOD):
            return str(value)
        return self.text(row, column)

    def editable(self, row: int, column: int) -> bool:
        """Return whether a column is a field."""
        return self.rows[row].look == "line" and self.spec(column) is not None

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a cell holds something that may be empty."""
        spec = self.spec(column)
        if spec is None or spec.required or self.rows[row].look != "line":
            return False
        return self.value(row, column) not in (None, "", ())

    def field_of(self, column: int) -> tuple[str, str]:
        """Return what a column stands for."""
        spec = self.spec(column)
        return (spec.name if spec is not None else ""), ""

    # -- editing -------------------------------------------------------------------------------

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401
        """Return what typed text means."""
        del row
        spec = self.spec(column)
        if spec is None:
            raise BadInputError("is computed and can't be written over")
        return self.check(spec, text)

    def check(self, spec: FieldSpec, text: str) -> Any:  # noqa: ANN401 - any field's value
        """Return the canonical value of a field's typed text.

        Raises:
            BadInputError: the text can't be taken.
        """
        typed = text.strip()
        if typed.lower() in NOTHING and not (spec.type is ValueType.MONEY and typed in DASHES):
            return parse_value(spec, "", self.unit.exponent)
        if spec.type is ValueType.MONEY:
            return spec.check(self.unit.parse(typed), self.unit.exponent)
        if spec.type is ValueType.CHOICE:
            typed = _chosen(spec, typed)
        elif spec.target == "partner":
            typed = _partner(self.book, typed)
        return parse_value(spec, typed, self.unit.exponent)

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Ask for the edits as one change."""
        edits = [
            FieldEdit(
                *self.rows[row].key, spec.name, value, seen=self.seen(self.register(row, column))
            )
            for row, column, value in cells
            if (spec := self.spec(column)) is not None
        ]
        self.wanted.emit(edits)


def _chosen(spec: FieldSpec, typed: str) -> str:
    """Return the choice that a word, or the beginning of one, means."""
    word = typed.lower().replace(" ", "_")
    found = [choice for choice in spec.choices if choice.lower().startswith(word)]
    exact = [choice for choice in spec.choices if choice.lower() == word]
    if len(exact or found) != 1:
        options = ", ".join(show.words(choice) for choice in spec.choices)
        raise BadInputError(f"{typed!r} is not one of {options}")
    return (exact or found)[0]


def _partner(book: Book, typed: str) -> str:
    """Return the id of the partner whose name, first name or initials someone typed."""
    word = typed.casefold()
    for partner in book.all(Partner):
        names = (partner.id, partner.initials, partner.first_name, partner.name)
        if word in (name.casefold() for name in names):
            return partner.id
    options = ", ".join(partner.first_name for partner in book.all(Partner))
    raise BadInputError(f"{typed!r} is none of the partners: {options}")
