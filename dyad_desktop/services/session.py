"""One open workspace: the book that shows it, who is writing, and the one gate for every change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dyad_desktop.collector import uncollected
from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.ratio import FIGURES
from dyad_desktop.domain.records import Records
from dyad_desktop.domain.registry import OWN
from dyad_desktop.domain.schema import DELETED, Canonical, field_spec
from dyad_desktop.domain.scoring import is_hidden
from dyad_desktop.errors import BadInputError, WorkspaceError
from dyad_desktop.replication.change import Address, Change, Edit, WriteId
from dyad_desktop.replication.commit import EDIT
from dyad_desktop.replication.membership import inner
from dyad_desktop.replication.messages import Seg
from dyad_desktop.replication.views import HistoryLine, JournalLine, Side
from dyad_desktop.services.local import this_computer
from dyad_desktop.services.reopening import reopen, settle_again
from dyad_desktop.services.wording import field_title, partner_name
from dyad_desktop.store.check import Finding
from dyad_desktop.store.connection import made_whole
from dyad_desktop.store.merge import Merged
from dyad_desktop.store.workspace import Workspace
from dyad_desktop.store.writer import Applied

_NAMED = 2
"""So many values that a command left alone are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a command changed, for everyone who shows it.

    ``origin`` is ``edit``, ``undo`` or ``redo``; ``initiator`` is whoever asked, so that a page knows its own
    change; ``blocked`` are registers that an undo left alone since someone changed them later.
    """

    keys: frozenset[Key]
    origin: str = "edit"
    note: str = ""
    initiator: object = None
    blocked: tuple[Address, ...] = ()
    left_alone: tuple[str, ...] = ()
    """What it left alone, as people read it: the field and why, of an undo who changed it since."""

    @property
    def left_words(self) -> str:
        """Return what was left alone in one line, the first named, the rest counted; empty when all was done."""
        alone = self.left_alone
        more = f"; and {len(alone) - _NAMED} more" if len(alone) > _NAMED else ""
        return "; ".join(alone[:_NAMED]) + more

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds that were touched."""
        return frozenset(kind for kind, _ in self.keys)


