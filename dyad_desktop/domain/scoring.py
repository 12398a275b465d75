"""Scores: each partner marks a request apart, sealed until all have; then the marks stand side by side.

A seal is a salted hash (SHA-256) of a partner's marks. It travels as soon as that partner is done. A partner who
holds every seal says so, and from then on doesn't take the own one back; the marks and the salt follow once every
partner has said it of the same seals. So nobody can look first, not even by taking a seal back on one computer
while the other partner finishes on another, or change a mark afterwards unseen. Marks that came with a file are
open where every partner has some.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.schema import MAX_PLACES

WHOLE = Decimal(100)
DIVERGENT = 2
"""Marks of one criterion that are this far apart are listed."""
Marks = Mapping[str, int]
"""Marks 1 to 5 by criterion."""


# -- weights -----------------------------------------------------------------------------------


def weights_problem(criteria: Iterable[Criterion]) -> str:
    """Return what is wrong with the weights in one sentence; nothing when they sum to 100."""
    whole = sum((one.weight for one in criteria), Decimal(0))
    if whole == WHOLE:
        return ""
    way = "too little" if whole < WHOLE else "too much"
    return f"The weights sum to {whole.normalize():f}, {abs(WHOLE - whole).normalize():f} {way}; together they are 100."


def wanted(book: Book) -> tuple[str, ...]:
    """Return the criteria that a partner marks: those with a weight."""
    return tuple(one.id for one in book.all(Criterion) if one.weight)


# -- what is open ------------------------------------------------------------------------------


def marks_of(request: CapitalRequest, partner: str) -> dict[str, int]:
    """Return the marks of a partner that stand in the book, by criterion; whether they may be seen is ``is_open``."""
    start = f"{partner}/"
    return {
        slot.removeprefix(start): mark
        for slot, mark in request.scores.items()
        if slot.startswith(start) and mark is not None
    }


def is_open(book: Book, request: CapitalRequest) -> bool:
    """Return whether the marks may be seen: every partner has given some."""
    partners = book.all(Partner)
    return bool(partners) and all(marks_of(request, one.id) for one in partners)


def is_done(book: Book, request: CapitalRequest, partner: str) -> bool:
    """Return whether a partner has marked every criterion: sealed, or given openly."""
    given = marks_of(request, partner)
    return bool(request.score_seals.get(partner)) or (
        bool(given) and all(name in given for name in wanted(book))
    )


def is_hidden(book: Book, place: tuple[str, str, str, str], viewer: str) -> bool:
    """Return whether a register holds a mark that a partner may not see yet: another's of a request that isn't open.

    Args:
        book: the partnership.
        place: kind, id, field and slot of the register.
        viewer: whoever looks; nobody (an empty text) may see no mark of such a request.
    """
    kind, request_id, field, slot = place
    marks = field in ("scores", "score_salts")  # an opened seal says the marks too
    if kind != "capital_request" or not marks or slot.partition("/")[0] == viewer:
        return False
    request = book.get(CapitalRequest, request_id)
    return request is not None and not is_open(book, request)


def all_done(book: Book, request: CapitalRequest) -> bool:
    """Return whether every partner has marked every criterion."""
    return all(is_done(book, request, one.id) for one in book.all(Partner))


def seals_seen(request: CapitalRequest) -> str:
    """Return what a partner writes who holds all seals: SHA-256 in hexadecimal digits over them."""
    standing = [f"{who}={text}" for who, text in sorted(request.score_seals.items()) if text]
    return hashlib.sha256("\n".join(["dyad-seals/1", *standing]).encode()).hexdigest()


def must_say_seen(book: Book, request: CapitalRequest, partner: str) -> bool:
    """Return whether a partner whose marks are sealed holds every seal and hasn't said so yet."""
    return (
        bool(request.score_seals.get(partner))
        and not request.score_salts.get(partner)
        and request.score_seen.get(partner) != seals_seen(request)
        and all_done(book, request)
    )


def may_open(book: Book, request: CapitalRequest, partner: str, *, here: bool = False) -> bool:
    """Return whether a partner's sealed marks are due: no partner can take a seal back, and these aren't open yet.

    Args:
        book: the partnership.
        request: one of its requests.
        partner: id of whose marks they are.
        here: all partners write on this computer, so that no seal is taken back elsewhere at the same time.
    """
    if not request.score_seals.get(partner) or request.score_salts.get(partner):
        return False
    seen = seals_seen(request)
    others = [who for who, text in request.score_seals.items() if text and who != partner]
    return all_done(book, request) and all(
        here or request.score_seen.get(who) == seen or request.score_salts.get(who)
        for who in others
    )


# -- seals -------------------------------------------------------------------------------------


