"""Brings in what draws with matplotlib, which takes a second the first time: on demand, beside the window."""

import importlib
from contextlib import suppress
from threading import Lock
from typing import Any

from dyad_desktop.collector import uncollected
from dyad_desktop.errors import DyadError

Which = tuple[str, str]
"""A chart before it is loaded: its module and its class."""
MEASURE: Which = ("dyad_desktop.ui.charts.measure_plot", "MeasurePlot")
FUNNEL: Which = ("dyad_desktop.ui.charts.funnel_plot", "FunnelPlot")
WATERFALL: Which = ("dyad_desktop.ui.charts.waterfall", "Waterfall")
COLUMNS: Which = ("dyad_desktop.ui.charts.columns", "Columns")
MONTHS: Which = ("dyad_desktop.ui.charts.months", "Months")
TORNADO: Which = ("dyad_desktop.ui.charts.tornado", "Tornado")
FRONTIER: Which = ("dyad_desktop.ui.charts.frontier", "FrontierChart")
CHARTS = (MEASURE, FUNNEL, WATERFALL, COLUMNS, MONTHS, TORNADO, FRONTIER)
BENEATH = (
    "numpy.ma",
    "numpy.typing",
    "pyparsing",
    "PIL.PngImagePlugin",
    "dateutil.parser",
    "dateutil.relativedelta",
    "dateutil.rrule",
    "fontTools.agl",
    "kiwisolver",
    "cycler",
    "packaging.version",
)
"""What matplotlib stands on; it takes a third of the time that the first chart is loaded for."""
WAITS = "The first chart is being prepared …"
USUAL, LEAST = (640, 320), (280, 160)
"""Width and height that a chart likes to have and those it can be read in, which its place keeps for it."""
classes: dict[Which, type[Any]] = {}
"""What is loaded to the end; a module stands in ``sys.modules`` as soon as its loading begins."""
_one = Lock()


def prepare() -> None:
    """Load what matplotlib stands on, but not matplotlib; what fails is told by the chart that needs it."""
    for name in BENEATH:
        with _one, uncollected(), suppress(Exception):
            importlib.import_module(name)


def loaded(which: Which) -> type[Any] | None:
    """Return a chart's class if the chart can be made without waiting."""
    return classes.get(which)


def any_loaded() -> bool:
    """Return whether a chart is loaded, and with it what all stand on."""
    return bool(classes)


def load(which: Which) -> type[Any]:
    """Return a chart's class; a thread that loads it never holds the window up for long.

    One thread loads at a time, so that none lets the collector in on another.

    Raises:
        DyadError: it can't be loaded.
    """
    with _one:
        if which not in classes:
            classes[which] = _imported(*which)
        return classes[which]


def _imported(module: str, name: str) -> type[Any]:
    """Return a class of a module.

    The collector is held off: a whole round of it, which so many new things would set off, stops every thread for
    a tenth of a second.
    """
    try:
        with uncollected():
            found: type[Any] = getattr(importlib.import_module(module), name)
    except Exception as error:
        raise DyadError(
            f"What draws the chart can’t be loaded ({error}). No figure is lost, its table shows the same;"
            " install the program anew to have charts again."
        ) from error
    return found


def load_rest() -> None:
    """Load the charts that nobody asked for yet, so that the next is there at once; one that fails says so later."""
    for which in CHARTS:
        try:
            load(which)
        except DyadError:
            continue
