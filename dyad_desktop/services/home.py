"""What Home shows, as one frozen view: what needs the two, the year so far, recent changes, the next meeting."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from dyad_desktop.domain.attention import Notice, attention
from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.goals import CheckIn, Goal, Measure, Occurrence
from dyad_desktop.domain.meetings import LOOKED_THROUGH
from dyad_desktop.domain.notice import DUE, OFF_PATH, SETTLE, WAITING, Weight
from dyad_desktop.domain.open_year import GAP, answers, year_spans
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.partnership import Charter, Partner, Partnership
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.domain.schema import DELETED, ORDER
from dyad_desktop.domain.statement import Totals
from dyad_desktop.domain.totals import Variance, against_actual
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Change
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.services.disagreements import (
    Disagreement,
    contested_sides,
    count_open,
    disagreements,
)
from dyad_desktop.services.effects import contribution_span, open_budget
from dyad_desktop.services.history import says_what_it_is
from dyad_desktop.services.open_choices import open_choices, year_choices
from dyad_desktop.services.orphans import alone
from dyad_desktop.services.redefining import redefined
from dyad_desktop.services.rhythm import NextMeeting, data_day, next_meetings, today
from dyad_desktop.services.session import Session
from dyad_desktop.services.turned_up import unsure
from dyad_desktop.services.wording import partner_name, told_apart

GROUPS = (SETTLE, OFF_PATH, WAITING, DUE)
RECENT = 8
TOLD_APART = 100
"""So many disagreements are told one by one; the page of disagreements has all of them."""
_JOURNAL = 60
_LONG = 48
_MANY = 400
"""A commit of more changes is told by its label alone: it was loaded or brought in."""
_BARS = (
    ("total_revenue", "Total revenue", 1),
    ("total_expense", "Expense", -1),
    ("contribution", "Contribution", 1),
)
_CELLS = ("draft_line", "months")
_AGREED = re.compile(r"(.+): (agreed|submitted|decided)")
"""The note of a commit by which a draft was agreed: it keeps every figure, and is told by itself."""
_DONE = {
    "Deleted ": "deleted", "Moved ": "moved", "Brought in ": "brought in", "Removed ": "removed",
    "Proposes ": "proposed", "Agrees to ": "agreed to", "Takes back ": "took back", "Keeps ": "kept",
    "Left out ": "left out",
}  # fmt: skip
"""How notes of commits begin that say what was done, and the same of somebody."""
_PLAIN = re.compile(r".*\d+ (budget cells|months)")
"""The note of a commit that was given none: it says how much was changed, not why."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the year so far, in minor units. ``effect`` is what the difference does to contribution."""

    name: str
    actual: int
    budget: int
    effect: int


@dataclass(frozen=True, slots=True)
class Recent:
    """What a partner did in a minute: ``what`` in words, ``label`` of the thing, ``key`` if one can go there."""

    partner: str
    what: str
    label: str
    wall_ms: int
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A first step that a young partnership has before it, and the page where it is done."""

    text: str
    detail: str
    page: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything on Home. ``problem`` says why the budget can't be computed, if it can't."""

    day: str
    notices: tuple[Notice, ...]
    periods: tuple[str, ...]
    bars: tuple[Bar, ...]
    categories: tuple[Variance, ...]
    recent: tuple[Recent, ...]
    meetings: tuple[NextMeeting, ...]
    steps: tuple[Step, ...]
    problem: str = ""
    contribution: Span | None = None
    """Between what the budget year's contribution comes out, while values that move it are apart."""
    gap: Span | None = None
    """Between what contribution so far comes out above or below the budget, while values that move it are apart."""
    untold: int = 0
    """So many disagreements are told by one notice together, beside the one that it is."""
    lacks: str = ""
    """What the closed months lack, in a sentence; empty when every line and volume has its actuals."""

    @property
    def count(self) -> int:
        """Return how many things need the two."""
        return len(self.notices) + self.untold

    def group(self, name: str) -> tuple[Notice, ...]:
        """Return the notices of a group, the most pressing first."""
        return tuple(notice for notice in self.notices if notice.group == name)


def home_view(session: Session, draft: str, real_day: str | None = None) -> HomeView:
    """Return what Home shows now; ``real_day`` is the calendar's day, by default this computer's."""
    book = session.book
    day = data_day(book, real_day or today())
    recent, meetings, steps = recent_changes(session), next_meetings(book, day), first_steps(book)
    apart, waiting = disagreements(session, TOLD_APART), count_open(session)
    differ = (*(_notice(book, one) for one in apart), *_set_aside(session), *_unsure(session))
    untold = waiting - len(apart)
    if untold:
        more = f"{untold:,} more disagreement{'s' * (untold > 1)}"
        differ += (Notice(SETTLE, "at_risk", more, "", None, "", "", Weight.DISAGREEMENT),)
    try:
        budget = session.budget(draft)
        notices = differ + attention(book, budget, plan_all(book)[0], day, redefined(session))
        periods, bars, categories, lacks = _year_so_far(book, budget)
    except BadInputError as error:
        return HomeView(
            day, differ, (), (), (), recent, meetings, steps, str(error), untold=max(0, untold - 1)
        )
    contribution, gap = _open_year(session, budget) if apart else (None, None)
    return HomeView(
        day, notices, periods, bars, categories, recent, meetings, steps,
        contribution=contribution, gap=gap, untold=max(0, untold - 1), lacks=lacks,
    )  # fmt: skip


