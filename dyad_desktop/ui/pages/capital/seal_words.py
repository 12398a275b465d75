"""What the interface says about blind scores: what is sealed, what isn't, and what happens next."""

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.scoring import is_done, is_open, may_open, seal_problem, wanted
from dyad_desktop.services.sealing import elsewhere, own_marks
from dyad_desktop.services.session import Session


def state(session: Session, request: CapitalRequest, partner: str) -> str:
    """Return how far a partner is, in a few words: never what they marked."""
    if is_open(session.book, request):
        return "open"
    if is_done(session.book, request, partner):
        return "done, sealed"
    if partner != session.partner:
        return "not done yet"
    given, all_ = len(own_marks(session, request.id)), len(wanted(session.book))
    return f"{given} of {all_} marked" if given else "not begun"


def explanation(session: Session, request: CapitalRequest) -> str:
    """Return what is sealed and what comes next, in one to three sentences."""
    if is_open(session.book, request):
        return _opened(session, request)
    others = [one for one in session.book.all(Partner) if one.id != session.partner]
    waiting = [one.first_name for one in others if not is_done(session.book, request, one.id)]
    who = " and ".join(waiting)
    if not request.score_seals.get(session.partner):
        ready = f"{who} can’t see them, nor you {_theirs(waiting)}" if who else ""
        begun = f"Your marks stay on this laptop. {ready}." if who else _LAST
        return f"{begun} {_shared(session)}".strip()
    if elsewhere(session, request):
        return (
            "You sealed your marks on another laptop, and they open from there; or take the seal back and"
            " mark anew here."
        )
    if who:
        return (
            f"Your marks are sealed: only a fingerprint of them travels. They open when {who} is done. "
            + _shared(session)
        ).strip()
    return _all_sealed(session, request, others)


def _all_sealed(session: Session, request: CapitalRequest, others: list[Partner]) -> str:
    """Return what comes next once everyone is done."""
    if request.score_salts.get(session.partner):
        names = " and ".join(f"{one.first_name}’s" for one in others)
        come = "come with the next exchange" if session.owner else "open once they write here again"
        return f"Everyone is done. Your marks are open; {names} {come}."
    if not may_open(session.book, request, session.partner, here=not session.owner):
        return "Everyone is done. All marks open with the next exchanges; no seal can be taken back any more."
    return "Everyone is done. Your marks open now, and travel with the next exchange."


_LAST = (
    "Your marks stay on this laptop until you are done; everyone else is, so all marks open then."
)


def _theirs(waiting: list[str]) -> str:
    return "theirs" if len(waiting) == 1 else "those of the others"


def _shared(session: Session) -> str:
    """Return what isn't sealed on a laptop that both use."""
    if session.owner:
        return ""
    return "On a laptop that you share, only this window keeps your marks apart: they are not encrypted."


def _opened(session: Session, request: CapitalRequest) -> str:
    partners = session.book.all(Partner)
    sealed = [one for one in partners if request.score_seals.get(one.id)]
    if not sealed:
        return "These marks came without seals."
    problems = [
        f"{one.first_name}’s marks {problem}."
        for one in sealed
        if (problem := seal_problem(session.workspace_id, request, one.id))
    ]
    if problems:
        return " ".join(problems)
    if len(sealed) < len(partners):
        return "The marks that were sealed opened as they were sealed; the others came without."
    return "All marks opened as they were sealed."
