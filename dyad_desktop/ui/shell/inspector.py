"""The inspector: what is selected, its line of sight, its notes, and its history, on every page alike."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.excerpt import excerpts
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Rebase
from dyad_desktop.domain.operating import draft_line_id
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, ValueType
from dyad_desktop.domain.sight import line_of_sight
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.history import beneath, day_of
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, button, clear, label, row
from dyad_desktop.ui.widgets.dispute import Disputes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.replication.change import WriteId
    from dyad_desktop.replication.views import HistoryLine
    from dyad_desktop.services.seeing import Glance
    from dyad_desktop.services.session import ChangeSet, Session
    from dyad_desktop.ui.desk import Desk

    _History = tuple[int, list[HistoryLine], Book, Mapping[WriteId, str]]

WIDTH = 240
_PAUSE_MS = 60
"""Moving on within this time shows nothing in between, so that arrows run freely through a grid."""
_MOST = 40
"""Letters of a text in a line of the history."""
_UNTOLD = frozenset({"series_start", "limits_kept", "template"})
"""Fields that the program keeps for itself."""
_PAGE_OF = {
    "goal": "goals",
    "objective": "goals",
    "measure": "performance",
    "rebase": "performance",
    "operating_line": "operating",
    "note": "operating",
    "planning": "operating",
    "volume": "operating",
    "position": "operating",
    "capital_request": "capital",
    "cost_line": "capital",
    "capital_policy": "capital",
    "initiative": "initiatives",
    "milestone": "initiatives",
    "risk": "initiatives",
    "charter": "partnership",
    "decision": "partnership",
    "decision_right": "partnership",
    "value": "partnership",
    "give_and_get": "partnership",
    "escalation_step": "partnership",
    "partner": "partnership",
    "action": "partnership",
    "meeting": "partnership",
    "rhythm": "partnership",
    "pulse_round": "partnership",
}
"""Where a thing is at home: what a click on its name goes to."""
_TOLD_BENEATH = {
    "operating_line": frozenset({"note", "planning"}),
    "goal": frozenset({"check_in"}),
    "measure": frozenset({"rebase"}),
}
"""Kinds that are told beneath a thing."""


def page_of(kind: str) -> str:
    """Return the page that a kind of thing is shown on; empty when it has none."""
    return _PAGE_OF.get(kind, "")


class Inspector(QFrame):
    """A column at the right of every page."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._generation = 0
        self._lines: list[HistoryLine] = []
        self._told = desk.book
        """What the history was read of: a restore has seen this and nothing later."""
        self.setProperty("look", "card")
        self.setAccessibleName("Inspector")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self._column.setSpacing(GRID - 2)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        outer.addWidget(scroll)
        self.setFixedWidth(theme.px(WIDTH))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._show)
        desk.selected.connect(self._on_selected)
        desk.changed.connect(self._on_changed)
        desk.drafted.connect(self._timer.start)
        theme.changed.connect(self._on_theme)
        self._show()

    @Slot(object)
    def _on_selected(self, _key: object) -> None:
        self._timer.start()

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        key = self._desk.selection
        if key is None or self._writing():
            return
        told = changes.kinds & _TOLD_BENEATH.get(key[0], frozenset())
        if told or set(self._related(key)) & changes.keys:
            self._timer.start()

    @Slot()
    def _on_theme(self) -> None:
        self.setFixedWidth(theme.px(WIDTH))
        self._show()

    def _writing(self) -> bool:
        focus = self.focusWidget()
        return isinstance(focus, QPlainTextEdit) and focus.hasFocus()

    def _related(self, key: Key) -> list[Key]:
        """Return the things whose history belongs to the selected one's."""
        if key[0] == "operating_line":
            said = ("draft_line", draft_line_id(self._desk.draft, key[1]))
            return [said, ("outlook", key[1]), ("basis", key[1]), key]
        return [key]

    @Slot()
    def _show(self) -> None:
        clear(self._column)
        key, book = self._desk.selection, self._desk.book
        entity = book.entity(*key) if key else None
        if key is None or entity is None:
            self._column.addWidget(label("Selected", "caps"))
            self._column.addWidget(
                label("Select something to see why it is here, what was said of it, and who changed what.",
                      "muted", wrap=True)
            )  # fmt: skip
            return
        self._title(book, key)
        self._column.addWidget(
            Disputes(self._desk, list(dict.fromkeys((*self._related(key), key))))
        )
        self._sight(book, key)
        self._facts(book, key)
        self._notes(book, key)
        self._ask_history(key)

    def _section(self, text: str) -> None:
        self._column.addSpacing(GRID)
        self._column.addWidget(label(text, "caps"))

    def _title(self, book: Book, key: Key) -> None:
        self._column.addWidget(label(KINDS[key[0]].title, "caps"))
        name = book.label(*key)
        if self._desk.slot:
            name += ", " + show.field_title("", self._desk.slot).removeprefix(", ")
        self._column.addWidget(label(name, "lead", wrap=True))

    def _sight(self, book: Book, key: Key) -> None:
        steps = [step for step in line_of_sight(book, *key) if step[:2] != key]
        if not steps:
            return
        self._section("Line of sight")
        for depth, (kind, entity_id, name) in enumerate(steps):
            text = f"{'  ' * max(0, depth - 1)}{'↳ ' if depth else ''}{name}"
            shown = label(text, "" if depth else "muted", wrap=True)
            shown.setAccessibleName(f"{KINDS[kind].title}: {name}")
            shown.setToolTip(f"{KINDS[kind].title} {entity_id}")
            self._column.addWidget(shown)

    def _facts(self, book: Book, key: Key) -> None:
        entity = book.entity(*key)
        spec = KINDS[key[0]]
        shown = [
            (field.name, getattr(entity, field.name))
            for field in spec.fields.values()
            if field.slot is None and not field.hidden
            and field.name not in {spec.label_field, "note", *_UNTOLD}
            and field.type not in (ValueType.LONG_TEXT, ValueType.JSON)
        ]  # fmt: skip
        facts = [(name, value) for name, value in shown if value not in (None, "", ())]
        if not facts:
            return
        self._section("Details")
        for name, value in facts[:9]:
            text = show.value_text(book, key[0], name, value)
            self._column.addWidget(label(f"{show.field_title(name)}: {text}", "muted", wrap=True))

    # -- notes ---------------------------------------------------------------------------------

    def _notes(self, book: Book, key: Key) -> None:
        entity = book.entity(*key)
        fields = KINDS[key[0]].fields
        for name, heading in (("note", "Note"), ("why", "Why"), ("definition", "Definition")):
            if name in fields:
                self._section(heading)
                self._editor(
                    key, name, str(getattr(entity, name) or ""), f"{heading} of {book.label(*key)}"
                )
        if key[0] == "operating_line":
            self._said_of_line(book, key)

    def _said_of_line(self, book: Book, key: Key) -> None:
        """Show a line's explanation in the draft at hand, and the partners' notes."""
        from dyad_desktop.ui.widgets.line_notes import (  # noqa: PLC0415 - after the first paint
            ExplanationWords,
            LineNotes,
        )

        said = ("draft_line", draft_line_id(self._desk.draft, key[1]))
        line = book.entity(*said)
        self._section("Explanation")
        text = str(getattr(line, "explanation", None) or "")
        self._editor(said, "explanation", text, f"Explanation of {book.label(*key)}")
        self._column.addWidget(ExplanationWords(self._desk, key[1]))
        self._section("Partners’ notes")
        self._column.addWidget(LineNotes(self._desk, key[1], self._desk.slot))

    def _editor(self, key: Key, field: str, text: str, name: str) -> None:
        editor = NoteEditor(text, name)
        editor.setProperty("key", list(key))
        editor.setProperty("field", field)
        at = Address(*key, field)
        editor.glance = self._desk.glance([at], self._desk.book, opens=False)
        editor.entered.connect(self._on_entered)
        editor.left.connect(self._on_left)
        editor.finished_text.connect(self._on_note)
        self._column.addWidget(editor)

    @Slot()
    def _on_entered(self) -> None:
        """Let the partner see that someone is at this note."""
        kind, entity_id = self.sender().property("key")
        field = str(self.sender().property("field"))
        self._desk.editing.emit((Address(kind, entity_id, field),))

    @Slot()
    def _on_left(self) -> None:
        self._desk.editing.emit(())

    @Slot(str)
    def _on_note(self, text: str) -> None:
        editor = self.sender()
        kind, entity_id = editor.property("key")
        field = str(editor.property("field"))
        at = Address(kind, entity_id, field)
        seen = editor.glance.of(at) if isinstance(editor, NoteEditor) and editor.glance else None
        if (kind, field) == ("draft_line", "explanation"):
            from dyad_desktop.services.explaining import explain  # noqa: PLC0415 - after the first paint

            # Of the draft that it was typed for: another one may be at hand by now.
            draft, _, line = entity_id.partition(".")
            self._desk.do(
                explain, draft, line, text, seen=seen, initiator=self,
                failed=self._desk.say_error,
            )  # fmt: skip
            return
        edit = FieldEdit(kind, entity_id, field, text.strip() or None, seen=seen)
        self._desk.do(set_fields, [edit], "", self, failed=self._desk.say_error)

    # -- history -------------------------------------------------------------------------------

    def _ask_history(self, key: Key) -> None:
        self._section("History")
        self._history = QVBoxLayout()
        self._history.setSpacing(GRID - 2)
        self._column.addLayout(self._history)
        self._column.addStretch(1)
        self._generation += 1
        generation, session = self._generation, self._desk.session
        related = self._related(key)

        def query() -> "_History":
            parts = [*related, *beneath(session, key)]
            lines = [line for part in parts for line in session.history(part, 60)]
            lines = _without_following(sorted(lines, key=lambda line: -line.wall_ms))
            gone = {line.id: _gone_words(session, line) for line in lines if _is_gone(line)}
            return generation, lines, session.book, gone

        self._desk.ask(query, self._on_history)

    @Slot(object)
    def _on_history(self, answer: "_History") -> None:
        generation, lines, book, gone = answer
        if generation != self._generation:
            return
        self._told = book
        slot = self._desk.slot
        chosen = [line for line in lines if not slot or line.at.slot in ("", slot)]
        self._lines = _without_loading(chosen)[:12]
        for n, line in enumerate(self._lines):
            self._history.addWidget(self._history_row(n, line, gone.get(line.id, "")))
        loaded = next((line for line in reversed(lines) if line.before is None), None)
        if loaded is not None:
            who = show.partner_name(self._desk.book, loaded.partner)
            text = f"{loaded.note or 'Created'} · {who}, {show.moment(loaded.wall_ms)}"
            self._history.addWidget(label(text, "small", wrap=True))
        every = button("All of its history", "link", name="All of its history, and what was then")
        every.clicked.connect(self._on_all_history)
        self._history.addWidget(every)

    @Slot()
    def _on_all_history(self) -> None:
        if self._desk.selection is not None:
            self._desk.go("history", self._desk.selection)

    def _history_row(self, n: int, line: "HistoryLine", gone: str) -> QWidget:
        book, at = self._desk.book, line.at
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        partner = book.get(Partner, line.partner)
        place = self._desk.place(line.partner)
        name = partner.name if partner else line.partner
        avatar = Avatar(partner.initials if partner else "?", name, place, 18)
        before = show.value_text(book, at.kind, at.field, line.before)
        after = show.value_text(book, at.kind, at.field, line.after)
        was, now = excerpts(before, after, _MOST)
        text = f"{show.register_title(book, at)} {was} → {now}"
        if at.kind == "check_in":
            text = f"check-in, {text}" if line.before is not None else _said_new(line, after)
        if at.kind == "rebase":
            text = _limits_words(book, line)
        if at.field == DELETED:
            text = gone or ("deleted" if line.after else "brought back")
            text = f"check-in {text}" if at.kind == "check_in" and not gone else text
        shown = label(text, wrap=True)
        shown.setToolTip(gone or f"{before} → {after}")
        column.addLayout(row(avatar, shown, spacing=GRID - 2))
        restore = button("Restore", "link", name=f"Restore {gone or before}")
        restore.setProperty("line", n)
        restore.clicked.connect(self._on_restore)
        if not _can_restore(book, line):
            restore.hide()  # never shown by itself: without a parent yet, it would be a window and take the keys
        when = label(show.moment(line.wall_ms), "small")
        foot = row(when, 1, restore)
        foot.setContentsMargins(theme.px(24), 0, 0, 0)
        column.addLayout(foot)
        return made

    @Slot()
    def _on_restore(self) -> None:
        line = self._lines[int(self.sender().property("line"))]
        from dyad_desktop.services.restoring import bring_back, restore_value  # noqa: PLC0415 - after the first paint

        if line.at.field == DELETED:
            self._desk.do(
                bring_back, (line.at.kind, line.at.id), line.id, self._desk.draft,
                failed=self._desk.say_error,
            )  # fmt: skip
            return
        seen = self._desk.glance([line.at], self._told, opens=False).of(line.at)
        self._desk.do(
            restore_value, line.at, line.before, self, seen=seen, failed=self._desk.say_error
        )