def _open_year(session: Session, budget: Budget) -> tuple[Span | None, Span | None]:
    """Return between what the year's contribution comes out, and how far it is from the budget so far."""
    sides, draft = contested_sides(session), budget.draft_id
    choices = open_choices(session, sides, alone(session, sides))
    still = open_budget(session, choices, draft)
    closed = range(session.book.only(Partnership).ytd_months)
    spans = year_spans(
        session.book, budget, year_choices(choices, sides, draft), partial(answers, places=closed)
    )
    return contribution_span(session, still, draft), spans.get(GAP) if closed else None


def _set_aside(session: Session) -> tuple[Notice, ...]:
    if not session.file.past.count_aside():
        return ()
    from dyad_desktop.services.set_aside import notices  # noqa: PLC0415 - hardly anybody ever needs it

    return notices(session)


def _whose(session: Session, partner: str) -> str:
    return "yours" if partner == session.partner else f"{partner_name(session.book, partner)}’s"


def _unsure(session: Session) -> tuple[Notice, ...]:
    asked = unsure(session) if session.owner else ()
    names = told_apart(
        {one.key: one.name for one in session.file.people.laptops()} if asked else {}
    )
    return tuple(
        Notice(
            WAITING, WAITING,
            f"Is “{names[one.key]}” a laptop of {_whose(session, one.partner)}?",
            "It turned up after one was given up; nothing is sent to it until you say so",
            None, "laptops", "", Weight.LAPTOP,
        )
        for one in asked
    )  # fmt: skip


def _notice(book: Book, one: Disagreement) -> Notice:
    sides = (f"{partner_name(book, side.partner)}: {_cut(side.text)}" for side in one.choices)
    parked = ("parked for the meeting",) if one.parked else ()
    title = f"{one.thing}, {one.title}" if one.title else one.thing
    return Notice(
        SETTLE, "at_risk", title, "; ".join((*sides, *parked)), None, *one.key, Weight.DISAGREEMENT
    )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG else f"{line[: _LONG - 1]}…"


def first_steps(book: Book) -> tuple[Step, ...]:
    """Return what is still to be begun: the charter, goals, observations, budget lines."""
    charter = book.only(Charter)
    unsigned = [one.first_name for one in book.all(Partner) if not charter.signed.get(one.id)]
    measures = book.all(Measure)
    steps: list[Step] = []
    if unsigned:
        detail = f"Not signed yet by {' and '.join(unsigned)}"
        steps.append(Step("Read the charter together and make it yours", detail, "partnership"))
    if not book.all(Goal):
        steps.append(
            Step("Set the first shared goal", "What do you want to reach, and why?", "goals")
        )
    elif not book.all(Occurrence) and not any(
        value is not None for one in measures for value in one.values.values()
    ):
        detail = f"{len(measures)} measures wait for their first figure"
        steps.append(Step("Enter the first observations", detail, "performance"))
    if not book.all(OperatingLine):
        detail = "Account and cost centre with twelve months"
        steps.append(Step("Add the lines of your operating budget", detail, "operating"))
    return tuple(steps)


def _year_so_far(
    book: Book, budget: Budget
) -> tuple[tuple[str, ...], tuple[Bar, ...], tuple[Variance, ...], str]:
    found = against_actual(book, budget)
    if not found.periods or not found.lines:
        return (), (), (), ""
    bars = tuple(_bar(name, text, sign, found.actual, found.budget) for name, text, sign in _BARS)
    lacks = found.missing.words(range(len(found.periods)))
    return found.periods, bars, found.categories, lacks


def _bar(name: str, text: str, sign: int, actual: Totals, budget: Totals) -> Bar:
    was, planned = int(getattr(actual, name)), int(getattr(budget, name))
    return Bar(text, was, planned, sign * (was - planned))


# -- what changed ------------------------------------------------------------------------------


def recent_changes(session: Session, count: int = RECENT) -> tuple[Recent, ...]:
    """Return what the partners did last, the newest first; what one did in a minute is one line."""
    lines = session.file.past.since({}, _JOURNAL)
    found: list[Recent] = []
    at = 0
    while at < len(lines) and len(found) < count:
        end = at + 1
        while end < len(lines) and _together(lines[at], lines[end]):
            end += 1
        found.append(_told(session, lines[at:end]))
        at = end
    return tuple(found)


def _together(first: JournalLine, other: JournalLine) -> bool:
    same_minute = first.wall_ms // 60_000 == other.wall_ms // 60_000
    plain = not {"undo", "redo", "load", "admit"} & {
        first.kind.split(" ")[0],
        other.kind.split(" ")[0],
    }
    large = max(first.changes, other.changes) > _MANY
    alone = large or _AGREED.fullmatch(first.note) or _AGREED.fullmatch(other.note)
    return first.partner == other.partner and same_minute and plain and not alone


