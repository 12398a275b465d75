"""What a page knows of the world: the book, the gate for commands, the selection, and what changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from shiboken6 import isValid

from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.ui import format as show
from dyad_desktop.ui import settings
from dyad_desktop.ui.runner import Done, Failed, Runner

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book, Key
    from dyad_desktop.domain.budget import Budget
    from dyad_desktop.replication.change import Address
    from dyad_desktop.services.seeing import Glance
    from dyad_desktop.services.session import ChangeSet, Session
    from dyad_desktop.services.standing import Standing
    from dyad_desktop.services.together import Met
    from dyad_desktop.ui.travel.commands import TravelCommands

_MONTHS = frozenset({"draft_line"})
"""Kinds whose changes are many, such as typed months, and make few references to nothing."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A partner who is editing something on their own laptop: the place of their colour, their first name."""

    place: int
    name: str


REST_MS = 1_000
"""Milliseconds without a change after which the file takes in what waits beside it."""


class Desk(QObject):
    """The open partnership as the window sees it.

    Signals:
        changed: a frozen ``ChangeSet``; the book is already the new one.
        selected: a key (kind, id), or ``None``; the inspector follows it. With ``field`` and ``slot`` set on
            the desk when a cell is meant.
        going: (page name, key or ``None``): show a page, and a thing on it.
        said: a sentence for the person, with "Undo" offered when the flag is true.
        differing: what the partners hold apart was asked for anew and is in ``standing``; told when it moved.
        settling: an address; whoever shows both sides of it opens them.
        editing: registers whose editor opens here.
        handed: the other partner writes now: what is asked of the one who writes is asked of them.
        drafted: another draft is at hand: whatever shows its budget shows the other one.
        around: the partners came, went or moved: ``met`` and ``elsewhere`` are new.
        rested: an editor closed; a page that held a reload back for it may take it up.
    """

    changed = Signal(object)
    selected = Signal(object)
    going = Signal(str, object)
    said = Signal(str, bool)
    differing = Signal()
    settling = Signal(object)
    rested = Signal()
    editing = Signal(object)
    around = Signal()
    drafted = Signal()
    handed = Signal()

    def __init__(self, session: "Session", runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.runner = runner
        self.draft = self._first_draft()
        self.closed = False
        self.selection: Key | None = None
        self.field = ""
        self.slot = ""
        self.standing: Standing | None = None
        self.met: Met | None = None
        """Who belongs, who is connected, and how far the copies are apart, as last asked."""
        self.travel: TravelCommands | None = None
        """What can be done about the other laptops."""
        self.elsewhere: Mapping[Address, Elsewhere] = {}
        """Registers that a partner is editing right now."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self.changed.connect(self._on_changed)

    @property
    def book(self) -> "Book":
        """Return the newest book; it never changes under a reader."""
        return self.session.book

    @property
    def partner(self) -> str:
        """Return the id of the partner who writes."""
        return self.session.partner

    @property
    def partner_ids(self) -> tuple[str, ...]:
        """Return the partners' ids in alphabetical order: their place gives their colour."""
        from dyad_desktop.domain.partnership import Partner  # noqa: PLC0415 - after the first paint

        return tuple(sorted(found.id for found in self.book.all(Partner)))

    def place(self, partner: str | None) -> int:
        """Return a partner's place, which is the place of their colour; 0 for nobody known."""
        ids = self.partner_ids
        return ids.index(partner) if partner in ids else 0

    @property
    def budget(self) -> "Budget":
        """Return the operating budget of the draft at hand, computed anew only where needed.

        Raises:
            BadInputError: lines depend on each other in a circle.
        """
        return self.session.budget(self.draft)

    # -- the draft at hand ---------------------------------------------------------------------

    @property
    def draft_name(self) -> str:
        """Return what the draft at hand is called; empty for the only one, which needs no name."""
        from dyad_desktop.domain.operating import Draft  # noqa: PLC0415 - after the first paint

        drafts = self.book.rows(Draft)
        found = drafts.get(self.draft)
        return "" if found is None or len(drafts) == 1 else found.name

    def choose_draft(self, draft: str) -> None:
        """Take another draft to hand, on every page, and the next time that this workspace is opened here."""
        if draft == self.draft:
            return
        self.draft = draft
        if not self.session.read_only:  # at an earlier time another draft may have to stand in
            settings.keep_draft_at_hand(self.session.workspace_id, draft)
        self.standing = None  # its spans are the other draft's
        self.drafted.emit()
        self.look_around()

    def _first_draft(self) -> str:
        """Return the draft that was last at hand here, else the working draft, else the first there is."""
        from dyad_desktop.domain.operating import WORKING_DRAFT, Draft  # noqa: PLC0415 - as above

        drafts = self.book.all(Draft)
        known = {one.id for one in drafts}
        wanted = (settings.draft_at_hand(self.session.workspace_id), WORKING_DRAFT)
        first = drafts[0].id if drafts else WORKING_DRAFT
        return next((one for one in wanted if one in known), first)

    def keep_draft(self, draft: str) -> None:
        """Take a draft to hand where this book has it: at an earlier time it may not have been there."""
        from dyad_desktop.domain.operating import Draft  # noqa: PLC0415 - after the first paint

        self.choose_draft(draft if draft in self.book.rows(Draft) else self._first_draft())

    # -- commands ------------------------------------------------------------------------------

    def do(
        self,
        command: "Callable[..., ChangeSet]",
        *arguments: Any,  # noqa: ANN401 - whatever the command takes
        done: Done | None = None,
        failed: Failed | None = None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        """Run a command of ``services`` (its first argument is the session) and tell what changed.

        ``failed`` hears a refusal instead of the person: an editor that keeps the text says why itself.
        """

        def finish(changes: "ChangeSet") -> None:
            if self.closed:
                return
            self.tell(changes)
            if done is not None and _is_there(done):
                done(changes)

        def refused(error: "DyadError") -> None:
            if failed is not None and _is_there(failed):
                failed(error)
            else:
                self.runner.failed.emit(error)

        self.runner.database(lambda: command(self.session, *arguments, **options), finish, refused)

    def ask(self, query: Callable[[], Any], done: Done) -> None:
        """Run a query that reads the file, such as a history, and hand over its answer."""
        self.runner.database(query, self._while_open(done))

    def reckon(self, work: Callable[[], Any], done: Done, failed: Failed | None = None) -> None:
        """Reckon from a book, which never changes, and hand over the answer; edits don't wait for it."""
        refused = None if failed is None else self._while_open(failed)
        self.runner.files(work, self._while_open(done), refused)

    def _while_open(self, done: Done) -> Done:
        def finish(answer: object) -> None:
            if not self.closed and _is_there(done):
                done(answer)

        return finish

    def undo(self) -> None:
        """Turn back this partner's last change, whatever page it was made on."""
        self.runner.database(self.session.undo, self._turned)

    def redo(self) -> None:
        """Do again what was last undone."""
        self.runner.database(self.session.redo, self._turned)

    @Slot(object)
    def _turned(self, changes: "ChangeSet") -> None:
        if self.closed:
            return
        self.tell(changes)
        verb = "Undid" if changes.origin == "undo" else "Redid"
        told = changes.left_words
        if not changes.keys:
            self.say(f"{changes.note} stays as it is: {told or 'nothing of it stands any more'}.")
        elif told:
            self.say(f"{verb} {changes.note}. Left alone: {told}.")
        else:
            self.say(f"{verb}: {changes.note}")

    def tell(self, changes: "ChangeSet") -> None:
        """Tell everyone what changed, whoever changed it."""
        if changes.keys:
            self.changed.emit(changes)

    # -- what differs --------------------------------------------------------------------------

    def look_around(self, changes: "ChangeSet | None" = None) -> None:
        """Ask what the partners hold apart: the one query behind every mark, range and count.

        ``changes`` are those since it was asked last.
        """
        from dyad_desktop.services.standing import standing  # noqa: PLC0415 - after the first paint

        session, draft = self.session, self.draft
        none = changes is not None and self._leaves_none_alone(changes)
        self.ask(lambda: standing(session, draft, none_alone=none), self._on_standing)

    def _leaves_none_alone(self, changes: "ChangeSet") -> bool:
        """Return whether nothing refers to nothing after a change, as was so before it."""
        from dyad_desktop.domain.integrity import plans_dangle  # noqa: PLC0415 - as above

        if self.standing is None or self.standing.alone or not changes.kinds <= _MONTHS:
            return False
        return not plans_dangle(self.book, (key[1] for key in changes.keys))

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if "draft" in changes.kinds:
            self.keep_draft(self.draft)  # it may be gone
        self.look_around(changes)
        self._rest.start()

    @Slot()
    def _on_rest(self) -> None:
        if not self.closed:
            self.runner.database(self.session.checkpoint)

    @Slot(object)
    def _on_standing(self, found: "Standing") -> None:
        if found != self.standing:
            self.standing = found
            self.differing.emit()

    @property
    def contested(self) -> "Mapping[Address, Any]":
        """Return the contested registers with their sides, as last asked."""
        return {} if self.standing is None else self.standing.sides

    def glance(self, places: "Iterable[Address]", book: "Book", *, opens: bool = True) -> "Glance":
        """Remember what stands in registers for an editor that opens on them and shows ``book``.

        An editor that is always there, and in which nobody writes yet, says so with ``opens``.
        Its edits carry what they saw by ``Glance.of``, so that what a partner writes meanwhile is not overwritten.
        """
        from dyad_desktop.services.seeing import Glance  # noqa: PLC0415 - after the first paint

        places = tuple(places)
        if opens:
            self.editing.emit(places)
        made = Glance(self.session, places, book)
        self.runner.database(made.look)
        return made

    # -- selection and travel ------------------------------------------------------------------

    def select(self, key: "Key | None", field: str = "", slot: str = "") -> None:
        """Say what is selected; the inspector shows it."""
        self.selection, self.field, self.slot = key, field, slot
        self.selected.emit(key)

    def go(self, page: str, key: "Key | None" = None) -> None:
        """Show a page, and a thing on it."""
        self.going.emit(page, key)

    def say(self, sentence: str, *, undo: bool = False) -> None:
        """Say a sentence in the strip at the bottom of the page."""
        self.said.emit(sentence, undo)

    def say_error(self, error: DyadError) -> None:
        """Say what went wrong, in a sentence; a place in front, such as a file's name, stays as it is written.

        A field's place is said as people call thing and field.
        """
        if isinstance(error, BadInputError) and error.place:
            self.say(show.placed(self.book, error))
        else:
            self.say(show.sentence(error))


def _is_there(hears: Callable[..., None]) -> bool:
    """Return whether who waits for an answer still exists: a dialog may have been closed meanwhile."""
    owner = getattr(getattr(hears, "func", hears), "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
