"""How a measure's chart is made and read: one object, from which chart, table, icons and words all take it."""

from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain import spc
from dyad_desktop.domain.spc.chart import POINTS
from dyad_desktop.domain.spc.runs import SHIFT as RUN_SHIFT
from dyad_desktop.domain.spc.runs import TREND as RUN_TREND
from dyad_desktop.domain.spc.xmr import CONSTANT as MULTIPLE

__all__ = ["CONSTANT", "RUN_SHIFT", "RUN_TREND", "SHIFT", "TREND", "ChartSettings"]

SHIFT = TREND = POINTS
"""Points of a shift and a trend, where the measure says nothing else; in run charts ``RUN_SHIFT`` and ``RUN_TREND``."""
CONSTANT = Decimal(str(MULTIPLE))
_DIRECTIONS = {"up": spc.INCREASE, "down": spc.DECREASE, "within": spc.NEUTRAL}


@dataclass(frozen=True, slots=True)
class ChartSettings:
    """The settings of one measure's chart, with what isn't set filled in.

    ``method`` is how it is computed (``i``, ``p`` …, ``run``), which is what the measure asks for unless ``note`` says
    why not. ``direction`` of good is ``up``, ``down`` or ``within``; ``target`` and ``target_low`` are those in force
    at the last place. ``starts`` are the places, from 0, where new limits in force begin within the data; ``rebased``
    are their periods. ``amended`` says which settings can't be and were passed over.
    """

    method: str
    note: str
    direction: str
    target: Decimal | None
    target_low: Decimal | None
    shift: int
    trend: int
    baseline: int | None
    constant: Decimal
    screened: bool
    multiplier: Decimal
    starts: tuple[int, ...] = ()
    rebased: tuple[str, ...] = ()
    amended: tuple[str, ...] = ()

    @property
    def reading(self) -> spc.Settings:
        """What every chart of the engine takes of them."""
        return {
            "shift": self.shift,
            "trend": self.trend,
            "baseline": self.baseline,
            "direction": _DIRECTIONS[self.direction],
            "target": self.target,
            "rebase": self.starts,
        }