def _without_loading(lines: list["HistoryLine"]) -> list["HistoryLine"]:
    """Return the writes that replaced something, or set a part that was empty after the creation."""
    first = min((line.wall_ms for line in lines), default=0)
    born = {one.at.id: one.wall_ms for one in lines if one.at.field == "date"}
    lines = [line for line in lines if not _is_link(line) and not _is_part(line, born)]
    lines = [line for line in lines if line.at.kind != "rebase" or line.at.field == "agreed"]
    return [line for line in lines if line.before is not None or line.wall_ms > first]


def _without_following(lines: list["HistoryLine"]) -> list["HistoryLine"]:
    """Return the writes without those by which check-ins went and came with their goal."""
    goals = {one.id for one in lines if one.at.kind == "goal" and one.at.field == DELETED}
    return [
        one
        for one in lines
        if (one.at.kind, one.at.field) != ("check_in", DELETED) or one.id not in goals
    ]


def _is_gone(line: "HistoryLine") -> bool:
    """Return whether a write deleted a check-in."""
    return (line.at.kind, line.at.field) == ("check_in", DELETED) and bool(line.after)


def _gone_words(session: "Session", line: "HistoryLine") -> str:
    """Return which check-in a write deleted, and what was said in it."""
    from dyad_desktop.services.telling import words_gone  # noqa: PLC0415 - after the first paint

    day = show.day(day_of(session, line.at.id))
    said = words_gone(session, line.at.id, line.id)
    return f"deleted the check-in of {day}" + (f": {said}" if said else "")


