"""The sheet of volumes, and what it shares with that of positions: rows are things, columns their fields."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.entry import parse_figure
from dyad_desktop.domain.fiscal import month_year_label, month_year_short, months
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.operating import CostCentre, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.schema import Entity
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.pages.operating.figures import parse_growth, percent_text

Entry = tuple[str, str]
"""(field, slot) that a column edits; an empty field is computed."""


class EntityModel(SheetModel):
    """Base of a sheet whose rows are entities and whose columns are fields of them."""

    wanted = Signal(object)
    kind = ""
    cls: type[Entity] = Entity

    def __init__(self, book: Book) -> None:
        self._entries: list[Entry] = []
        super().__init__(self.columns_for(book))
        self.book = book
        self.show(book)

    def columns_for(self, book: Book) -> list[Column]:
        """Return the columns and fill ``_entries`` beside them."""
        raise NotImplementedError

    def show(self, book: Book) -> None:
        """Show a newer book."""
        self.book = book
        self.replace_rows([Row((self.kind, entity.id)) for entity in book.all(self.cls)])

    def entity(self, row: int) -> Any:  # noqa: ANN401 - the subclass's kind
        """Return the entity of a row."""
        return self.book.need(self.cls, self.rows[row].key[1])

    def editable(self, row: int, column: int) -> bool:
        """Return whether a column is a field."""
        del row
        return bool(self._entries[column][0])

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a cell holds something that may be empty."""
        return bool(self._entries[column][1]) and self.number(row, column) is not None

    def field_of(self, column: int) -> tuple[str, str]:
        """Return what a column stands for."""
        return self._entries[column]

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Ask for the edits as one change."""
        self.wanted.emit(
            [
                FieldEdit(
                    *self.rows[row].key, field, value, slot, self.seen(self.register(row, column))
                )
                for row, column, value in cells
                for field, slot in [self._entries[column]]
            ]
        )

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's value of a contested cell."""
        del row
        field = self._entries[column][0]
        text = show.value_text(self.book, self.kind, field, value)
        return text.removesuffix(" %")

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with."""
        value = self.number(row, column)
        return self.text(row, column) if value is None else format(value.normalize(), "f")

    def row_of(self, entity_id: str) -> int:
        """Return where an entity stands; -1 when it isn't there."""
        return next((n for n, row in enumerate(self.rows) if row.key[1] == entity_id), -1)

    def typed_name(self, text: str) -> str:
        """Return a typed name.

        Raises:
            BadInputError: it is empty.
        """
        if not text.strip():
            raise BadInputError("a name is expected")
        return text.strip()


def _centre(book: Book, code: str | None) -> str:
    found = book.get(CostCentre, code)
    return found.name if found else code or ""


def _together(series: Mapping[str, Decimal | None]) -> Decimal | None:
    """Return the sum of the months that have a figure; ``None`` when none has: one may have been emptied."""
    known = [value for value in series.values() if value is not None]
    return sum(known, Decimal(0)) if known else None


class VolumesModel(EntityModel):
    """Volumes: last year's months, planned growth, and the year that follows from them."""

    kind = "volume"
    cls = Volume

    def columns_for(self, book: Book) -> list[Column]:
        """Return name, unit, both years with the growth between, twelve prior months, to date, centre."""
        meta = book.only(Partnership)
        self._periods = months(meta.prior_start)
        self._entries = [
            ("name", ""), ("unit", ""), ("", ""), ("planned_growth_pct", ""), ("", ""),
            *(("prior_actuals", period) for period in self._periods),
            ("", ""), ("", ""), ("account", ""),
        ]  # fmt: skip
        return [
            Column("name", "Volume", 196, numeric=False),
            Column("unit", "Unit", 62, numeric=False, look="muted"),
            Column("prior", meta.prior_year, 56, look="muted", tip="Prior year, actual"),
            Column("growth", "+ %", 44, tip="Planned growth, in percent"),
            Column(
                "plan",
                meta.budget_year,
                58,
                look="total",
                tip="Prior year and planned growth",
                places=2,
            ),
            *(
                Column(
                    p,
                    month_year_short(p),
                    50,
                    look="muted",
                    tip=f"{month_year_label(p)}, actual of {meta.prior_year}",
                )
                for p in self._periods
            ),
            Column("ytd", "To date", 60, look="total", tip=f"{meta.budget_year}, actual so far"),
            Column("centre", "Cost centre", 150, numeric=False, look="muted"),
            Column(
                "account", "Account", 84, numeric=False, tip="Finance’s number of this statistic"
            ),
        ]

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        volume: Volume = self.entity(row)
        key = self.columns[column].key
        texts: dict[str, Callable[[], str]] = {
            "name": lambda: volume.name,
            "unit": lambda: volume.unit or "",
            "account": lambda: volume.account or "",
            "centre": lambda: _centre(self.book, volume.cost_centre),
            "growth": lambda: percent_text(volume.planned_growth_pct),
        }
        if key in texts:
            return texts[key]()
        value = self.number(row, column)
        if value is not None and key == "plan":
            value = rounded(value, 0)
        return "" if value is None else show.number(value)

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure."""
        volume: Volume = self.entity(row)
        key = self.columns[column].key
        prior = _together(volume.prior_actuals) or Decimal(0)
        if key == "prior":
            return prior
        if key == "growth":
            return volume.planned_growth_pct
        if key == "plan":
            return prior * (1 + volume.planned_growth_pct / 100)
        if key == "ytd":
            return _together(volume.ytd_actuals)
        return volume.prior_actuals.get(key)

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401
        """Return what typed text means."""
        del row
        key = self.columns[column].key
        if key == "name":
            return self.typed_name(text)
        if key in ("unit", "account"):
            return text.strip() or None
        if key == "growth":
            return parse_growth(text)
        return parse_figure(text) if text.strip() else None
