"""Formulas of lines: what they may name, how names are written and understood, and what can't be kept."""

import re
from collections import Counter
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.methods import method_of, parse_formula
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Position, Volume
from dyad_desktop.errors import BadInputError

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_.:]*")
_MADE = re.compile(r"\[([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]")
"""An id that the program made, as a formula has it."""
_BRACKETS = frozenset("[]")
_WORDS = r"[^\W\d][\w.:]*(?: +\w[\w.:]*)+"
"""Words beside each other, which can't be a calculation."""
_NAME = re.compile(r"\[([^\[\]]*)\]|(?<![\w.])[^\W\d][\w.:]*")


@dataclass(frozen=True, slots=True)
class FormulaName:
    """Something that a formula may name: how it is written in one, and what people call it."""

    written: str
    label: str


def formula_choices(book: Book) -> list[FormulaName]:
    """Return all that a formula may name, in the pair's order: lines, groups, volumes, positions."""
    lines, volumes, positions = book.all(OperatingLine), book.all(Volume), book.all(Position)
    labels = [*(one.name for one in lines), *(one.name for one in volumes)]
    labels += [one.title for one in positions]
    times = Counter(label.casefold() for label in (*labels, *map(_spaced, _groups(book))))

    def typed(name: str, label: str) -> str:
        plain = _is_made(name) and times[label.casefold()] == 1 and not _BRACKETS & set(label)
        return f"[{label}]" if plain else written(name)

    found = [FormulaName(typed(line.id, line.name), line.name) for line in lines]
    found += [FormulaName(written(group), f"group {_spaced(group)}") for group in _groups(book)]
    found += [FormulaName(typed(one.id, one.name), one.name) for one in volumes]
    found += [FormulaName(typed(one.id, one.title), f"FTE {one.title}") for one in positions]
    return found


def written(name: str) -> str:
    """Return a name as a formula has it: in square brackets unless it is letters, digits and ``_ . :``."""
    return name if _BARE.fullmatch(name) else f"[{name}]"


def readable(book: Book, formula: str) -> str:
    """Return a formula as people read and type it: things whose id the program made go by their names.

    A name that several things have would not be understood again; there the id stays.
    """

    def named(found: re.Match[str]) -> str:
        label = called(book, found.group(1))
        if _BRACKETS & set(label):
            return found.group()
        try:
            return f"[{label}]" if meant(book, label) == found.group(1) else found.group()
        except BadInputError:
            return found.group()

    return _MADE.sub(named, formula) if "[" in formula else formula


def called(book: Book, name: str) -> str:
    """Return what people call what a formula names: its code, or its name where the program made its id."""
    if not _is_made(name):
        return name
    known = (book.get(OperatingLine, name), book.get(Volume, name), book.get(Position, name))
    thing = next((one for one in known if one is not None), None)
    if thing is None:
        return name
    return thing.title if isinstance(thing, Position) else thing.name


def _is_made(name: str) -> bool:
    return _MADE.fullmatch(f"[{name}]") is not None


def read_formula(book: Book, text: str) -> str:
    """Return a typed formula as it is kept: names of things become their ids, so that renaming breaks nothing.

    Raises:
        BadInputError: it isn't arithmetic, or names something that isn't there or several things; where names with
            spaces stand without brackets, the text with them.
    """
    try:
        return _kept(book, text)
    except BadInputError as error:
        better = in_brackets(book, text)
        if better:
            raise BadInputError(
                f"a name of several words stands in square brackets: {better}"
            ) from None
        reason = error.reason.removeprefix("its formula ")
        words = re.search(_WORDS, re.sub(r"\[[^\[\]]*\]", "", text))
        if words is not None and reason.endswith(
            "."
        ):  # it couldn't be read, for want of brackets maybe
            reason += (
                f" A name of several words stands in square brackets, as in [{words.group()}]."
            )
        raise BadInputError(reason) from None


def in_brackets(book: Book, text: str) -> str:
    """Return a typed formula with brackets around the names of several words, where that makes it one; else nothing.

    Names of things go before other runs of words, so that ``Salaries and wages`` isn't cut and ``Low-dose CT`` isn't a
    difference.
    """
    names = [label for label in _labels(book).values() if not _BARE.fullmatch(label)]
    names = [
        re.escape(one) for one in sorted(names, key=len, reverse=True) if not _BRACKETS & set(one)
    ]
    spaced = "|".join((*names, _WORDS))
    found = re.compile(rf"\[[^\[\]]*\]|(?<![\w.])(?:{spaced})(?!\w)", re.IGNORECASE)
    plain = text.strip().removeprefix("=").strip()
    better = found.sub(
        lambda one: one.group() if one.group()[0] == "[" else f"[{one.group()}]", plain
    )
    if better == plain:
        return ""
    try:
        _kept(book, better)
    except BadInputError:
        return ""
    return f"={better}"


def _kept(book: Book, text: str) -> str:
    parse_formula(text)
    plain = text.strip().removeprefix("=").strip()

    def kept(found: re.Match[str]) -> str:
        name = found.group() if found.group(1) is None else found.group(1).strip()
        return written(meant(book, name))

    return "=" + _NAME.sub(kept, plain)


def meant(book: Book, name: str) -> str:
    """Return the id, or the group, that a name in a formula means.

    Raises:
        BadInputError: nothing is called so, or several things are.
    """
    called = _labels(book)
    if name in called:
        return name
    typed = name.casefold()
    found = [key for key, label in called.items() if typed in (key.casefold(), label.casefold())]
    if not found:
        raise BadInputError(
            f"nothing is called “{name}”; type the beginning of a name to choose one"
        )
    if len(found) > 1:
        raise BadInputError(
            f"“{name}” may be any of {', '.join(_told(book, one) for one in found)}; write which one"
        )
    return found[0]


def _labels(book: Book) -> dict[str, str]:
    """Return what people call everything that a formula may name, by its id or the group's own name."""
    called: dict[str, str] = {line.id: line.name for line in book.all(OperatingLine)}
    called |= {one.id: one.name for one in book.all(Volume)}
    called |= {one.id: one.title for one in book.all(Position)}
    return called | {group: _spaced(group) for group in _groups(book)}


def _told(book: Book, name: str) -> str:
    """Return a thing so that it can be told from another of its name, and typed: its id, with a line's account."""
    line = book.get(OperatingLine, name)
    return f"{written(name)} (account {line.account})" if line is not None else written(name)


def _groups(book: Book) -> dict[str, None]:
    return dict.fromkeys(group for line in book.all(OperatingLine) for group in line.groups)


def _spaced(group: str) -> str:
    return group.replace("_", " ")


def check_plan(book: Book, said: DraftLine) -> None:
    """Refuse a plan that can never be worked out, before it is kept.

    Raises:
        BadInputError: a formula that can't be read or names nothing, or own weights that are all zero.
    """
    method = method_of(said)
    if method == "formula" and said.formula:
        for name in parse_formula(said.formula).names:
            meant(book, name)
    if method == "fixed" and said.spread == "weights":
        given = [weight for weight in said.weights.values() if weight is not None]
        if given and not any(given):
            raise BadInputError(
                "weights that are all zero leave nothing to spread by; give at least one month some"
            )
