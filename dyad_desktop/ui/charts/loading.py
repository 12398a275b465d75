"""Brings in the modules that draw with matplotlib, which takes a second the first time: on demand, by the window."""

import importlib
import sys
from typing import Any

from dyad_desktop.collector import uncollected

MEASURE = "dyad_desktop.ui.charts.measure_plot"
FUNNEL = "dyad_desktop.ui.charts.funnel_plot"
WAITS = "The first chart is being prepared …"


def is_loaded(module: str) -> bool:
    """Return whether a chart can be made without waiting."""
    return module in sys.modules


def load(module: str) -> Any:  # noqa: ANN401 - a module
    """Return the module of a chart; a thread that loads it never holds the window up for long.

    The collector is held off: a whole round of it, which so many new things would set off, stops every thread for
    a tenth of a second.
    """
    with uncollected():
        return importlib.import_module(module)
