"""What a planner may not write, though a copy that comes from elsewhere may hold it: senseless figures, endless names.

What others wrote earlier, or with an older version, is read and shown as it is; only new edits are held to this.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from dyad_desktop.domain.agreed import WORKING
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.bounds import check_bounds
from dyad_desktop.domain.methods import FTE, GROUP, LINE, VOLUME, Driver, drivers_of
from dyad_desktop.domain.operating import (
    CostCentre,
    Draft,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
)
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import Entity, ValueType, check_id, is_id
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Edit
from dyad_desktop.replication.validity import MAX_NAME

NAMED = frozenset({"account", "cost_centre", "volume", "position", "operating_line", "draft"})
"""Kinds whose names stand in grids, formulas and files for finance."""
NUMBERED = frozenset({("operating_line", "account"), ("volume", "account")})
"""Where finance's number of an account is written."""
_PRICES = frozenset({("draft_line", "rate")})
_FOUND_IN: tuple[tuple[str, type[Entity]], ...] = (
    (LINE, OperatingLine), (VOLUME, Volume), (FTE, Position),
)  # fmt: skip
_KINDS = {LINE: "operating_line", VOLUME: "volume", FTE: "position"}


def check_figure(edit: Edit) -> None:
    """Refuse growth and rates outside their bounds, a price below zero, and names that are too long.

    Raises:
        BadInputError: which of them it is.
    """
    field, value = (edit.at.kind, edit.at.field), edit.value
    if value is None:
        return
    known = KINDS.get(edit.at.kind)
    spec = known.fields.get(edit.at.field) if known is not None else None
    if spec is not None:
        check_bounds(spec, value, edit.at.slot)
    if field in _PRICES and Decimal(str(value)) < 0:
        raise BadInputError(
            "a price below zero would turn the line around; its kind says whether it earns or costs"
        )
    if edit.at.kind in NAMED:
        texts = value if isinstance(value, list) else [value]
        if spec is not None and spec.type in (ValueType.TEXT, ValueType.TEXTS):
            for text in texts:
                check_name(str(text))


def check_number(number: str) -> None:
    """Refuse a number of an account under which the chart could not hold one.

    Raises:
        BadInputError: it has a space or another sign that ids have not, or is too long.
    """
    try:
        check_id(number)
    except BadInputError:
        raise BadInputError(
            f"“{number}” can't be an account's number: letters, digits and _ . : + - without spaces, at most 96"
        ) from None


def check_numbers(before: Book, edits: Iterable[Edit]) -> None:
    """Refuse new numbers of accounts that can't be; those that stand somewhere already may go on.

    Raises:
        BadInputError: which number it is, and why.
    """
    for edit in edits:
        number = str(edit.value or "")
        if (edit.at.kind, edit.at.field) not in NUMBERED or not number or is_id(number):
            continue
        stand = {one.account for one in before.all(OperatingLine)}
        if number not in stand | {one.account for one in before.all(Volume)}:
            check_number(number)


def check_name(name: str) -> None:
    """Refuse a name that is too long.

    Raises:
        BadInputError: longer than the longest name that is kept.
    """
    if len(name) > MAX_NAME:
        raise BadInputError(f"a name has at most {MAX_NAME} characters; this one has {len(name):,}")


# -- what a plan names -------------------------------------------------------------------------


def check_named(before: Book, after: Book) -> None:
    """Refuse to delete what a plan names, a volume, position or line, or the last line of a group.

    Drafts whose figures are kept as they were agreed don't count: nothing of them moves.

    Raises:
        BadInputError: who uses it; the lines, and the draft that plans them so.
    """
    gone = frozenset(_gone(before, after))
    users = list(_users(before, after, gone)) if gone else []
    if not users:
        return
    line, draft, driver = users[0]
    others = len({one[0] for one in users} - {line})
    more = f" and {others} more {'line' if others == 1 else 'lines'} are" if others else " is"
    where = f" in {draft}" if draft else ""
    raise BadInputError(
        f"{_what(before, driver)} is still needed: {line}{more} planned by it{where};"
        f" give {'them' if others else 'it'} another plan first"
    )


def check_centres(before: Book, after: Book) -> None:
    """Refuse to delete a cost centre in which something stands: it would belong nowhere, without a word.

    Raises:
        BadInputError: what stands in it.
    """
    for code in before.rows(CostCentre).keys() - after.rows(CostCentre).keys():
        counts = {
            "line": _in_centre(before.rows(OperatingLine), code, after.rows(OperatingLine)),
            "position": _in_centre(before.rows(Position), code, after.rows(Position)),
            "volume": _in_centre(before.rows(Volume), code, after.rows(Volume)),
        }
        told = [f"{n} {word}{'' if n == 1 else 's'}" for word, n in counts.items() if n]
        if told:
            raise BadInputError(
                f"{before.label('cost_centre', code)} is still needed: {_joined(told)} stand in it; give them"
                " another cost centre first"
            )


def _joined(parts: Sequence[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _in_centre(
    rows: Mapping[str, OperatingLine] | Mapping[str, Position] | Mapping[str, Volume],
    code: str,
    left: Container[str],
) -> int:
    return sum(one.cost_centre == code and one.id in left for one in rows.values())


def _gone(before: Book, after: Book) -> Iterator[Driver]:
    for kind, cls in _FOUND_IN:
        yield from ((kind, name) for name in before.rows(cls).keys() - after.rows(cls).keys())
    yield from ((GROUP, name) for name in _groups(before) - _groups(after))


def _groups(book: Book) -> frozenset[str]:
    lines = book.rows(OperatingLine).values()
    return frozenset(name for line in lines for name in line.groups)


def _users(before: Book, after: Book, gone: frozenset[Driver]) -> Iterator[tuple[str, str, Driver]]:
    """Yield (line, draft, what it needs) of every plan that names what goes and stays itself."""
    for line in after.all(OperatingLine):
        own = (line.driver_kind, line.driver_ref or "")
        if own in gone:
            yield line.name, "", own
    for said in after.all(DraftLine):
        planned, then = after.get(OperatingLine, said.line), before.get(DraftLine, said.id)
        draft = after.get(Draft, said.draft)
        if planned is None or then is None or draft is None or said.method is None:
            continue
        if draft.state != WORKING and draft.agreed_figures is not None:
            continue
        # A spread that follows a volume has let go of it already, as a reference does that is emptied.
        still = then if (said.method, said.spread) == (then.method, then.spread) else said
        still = still if said.spread_volume is None else said
        for driver in _drivers(before, planned, still if said.method == "fixed" else said):
            if driver in gone:
                yield planned.name, draft.name, driver


def _drivers(book: Book, line: OperatingLine, said: DraftLine) -> Iterable[Driver]:
    return drivers_of(line, said, lambda name: _kind_of(book, name))


def _kind_of(book: Book, name: str) -> str:
    return next((kind for kind, cls in _FOUND_IN if name in book.rows(cls)), GROUP)


def _what(book: Book, driver: Driver) -> str:
    kind, ref = driver
    if kind == GROUP:
        return f"the group {ref.replace('_', ' ')}"
    return book.label(_KINDS[kind], ref)
