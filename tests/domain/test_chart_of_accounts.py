"""The chart of accounts: its hierarchy, what is summed upwards, codes outside it, lines that stand twice."""

from dataclasses import replace

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.chart_of_accounts import (
    account_circles,
    chart_rows,
    duplicates,
    missing_accounts,
)
from dyad_desktop.domain.operating import WORKING_DRAFT, Account, Volume, account_side
from dyad_desktop.domain.schema import Entity
from tests.domain.test_budget import META, a_line


def rows(*entities: Entity) -> list[tuple[str, int, bool, int, int]]:
    book = Book.of([META, *entities])
    found = chart_rows(book, compute_budget(book, WORKING_DRAFT))
    return [(one.code, one.depth, one.known, one.lines, one.budget) for one in found]


def test_an_account_holds_what_is_under_it() -> None:
    wages, labour = Account(id="510", name="Wages", parent="500"), Account(id="500", name="Labour")
    lines = [replace(a_line("a"), account="510"), replace(a_line("b"), account="500")]
    fees = replace(a_line("c", 7_00), account="400", kind="revenue")
    visits = Volume(id="V", name="Visits", account="900")
    assert rows(wages, labour, fees, visits, *lines) == [
        ("400", 0, False, 1, 84_00),
        ("500", 0, True, 1, 2_400_00),
        ("510", 1, True, 1, 1_200_00),
        ("900", 0, False, 1, 0),
    ]


def test_accounts_under_each_other_or_under_nothing_stand_at_the_top() -> None:
    round_and_round = [Account(id="1", name="A", parent="2"), Account(id="2", name="B", parent="1")]
    found = rows(*round_and_round, Account(id="3", name="C", parent="gone"))
    assert [(code, depth) for code, depth, *_ in found] == [("1", 0), ("2", 1), ("3", 0)]


def test_a_circle_is_cut_at_one_place_and_nothing_vanishes_from_what_stands_above() -> None:
    accounts = [
        Account(id="310", name="Charges", parent="330"),
        Account(id="320", name="Clinic", parent="310"),
        Account(id="330", name="Lab", parent="320"),
        Account(id="340", name="Below the circle", parent="330"),
        Account(id="900", name="Under itself", parent="900"),
    ]
    book = Book.of([META, *accounts])
    assert account_circles(book.rows(Account)) == (("310", "330", "320", "310"), ("900", "900"))
    lines = [replace(a_line(code), account=code) for code in ("330", "340", "900")]
    assert rows(*accounts, *lines) == [
        ("310", 0, True, 0, 2_400_00),
        ("320", 1, True, 0, 2_400_00),
        ("330", 2, True, 1, 2_400_00),
        ("340", 3, True, 1, 1_200_00),
        ("900", 0, True, 1, 1_200_00),
    ]
    opened = Book.of([META, replace(accounts[0], parent=None), *accounts[1:]])
    assert account_circles(opened.rows(Account)) == (("900", "900"),)


def test_codes_outside_the_chart_become_accounts_of_their_line_s_kind() -> None:
    book = Book.of(
        [META, a_line("a", kind="revenue"), Volume(id="V", name="Visits", account="900")]
    )
    assert missing_accounts(book) == (
        Account(id="a", name="a", kind="revenue"),
        Account(id="900", name="Visits", kind="statistic"),
    )


def test_lines_of_one_account_and_cost_centre_are_told_together() -> None:
    one, two = replace(a_line("a"), account="5"), replace(a_line("b"), account="5")
    other = replace(a_line("c"), account="5", cost_centre="71")
    assert duplicates([one, other, two]) == ((one, two),)


@pytest.mark.parametrize(
    ("kind", "own", "side"),
    [
        ("revenue", None, "credit"),
        ("deduction", None, "debit"),
        ("other_revenue", None, "credit"),
        ("expense", None, "debit"),
        ("expense", "credit", "credit"),
        ("statistic", None, "debit"),
    ],
)
def test_an_account_s_normal_side(kind: str, own: str | None, side: str) -> None:
    assert account_side(Account(id="1", name="A", kind=kind, normal_side=own)) == side
