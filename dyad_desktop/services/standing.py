"""How the partners stand: every contested register with its sides, how many wait, and the totals they leave open."""

from collections.abc import Mapping
from dataclasses import dataclass

from dyad_desktop.domain.budget_line import year_of
from dyad_desktop.domain.contested import Open, Span
from dyad_desktop.domain.open_actuals import PRIOR, open_actuals
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.replication.change import Address
from dyad_desktop.replication.views import Side
from dyad_desktop.services.disagreements import contested_sides
from dyad_desktop.services.effects import (
    capital_spans,
    contribution_span,
    open_budget,
)
from dyad_desktop.services.open_choices import Choices, open_choices
from dyad_desktop.services.orphans import alone
from dyad_desktop.services.session import Session


@dataclass(frozen=True, slots=True)
class Standing:
    """What every page marks.

    ``alone`` is the number of orphans, which are no registers; ``budget`` is what the draft leaves open, ``prior`` what
    the prior year does; ``capital`` has spans by total, and ``choices`` what everything that is open about money may
    come to.
    """

    sides: Mapping[Address, tuple[Side, ...]]
    alone: int
    budget: Open
    prior: Open
    contribution: Span | None
    capital: Mapping[str, Span]
    choices: Choices

    @property
    def count(self) -> int:
        """Return how many things wait to be settled."""
        return len(self.sides) + self.alone


def standing(session: Session, draft: str = WORKING_DRAFT, *, none_alone: bool = False) -> Standing:
    """Return how the partners stand now.

    ``none_alone`` spares looking for orphans after a change that can't have made one, such as a typed month.
    """
    sides = contested_sides(session)
    lost = [] if none_alone else list(alone(session, sides))
    choices = open_choices(session, sides, lost)
    still = open_budget(session, choices, draft)
    return Standing(
        sides=sides,
        alone=len(lost),
        budget=still,
        prior=open_actuals(session.book, choices.items(), PRIOR, year_of(session.book).prior),
        contribution=contribution_span(session, still, draft),
        capital=capital_spans(session.book, choices),
        choices=choices,
    )
