"""Which split a line's variance has, and why, in sentences for a person."""

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.flex import FORMULA, LineSplit, Rule
from dyad_desktop.domain.methods import VOLUME
from dyad_desktop.domain.operating import OperatingLine, Volume

_HOURS = "efficiency is hours beyond those planned for it, at the planned rate; rate is the rest, the pay of an hour"
_LACKS = {VOLUME: "volume or plan of it", FORMULA: "volume or plan of what it names"}
_NO_HOURS = "the paid hours that came aren’t known, so efficiency and rate can’t be told apart"


def parts_words(line: LineSplit) -> str:
    """Return the names of the parts that a line is split into: ``volume, mix and rate``."""
    names = []
    if line.rule.kind:
        names += ["volume", "mix"] if _mixed(line) else ["volume"]
    if line.by_hours:
        names.append("efficiency")
    names.append("rate" if names else "spending")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _mixed(line: LineSplit) -> bool:
    return any(month.parts.mix for month in line.months)


def explain(book: Book, line: LineSplit, periods: tuple[str, ...] = ()) -> str:
    """Return which split a line has and why. ``periods`` name the months of the year, for those that lack something."""
    said = [_flexes(book, line) if line.rule.kind else line.rule.why]
    if line.by_hours and not line.rule.kind:
        said.append(f"{_HOURS[:1].upper()}{_HOURS[1:]}.")
    elif not line.by_hours and _staffed(book, line.id):
        said.append(f"{_NO_HOURS[:1].upper()}{_NO_HOURS[1:]}.")
    missing = [month_label(periods[place]) for place in line.gaps if place < len(periods)]
    if missing:
        lacks = _LACKS.get(line.rule.kind, "plan of that group")
        them = " and ".join(missing) if len(missing) < 3 else f"{len(missing)} months"
        said.append(f"There is no {lacks} in {them}, so it stays as planned there.")
    return " ".join(part for part in said if part)


def _staffed(book: Book, line_id: str) -> bool:
    line = book.get(OperatingLine, line_id)
    return line is not None and line.driver_kind == "fte"


def _flexes(book: Book, line: LineSplit) -> str:
    rule = line.rule
    what = (
        "Flexes by its formula, with the volumes that came"
        if rule.kind == FORMULA
        else f"Flexes with {_what(book, rule)}{_how_far(rule)}"
    )
    if not _mixed(line):
        how = "volume is what more or less of it moves at the planned rate"
    elif rule.pool is not None:
        how = (
            f"volume is the growth of all {rule.pool[1]}s together at the planned mix;"
            " mix is the shift between them at planned rates"
        )
    else:
        how = "volume and mix are what those of these lines carry over at the planned proportion"
    return f"{what}: {how}; {_HOURS if line.by_hours else 'rate is the rest'}."


def _what(book: Book, rule: Rule) -> str:
    if rule.kind == VOLUME:
        volume = book.get(Volume, rule.ref)
        return volume.name if volume is not None else rule.ref
    return f"the lines of {rule.ref.replace('_', ' ')}"


def _how_far(rule: Rule) -> str:
    if rule.step is not None:
        return f" by whole steps of {rule.step}"
    return "" if rule.share == 1 else f", {float(rule.share * 100):g} % of it"