class Session:
    """An open workspace. Commands run on one thread at a time; ``book`` may be read from any."""

    def __init__(self, workspace: Workspace, partner: str | None = None) -> None:
        """Read the book; ``partner`` is who writes, by default the first in alphabetical order."""
        self._workspace = workspace
        self.path = workspace.path
        self.book: Book = workspace.book()
        self._budgets: dict[str, tuple[Book, Budget]] = {}
        partners = [found.id for found in self.book.all(Partner)]
        owner = workspace.note("me").decode()
        if partner is not None and owner and partner != owner:
            workspace.close()
            raise BadInputError(f"this laptop writes as {owner}; {partner} writes on another")
        partner = partner or owner or None
        # Whose laptop it is opens it though the partner is gone, as when only a lost laptop had added them.
        known = {*partners, *filter(None, [owner])}
        if partner is not None and partners and partner not in known:
            workspace.close()
            raise BadInputError(
                f"there is no partner {partner!r} in this partnership; partners are {', '.join(partners)}"
            )
        self.partner = partner or (partners[0] if partners else "A")

    @classmethod
    def open(cls, path: Path, partner: str | None = None, *, read_only: bool = False) -> "Session":
        """Open a workspace file.

        Raises:
            WorkspaceError: it can't be opened; the message says why and what to do.
        """
        return cls(Workspace.open(path, this_computer(), read_only=read_only), partner)

    @classmethod
    def create(
        cls, path: Path, records: Records, note: str, partner: str | None = None
    ) -> "Session":
        """Make a workspace file that holds ``records``, as its first commit: whole, or none at all.

        Raises:
            WorkspaceError: the file can't be made; then there is none.
        """
        partners = [name for kind, name in records if kind == "partner"]
        if partner is not None and partner not in partners:
            raise BadInputError(
                f"there is no partner {partner!r} in this partnership; partners are {', '.join(partners)}"
            )
        with made_whole(path) as beside:
            workspace = Workspace.create(beside, this_computer())
            try:
                workspace.load(partner or min(partners, default="A"), records, note)
            finally:
                workspace.close()
        return cls.open(path, partner)

    def checkpoint(self) -> None:
        """Carry what was written into the file itself: for when nobody waits."""
        self._workspace.checkpoint()

    def close(self) -> None:
        """Seal what this session wrote and close the file."""
        self._workspace.close()

    # -- reading -------------------------------------------------------------------------------

    @property
    def read_only(self) -> bool:
        """Return whether nothing can be written."""
        return self._workspace.read_only

    @property
    def empty(self) -> bool:
        """Return whether there is no partnership yet: a copy that waits for its first delivery."""
        return self.book.get(Partnership, "partnership") is None

    @property
    def file(self) -> Workspace:
        """Return the open file, for the services that carry its commits."""
        return self._workspace

    @property
    def owner(self) -> str:
        """Return the partner whose laptop this is, once others were paired with it; else nothing."""
        return self._workspace.note("me").decode()

    def receive(
        self, segments: Sequence[Seg], trusted: Mapping[bytes, str], origin: str = "partner"
    ) -> tuple[ChangeSet, Merged]:
        """Take another copy's commits; durable when this returns. See ``Workspace.receive``."""
        merged = self._workspace.receive(segments, trusted)
        applied = Applied(None, merged.touched, anew=merged.anew)
        return self._took(applied, origin, merged.note, None), merged

    @property
    def workspace_id(self) -> str:
        """Return the workspace's id as 32 hexadecimal digits."""
        return self._workspace.id.hex()

    @property
    def devices(self) -> list[tuple[str, str, str]]:
        """Return (partner, device name, first digits of the device's public key) of every actor."""
        return [(a.partner, a.device_name, a.device.hex()[:16]) for a in self._workspace.actors]

    def budget(self, draft: str = WORKING_DRAFT) -> Budget:
        """Return the operating budget of a draft, computed from the last one where nothing changed.

        Raises:
            BadInputError: there is no such draft, or lines depend on each other in a circle.
        """
        if self.book.get(Draft, draft) is None:
            names = ", ".join(f"{d.name} ({d.id})" for d in self.book.all(Draft))
            raise BadInputError(f"there is no draft {draft!r}; drafts are {names}")
        book = self.book
        known = self._budgets.get(draft)
        if known is not None and known[0] is book:
            return known[1]
        budget = compute_budget(book, draft, known[1] if known else None)
        self._budgets[draft] = (book, budget)
        return budget

    def records(self) -> Records:
        """Return every entity's record, also of kinds that this version doesn't know."""
        return self._workspace.records()

    def journal(self, limit: int | None = None) -> list[JournalLine]:
        """Return the commits, the newest first."""
        return self._workspace.journal(limit)

    def changes(self, write: WriteId) -> tuple[Change, ...]:
        """Return what one commit changed."""
        return self._workspace.changes(write)

    def history(self, key: Key, limit: int = 200) -> list[HistoryLine]:
        """Return a thing's writes field by field, the newest first.

        Marks that are sealed stay out, and so do figures of a ratio that were only said along with another.
        """
        lines = self._workspace.history(key, limit)
        return [
            one
            for one in lines
            if not (one.again and one.at.field in FIGURES)
            and not is_hidden(self.book, one.at, self.partner)
        ]

    def authors(self, kind: str, ids: Sequence[str] | None = None) -> dict[Address, str]:
        """Return which partner wrote the value that stands, for every field of a kind (or of some ids)."""
        return self._workspace.authors(kind, ids)

    def disagreements(self) -> list[Address]:
        """Return the registers that the partners must settle: those that this version can show them.

        Fields of a newer version, and the log's own bookkeeping, are kept apart, forwarded, and settled there. Of what
        is gone there is nothing to settle: what is apart in it waits until it comes back.
        """
        return [at for at in self._workspace.disagreements() if self._is_shown(at)]

    def _is_shown(self, at: Address) -> bool:
        """Return whether this version can show what is contested in a register."""
        there = at.field == DELETED or self.book.entity(at.kind, at.id) is not None
        return there and field_spec(at.kind, at.field) is not None

    def later(self) -> list[Address]:
        """Return the registers that the partners will have to settle once they have a newer version."""
        return [
            at
            for at in self._workspace.disagreements()
            if not inner(at.kind) and field_spec(at.kind, at.field) is None
        ]

    def sides(self, at: Address) -> tuple[Side, ...]:
        """Return the values that stand in a register: one, or two and more that the partners hold apart."""
        return self._workspace.sides(at)

    def base(self, at: Address) -> Canonical:
        """Return the last value of a register that both partners had, before they wrote apart."""
        return self._workspace.base(at)

    def unseen(self, key: Key) -> list[Address]:
        """Return what someone wrote into a thing that another deleted without having seen it."""
        return self._workspace.unseen(key)

    def write(self, at: Address, write: WriteId) -> Side | None:
        """Return an earlier write of a register as a side; ``None`` when none such counts, or it is sealed."""
        if is_hidden(self.book, at, self.partner):
            return None
        return self._workspace.written(at, write)

    def check(self) -> list[Finding]:
        """Return every contradiction in the file."""
        return self._workspace.check()

    def seen(self, at: Address) -> tuple[WriteId, ...]:
        """Return what an editor that opens now sees: pass it to the edit that it makes."""
        return self._workspace.heads(at)

    def verify_log(self) -> list[Finding]:
        """Return what is wrong with the log and its signatures: quick enough for every opening."""
        return self._workspace.verify_log()

    @property
    def next_undo(self) -> str | None:
        """Return the label of what undo would turn back, if anything."""
        found = self._workspace.steps(self.partner).undo
        return found[-1].note if found else None

    @property
    def next_redo(self) -> str | None:
        """Return the label of what redo would do again, if anything."""
        found = self._workspace.steps(self.partner).redo
        return found[-1].note if found else None

    # -- writing -------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make ready to write: fetches keys, which takes a while the first time."""
        self._workspace.prepare(self.partner)

    def write_as(self, partner: str) -> None:
        """Let another partner write from here on: on a laptop that both use.

        Raises:
            BadInputError: the partners have laptops of their own.
        """
        if self.owner and partner != self.owner:
            raise BadInputError(f"this laptop writes as {self.owner}; {partner} writes on another")
        self.partner = partner

    def commit(
        self, edits: Sequence[Edit], note: str, initiator: object = None, *, kind: str = EDIT
    ) -> ChangeSet:
        """Write checked edits as one commit; use the commands of this room, which check them.

        Only commits of the kind ``EDIT`` are undone.

        Raises:
            BadInputError: an edit that says for a partner what only this partner says.
        """
        for edit in edits:
            if (edit.at.kind, edit.at.field) in OWN:
                self._refuse_another_voice(edit.at)
        with uncollected(len(edits)):
            applied = self._workspace.commit(self.partner, edits, note, kind)
            return self._took(applied, "edit", note, initiator)

    def _refuse_another_voice(self, at: Address) -> None:
        whose = at.slot.partition("/")[0]
        if whose != self.partner:
            raise BadInputError(
                f"only {partner_name(self.book, whose)} says this, and you write as"
                f" {partner_name(self.book, self.partner)}",
                f"{at.kind} {at.id} {at.field}/{at.slot}",
            )

    def took(self, applied: Applied, note: str) -> ChangeSet:
        """Show what a service wrote into the file past the commands of things."""
        return self._took(applied, "edit", note, None)

    def undo(self, initiator: object = None) -> ChangeSet:
        """Turn back this partner's last change that still stands."""
        note = self.next_undo
        with uncollected():  # how much is turned back shows only on the way
            if (changes := reopen(self._workspace, self.partner)) is not None:
                return self._turned(changes, "undo", note, initiator)
            return self._turned(self._workspace.undo(self.partner), "undo", note, initiator)

    def redo(self, initiator: object = None) -> ChangeSet:
        """Do again what this partner last undid."""
        note = self.next_redo
        with uncollected():
            again = settle_again(self._workspace, self.partner)
            done = self._workspace.redo(self.partner) if again is None else again
            return self._turned(done, "redo", note, initiator)

    def _turned(
        self, applied: Applied | None, origin: str, note: str | None, initiator: object
    ) -> ChangeSet:
        if applied is None:
            raise WorkspaceError(f"There is nothing to {origin}.")
        done = self._took(applied, origin, note or "", initiator)
        return replace(done, left_alone=tuple(map(self._since, applied.blocked)))

    def _since(self, at: Address) -> str:
        """Return which field somebody changed since, and who."""
        wrote = dict.fromkeys(side.partner for side in self.sides(at))
        others = [
            one for one in wrote if one != self.partner
        ] or wrote  # one's own may stand beside
        who = [partner_name(self.book, one) for one in others]
        label = self.book.label(at.kind, at.id)
        what = "" if at.field.startswith("_") else f", {field_title(at.field, at.slot)}"
        return f"{label}{what} ({' and '.join(who) or 'somebody'} changed it since)"

    def _took(self, applied: Applied, origin: str, note: str, initiator: object) -> ChangeSet:
        before = self.book
        if applied.anew:
            self.book = self._workspace.book()
            keys = before.differing(self.book)
        else:
            self.book = before.with_records(applied.touched)
            keys = frozenset(key for key, _ in applied.touched)
        return ChangeSet(keys, origin, note, initiator, applied.blocked)
