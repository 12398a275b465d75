"""Units behind figures: a measure's own is taken with it, another one is refused. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from dyad_desktop.errors import BadInputError

PERCENT = "%"
_ALIKE = (
    "min mins minute minutes minuten", "d day days tag tage tagen", "h hr hrs hour hours std stunde stunden",
    "s sec secs second seconds sek sekunden", "wk wks week weeks woche wochen", "month months monat monate",
    "yr yrs year years jahr jahre", "point points pts punkte", "fte ftes", "score scores",
    "count counts case cases event events procedure procedures patient patients visit visits",
    "usd us$ $", "eur € euro euros", "chf fr sfr", "gbp £", "jpy cny ¥", "cad c$ $", "aud a$ $",
)  # fmt: skip
_KNOWN: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        word: frozenset(n for n, words in enumerate(_ALIKE) if word in words.split())
        for words in _ALIKE
        for word in words.split()
    }
)
_GAP = r"[ \u00a0\u202f]*"
_FIGURE = r"(?P<figure>[-+−(]?[0-9](?:[0-9.,'’ \u00a0\u202f]*[0-9])?\)?)"
_SIGN = r"[^\W\d_]*[$€£¥]"
_BARE = re.compile(_FIGURE)
_BEHIND = re.compile(rf"{_FIGURE}{_GAP}(?P<unit>%|{_SIGN}|[^\W\d_]+\.?)")
_BEFORE = re.compile(rf"(?P<unit>{_SIGN}|[A-Za-z]{{3}} ){_GAP}{_FIGURE}")


def bare(text: str) -> str:
    """Return a figure without the unit that it is written with, whichever that is; any other text as it came."""
    figure, unit = _parted(text.strip())
    return figure if unit and (unit == PERCENT or _plain(unit) in _KNOWN) else text


def without_unit(text: str, unit: str, whose: str) -> str:
    """Return a figure's text without the unit that a measure has; ``%`` stays where it is that unit.

    ``whose`` is what the figure belongs to. Text that isn't one figure with one unit comes back as it is.

    Raises:
        BadInputError: it is in another unit.
    """
    plain, own = text.strip(), unit.strip()
    if _BARE.fullmatch(plain):
        return text
    if own and own != PERCENT and plain.casefold().endswith(own.casefold()):
        rest = plain[: -len(own)].rstrip()
        if _BARE.fullmatch(rest):
            return rest
    figure, said = _parted(plain)
    if not said or (said == PERCENT and own == PERCENT):
        return text
    if said != PERCENT and _plain(said) not in _KNOWN:
        return text
    if not own:
        return text
    same = own.casefold() if own.casefold() in _KNOWN else own.split()[0]
    if said != PERCENT and _KNOWN[_plain(said)] & _KNOWN.get(_plain(same), frozenset()):
        return figure
    raise BadInputError(f"“{plain[:40]}” is in {said.strip()}, but {whose} is kept in {own}")


def _parted(plain: str) -> tuple[str, str]:
    found = _BEHIND.fullmatch(plain) or _BEFORE.fullmatch(plain)
    return (found["figure"].strip(), found["unit"]) if found else (plain, "")


def _plain(unit: str) -> str:
    return unit.strip().rstrip(".").casefold()
