"""The chart of accounts as a hierarchy, what each account holds, and lines that stand twice in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.operating import Account, OperatingLine, Volume
from dyad_desktop.domain.statement import SIGNS


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in its place. Amounts in minor units, positive in the account's own sense, with those below it.

    ``known`` is false of a code that lines or volumes have and the chart doesn't.
    """

    code: str
    depth: int
    known: bool
    lines: int
    """Lines and volumes of this account itself."""
    prior: int
    budget: int
    sign: int
    """What an amount is multiplied by to come to what it does to contribution, and back."""


def chart_rows(book: Book, budget: Budget) -> tuple[AccountRow, ...]:
    """Return every account, each group followed by what it holds, in the order of the codes.

    Of accounts that stand under each other in a circle, as a merge may leave them, the first code stands at the top.
    """
    accounts = book.rows(Account)
    own = _own(book, budget)
    tops = {circle[0] for circle in account_circles(accounts)}
    below: dict[str, list[str]] = {}
    for code in sorted(accounts.keys() | own.keys()):
        above = "" if code in tops else _parent(accounts, code)
        below.setdefault(above, []).append(code)
    found: list[AccountRow] = []

    def walk(code: str, depth: int) -> tuple[int, int]:
        """Add an account and all beneath it; returns what they do to contribution, prior year and budget."""
        count, prior, planned = own.get(code, (0, 0, 0))
        place = len(found)
        found.append(AccountRow(code, depth, code in accounts, count, 0, 0, 0))
        for child in below.get(code, ()):
            before, now = walk(child, depth + 1)
            prior, planned = prior + before, planned + now
        sign = _sign(book, code)
        found[place] = AccountRow(
            code, depth, code in accounts, count, sign * prior, sign * planned, sign
        )
        return prior, planned

    for root in below.get("", ()):
        walk(root, 0)
    return tuple(found)


def _own(book: Book, budget: Budget) -> dict[str, tuple[int, int, int]]:
    """Return of each code: how many lines it has, and their effect on contribution, prior year and budget."""
    found: dict[str, tuple[int, int, int]] = {}
    for line in book.all(OperatingLine):
        count, prior, planned = found.get(line.account, (0, 0, 0))
        plan, sign = budget.lines[line.id], SIGNS[line.kind]
        found[line.account] = (
            count + 1,
            prior + sign * plan.prior_total,
            planned + sign * plan.total,
        )
    for volume in book.all(Volume):
        if volume.account:
            count, prior, planned = found.get(volume.account, (0, 0, 0))
            found[volume.account] = (count + 1, prior, planned)
    return found


def _parent(accounts: Mapping[str, Account], code: str) -> str:
    """Return the account above one; nothing where that isn't there."""
    account = accounts.get(code)
    above = account.parent if account is not None else None
    return above if above is not None and above in accounts else ""


def account_circles(accounts: Mapping[str, Account]) -> tuple[tuple[str, ...], ...]:
    """Return each circle of accounts: its first code, the account that it stands under, and so on back to it."""
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for code in sorted(accounts):
        path: dict[str, None] = {}
        at = code
        while at and at not in seen:
            seen.add(at)
            path[at] = None
            at = _parent(accounts, at)
        if at in path:
            way = list(path)
            circle = way[way.index(at) :]
            first = circle.index(min(circle))
            found.append((*circle[first:], *circle[: first + 1]))
    return tuple(sorted(found))


def _sign(book: Book, code: str) -> int:
    account = book.get(Account, code)
    if account is not None:
        return SIGNS.get(account.kind, 1)
    line = next((one for one in book.all(OperatingLine) if one.account == code), None)
    return 1 if line is None else SIGNS[line.kind]


def missing_accounts(book: Book) -> tuple[Account, ...]:
    """Return an account for each code that lines and volumes have and the chart doesn't."""
    found: dict[str, Account] = {}
    for line in book.all(OperatingLine):
        if book.get(Account, line.account) is None:
            found.setdefault(line.account, Account(id=line.account, name=line.name, kind=line.kind))
    for volume in book.all(Volume):
        code = volume.account
        if code and book.get(Account, code) is None:
            found.setdefault(code, Account(id=code, name=volume.name, kind="statistic"))
    return tuple(found.values())


def of_another_kind(book: Book) -> dict[str, str]:
    """Return, by line, in what an account it stands that is of another kind: ``5130 is an expense account``."""
    accounts = book.rows(Account)
    found = {}
    for line in book.all(OperatingLine):
        account = accounts.get(line.account)
        if account is not None and account.kind != line.kind:
            kind = account.kind.replace("_", " ")
            article = "an" if kind[0] in "aeio" else "a"
            found[line.id] = f"{account.id} is {article} {kind} account"
    return found


def duplicates(lines: Iterable[OperatingLine]) -> tuple[tuple[OperatingLine, ...], ...]:
    """Return the lines that share account and cost centre, as two partners may make apart; each once."""
    found: dict[tuple[str, str | None], list[OperatingLine]] = {}
    for line in lines:
        found.setdefault((line.account, line.cost_centre), []).append(line)
    return tuple(tuple(same) for same in found.values() if len(same) > 1)