def _can_restore(book: Book, line: "HistoryLine") -> bool:
    """Return whether what stood before a write can be had again by a click."""
    at = line.at
    if at.kind == "check_in":
        there = book.entity(at.kind, at.id) is not None
        return (
            not there and bool(line.after)
            if at.field == DELETED
            else there and line.before is not None
        )
    return at.field != DELETED and at.kind != "rebase"


def _is_link(line: "HistoryLine") -> bool:
    """Return whether a write only says what a thing belongs to."""
    spec = KINDS.get(line.at.kind)
    field = spec.fields.get(line.at.field) if spec else None
    return (
        spec is None
        or line.at.field in spec.natural
        or bool(field and (field.hidden or field.silent))
    )


def _is_part(line: "HistoryLine", born: "Mapping[str, int]") -> bool:
    """Return whether a write is part of a new check-in, which its status stands for; ``born`` says when each began."""
    new = line.at.kind == "check_in" and line.before is None
    at_once = line.wall_ms == born.get(line.at.id, line.wall_ms)
    return new and at_once and line.at.field not in ("status", DELETED)


def _said_new(line: "HistoryLine", after: str) -> str:
    """Return what a partner said first in a check-in: a status by itself, a confidence or a note with its name."""
    if line.at.field in ("status", "says"):
        return f"check-in: {after}"
    return f"check-in, {show.field_title(line.at.field)}: {after}"


def _limits_words(book: Book, line: "HistoryLine") -> str:
    """Return what a partner did to new limits: agreed to them, or took that back."""
    rebase = book.get(Rebase, line.at.id)
    did = "agreed to" if line.after else "no longer agrees to"
    if rebase is None:  # withdrawn since the history was asked for
        return f"{did} new limits that are gone"
    return f"{did} new limits from {month_year_label(rebase.period)}: {rebase.reason}"


class NoteEditor(QPlainTextEdit):
    """A note that is kept when the editor is left or Ctrl+Enter is pressed."""

    finished_text = Signal(str)
    entered = Signal()
    left = Signal()

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self._kept = text
        self.glance: Glance | None = None
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setPlaceholderText("Write here; it is kept when you leave")
        lines = max(2, min(6, 1 + -(-len(text) // 26)))
        self.setFixedHeight(theme.px(18) * lines + theme.px(14))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that someone is here."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what was written."""
        super().focusOutEvent(event)
        self.left.emit()
        if self.toPlainText() != self._kept:
            self._kept = self.toPlainText()
            self.finished_text.emit(self._kept)
