"""Charts of counts: proportions (p), rates (u), counts (c), and Laney's variants for large denominators (p′, u′)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, inf, sqrt
from typing import Unpack

from dyad_desktop.domain.spc.chart import (
    FEWEST,
    INNER,
    ControlChart,
    Lines,
    Reading,
    Settings,
    build,
    centre_only,
    leading,
    nothing,
)
from dyad_desktop.domain.spc.rules import Numbers, check_above_nothing, floats, recorded
from dyad_desktop.domain.spc.xmr import moving_ranges

SIGMAS = 3
D2 = 1.128
"""Mean moving range to sigma, for ranges of two."""

Pairs = Sequence[tuple[float, float] | None]
"""Counted and size of each point; gaps are ``None``."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """``sigma(centre, size)`` in units of the ratio, which lies between 0 and ``ceiling``; what it is shown times."""

    sigma: Callable[[float, float], float]
    ceiling: float | None
    multiplier: float = 1
    laney: bool = False


def _binomial(centre: float, size: float) -> float:
    return sqrt(max(centre * (1 - centre), 0.0) / size)


def _poisson(centre: float, size: float) -> float:
    return sqrt(centre / size)


def p_chart(
    numerators: Numbers,
    denominators: Numbers,
    *,
    multiplier: float | Decimal = 1,
    **settings: Unpack[Settings],
) -> ControlChart:
    """Return the chart of proportions: p̄ ± 3 √(p̄ (1 − p̄) / nᵢ), clipped to 0 … 1, all times ``multiplier``.

    Args:
        numerators: counted cases, ``None`` where none were recorded.
        denominators: cases that could have been counted; ``None`` or 0 is a gap.
        multiplier: 100 for percentages; a target is in the same unit.
        settings: as of ``xmr``.

    Raises:
        ValueError: a negative count, more cases counted than there were, or a setting out of its range.
    """
    return _ratios(numerators, denominators, _Kind(_binomial, 1, _times(multiplier)), settings)


def p_prime_chart(
    numerators: Numbers,
    denominators: Numbers,
    *,
    multiplier: float | Decimal = 1,
    **settings: Unpack[Settings],
) -> ControlChart:
    """Return Laney's p′ chart: a p chart whose sigma is multiplied by that of its z values; arguments as there."""
    return _ratios(
        numerators, denominators, _Kind(_binomial, 1, _times(multiplier), laney=True), settings
    )


def u_chart(
    numerators: Numbers,
    denominators: Numbers,
    *,
    multiplier: float | Decimal = 1,
    **settings: Unpack[Settings],
) -> ControlChart:
    """Return the chart of rates: ū ± 3 √(ū / nᵢ), not below 0, all times ``multiplier`` (10000: per 10,000 days).

    Arguments as of ``p_chart``; the denominator is an area of opportunity, such as patient days.
    """
    return _ratios(numerators, denominators, _Kind(_poisson, None, _times(multiplier)), settings)


def u_prime_chart(
    numerators: Numbers,
    denominators: Numbers,
    *,
    multiplier: float | Decimal = 1,
    **settings: Unpack[Settings],
) -> ControlChart:
    """Return Laney's u′ chart: a u chart whose sigma is multiplied by that of its z values; arguments as there."""
    return _ratios(
        numerators, denominators, _Kind(_poisson, None, _times(multiplier), laney=True), settings
    )


def c_chart(counts: Numbers, **settings: Unpack[Settings]) -> ControlChart:
    """Return the chart of counts out of like opportunities: c̄ ± 3 √c̄, not below 0; settings as of ``xmr``."""
    return _ratios(floats(counts), [1.0] * len(counts), _Kind(_poisson, None), settings)


def _times(multiplier: float | Decimal) -> float:
    check_above_nothing("multiplier", multiplier)
    return float(multiplier)


def _pairs(numerators: Numbers, denominators: Numbers, kind: _Kind) -> Pairs:
    """Return counted and size of each point, of which a size without anything counted is a gap."""
    if len(numerators) != len(denominators):
        there = f"there are {len(numerators)} numerators and {len(denominators)} denominators"
        raise ValueError(f"{there}: give one of each for every point")
    parts, wholes = floats(numerators, "numerator"), floats(denominators, "denominator")
    if any(one < 0 for one in recorded([*parts, *wholes])):
        raise ValueError("counts are from 0 up")
    for part, whole in zip(parts, wholes, strict=True):
        if part is None or whole is None:
            continue
        most = inf if whole and kind.ceiling is None else whole
        if part > most:
            raise ValueError(
                f"{part:g} of {whole:g} is no {'rate' if kind.ceiling is None else 'proportion'}"
            )
    return [
        None if part is None or not whole else (part, whole)
        for part, whole in zip(parts, wholes, strict=True)
    ]


def _ratios(
    numerators: Numbers, denominators: Numbers, kind: _Kind, settings: Settings
) -> ControlChart:
    pairs = _pairs(numerators, denominators, kind)
    values = [pair and kind.multiplier * pair[0] / pair[1] for pair in pairs]
    reading = Reading(**settings)

    def draw(first: int, stop: int) -> Lines:
        return _lines(pairs[first:stop], kind, reading.baseline)

    return build(values, reading, draw)


def _lines(pairs: Pairs, kind: _Kind, baseline: int | None) -> Lines:
    base = leading(pairs, baseline)
    there = [pair for pair in base if pair is not None]
    if not there:
        return nothing(len(pairs))
    centre = fsum(part for part, _ in there) / fsum(whole for _, whole in there)
    middle = (kind.multiplier * centre,) * len(pairs)
    if len(there) < FEWEST:
        return centre_only(middle[0], len(pairs))
    widening = _laney(base, centre, kind) if kind.laney else 1.0
    reach = [pair and SIGMAS * widening * kind.sigma(centre, pair[1]) for pair in pairs]

    def line(share: float) -> tuple[float | None, ...]:
        return tuple(
            None if one is None else kind.multiplier * _clipped(centre + share * one, kind.ceiling)
            for one in reach
        )

    return Lines(middle, line(-1), line(1), line(-INNER), line(INNER), middle, widening=widening)


def _clipped(value: float, ceiling: float | None) -> float:
    return max(0.0, value if ceiling is None else min(value, ceiling))


def _laney(pairs: Pairs, centre: float, kind: _Kind) -> float:
    """Return sigma of the z values, (ratio − centre) / sigma, by their mean moving range; 1 where there is none."""
    sigmas = [pair and kind.sigma(centre, pair[1]) for pair in pairs]
    scores = [
        None if pair is None or not sigma else (pair[0] / pair[1] - centre) / sigma
        for pair, sigma in zip(pairs, sigmas, strict=True)
    ]
    ranges = moving_ranges(scores)
    return fsum(ranges) / len(ranges) / D2 if ranges else 1.0
