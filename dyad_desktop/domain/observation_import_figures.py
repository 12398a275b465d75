"""Figures of other people's files: their decimal mark, and what a cell's text means."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeAlias

from dyad_desktop.domain.entry import LARGEST, exact_number, exact_percent, kept
from dyad_desktop.errors import BadInputError

NOTHING = frozenset(
    {"", "-", "–", "—", ".", "..", "…", "n/a", "na", "nan", "null", "none", "nil", "*", "**", "tbd"}
)  # fmt: skip
"""What people write where nothing was measured."""
_SPACES = " \u00a0\u2009\u202f"
_COMMA = re.compile(r"[-+(−]?[0-9]{1,3}(?:[.'’ \u00a0\u202f]?[0-9]{3})*,[0-9]+\)?[ %]*")
_POINT = re.compile(r"[-+(−]?[0-9]{1,3}(?:[,'’ \u00a0\u202f]?[0-9]{3})*\.[0-9]+\)?[ %]*")
_COMMAS = re.compile(r"[-+(−]?[0-9]{1,3}(?:,[0-9]{3}){2,}\)?[ %]*")
_POINTS = re.compile(r"[-+(−]?[0-9]{1,3}(?:\.[0-9]{3}){2,}\)?[ %]*")
"""Two groups of thousands: what groups them is no decimal mark."""
_EITHER = re.compile(r"[-+(−]?[1-9][0-9]{0,2}[.,][0-9]{3}\)?[ %]*")
"""One thousand two hundred and thirty-four, or one and a bit: such a figure tells nothing."""
_POINTED = re.compile(r"[-+(]?[0-9]+(?:[.,][0-9]+)+\)?")
_PLAIN = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?")
"""What almost every figure of a large source looks like: read without a detour."""
_UNSAID = re.compile(r"=.*|[@+-]=.*|#[A-ZÄÖÜ][A-ZÄÖÜ/_0]*[!?]?", re.DOTALL)
_EXPONENT = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,3}")


Fits: TypeAlias = Callable[[Decimal], bool]
"""Tells whether a figure can be one of its place."""


def is_unsaid(text: str) -> bool:
    """Return whether a cell has no figure though one was meant: an error, or a formula that was never worked out."""
    return bool(_UNSAID.fullmatch(text.strip()))


def told_comma(texts: Iterable[str]) -> bool | None:
    """Return whether figures tell that their decimal mark is a comma; ``None`` where they don't."""
    commas = points = 0
    for text in texts:
        plain = text.strip()
        if _EITHER.fullmatch(plain):
            continue
        commas += bool(_COMMA.fullmatch(plain) or _POINTS.fullmatch(plain))
        points += bool(_POINT.fullmatch(plain) or _COMMAS.fullmatch(plain))
    return commas > points if commas != points else None


def read_figure(text: str, *, comma: bool, percent: bool) -> Decimal | None:
    """Return the figure of a cell's text with all its decimals; ``None`` where it says that nothing was measured.

    ``percent`` is for values in percent: ``3%`` is 3 there, and 0.03 elsewhere. Nothing is ever evaluated.

    Raises:
        BadInputError: it isn't one figure, with the reason for a person.
    """
    plain = text.strip(_SPACES + "\t\r\n")
    if plain.lower() in NOTHING:
        return None
    shown = plain if len(plain) <= 40 else f"{plain[:40]}…"
    if plain.startswith(("=", "@")) or plain[:2] in {"+=", "-="}:
        raise BadInputError(
            f"“{shown}” is a formula without its result; formulas of a file are not evaluated. Save the file in its"
            " spreadsheet program"
        )
    if plain.startswith("#"):
        raise BadInputError(f"“{shown}” is an error of the spreadsheet")
    if _EXPONENT.fullmatch(plain):
        return _of_exponent(plain, shown)
    if comma:
        plain = _with_point(plain, shown)
    if _PLAIN.fullmatch(plain):
        return Decimal(plain)
    try:
        return exact_percent(plain) if percent else exact_number(plain)
    except BadInputError:
        raise BadInputError(_why_not(plain, shown)) from None


