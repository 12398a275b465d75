"""Figures of the year to date and their target: a month's target adds up over the year, as the values do.

A target is that of one period. Where a measure says that each value holds the year so far, and that they add up, each
is held against the targets of the year's periods up to then, together: at 40 a month, June of a calendar year has to
reach 240. All others are held against the target as it is typed: a year-to-date share or mean, and values that only
look like a build-up, since one value more or less can change how they look. Of those it is asked what they are.

The year is the fiscal year, unless the measure says in which month its own begins. Where it doesn't, and the values
plainly begin anew in another month, it is asked when they do, and they are held against nothing until it is said (see
``year_doubt``).
"""

from dataclasses import fields

from dyad_desktop.domain.build_up import taken_for_year_to_date
from dyad_desktop.domain.fiscal import MONTHS, month_year_label, year_periods
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import ToDate, is_doubted, period_targets, target_at
from dyad_desktop.domain.off_grid import on_grid
from dyad_desktop.domain.year_doubt import doubt_of

YEAR_TO_DATE = "year_to_date"
SUM = "sum"
FIGURES = 4
"""To so many figures a part of a target is told."""
TITLES = {"target": "Target", "stretch": "Stretch", "amber_at": "Amber limit"}
WAITS = ("g", "t")
"""Charts of what lies between events, which is no figure of a year."""
TOGETHER = (
    "The target is that of one {one}. The values are for the year to date, so each is held against the targets of"
    " the year’s {one}s up to then, together{now}."
)
WHOLE = " {target} a {one} come to {whole} over the year. If {target} are meant for the whole year, type {each}."
AS_TYPED = (
    "The values are for the year to date, and so is the target: each is held against it as it is typed. If the"
    " values add up over the year, choose “sum” at “Aggregation”, and the target is that of one {one}."
)
LOOKS = (
    "Is each value that of the year so far? They look like it, but aren’t counted as such: each is held against the"
    " target as it is typed. If they are, say so at “A value covers”; where they also add up, choose “sum” at"
    " “Aggregation”, and the target is that of one {one}. If not, say there that each is of its own period."
)


def adds_up(measure: Measure) -> bool:
    """Return whether a measure says that its values are figures of the year to date, and that they add up."""
    said = measure.span == YEAR_TO_DATE and measure.aggregation == SUM
    return said and measure.direction != "within" and measure.chart not in WAITS


def said_year(measure: Measure) -> int | None:
    """Return in which month a measure says that its year begins; ``None`` where it doesn't say so."""
    return measure.year_start if measure.year_start in range(1, MONTHS + 1) else None


def year_of(measure: Measure, start_month: int) -> int:
    """Return in which month a measure's year begins: as it says itself, else that of the fiscal year."""
    return said_year(measure) or start_month


def to_date(measure: Measure, start_month: int) -> Measure:
    """Return a measure as it is judged: one that adds up has the levels of the year to date, others are as they are.

    Args:
        measure: as it is kept.
        start_month: of the fiscal year, 1 to 12.
    """
    if isinstance(measure, ToDate) or not adds_up(measure):
        return measure
    values = on_grid(measure)
    if not values:
        return measure
    kept = {one.name: getattr(measure, one.name) for one in fields(measure)}
    begins, asked = year_of(measure, start_month), None
    if said_year(measure) is None:
        asked = doubt_of(values, measure.step, begins)
    doubt, since = ("", "") if asked is None else (asked.words, asked.since)
    return ToDate(**kept, start_month=begins, first=next(iter(values)), doubt=doubt, since=since)


# -- in words ------------------------------------------------------------------------------------


def none_words(measure: Measure, place: str) -> str:
    """Return in a clause why figures of the year to date have no target in a period; nothing of others."""
    if not isinstance(measure, ToDate) or target_at(measure, place) is not None:
        return ""
    if is_doubted(measure, place):
        corrected = "it is corrected, or said" if measure.since else "it is said"
        return f" until {corrected} when the year begins"
    one = measure.period_word
    lacks = period_targets(measure, (place,)) != (None,)
    return f" to date, since the year has {one}s without one" if lacks else ""


def target_titles(measure: Measure) -> dict[str, str]:
    """Return what the levels of a measure are called, by field: where they add up over the year, of one period."""
    one = measure.period_word
    each = f", a {one}" if adds_up(measure) else ""
    return {field: f"{title}{each}" for field, title in TITLES.items()}


def _now(judged: ToDate, last: str, one: str) -> str:
    """Return what the target comes to in a period and at the year's end, in a clause, or why to nothing."""
    level, when = target_at(judged, last), month_year_label(last)
    if level is not None:
        places, _name = year_periods(last, judged.step, judged.start_month)
        end, whole = month_year_label(places[-1]), target_at(judged, places[-1])
        now = f": {level.normalize():,f} in {when}"
        return now if whole is None or end == when else f"{now}, {whole.normalize():,f} in {end}"
    lacks = bool(none_words(judged, last))
    return f": none in {when}, since the year has {one}s without a target" if lacks else ""


def _whole(measure: Measure, one: str) -> str:
    """Return what a target comes to over the year, in sentences; nothing where several are typed, or none."""
    target = measure.target
    if not target or measure.targets or measure.no_target:
        return ""
    count = MONTHS // measure.step
    each = target / count
    places = max(0, FIGURES - 1 - each.adjusted())
    rounded = round(each, places).normalize()
    return WHOLE.format(
        one=one, target=f"{target.normalize():,f}", whole=f"{(target * count).normalize():,f}",
        each=f"{rounded:,f}",
    )  # fmt: skip


def target_words(measure: Measure, last: str, start_month: int) -> str:
    """Return what the target of figures of the year to date means, in sentences, and ask of those that look like them.

    Nothing is said of other measures.

    Args:
        measure: as it is kept.
        last: period of the last value; empty before the first.
        start_month: of the fiscal year, 1 to 12.
    """
    one = measure.period_word
    judged = to_date(measure, start_month)
    if isinstance(judged, ToDate):
        return judged.doubt or TOGETHER.format(one=one, now=_now(judged, last, one))
    if adds_up(measure):
        return TOGETHER.format(one=one, now="") + _whole(measure, one)
    if measure.direction == "within":
        return ""
    if measure.span == YEAR_TO_DATE:
        return AS_TYPED.format(one=one)
    begins = year_of(measure, start_month)
    looks = taken_for_year_to_date(measure.span, measure.values, begins, measure.step)
    return LOOKS.format(one=one) if looks else ""
