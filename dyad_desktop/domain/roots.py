"""Every positive root of a polynomial, found in whole numbers: none is missed and none is made up."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

Polynomial = list[int]
"""Coefficients, the highest power first, without zeros in front."""


def positive_roots(coefficients: Sequence[Fraction | int], width: Fraction) -> list[Fraction]:
    """Return the positive roots in ascending order, each to within ``width``; a repeated one once.

    Isolated by Sturm's theorem, then halved.

    Args:
        coefficients: the highest power first; not all of them zero.
        width: how far a result may be from its root.
    """
    whole = _whole(coefficients)
    while whole and whole[-1] == 0:  # a root at zero is none that is asked for
        whole.pop()
    changes = _changes([number for number in whole if number])
    if changes == 0:
        return []
    top = Fraction(2 + max(abs(number) for number in whole) // abs(whole[0]))
    if changes == 1:  # by Descartes' rule there is exactly one
        return [_halved(whole, Fraction(0), top, width)]
    chain = _chain(_divided(whole, _common(whole, _derived(whole))))
    return [_halved(chain[0], low, high, width) for low, high in _isolated(chain, top)]


def _isolated(chain: list[Polynomial], top: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Return intervals that hold one root each; no end of one is a root."""
    found = []
    waiting = [(Fraction(0), top)]
    while waiting:
        low, high = waiting.pop()
        count = _variations(chain, low) - _variations(chain, high)
        if count == 1:
            found.append((low, high))
        elif count > 1:
            middle, share = (low + high) / 2, 3
            while _value(chain[0], middle) == 0:
                middle, share = low + (high - low) / share, share + 1
            waiting += [(middle, high), (low, middle)]
    return found


def _halved(polynomial: Polynomial, low: Fraction, high: Fraction, width: Fraction) -> Fraction:
    rising = _value(polynomial, high) > 0
    while high - low > width:
        middle = (low + high) / 2
        value = _value(polynomial, middle)
        if value == 0:
            return middle
        if (value > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _value(polynomial: Polynomial, at: Fraction) -> int:
    """Return a number with the sign of the polynomial's value: the value times a power of the denominator."""
    top, bottom = at.numerator, at.denominator
    value, scale = 0, 1
    for number in polynomial:
        value = value * top + number * scale
        scale *= bottom
    return value


def _variations(chain: list[Polynomial], at: Fraction) -> int:
    return _changes([value for each in chain if (value := _value(each, at))])


def _changes(numbers: Sequence[int]) -> int:
    return sum((now > 0) != (then > 0) for now, then in pairwise(numbers))


def _chain(polynomial: Polynomial) -> list[Polynomial]:
    """Return Sturm's chain: each the negative rest of the two before it, but for a positive factor."""
    chain = [polynomial, _derived(polynomial)]
    while len(chain[-1]) > 1:
        rest = _rest(chain[-2], chain[-1])
        if not rest:
            break
        chain.append([-number for number in rest])
    return chain


def _derived(polynomial: Polynomial) -> Polynomial:
    degree = len(polynomial) - 1
    return _whole([number * (degree - n) for n, number in enumerate(polynomial[:-1])])


def _common(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return the greatest common divisor: what repeated roots have in common with the derivative."""
    while other:
        one, other = other, _rest(one, other)
    return one


def _rest(one: Polynomial, other: Polynomial) -> Polynomial:
    return _whole(_long_division(one, other)[1])


def _divided(one: Polynomial, other: Polynomial) -> Polynomial:
    return _whole(_long_division(one, other)[0])


def _long_division(one: Polynomial, other: Polynomial) -> tuple[list[Fraction], list[Fraction]]:
    rest = [Fraction(number) for number in one]
    quotient = []
    for _ in range(len(one) - len(other) + 1):
        factor = rest[0] / other[0]
        quotient.append(factor)
        for n, number in enumerate(other):
            rest[n] -= factor * number
        rest.pop(0)
    return quotient, rest


def _whole(coefficients: Sequence[Fraction | int]) -> Polynomial:
    """Return coefficients without a common factor or zeros in front; their signs stay."""
    numbers = [Fraction(number) for number in coefficients]
    scale = lcm(*(number.denominator for number in numbers))
    whole = [int(number * scale) for number in numbers]
    while whole and whole[0] == 0:
        whole.pop(0)
    common = gcd(*whole)
    return [number // common for number in whole] if whole else []
