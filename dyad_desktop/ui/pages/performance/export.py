"""A measure's chart as it leaves the program: the picture, and what stands over it."""

from io import BytesIO
from typing import TYPE_CHECKING

from dyad_desktop.domain.measure_ahead import ahead_of, ahead_words
from dyad_desktop.domain.measure_words import benchmark_words, caption, settings_words
from dyad_desktop.domain.proposed import preview_words
from dyad_desktop.ui.widgets.picture_menu import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.domain.proposed import Preview
    from dyad_desktop.ui.charts.canvas import ChartCanvas


def heading_of(
    chart: "MeasureChart", start_month: int, previews: "Sequence[Preview]" = (), differing: str = ""
) -> tuple[str, ...]:
    """Return what stands over a chart that leaves the program: what it is, what it says, how it was made.

    ``differing`` is what the partners hold apart of it.
    """
    measure = chart.measure
    unit = f", {measure.unit}" if measure.unit else ""
    made = (settings_words(chart), measure.source or "", benchmark_words(measure))
    ahead = ahead_words(chart, ahead_of(chart, start_month))
    how = " · ".join(part for part in made if part)
    apart = f"The partners differ. {differing}" if differing else ""
    said = (caption(chart), ahead, how, preview_words(previews), apart)
    return f"{measure.title}{unit}", *(line for line in said if line)


def picture_of(plot: "ChartCanvas", heading: "Sequence[str]", title: str) -> Picture:
    """Return a chart under its heading as something that can leave the program."""

    def draw(form: str) -> bytes:
        made = BytesIO()
        plot.save(made, form, heading)
        return made.getvalue()

    return Picture(title, draw)