def opening(salt: str, marks: Marks) -> str:
    """Return the text whose hash is the seal: the salt, then the marks by criterion in order of their names."""
    return f"{salt};" + ";".join(f"{name}={mark}" for name, mark in sorted(marks.items()))


def seal(workspace: str, request: str, partner: str, opened: str) -> str:
    """Return the seal of an opening: SHA-256 in hexadecimal digits over where it belongs and what it says.

    Args:
        workspace: what the partnership is called in its file, so that a seal can't be brought from another.
        request: id of the request.
        partner: id of the partner.
        opened: see ``opening``.
    """
    text = f"dyad-score/1\n{workspace}\n{request}\n{partner}\n{opened}"
    return hashlib.sha256(text.encode()).hexdigest()


def opened_marks(opened: str) -> dict[str, int]:
    """Return the marks that an opening says; what can't be read is left out."""
    pairs = (part.partition("=") for part in opened.split(";")[1:])
    return {name: int(mark) for name, _, mark in pairs if mark.isdecimal()}


def seal_problem(workspace: str, request: CapitalRequest, partner: str) -> str:
    """Return what is wrong with a partner's opened seal, as the end of a sentence; nothing when it holds.

    ``differ from the seal``: other marks were sealed than opened. ``changed after the seal was opened``: the seal
    holds, and marks were written later.
    """
    sealed, opened = request.score_seals.get(partner), request.score_salts.get(partner)
    if not sealed or not opened:
        return ""
    if seal(workspace, request.id, partner, opened) != sealed:
        return "differ from the seal"
    same = opened_marks(opened) == marks_of(request, partner)
    return "" if same else "changed after the seal was opened"


# -- scores ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion of an open request. Marks by partner, in the partners' order; ``None`` not given."""

    criterion: str
    weight: Decimal
    marks: tuple[int | None, ...]
    agreed: int | None

    @property
    def apart(self) -> int:
        """Return how far the marks are apart."""
        given = [mark for mark in self.marks if mark is not None]
        return max(given) - min(given) if given else 0


def compare(book: Book, request: CapitalRequest) -> tuple[Compared, ...]:
    """Return the criteria of an open request, those on which the partners are furthest apart first.

    A request that isn't open has none: see ``is_open``.
    """
    if not is_open(book, request):
        return ()
    partners = [one.id for one in book.all(Partner)]
    rows = [
        Compared(
            one.id, one.weight,
            tuple(request.scores.get(f"{who}/{one.id}") for who in partners),
            request.agreed_scores.get(one.id),
        )
        for one in book.all(Criterion)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.apart, -row.weight)))


def divergent_criteria(book: Book, request: CapitalRequest) -> tuple[str, ...]:
    """Return the criteria on which any two partners' marks are 2 or more apart, in the pair's order."""
    apart = {row.criterion for row in compare(book, request) if row.apart >= DIVERGENT}
    return tuple(one.id for one in book.all(Criterion) if one.id in apart)


def weights_of(book: Book) -> dict[str, int]:
    """Return the criteria's weights as whole numbers in their proportion: a billion for each percent."""
    return {one.id: int(one.weight.scaleb(MAX_PLACES)) for one in book.all(Criterion)}


def own_score(marks: Marks, weights: Mapping[str, int]) -> Fraction | None:
    """Return one partner's weighted score; ``None`` until every criterion that has a weight is marked."""
    whole = sum(weights.values())
    if whole == 0 or any(weight and name not in marks for name, weight in weights.items()):
        return None
    return Fraction(sum(weights[name] * marks.get(name, 0) for name in weights), whole)


def partner_scores(book: Book, request: CapitalRequest) -> dict[str, Fraction | None]:
    """Return each partner's weighted score of an open request; ``None`` while sealed or not complete."""
    weights, seen = weights_of(book), is_open(book, request)
    return {
        one.id: own_score(marks_of(request, one.id), weights) if seen else None
        for one in book.all(Partner)
    }


def joint_score(
    book: Book, request: CapitalRequest, scores: Mapping[str, Fraction | None] | None = None
) -> Fraction | None:
    """Return the score that ranks: of each criterion the agreed mark, else the mean of the partners' marks.

    The marks of partners count who marked every criterion, once they are open. ``scores`` are the partners' own, if
    they were computed before.
    """
    found = partner_scores(book, request) if scores is None else scores
    counted = [who for who, score in found.items() if score is not None]
    weights = weights_of(book)
    total, whole, share = 0, sum(weights.values()), max(1, len(counted))
    for name, weight in weights.items():
        agreed = request.agreed_scores.get(name)
        if weight and agreed is None and not counted:
            return None
        if weight and agreed is None:
            total += weight * sum(request.scores[f"{who}/{name}"] for who in counted)
        elif weight and agreed is not None:
            total += weight * agreed * share
    return Fraction(total, whole * share) if whole else None