def _told(session: Session, lines: Sequence[JournalLine]) -> Recent:
    newest = lines[0]
    small = [line for line in lines if line.changes <= _MANY]
    changes = [change for line in small for change in session.changes(line.id)]
    # That something was looked through goes along with what was taken, and has no name of its own.
    changes = [one for one in changes if one.at.kind != LOOKED_THROUGH] or changes
    key = _thing(session.book, changes)
    kind = newest.kind.split(" ")[0]
    agreed = _AGREED.fullmatch(newest.note)
    if kind in ("undo", "redo"):
        what, label = ("undid" if kind == "undo" else "did again"), newest.note
    elif agreed is not None and kind == "edit":
        label, state = agreed.groups()
        what, key = ("agreed to" if state == "agreed" else state), None
    elif newest.changes > _MANY and kind == "edit":
        what, label = "changed many lines:", newest.note
    elif len(small) < len(lines) or not changes or kind == "load":
        what, label = _began(newest.note)
    else:
        what, label = _words(session.book, lines, changes)
    return Recent(newest.partner, what, label, newest.wall_ms, key)


def _began(note: str) -> tuple[str, str]:
    said = note[:1].lower() + note[1:]
    if note.startswith("New "):
        return "began a", said
    what, _, label = said.partition(" ")  # Loaded larkhaven.yaml, Admitted Marcus, Gave up a laptop
    return what, label


def _thing(book: Book, changes: Iterable[Change]) -> Key | None:
    """Return the first thing that is still there, a budget line for what a draft says of it."""
    for change in changes:
        kind, entity_id = change.at.kind, change.at.id
        if kind == "draft_line":
            kind, entity_id = "operating_line", entity_id.partition(".")[2]
        if book.entity(kind, entity_id) is not None:
            return kind, entity_id
    return None


def _words(book: Book, lines: Sequence[JournalLine], changes: Sequence[Change]) -> tuple[str, str]:
    """Return what was done and to what: ``changed 41 budget cells``, ``Labour``."""
    notes = list(dict.fromkeys(line.note for line in lines))
    cells = {change.at for change in changes if (change.at.kind, change.at.field) == _CELLS}
    if len(cells) > 1 and all(change.at.kind == "draft_line" for change in changes):
        return _told_cells(_names(book, changes), notes, len(cells))
    if len(notes) > 1:
        return _many(book, changes)
    note = notes[0]
    head, _, name = note.partition(": ")
    if head.startswith("New ") and name:
        return f"added the {head.removeprefix('New ')}", name
    for words, done in _DONE.items():
        if note.startswith(words):
            return done, note.removeprefix(words)
    return "changed", note


def _told_cells(names: Sequence[str], notes: Sequence[str], count: int) -> tuple[str, str]:
    """Return which lines many cells are of, and why they changed where a reason was given."""
    shown = names[0] if len(names) == 1 else f"{len(names)} lines"
    if len(notes) == 1 and not _PLAIN.fullmatch(notes[0]):
        return f"changed {shown}:", notes[0]
    return f"changed {count} budget cells in", shown


def _names(book: Book, changes: Iterable[Change]) -> list[str]:
    """Return what changed things are called; those that are gone since have no name any more."""
    found: dict[str, None] = {}
    for change in changes:
        if change.at.kind == "draft_line":
            found[book.label("operating_line", change.at.id.partition(".")[2])] = None
        elif _is_there(book, change.at.kind, change.at.id):
            found[_name(book, change.at.kind, change.at.id)] = None
    return list(found)


def _is_there(book: Book, kind: str, entity_id: str) -> bool:
    return kind == "draft_line" or book.entity(kind, entity_id) is not None


def _name(book: Book, kind: str, entity_id: str) -> str:
    """Return what a thing is called; a check-in after its goal, since its note may be long or missing."""
    said = book.get(CheckIn, entity_id) if kind == "check_in" else None
    return f"check-in of {book.label('goal', said.goal)}" if said else book.label(kind, entity_id)


def _many(book: Book, changes: Sequence[Change]) -> tuple[str, str]:
    things = list(dict.fromkeys((change.at.kind, change.at.id) for change in changes))
    fields = {
        change.at
        for change in changes
        if change.at.field not in (ORDER, DELETED) and not says_what_it_is(change.at)
    }
    names = _names(book, changes)
    if len(names) == 1 and all(_is_there(book, *thing) for thing in things):
        return f"changed {max(1, len(fields))} values of", names[0]
    kinds = {kind for kind, _ in things}
    word = KINDS[things[0][0]].title.lower() if len(kinds) == 1 else "thing"
    word += "s" if len(things) > 1 else ""
    if not names:
        return f"changed {len(things)} {word},", "gone since"
    return f"changed {len(things)} {word}:", ", ".join(names[:2]) + (" …" if len(names) > 2 else "")


def changes_made(session: Session, count: int = 120) -> tuple[Recent, ...]:
    """Return the last commits one by one, each with a thing to go to, for whoever looks for one by name."""
    lines = session.file.past.since({}, count)
    found = (_told(session, [line]) for line in lines if line.changes <= _MANY)
    return tuple(one for one in found if one.key is not None)
