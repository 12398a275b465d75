"""What a sheet shows and how it is edited: rows of text and numbers with a place for who set them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.replication.views import Side
from dyad_desktop.ui.models.unit import Unit

if TYPE_CHECKING:
    from dyad_desktop.domain.formula import FormulaName
    from dyad_desktop.services.editing import Seen
    from dyad_desktop.services.seeing import Glance

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_EDIT = int(Qt.ItemDataRole.EditRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_SPEECH = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

Index = QModelIndex | QPersistentModelIndex
NOBODY = -1
_DISPUTED = "deleted by one of you while another worked on it. Enter opens both sides"
Parts = tuple[tuple[int, str], ...]
"""The values of a contested cell: (place of the partner, text)."""
Block = list[list[str]]
"""Lines of texts as they are copied; a line may be shorter than others, and writes no more than it has."""
Look = Callable[[Sequence[Address], Book], "Glance"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, heading, width in pixels at 100 %, and whether it holds numbers.

    ``look``: ``plain``, ``muted`` (drivers, prior year), ``total`` (set apart by a line and bold) or ``tone``
    (each cell in the colour of the status that ``SheetModel.tone`` names). ``air`` are the pixels that its longest
    figure leaves free at least. ``places`` are the decimal places that its figures are copied with, where they are
    quotients, which have no end.
    """

    key: str
    title: str
    width: int
    numeric: bool = True
    look: str = "plain"
    tip: str = ""
    air: int = 2
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row. ``look``: ``line``, ``linked`` (computed elsewhere), ``group`` (heading that folds), ``total``, ``rule``.

    A rule is a thick line across the sheet with the text of its first cell at its beginning.
    """

    key: Key
    look: str = "line"
    depth: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class CellText:
    """What was typed for a cell."""

    row: int
    column: int
    text: str


class SheetModel(QAbstractTableModel):
    """Base of the sheets. Subclasses fill ``columns`` and ``rows`` and say what the cells hold.

    Cells are asked for by plain integers; ``text`` must be quick, since painting calls it for each visible cell.
    ``refused`` tells (row, column, reason) of a cell that a command turned down after it was typed.
    """

    refused = Signal(int, int, str)

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns: tuple[Column, ...] = tuple(columns)
        self.rows: list[Row] = []
        self.totals: list[Row] = []
        self.folded: set[str] = set()
        self.stale: Collection[int] = ()
        self.noted: Collection[tuple[str, int]] = ()
        """Cells with a note: (id of the row's thing, column)."""
        self.disputed: Mapping[Address, Sequence[Side]] = {}
        self._places: Mapping[str, int] = {}
        self._split: dict[Address, Parts] = {}
        self._look: Look | None = None
        self._glance: Glance | None = None
        self._elsewhere: Mapping[Address, tuple[int, str]] = {}
        self._busy: tuple[object, dict[tuple[int, int], tuple[int, str]]] | None = None

    # -- for subclasses ------------------------------------------------------------------------

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        raise NotImplementedError

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown, for sums and copies; ``None`` for text and nothing."""
        del row, column
        return None

    def copied(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure as another sheet gets it: a quotient with its places, any other whole."""
        value, places = self.number(row, column), self.columns[column].places
        return value if value is None or places is None else rounded(value, places)

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor of the cell begins with."""
        return self.text(row, column)

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell takes input."""
        del row, column
        return False

    def names(self, row: int, column: int) -> "Sequence[FormulaName]":
        """Return what a formula typed into a cell may name; nothing where none is taken."""
        del row, column
        return ()

    def mark(self, row: int, column: int) -> int:
        """Return the place of the partner who set a cell by hand, ``NOBODY`` for a computed one."""
        del row, column
        return NOBODY

    def has_note(self, row: int, column: int) -> bool:
        """Return whether someone noted something of a cell."""
        return bool(self.noted) and (self.rows[row].key[1], column) in self.noted

    def tone(self, row: int, column: int) -> str:
        """Return the status whose colour a cell of a ``tone`` column takes; empty for the usual one.

        ``partner0`` and so on is the colour of the partner at that place.
        """
        del row, column
        return ""

    def quiet(self, row: int) -> bool:
        """Return whether a row stands back, in muted text."""
        del row
        return False

    def total_tone(self, row: int, column: int) -> str:
        """Return the status whose colour a total's cell of a ``tone`` column takes."""
        del row, column
        return ""

    def total_text(self, row: int, column: int) -> str:
        """Return what a cell of the totals shows."""
        del row, column
        return ""

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401 - the subclass's own value
        """Return the value that a text means for a cell.

        Raises:
            BadInputError: with the reason, for the person who typed it.
        """
        raise NotImplementedError

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Send parsed values to the service, as one change; ``None`` clears."""
        raise NotImplementedError

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a cell can be given back to its rule."""
        return self.editable(row, column)

    def choices(self, row: int, column: int) -> Sequence[tuple[str, str]]:
        """Return (value, text) pairs when a cell takes one of a few values."""
        del row, column
        return ()

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input, as a sentence."""
        return f"{self.place(row, column)} is computed from other cells."

    def field_of(self, column: int) -> tuple[str, str]:
        """Return (field, slot) that a column stands for, for the inspector."""
        return self.columns[column].key, ""

    def register(self, row: int, column: int) -> Address | None:
        """Return the register that a cell shows; ``None`` for a computed one."""
        field, slot = self.field_of(column)
        kind, entity_id = self.rows[row].key
        plain = self.rows[row].look == "line" and field
        return Address(kind, entity_id, field, slot) if plain else None

    def registers(self, row: int, column: int) -> tuple[Address, ...]:
        """Return every register that an edit of a cell writes."""
        at = self.register(row, column)
        return () if at is None else (at,)

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's value of a contested cell, short enough for half of it."""
        del row, column
        return "" if value is None else str(value)

    def shown_book(self) -> Book | None:
        """Return the book that the cells show, for an editor to say what its author saw."""
        return getattr(self, "book", None)

    def range_text(self, row: int, column: int) -> str:
        """Return between what a computed figure comes out while values are contested; empty when it is sure."""
        del row, column
        return ""

    def total_range(self, row: int, column: int) -> tuple[str, str]:
        """Return the ends between which a total comes out; two empty texts when it is sure."""
        del row, column
        return "", ""

    # -- what is contested ---------------------------------------------------------------------

    def follow(self, look: Look) -> None:
        """Let editors remember what stood in a cell when they opened."""
        self._look = look

    def set_disputed(
        self, disputed: Mapping[Address, Sequence[Side]], places: Mapping[str, int]
    ) -> None:
        """Take what the partners hold apart; everything is painted again if it is other than before."""
        if disputed == self.disputed and places == self._places:
            return
        self.disputed, self._places = disputed, places
        self.forget_parts()
        if self.rows:
            self.replace_rows(self.rows)

    @property
    def argued(self) -> bool:
        """Return whether some cell is contested."""
        return bool(self.disputed)

    def forget_parts(self) -> None:
        """Make the texts of contested cells anew, such as in another unit."""
        self._split.clear()

    def parts(self, row: int, column: int) -> Parts:
        """Return the values of a contested cell by partner; nothing for any other."""
        at = self.register(row, column) if self.disputed else None
        if at is None or at not in self.disputed:
            return ()
        found = self._split.get(at)
        if found is None:
            found = self._split[at] = tuple(
                (self._places.get(side.partner, 0), self.side_text(row, column, side.value))
                for side in self.disputed[at]
            )
        return found

    def deleted_by(self, row: int) -> int:
        """Return the place of the partner who deleted a row's thing while another worked on it, or ``NOBODY``."""
        sides = self.disputed.get(self._deletion(row), ()) if self.disputed else ()
        return self._places.get(sides[0].partner, 0) if sides else NOBODY

    def _deletion(self, row: int) -> Address:
        return Address(*self.rows[row].key, DELETED)

    def contested_at(self, row: int, column: int) -> Address | None:
        """Return what Enter opens on a cell: its own register, or in the first column whether the thing stays."""
        if self.parts(row, column):
            return self.register(row, column)
        return self._deletion(row) if column == 0 and self.deleted_by(row) != NOBODY else None

    # -- what a partner is editing right now ---------------------------------------------------

    def set_elsewhere(self, marks: Mapping[Address, tuple[int, str]]) -> None:
        """Take which registers a partner is editing on another laptop: (place, first name) of each."""
        if marks != self._elsewhere:
            self._elsewhere, self._busy = marks, None

    def busy_cells(self) -> Mapping[tuple[int, int], tuple[int, str]]:
        """Return the cells that a partner is editing, found anew only when rows or marks changed."""
        if not self._elsewhere:
            return {}
        if self._busy is None or self._busy[0] is not self.rows:
            cells = ((r, c) for r in range(len(self.rows)) for c in range(len(self.columns)))
            found = {
                cell: self._elsewhere[at]
                for cell in cells
                if (at := self.register(*cell)) is not None and at in self._elsewhere
            }
            self._busy = (self.rows, found)
        return self._busy[1]

    def begin(self, row: int, column: int) -> None:
        """Remember what stands in a cell whose editor opens."""
        book = self.shown_book()
        if self._look is not None and book is not None:
            self._glance = self._look(self.registers(row, column), book)

    def end(self) -> None:
        """Forget it: the editor is closed."""
        self._glance = None

    def seen(self, at: Address | None) -> "Seen":
        """Return what the author of an edit saw in a register when the editor opened."""
        return None if self._glance is None or at is None else self._glance.of(at)

    # -- editing -------------------------------------------------------------------------------

    def enter(self, cells: Sequence[CellText]) -> int:
        """Parse and write cells as one change: all of them or none; returns how many.

        Raises:
            BadInputError: the first cell that can't be taken; its place names row and column.
        """
        parsed = []
        for cell in self._finest(cells):
            place = self.place(cell.row, cell.column)
            if not self.editable(cell.row, cell.column):
                raise BadInputError("is computed and can't be written over", place)
            try:
                parsed.append((cell.row, cell.column, self.parse(cell.row, cell.column, cell.text)))
            except BadInputError as error:
                raise BadInputError(error.reason, place) from None
        if parsed:
            self.write(parsed)
        return len(parsed)

    def reach(self, row: int) -> None:
        """Make rows as far as one that someone goes on to, where what was just typed makes room for it."""

    def is_offered(self, key: Key) -> bool:
        """Return whether a key is that of an empty row to type in: what is entered there stands in its place next."""
        del key
        return False

    def aim(self, block: Block, row: int, column: int) -> tuple[Block, int, int]:
        """Return what of a pasted block is entered, and at which cell it begins; rows may be made for it."""
        return block, row, column

    @property
    def fitting(self) -> str:
        """Return how a block that is too large is made to fit, as a sentence and a space; empty where it can't."""
        return ""

    def check_pasted(self, cells: Sequence[CellText]) -> None:
        """Look at a whole pasted block, also at what falls on cells that take no input, before it is entered.

        Raises:
            BadInputError: it belongs elsewhere, such as to other months.
        """

    def _finest(self, cells: Sequence[CellText]) -> Sequence[CellText]:
        """Leave out a cell that would be spread over others of them, such as a year beside its months."""
        if len(cells) < 2:
            return cells
        places = [self.registers(cell.row, cell.column) for cell in cells]
        single = {at[0] for at in places if len(at) == 1}
        pairs = zip(cells, places, strict=True)
        return [cell for cell, at in pairs if len(at) < 2 or single.isdisjoint(at)]

    def clear_cells(self, cells: Sequence[tuple[int, int]]) -> int:
        """Give cells back to their rule as one change; returns how many there were."""
        found = [(row, column, None) for row, column in cells if self.clearable(row, column)]
        if found:
            self.write(found)
        return len(found)

    def place(self, row: int, column: int) -> str:
        """Return how a person calls a cell."""
        return f"{self.text(row, 0)}, {self.columns[column].title}"

    def toggle(self, row: int) -> None:
        """Fold or unfold the group at a row."""
        group = self.rows[row].group
        if self.rows[row].look == "group" and group:
            self.folded ^= {group}
            self.refold()

    def refold(self) -> None:
        """Make the rows anew after groups were folded or unfolded."""

    # -- Qt ------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows show."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:  # noqa: ANN401 - Qt's own type
        """Return a cell's text, alignment, tip, or what a screen reader says."""
        role = int(role)
        if role == _TIP:
            return self.tip(index.row(), index.column())
        if role == _DISPLAY:
            return self.text(index.row(), index.column())
        if role == _EDIT:
            return self.edit_text(index.row(), index.column())
        if role == _ALIGN:
            return _RIGHT if self.columns[index.column()].numeric else _LEFT
        if role == _SPEECH:
            return self.speech(index.row(), index.column())
        return None

    @property
    def unit_words(self) -> str:
        """Return what typed and pasted figures are taken in, where that isn't plain: ``US$ thousands``."""
        return ""

    @property
    def rounded(self) -> bool:
        """Return whether it shows amounts in thousands, so that totals may not add up from what is shown."""
        unit = getattr(self, "unit", None)
        return isinstance(unit, Unit) and unit.size > 1

    def tip(self, row: int, column: int) -> str:
        """Return what the pointer is told of a cell."""
        between = self.range_text(row, column)
        text = self.text(row, column)
        if (row, column) in self.busy_cells():
            return f"{text}: {self.busy_cells()[row, column][1]} is editing this now"
        if column == 0 and self.deleted_by(row) != NOBODY:
            return f"{text}: {_DISPUTED}"
        return f"{text}, {between}" if between else text

    def speech(self, row: int, column: int) -> str:
        """Return a cell as a sentence for a screen reader."""
        said = f"{self.place(row, column)}: {self.text(row, column) or 'empty'}"
        if parts := self.parts(row, column):
            names = {place: partner for partner, place in self._places.items()}
            sides = ", ".join(f"{names.get(place, '')} {text}" for place, text in parts)
            return f"{said}, contested: {sides}. Enter opens both sides"
        if column == 0 and self.deleted_by(row) != NOBODY:
            return f"{said}, {_DISPUTED}"
        if between := self.range_text(row, column):
            return f"{said}, {between}"
        return f"{said}, set by hand" if self.mark(row, column) != NOBODY else said

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:  # noqa: ANN401
        """Return a column's heading."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            column = self.columns[section]
            if int(role) == _DISPLAY:
                return column.title
            if int(role) == _TIP:
                return column.tip or column.title
            if int(role) == _ALIGN:
                return _RIGHT if column.numeric else _LEFT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return whether a cell can be selected and edited."""
        base = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if self.editable(index.row(), index.column()):
            return base | Qt.ItemFlag.ItemIsEditable
        return base

    def replace_rows(self, rows: list[Row], changed: Collection[int] | None = None) -> None:
        """Show new rows. When their keys are the old ones, only ``changed`` (by default all) are repainted.

        One signal tells all of them, with the rectangle around them; ``stale`` says which rows of it are meant. Other
        rows are a reset, whatever came or went: a subclass has newer figures by now, so that none may be asked for
        until all rows are there. The view finds the place again by the keys of the rows.
        """
        if rows is not self.rows and [row.key for row in rows] != [row.key for row in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        self.rows = rows
        self.stale = range(len(rows)) if changed is None else changed
        if self.stale:
            first, last = self.index(min(self.stale), 0), self.index(max(self.stale), 0)
            self.dataChanged.emit(first, last.siblingAtColumn(len(self.columns) - 1))
