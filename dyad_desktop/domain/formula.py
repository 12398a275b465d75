"""Formulas of lines: what they may name, how names are written and understood, and what can't be kept."""

import re
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.methods import method_of, parse_formula
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Position, Volume
from dyad_desktop.errors import BadInputError

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_.:]*")
_NAME = re.compile(r"\[([^\[\]]*)\]|(?<![\w.])[^\W\d][\w.:]*")


@dataclass(frozen=True, slots=True)
class FormulaName:
    """Something that a formula may name: how it is written in one, and what people call it."""

    written: str
    label: str


def formula_choices(book: Book) -> list[FormulaName]:
    """Return all that a formula may name, in the pair's order: lines, groups, volumes, positions."""
    lines = book.all(OperatingLine)
    found = [FormulaName(written(line.id), line.name) for line in lines]
    found += [FormulaName(written(group), f"group {_spaced(group)}") for group in _groups(book)]
    found += [FormulaName(written(one.id), one.name) for one in book.all(Volume)]
    found += [FormulaName(written(one.id), f"FTE {one.title}") for one in book.all(Position)]
    return found


def written(name: str) -> str:
    """Return a name as a formula has it: in square brackets unless it is letters, digits and ``_ . :``."""
    return name if _BARE.fullmatch(name) else f"[{name}]"


def read_formula(book: Book, text: str) -> str:
    """Return a typed formula as it is kept: names of things become their ids, so that renaming breaks nothing.

    Raises:
        BadInputError: it isn't arithmetic, or names something that isn't there or several things.
    """
    try:
        parse_formula(text)
    except BadInputError as error:
        raise BadInputError(error.reason.removeprefix("its formula ")) from None
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
    called: dict[str, str] = {line.id: line.name for line in book.all(OperatingLine)}
    called |= {one.id: one.name for one in book.all(Volume)}
    called |= {one.id: one.title for one in book.all(Position)}
    called |= {group: _spaced(group) for group in _groups(book)}
    if name in called:
        return name
    typed = name.casefold()
    found = [key for key, label in called.items() if typed in (key.casefold(), label.casefold())]
    if not found:
        raise BadInputError(
            f"nothing is called “{name}”; type the beginning of a name to choose one"
        )
    if len(found) > 1:
        raise BadInputError(f"“{name}” may be any of {', '.join(found)}; write which one")
    return found[0]


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
