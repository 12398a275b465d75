"""What moved the cut line between two books: which requests crossed it, and why, in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.ranking import RankedRequest, rank_requests
from dyad_desktop.services import wording
from dyad_desktop.services.history import Cut, as_of
from dyad_desktop.services.meeting_point import last_met
from dyad_desktop.services.pictures import agreed
from dyad_desktop.services.session import Session

_BY = {"score": "score", "npv": "net present value", "by_hand": "hand"}


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved since a moment (UTC milliseconds, 0 for the beginning); no sentences when nothing did."""

    wall_ms: int
    sentences: tuple[str, ...]


def moved_since_met(session: Session) -> Moved:
    """Return what moved the cut line since the partners last met."""
    meeting = last_met(session)
    return Moved(meeting.wall_ms, moved_since(session, meeting.cut))


def moved_since_agreed(session: Session, draft: str) -> Moved | None:
    """Return what moved the cut line since a draft was last agreed; ``None`` when it never was."""
    moment = agreed(session, ("draft", draft))
    if moment is None:
        return None
    return Moved(moment.wall_ms, moved_since(session, moment.cut))


def moved_since(session: Session, cut: Cut) -> tuple[str, ...]:
    """Return what moved the cut line since a cut through the log."""
    return moves(as_of(session, cut).finish(), session.book)


def moves(then: Book, now: Book) -> tuple[str, ...]:
    """Return sentences: first the requests that crossed the line, with why, then what did the moving.

    Reasons are what changed in the request itself: what it asks for, its score, place, status, or that it is mandatory.
    Where nothing of its own changed, what stands before it did, or the envelope.
    """
    before = {row.request.id: row for row in rank_requests(then)}
    after = {row.request.id: row for row in rank_requests(now)}
    causes = [*_envelopes(then, now), *_mode(then, now)]
    crossed = [
        sentence
        for name, row in after.items()
        if (sentence := _crossed(then, now, before.get(name), row, causes))
    ]
    crossed += [
        f"{_name(row)} was withdrawn; it stood above the line."
        for name, row in before.items()
        if name not in after and row.funded
    ]
    return tuple(
        crossed + [f"{cause[0].upper()}{cause[1:]}." for cause in causes] if crossed else ()
    )


def _crossed(
    then: Book, now: Book, old: RankedRequest | None, new: RankedRequest, causes: list[str]
) -> str:
    if old is None:
        where = "above" if new.funded else "below"
        return f"{_name(new)} is new, {where} the line." if new.asks else ""
    if old.funded == new.funded:
        return ""
    if not new.asks:
        return f"{_name(new)} no longer asks for money: it is {new.request.status}."
    way = "rose above the line" if new.funded else "fell below the line"
    reasons = list(_reasons(then, now, old, new))
    if not reasons:
        reasons = [_from_outside(causes, risen=new.funded)]
    return f"{_name(new)} {way}: {'; '.join(reasons)}."


def _from_outside(causes: list[str], *, risen: bool) -> str:
    """Return what moved a request that didn't change itself."""
    if any("envelope" in cause for cause in causes):
        return "the envelope reaches it now" if risen else "the envelope no longer reaches it"
    return "the order changed" if causes else "what stands before it changed"


def _reasons(then: Book, now: Book, old: RankedRequest, new: RankedRequest) -> Iterator[str]:
    if old.asked != new.asked:
        yield f"what it asks for {_by(now, new.asked - old.asked)}"
    if not old.asks:
        yield f"it asks for money again, {new.request.status}"
    if old.request.mandatory != new.request.mandatory:
        yield "it became mandatory" if new.request.mandatory else "it is no longer mandatory"
    mode = now.only(CapitalPolicy).rank_by or "score"
    if mode == "score" and old.score != new.score:
        was, is_now = (wording.number(one.score, 2) for one in (old, new))
        yield f"its score went from {was} to {is_now}"
    elif mode == "by_hand" == then.only(CapitalPolicy).rank_by and old.rank != new.rank:
        yield f"it went from place {old.rank} to {new.rank}"
    elif mode == "npv" and old.rank != new.rank:
        yield f"by its value it went from place {old.rank} to {new.rank}"


def _envelopes(then: Book, now: Book) -> Iterator[str]:
    was, is_now = (book.only(CapitalPolicy).envelope for book in (then, now))
    if was is None and is_now is not None:
        yield f"an envelope of {wording.money(now, is_now, sign=True)} was set"
    elif is_now is None and was is not None:
        yield "the envelope was taken away"
    elif was is not None and is_now is not None and was != is_now:
        yield f"the envelope {_by(now, is_now - was)}"
    old, new = (_years(book) for book in (then, now))
    for year in sorted({*old, *new}):
        if old.get(year) != new.get(year):
            yield f"the envelope of the year from {month_year_label(year)} changed"


def _years(book: Book) -> Mapping[str, int]:
    return {y: m for y, m in book.only(CapitalPolicy).envelopes.items() if m is not None}


def _mode(then: Book, now: Book) -> Iterator[str]:
    was, is_now = (book.only(CapitalPolicy).rank_by or "score" for book in (then, now))
    if was != is_now:
        yield f"requests are ranked by {_BY[is_now]} instead of {_BY[was]}"


def _by(book: Book, change: int) -> str:
    way = "rose" if change > 0 else "fell"
    return f"{way} by {wording.money(book, abs(change), sign=True)}"


def _name(row: RankedRequest) -> str:
    return row.request.title or row.request.id
