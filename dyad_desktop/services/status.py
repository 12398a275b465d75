"""What a workspace file holds, at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass

from dyad_desktop.domain.operating import Draft, DraftLine
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.replication.membership import Device
from dyad_desktop.services.disagreements import count_open
from dyad_desktop.services.session import Session
from dyad_desktop.services.turned_up import unsure


@dataclass(frozen=True, slots=True)
class DraftStatus:
    """One draft: its state and how many months were set by hand."""

    id: str
    name: str
    state: str
    overridden_months: int


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of a workspace; ``size`` in bytes; ``devices`` as (partner, device name, key).

    ``later`` counts the disagreements that only a newer version can show.
    """

    title: str
    workspace: str
    partners: dict[str, str]
    devices: tuple[tuple[str, str, str], ...]
    commits: int
    changes: int
    disagreements: int
    drafts: tuple[DraftStatus, ...]
    size: int
    later: int = 0
    set_aside: int = 0
    """Commits among them that don't count: their laptop was given up by then."""
    asked_about: tuple[tuple[str, str, str], ...] = ()
    """Of the laptops those to which nothing is sent, since they turned up after another was given up."""

    @property
    def devices_words(self) -> str:
        """Return the laptops in one line, and which of them nothing is sent to until somebody says whose they are."""
        asked = dict.fromkeys(self.asked_about, " (turned up after one was given up: see Laptops)")
        known = dict.fromkeys((*self.devices, *self.asked_about))
        return ", ".join(
            f"{who}: {name} {key}{asked.get((who, name, key), '')}" for who, name, key in known
        )


def _devices(session: Session) -> tuple[tuple[str, str, str], ...]:
    """Return the laptops that the partnership knows; before it has any, those that have written here."""
    known = session.file.people.devices()
    if not known:
        return tuple(session.devices)
    return _told(d for d in known if not d.retired)


def _told(devices: Iterable[Device]) -> tuple[tuple[str, str, str], ...]:
    return tuple((one.partner, one.name, one.key.hex()[:16]) for one in devices)


def status(session: Session) -> Status:
    """Return the status of an open workspace."""
    book = session.book
    journal = session.journal()
    drafts = tuple(
        DraftStatus(
            draft.id,
            draft.name,
            draft.state,
            sum(
                1
                for line in book.children(DraftLine, draft.id)
                for value in line.months.values()
                if value is not None
            ),
        )
        for draft in book.all(Draft)
    )
    return Status(
        title=book.only(Partnership).title,
        workspace=session.workspace_id,
        partners={partner.id: partner.name for partner in book.all(Partner)},
        devices=_devices(session),
        commits=len(journal),
        changes=sum(line.changes for line in journal),
        disagreements=count_open(session),
        later=len(session.later()),
        set_aside=session.file.past.count_aside(),
        asked_about=_told(unsure(session)) if session.owner else (),
        drafts=drafts,
        size=session.path.stat().st_size,
    )
