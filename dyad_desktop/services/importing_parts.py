"""What a source says of a value and of its parts, brought together: no older value is left beside newer parts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import DENOMINATOR, NUMERATOR, VALUE, Item
from dyad_desktop.domain.ratio import follows, given_by
from dyad_desktop.services.goals import computed, ratio_of
from dyad_desktop.services.wording import number


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a person should look at before it is written: in which row, of which measure and period, and why."""

    row: int
    measure: str
    period: str
    reason: str


Said = Mapping[str, Item]
"""What a source says of one period of one measure, by field."""


def with_parts(
    measure: Measure, period: str, said: Said, *, replacing: bool
) -> tuple[dict[str, Item], str]:
    """Return what is said with the value that its parts give, and what is doubtful about it.

    A value that says the same as the parts, as far as it is rounded, is theirs. One that says another is taken as it
    stands in the source. Where only parts are said, the value follows them, also one that was entered on its own.
    """
    figures, parts = dict(said), parts_after(measure, period, said)
    rule = ratio_of(measure, *parts)
    if rule is None or not {VALUE, NUMERATOR, DENOMINATOR} & set(said):
        return figures, ""
    give = f"{_shown(parts[0])} ÷ {_shown(parts[1])}, which give {_shown(rule)}"
    if VALUE in said:
        value = said[VALUE].value
        if not isinstance(value, Decimal):
            return figures, ""
        if agrees(value, rule) or _is_given(measure, period, parts, value):
            figures[VALUE] = replace(said[VALUE], value=rule, rounded=False)
            return figures, ""
        used = "" if replacing or measure.values.get(period) is None else "; what stands is left"
        return figures, f"{_shown(value)} doesn’t follow from {give}{used or f'; {_shown(value)} is used'}"  # fmt: skip
    return _following(measure, period, figures, rule, give, replacing=replacing)


def _is_given(
    measure: Measure, period: str, parts: tuple[Decimal | None, Decimal | None], value: Decimal
) -> bool:
    """Return whether a value is what parts give, in whichever way halves are rounded: 76.25 is 76.2 or 76.3."""
    part, whole = parts
    given = given_by(
        replace(measure, numerator={period: part}, denominator={period: whole}), period
    )
    return given is not None and follows(value, given)


def _following(
    measure: Measure, period: str, said: dict[str, Item], rule: Decimal, give: str, *, replacing: bool
) -> tuple[dict[str, Item], str]:  # fmt: skip
    """Return what is said of parts alone, with the value after them where another stands."""
    stands = measure.values.get(period)
    if stands is None or stands == rule:
        return said, ""
    left = f"{_shown(stands)} stands and is left, though it doesn’t follow from {give}"
    if computed(measure, period) == rule:
        return said, left  # typed over these very parts: a person's word
    first = next(iter(said.values()))
    said[VALUE] = Item(0, first.measure, first.period, VALUE, rule)
    return said, "" if replacing else left


def parts_after(measure: Measure, period: str, said: Said) -> tuple[Decimal | None, Decimal | None]:
    """Return numerator and denominator of a period as they are afterwards."""

    def part(name: str) -> Decimal | None:
        value = said[name].value if name in said else getattr(measure, name).get(period)
        return value if isinstance(value, Decimal) else None

    return part(NUMERATOR), part(DENOMINATOR)


def agrees(value: Decimal, rule: Decimal) -> bool:
    """Return whether two figures are one, by the coarser of their roundings."""
    step = max(Decimal(1).scaleb(int(one.as_tuple().exponent)) for one in (value, rule))
    return abs(value - rule) <= step / 2


def _shown(value: Decimal | None) -> str:
    return number(value) if value is not None else "nothing"
