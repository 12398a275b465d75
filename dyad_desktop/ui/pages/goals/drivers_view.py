"""The driver diagram with its commands: link, rename, add, delete, and keep as a picture."""

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QBuffer,
    QIODevice,
    QMarginsF,
    QPoint,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from dyad_desktop.domain.driver_tree import ROLL_UP, driver_tree
from dyad_desktop.domain.fiscal import day_label
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, delete, set_fields
from dyad_desktop.services.goals import new_goal, new_measure
from dyad_desktop.services.linking import initiative_for, link, register_of, unlink
from dyad_desktop.services.local import new_id
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.goals.drivers import LEFT, Diagram
from dyad_desktop.ui.tokens import GRID, LEAD, SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import Empty, button, label
from dyad_desktop.ui.widgets.fitting_bar import FittingBar
from dyad_desktop.ui.widgets.picture_menu import Picture, PictureMenu

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.seeing import Glance
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

DPI, EDGE, HEADING = 96, 24, 30
"""Pixels an inch, around a picture, and of the line above it."""
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
HINT = "Drag from one thing to another to link them, or press L, go there and press Enter."
LINKING = (
    "Linking “{}”: click what it drives or what drives it, or go there by the arrows and press Enter (parts them if"
    " they are linked); Esc leaves."
)
NOTHING = (
    "Here stands how everything hangs together: objectives, the goals that serve them, how they are measured, "
    "and the initiatives that should move them. Begin with a goal."
)


