"""What is said of a budget that leaves the house, or is read by a script, while the partners differ on it."""

from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.services.disagreements import contested_sides
from dyad_desktop.services.effects import (
    capital_spans,
    contribution_span,
    open_budget,
)
from dyad_desktop.services.open_choices import (
    BUDGET_KINDS,
    CAPITAL_KINDS,
    Choices,
    draft_of,
    open_choices,
)
from dyad_desktop.services.orphans import alone
from dyad_desktop.services.session import Session
from dyad_desktop.services.wording import about, money

SPANS = {"contribution": "Contribution", "envelope": "What the envelope takes"}
"""What comes out between two ends while something of it is contested, and what it is called."""


def everything_open(session: Session) -> Choices:
    """Return everything about money that waits to be settled, with what it may come to."""
    sides = contested_sides(session)
    return open_choices(session, sides, alone(session, sides))


def open_spans(session: Session, draft: str = WORKING_DRAFT) -> dict[str, Span]:
    """Return between what totals of a draft and the capital plan come out, in minor units; those that are open."""
    choices = everything_open(session)
    found = {
        "contribution": contribution_span(session, open_budget(session, choices, draft), draft),
        "envelope": capital_spans(session.book, choices).get("funded"),
    }
    return {name: span for name, span in found.items() if span is not None}


def open_words(session: Session, draft: str = WORKING_DRAFT) -> str:
    """Return how much of a draft and the capital plan still differs, and between what it comes out; else nothing."""
    book, apart = session.book, session.disagreements()
    places = [*apart, *(one.at for one in alone(session, apart))]
    budget = sum(at.kind in BUDGET_KINDS and draft_of(at, draft) == draft for at in places)
    capital = sum(at.kind in CAPITAL_KINDS for at in places)
    parts = [
        f"{count:,} value{'s' * (count > 1)} of the {name}"
        for count, name in ((budget, "operating budget"), (capital, "capital plan"))
        if count
    ]
    if not parts:
        return ""
    one = budget + capital == 1
    text = (
        f"The partners still differ on {' and '.join(parts)}; the figures count what both last had"
        f"{' in it' if one else ''}."
    )
    for name, span in open_spans(session, draft).items():
        ends = f"{money(book, span.low)} and {money(book, span.high)}"
        text += f" {SPANS[name]} comes out between {about(span)}{ends}."
    return text
