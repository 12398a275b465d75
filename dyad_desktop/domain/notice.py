"""One thing that needs the partners, and how pressing each sort of thing is."""

from dataclasses import dataclass
from enum import IntEnum

SETTLE, OFF_PATH, WAITING, DUE = "settle", "off_path", "waiting", "due"
"""The groups of Home, in the order in which they stand there."""


class Weight(IntEnum):
    """How pressing a sort of notice is; the largest stands first."""

    CHARTER = 10
    REVIEW_SOON = 20
    ACTION_SOON = 25
    ACTION_OVERDUE = 30
    REVIEW_DUE = 35
    CAPITAL = 40
    LINE_WAITS = 42
    PULSE = 45
    LIMITS = 47
    DECISION_OPEN = 50
    DECISION_ESCALATED = 55
    GOAL = 60
    MEASURE_IMPROVES = 62
    MEASURE_RISK = 65
    MILESTONE_SLIPS = 70
    MILESTONE_CRITICAL = 75
    MILESTONE_OVERDUE = 80
    LINE = 85
    MEASURE_OFF = 90
    SET_ASIDE = 92
    UNCOUNTED = 93
    LAPTOP = 94
    GOAL_DIFFERS = 95
    DISAGREEMENT = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """A line of Home. ``who`` is the partner it waits for or who leads; ``None`` means both.

    ``group`` is ``settle``, ``off_path``, ``waiting`` or ``due``; ``status`` is a state of the
    scorecard (``at_risk``, ``off_track``), ``waiting``, ``due`` or ``overdue``; ``kind`` and ``id``
    name the thing.
    """

    group: str
    status: str
    title: str
    detail: str
    who: str | None
    kind: str
    id: str
    weight: int