class DriversView(QWidget):
    """The diagram. ``opened`` carries the key of whatever is to be opened, ``begun`` asks for a first goal."""

    opened = Signal(object)
    begun = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._book = desk.book
        """What the diagram shows: what is written from it has seen this and nothing later."""
        self._glance: Glance | None = None
        self._fresh: Key | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.diagram = Diagram()
        self.diagram.chosen.connect(desk.select)
        self.diagram.opened.connect(self.opened)
        self.diagram.renaming.connect(self._on_renaming)
        self.diagram.renamed.connect(self._on_renamed)
        self.diagram.left.connect(desk.rested)
        self.diagram.link_asked.connect(self._on_link)
        self.diagram.linked_from.connect(self._on_linking)
        self.diagram.added.connect(self._on_add)
        self.diagram.deleted.connect(self._on_delete)
        self.diagram.placed.connect(self._on_placed)
        column.addWidget(self._bar())
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidget(self.diagram)
        column.addWidget(self.area, 1)
        self.rule = label(ROLL_UP, "small")
        column.addWidget(self.rule)
        self.empty = Empty(NOTHING, "New goal", self.begun.emit)
        column.addWidget(self.empty)

    def _bar(self) -> FittingBar:
        self.add = button("Add beneath", name="Add what serves the chosen thing (Insert)")
        self.link = button(
            "Link", name="Link the chosen thing with the next that is clicked (L, then Enter)"
        )
        self.rename = button("Rename", name="Rename the chosen thing (F2)")
        self.remove = button("Delete", name="Delete the chosen thing; it can be undone")
        self.save = button("Export", name="Copy or save the diagram")
        self.exporter = PictureMenu(self._desk, self.save, "diagram", self._picture)
        self.exporter.watch(self.diagram)
        for made, run in (
            (self.add, self._add_here), (self.link, self._link_here), (self.rename, self._rename_here),
            (self.remove, self._delete_here),
        ):  # fmt: skip
            made.clicked.connect(run)
        self.hint = label(HINT, "small", wrap=True)
        self.bar = FittingBar(
            (self.hint,),
            (self.add, self.link, self.rename, self.remove, self.save),
            growing=self.hint,
        )
        return self.bar

    def reload(self) -> None:
        """Show the newest book."""
        self._book = self._desk.book
        tree = driver_tree(self._book)
        some = bool(tree.nodes)
        for part in (self.bar, self.area, self.rule):
            part.setVisible(some)
        self.empty.setVisible(not some)
        self.diagram.show_tree(tree)
        fresh, self._fresh = self._fresh, None
        if fresh is not None and tree.node(fresh) is not None:
            self.diagram.rename(fresh)

    @property
    def editing(self) -> bool:
        """Return whether a title is being written."""
        return self.diagram.editing

    @Slot(object)
    def _on_placed(self, places: "list[QRectF]") -> None:
        """Scroll so far that the first place is seen, and the others where they fit with it."""
        room, shown = self.area.viewport().size(), places[0]
        for place in places[1:]:
            both = shown.united(place)
            if both.height() <= room.height() and both.width() <= room.width():
                shown = both
        middle, half = shown.center().toPoint(), shown.size().toSize() / 2
        self.area.ensureVisible(middle.x(), middle.y(), half.width() + 1, half.height() + 1)

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def _add_here(self) -> None:
        if self.diagram.current is not None:
            self._on_add(self.diagram.current)

    @Slot()
    def _link_here(self) -> None:
        self.diagram.setFocus()
        self.diagram.begin_link(self.diagram.current)

    @Slot()
    def _rename_here(self) -> None:
        if self.diagram.current is not None:
            self.diagram.rename(self.diagram.current)

    @Slot()
    def _delete_here(self) -> None:
        if self.diagram.current is not None:
            self._on_delete(self.diagram.current)

    @Slot(object)
    def _on_renaming(self, key: "Key") -> None:
        self._glance = self._desk.glance([Address(*key, "title")], self._book)

    @Slot(object, str)
    def _on_renamed(self, key: "Key", title: str) -> None:
        seen = self._glance.of(Address(*key, "title")) if self._glance is not None else None
        edit = FieldEdit(*key, "title", title, seen=seen)
        self._desk.do(set_fields, [edit], "", self, failed=self._on_refused)

    @Slot(object, object)
    def _on_link(self, one: "Key", other: "Key") -> None:
        """Link two things; two that are linked are parted."""
        links = self.diagram.tree.links
        command = unlink if {(one, other), (other, one)} & set(links) else link
        at = register_of(one, other)
        seen = self._desk.glance([at], self._book, opens=False).of(at) if at is not None else None
        self._desk.do(
            command, one, other, self, seen=seen, done=self._on_linked, failed=self._on_refused
        )

    @Slot(object)
    def _on_linking(self, key: "Key | None") -> None:
        """Say what comes next while something is being linked."""
        node = self.diagram.tree.node(key) if key is not None else None
        self.hint.setText(HINT if node is None else LINKING.format(node.title))

    @Slot(object)
    def _on_linked(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)

    @Slot(object)
    def _on_add(self, key: "Key") -> None:
        """Make what serves a thing: a goal of an objective, a measure of a goal, an initiative of a goal or measure."""
        kind, entity_id = key
        made = new_id()
        if kind == "objective":
            self._fresh = ("goal", made)
            self._desk.do(new_goal, made, entity_id, self, failed=self._on_refused)
        elif kind == "goal":
            self._fresh = ("measure", made)
            self._desk.do(new_measure, made, entity_id, self, failed=self._on_refused)
        elif kind == "measure":
            self._fresh = ("initiative", made)
            self._desk.do(initiative_for, made, entity_id, self, failed=self._on_refused)
        else:
            self._desk.say(
                "Nothing serves an initiative here: its milestones stand on its own page."
            )

    @Slot(object)
    def _on_delete(self, key: "Key") -> None:
        self._desk.do(delete, [key], "", self, done=self._on_linked, failed=self._on_refused)

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        self._desk.say(
            show.sentence(error.reason if isinstance(error, BadInputError) else str(error))
        )

    # -- keeping a picture ---------------------------------------------------------------------

    def _picture(self) -> Picture | None:
        title = f"{self._title()}, drivers"
        return Picture(title, self._drawn) if self.diagram.tree.nodes else None

    def _title(self) -> str:
        return self._desk.book.only(Partnership).title

    def _drawn(self, form: str) -> bytes:
        """Return the diagram in light colours, under what it is of and when."""
        dark, theme.dark = theme.dark, False
        try:
            return self._written(form)
        finally:
            theme.dark = dark

    def _written(self, form: str) -> bytes:
        size = self.diagram.size() + QSize(
            2 * theme.px(EDGE), 2 * theme.px(EDGE) + theme.px(HEADING)
        )
        made = QBuffer()
        made.open(QIODevice.OpenModeFlag.WriteOnly)
        if form == "png":
            image = QImage(size * 2, QImage.Format.Format_ARGB32)
            image.setDevicePixelRatio(2)
            image.fill(theme.colour("surface"))
            self._draw_on(image)
            image.save(made, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, Qt text
            return bytes(made.data().data())
        if form == "svg":
            from PySide6.QtSvg import QSvgGenerator  # noqa: PLC0415 - only for this

            generator = QSvgGenerator()
            generator.setOutputDevice(made)
            generator.setSize(size)
            generator.setViewBox(QRect(QPoint(0, 0), size))
            generator.setTitle("Driver diagram")
            self._draw_on(generator)
            return bytes(made.data().data())
        writer = QPdfWriter(made)
        writer.setResolution(DPI)
        inches = QSizeF(size.width() / DPI, size.height() / DPI)
        writer.setPageSize(QPageSize(inches, QPageSize.Unit.Inch))
        writer.setPageMargins(QMarginsF())
        self._draw_on(writer)
        return bytes(made.data().data())

    def _draw_on(self, device: QPaintDevice) -> None:
        painter, edge = QPainter(device), theme.px(EDGE)
        wide = self.diagram.width()
        box = QRectF(edge, edge / 2, wide, theme.px(HEADING))
        painter.setPen(theme.colour("ink"))
        painter.setFont(font(LEAD, SEMIBOLD))
        painter.drawText(box, LEFT, f"{self._title()} · what drives what")
        when = self._desk.book.only(Partnership).as_of
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        painter.drawText(box, RIGHT, day_label(when) if when else "")
        painter.translate(edge, edge + theme.px(HEADING))
        self.diagram.draw(painter, chosen=False)
        painter.end()
