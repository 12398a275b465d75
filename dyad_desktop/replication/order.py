"""Fractional keys: a place between two neighbours that no renumbering ever disturbs."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_WIDTH = 4
_STEP = 64


def nth_key(index: int) -> str:
    """Return the key of the ``index``-th thing of a fresh list (up to 230,000), with room between neighbours."""
    value = (index + 1) * _STEP
    digits = []
    for _ in range(_WIDTH):
        value, rest = divmod(value, _BASE)
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits)).rstrip("0") or "0"


def key_between(low: str, high: str, suffix: str) -> str:
    """Return a key after ``low`` and before ``high`` (either may be empty: no neighbour there).

    ``suffix`` is a short random text, so that two partners who insert at one place apart get two keys.
    Keys compare as ASCII text and never end in ``0``; where both neighbours are one key (two inserts met),
    the new one comes directly after it.
    """
    if high and low >= high:
        return low + _DIGITS[_BASE // 2] + suffix.rstrip("0")
    key = ""
    at = 0
    while True:
        first = _DIGITS.index(low[at]) if at < len(low) else 0
        last = _DIGITS.index(high[at]) if high and at < len(high) else _BASE
        if last - first > 1:
            return key + _DIGITS[(first + last) // 2] + suffix.rstrip("0")
        key += _DIGITS[first]
        if last > first:
            high = ""
        at += 1
