"""Rows of a source that say different things of the same measure and period: none of them is taken. Pure."""

from collections.abc import Mapping, Sequence

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.observation_import import BadRow, Item

_FEW = 3


def contradictions(
    items: Sequence[Item], titles: Mapping[str, str] | None = None
) -> tuple[list[Item], list[BadRow]]:
    """Return the items whose period of a measure was said once, or always alike; and the rows that contradict.

    Of two rows that differ in one figure neither is taken, nor anything else that is said of that period: which one
    is meant, only a person knows, and half of a ratio would give a wrong one. A row is told once for each period.
    """
    said: dict[tuple[str, str, str], Item] = {}
    against: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        first = said.setdefault((item.measure, item.period, item.field), item)
        if first.value != item.value:
            against.setdefault((item.measure, item.period), [first]).append(item)
    kept = [item for item in said.values() if (item.measure, item.period) not in against]
    bad: dict[tuple[int, str, str], BadRow] = {}
    for period, others in against.items():
        for one in others:
            row = BadRow(one.row, _told(one, titles or {}), _against(one, others))
            bad.setdefault((one.row, *period), row)
    for item in items:
        others = against.get((item.measure, item.period), [])
        if others:
            reason = (
                f"rows {_numbers(others)} differ about the same measure and period; none is taken"
            )
            at = (item.row, item.measure, item.period)
            bad.setdefault(at, BadRow(item.row, _told(item, titles or {}), reason))
    return kept, sorted(bad.values(), key=lambda one: one.row)


def _told(one: Item, titles: Mapping[str, str]) -> str:
    when = f"{month_year_label(one.period)}: {one.value}"
    return f"{titles[one.measure]}, {when}" if one.measure in titles else when


def _against(one: Item, others: Sequence[Item]) -> str:
    others = [other for other in others if other.row != one.row]
    what = "rows" if len({other.row for other in others}) > 1 else "row"
    told = _numbers(others) or str(one.row)
    return f"another value of the same measure and period stands in {what} {told}; neither is taken"


def _numbers(items: Sequence[Item]) -> str:
    rows = list(dict.fromkeys(item.row for item in items))
    more = f" and {len(rows) - _FEW:,} more" if len(rows) > _FEW else ""
    return ", ".join(map(str, rows[:_FEW])) + more
