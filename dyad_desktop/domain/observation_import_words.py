"""Words of other people's headings and names: of the year to date, and of marks. Pure."""

import re
from collections.abc import Mapping

_TO_DATE = re.compile(
    r"\b(?:f?ytd|year[ -]to[ -]date|cumulative|cumul\.?|cum\.|kumuliert\w*|kumulativ\w*|kum\.|lfd\.? ?jahr"
    r"|laufendes jahr|seit jahresbeginn|aufgelaufen\w*)(?![^\W_])",
    re.IGNORECASE,
)
MARK_WORDS: Mapping[str, str | None] = {
    "provisional": "provisional", "prov": "provisional", "p": "provisional", "preliminary": "provisional",
    "prelim": "provisional", "vorläufig": "provisional", "late": "late", "final": None, "f": None, "complete": None,
}  # fmt: skip
YES = frozenset({"yes", "y", "true", "x", "1", "ja", "j", "wahr"})
NO = frozenset({"no", "n", "false", "0", "nein", "falsch"})
"""What stands in a column that is called as a mark is."""


def plain_name(name: str) -> str:
    """Return a name as it is compared: letters and figures alone, in small letters."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def to_date_in(text: str) -> str:
    """Return the words of a heading or a name that say that its figures are of the year to date; empty for none."""
    found = _TO_DATE.search(text.replace("_", " "))
    return found[0] if found else ""


def without_to_date(text: str) -> str:
    """Return a heading or a name without such words."""
    return " ".join(_TO_DATE.sub(" ", text.replace("_", " ")).split()) if to_date_in(text) else text


def mark_called(heading: str) -> str | None:
    """Return the mark that a heading names, such as ``Provisional?``; ``None`` where it names none."""
    words = plain_name(heading).split()
    return next((mark for word in words if (mark := MARK_WORDS.get(word))), None)
