"""Funnel plots: units beside each other, each against the limits that chance gives one of its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, exp, fsum, isfinite, lgamma, log, sin, sqrt
from statistics import NormalDist

WARNING, ACTION = 0.95, 0.998
"""What part of units, alike in everything but size, lies within the two pairs of limits."""
STEPS = 200
PRECISE = 1e-15
LARGE = 1e6
"""Expected counts from which the quantile of a gamma variable is taken from the normal one."""
TRIM = 0.1
"""Part of the units at either end whose z value is pulled in before overdispersion is judged."""

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """A unit: its ratio, the limits at its size; ``zone`` is ``within``, ``warning`` or ``action``, with a ``side``."""

    name: str
    size: float
    ratio: float
    warning: Limits
    action: Limits
    zone: str
    side: str | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """A funnel. ``dispersion`` is 1, or how much more than chance the units differ where that was asked for."""

    centre: float
    points: tuple[FunnelPoint, ...]
    dispersion: float


def funnel(
    units: Sequence[tuple[str, float, float]],
    *,
    proportion: bool = False,
    pooled: bool = False,
    overdispersed: bool = False,
) -> Funnel:
    """Return the funnel of units given as (name, counted, expected) or, for a ``proportion``, (name, counted, cases).

    Ratios of observed to expected have centre 1 and exact Poisson limits; ``pooled``, the sizes are no expectations
    but areas of opportunity (patient days), and the centre is the rate of all units together. So is that of
    proportions, whose limits are of asin √p. With ``overdispersed`` limits are widened by √φ where φ, the mean square
    of the z values with a tenth pulled in at either end, is above 1 (Spiegelhalter 2005).

    Raises:
        ValueError: a count below 0, a size not above 0, no finite number, or more counted than there were cases.
    """
    for name, counted, size in units:
        known = isfinite(counted) and isfinite(size) and counted >= 0 and size > 0
        if not known or (proportion and counted > size):
            raise ValueError(f"{name}: {counted:g} of {size:g} can't be placed")
    total = fsum(size for _, _, size in units)
    centre = 1.0
    if proportion or pooled:
        centre = fsum(counted for _, counted, _ in units) / total if total else 0.0
    spread = (
        _dispersion([_z(centre, c, s, proportion=proportion) for _, c, s in units])
        if overdispersed
        else 1.0
    )
    points = tuple(_point(unit, centre, spread, proportion=proportion) for unit in units)
    return Funnel(centre, points, spread)


def limits_at(
    size: float, centre: float, coverage: float, *, proportion: bool, spread: float = 1.0
) -> Limits:
    """Return lower and upper limit of a unit of some size around a centre; ``coverage`` is the part within, 0 to 1."""
    if not centre:
        return 0.0, 0.0
    tail = (1 - coverage) / 2
    if proportion:
        lower, upper = _arcsine(centre, size, _z_of(coverage) * sqrt(spread))
        none, all_of_them = (1 - centre) ** size, centre**size
        return 0.0 if none >= tail else lower, 1.0 if all_of_them >= tail else upper
    expected = centre * size
    lower, upper = (centre * limit for limit in poisson_limits(expected, coverage))
    if exp(-expected) >= tail:  # no event at all isn't seldom, though the published limit says so
        lower = 0.0
    if spread == 1:
        return lower, upper
    wide_lower, wide_upper = _rooted(centre, size, _z_of(coverage) * sqrt(spread))
    return min(lower, wide_lower), max(upper, wide_upper)


def poisson_limits(expected: float, coverage: float) -> Limits:
    """Return the limits of observed to expected as they are published.

    They are χ²(α/2, 2E) / 2E and χ²(1 − α/2, 2E + 2) / 2E, where α = 1 − coverage.

    Args:
        expected: cases expected, above 0.
        coverage: 0.95 or 0.998 as a rule; between 0 and 1.
    """
    tail = (1 - coverage) / 2
    lower, upper = _gamma_quantile(expected, tail), _gamma_quantile(expected + 1, 1 - tail)
    return lower / expected, upper / expected


def _z_of(coverage: float) -> float:
    return NormalDist().inv_cdf((1 + coverage) / 2)


def _arcsine(centre: float, cases: float, z: float) -> Limits:
    """Return the limits of a proportion, 0 to 1, by the variance-stable asin √p ± z / (2 √n)."""
    middle, reach, right = asin(sqrt(centre)), z / (2 * sqrt(cases)), asin(1)
    return sin(max(0.0, middle - reach)) ** 2, sin(min(right, middle + reach)) ** 2


def _rooted(centre: float, size: float, z: float) -> Limits:
    """Limits of a rate by the variance-stable root: √rate ± z / (2 √size); of a ratio around 1 the same."""
    reach = z / (2 * sqrt(size))
    return max(0.0, sqrt(centre) - reach) ** 2, (sqrt(centre) + reach) ** 2


def _z(centre: float, counted: float, size: float, *, proportion: bool) -> float:
    ratio = counted / size
    if proportion:
        return 2 * sqrt(size) * (asin(sqrt(ratio)) - asin(sqrt(centre)))
    return 2 * sqrt(size) * (sqrt(ratio) - sqrt(centre))


def _dispersion(scores: Sequence[float]) -> float:
    ordered = sorted(scores)
    cut = int(TRIM * len(ordered))
    if not ordered:
        return 1.0
    low, high = ordered[cut], ordered[-1 - cut]
    return max(1.0, fsum(min(max(z, low), high) ** 2 for z in ordered) / len(ordered))


def _point(
    unit: tuple[str, float, float], centre: float, spread: float, *, proportion: bool
) -> FunnelPoint:
    name, counted, size = unit
    ratio = counted / size
    warning, action = (
        limits_at(size, centre, part, proportion=proportion, spread=spread)
        for part in (WARNING, ACTION)
    )
    zone = (
        "action" if _outside(ratio, action) else "warning" if _outside(ratio, warning) else "within"
    )
    side = None if zone == "within" else "high" if ratio > centre else "low"
    return FunnelPoint(name, size, ratio, warning, action, zone, side)


def _outside(value: float, limits: Limits) -> bool:
    return not limits[0] <= value <= limits[1]


# -- the gamma distribution, of which χ² is a case ---------------------------------------------------


def _gamma_quantile(shape: float, part: float) -> float:
    """Return below what a gamma variable falls with probability ``part``; χ²(part, 2·shape) is twice it."""
    if shape > LARGE:  # Wilson and Hilferty 1931, there exact to nine places
        ninth = 1 / (9 * shape)
        return float(shape * (1 - ninth + NormalDist().inv_cdf(part) * sqrt(ninth)) ** 3)
    low, high = 0.0, shape + 40 * sqrt(shape) + 40
    for _ in range(STEPS):
        middle = (low + high) / 2
        if high - low <= PRECISE * high:
            break
        low, high = (middle, high) if _gamma_below(shape, middle) < part else (low, middle)
    return (low + high) / 2


def _gamma_below(shape: float, x: float) -> float:
    """Return the regularised lower incomplete gamma function P(shape, x): a series below, a fraction above."""
    if x <= 0:
        return 0.0
    scale = exp(shape * log(x) - x - lgamma(shape))
    return scale * _series(shape, x) if x < shape + 1 else 1 - scale * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    term = total = 1 / shape
    step = shape
    while term > PRECISE * total:
        step += 1
        term *= x / step
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    """Lentz's way to the continued fraction of the upper incomplete gamma function."""
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    total = d
    for i in range(1, 10_000):
        a = -i * (i - shape)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        total *= d * c
        if abs(d * c - 1) < PRECISE:
            break
    return total