def typed_figure(
    text: str, *, comma: bool | None, percent: bool, fits: Fits | None = None
) -> Decimal:
    """Return the figure that was typed or pasted, as it is kept (see ``exact_figure``).

    Raises:
        BadInputError: as ``exact_figure``.
    """
    return kept(exact_figure(text, comma=comma, percent=percent, fits=fits))


def exact_figure(
    text: str, *, comma: bool | None, percent: bool, fits: Fits | None = None
) -> Decimal:
    """Return the figure that was typed or pasted, with all its decimals.

    ``comma`` is what the figures beside it tell, if they do.

    ``6,1`` can only be six and a tenth. ``1.234`` may be a thousand and more, or one and a bit: ``fits`` says which
    of both can be a figure of its place. Where neither tells, a comma groups thousands, and a point is asked about.

    Raises:
        BadInputError: as ``parse_number``, or it can be read in two ways.
    """
    plain = text.strip(_SPACES + "\t\r\n")
    if _EITHER.fullmatch(plain):
        comma = _settled(plain, comma, fits)
        plain = _with_point(plain, plain) if comma else plain
    elif _COMMA.fullmatch(plain) or _POINTS.fullmatch(plain):
        plain = _with_point(plain, plain)
    return exact_percent(plain) if percent else exact_number(plain)


def can_be_two(text: str) -> bool:
    """Return whether a figure can be a thousand and more, or one and a bit, by its text alone."""
    return bool(_EITHER.fullmatch(text.strip(_SPACES + "\t\r\n")))


def comma_by_size(text: str, fits: Fits) -> bool | None:
    """Return whether a figure that can be two has a decimal comma, as only one of both fits; ``None`` where both do."""
    small, large = _both(text)
    can = fits(large), fits(small)
    return can[0] == ("." in text) if can[0] != can[1] else None


def _both(text: str) -> tuple[Decimal, Decimal]:
    figure = re.sub(r"[^0-9.,]", "", text).replace(",", ".")
    return Decimal(figure), Decimal(figure.replace(".", ""))


def _settled(plain: str, comma: bool | None, fits: Fits | None) -> bool:  # noqa: FBT001
    """Return whether a figure that can be two has a decimal comma.

    Raises:
        BadInputError: nothing tells, or what tells contradicts each other.
    """
    own = None if fits is None else comma_by_size(plain, fits)
    if own is not None:
        if comma is None or comma == own:
            return own
    elif comma is not None:
        return comma
    elif "." not in plain:
        return False
    small, large = _both(plain)
    figure = re.sub(r"[^0-9.,]", "", plain).replace(",", ".")
    said = format(small.normalize(), "f")
    spelled = figure[:-1] if figure.endswith("0") else f"{figure}0"
    raise BadInputError(f"“{plain}” may be {large:,f} or {said}: write {large:f}, or {spelled}")


def _why_not(plain: str, shown: str) -> str:
    if _POINTED.fullmatch(plain):
        return f"“{shown}” doesn't fit the decimal mark: choose the other one, or write 1234.56"
    return f"“{shown}” is not a figure"


def _of_exponent(plain: str, shown: str) -> Decimal:
    value = Decimal(plain)
    if value.copy_abs() > LARGEST:
        raise BadInputError(f"“{shown}” is larger than the largest number kept")
    return Decimal(format(value, "f"))


def _with_point(plain: str, shown: str) -> str:
    """Return a figure with a decimal comma as one with a point, its groups of thousands taken away."""
    whole, mark, rest = plain.partition(",")
    if "," in rest or "." in rest or re.search(r"[^\W\d_]", plain):
        raise BadInputError(f"“{shown}” is not a figure with a decimal comma")
    if "." in whole:
        if not re.search(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{3})+$", whole.rstrip(" %)")):
            raise BadInputError(
                f"“{shown}” has a point, but this source has decimal commas: choose the decimal mark"
            )
        whole = whole.replace(".", "")
    return whole + ("." if mark else "") + rest
