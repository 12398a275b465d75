"""Statistical process control: is what we see more than chance, and does the process reach its target?

One engine for the chart, the table, the scorecard and the export. What it decides, and why:

- **One reading of the rules.** ``rules`` reads points, sides and lines into labels; every chart uses it. A measure's
  settings are one object, so that two places can't say different things of one series.
- **Positions count from 0**, a missing period is ``None``: a gap breaks shifts and trends and has no moving range.
- **Statistics are floats.** Values that were typed as decimals meet their own mean only up to the last bits of a
  float, so "equal" is within a grain of 1e-12 of the largest value; ten months at 0.1 are all on the mean.
- **Icons are judged on limits as computed**; drawing clips them to what the unit can be.

Sources: Making Data Count (NHS England) for XmR charts and icons; Provost & Murray, *The Health Care Data Guide*
(2011) for attribute charts; Laney, Quality Engineering 14 (2002) 531; Benneyan (2001) and Nelson (1994) for rare
events; Spiegelhalter, Stat. Med. 24 (2005) 1185 for funnels; Anhøj & Olesen, PLOS ONE 9 (2014) e113825 for run charts.
"""

from dyad_desktop.domain.spc.attributes import (
    c_chart,
    p_chart,
    p_prime_chart,
    u_chart,
    u_prime_chart,
)
from dyad_desktop.domain.spc.chart import (
    COMMON_CAUSE,
    DECREASE,
    FAIL,
    INCONSISTENT,
    INCREASE,
    NEUTRAL,
    PASS,
    ControlChart,
    Segment,
    Settings,
    assure,
    assure_within,
)
from dyad_desktop.domain.spc.funnel import (
    Funnel,
    FunnelPoint,
    funnel,
    poisson_limits,
)
from dyad_desktop.domain.spc.rare import g_chart, t_chart
from dyad_desktop.domain.spc.runs import Run, RunSignals, anhoej_limits, run_chart, run_segments
from dyad_desktop.domain.spc.xmr import xmr

__all__ = [
    "COMMON_CAUSE",
    "DECREASE",
    "FAIL",
    "INCONSISTENT",
    "INCREASE",
    "NEUTRAL",
    "PASS",
    "ControlChart",
    "Funnel",
    "FunnelPoint",
    "Run",
    "RunSignals",
    "Segment",
    "Settings",
    "anhoej_limits",
    "assure",
    "assure_within",
    "c_chart",
    "funnel",
    "g_chart",
    "p_chart",
    "p_prime_chart",
    "poisson_limits",
    "run_chart",
    "run_segments",
    "t_chart",
    "u_chart",
    "u_prime_chart",
    "xmr",
]
