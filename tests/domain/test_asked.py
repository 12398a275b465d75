from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.asked import asked, base_cost, contingency, total_asked
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest, CostLine

amounts = st.integers(0, 10**13)


def lines(*given_amounts: int) -> list[CostLine]:
    return [
        CostLine(id=f"L{n}", request="C1", name="part", amount=amount)
        for n, amount in enumerate(given_amounts)
    ]


@pytest.mark.parametrize(
    ("cost", "parts", "percent", "total"),
    [
        (1000, (), None, 1000),
        (1000, (), "0", 1000),
        (1000, (300, 400), None, 700),
        (1000, (0,), None, 0),
        (1000, (), "7.5", 1075),
        (5, (), "10", 6),  # half a cent counts whole
        (4, (), "10", 4),
        (0, (), "50", 0),
    ],
)
def test_lines_count_instead_of_the_cost_and_contingency_comes_on_top(
    cost: int, parts: tuple[int, ...], percent: str | None, total: int
) -> None:
    request = CapitalRequest(
        id="C1", cost=cost, contingency_pct=None if percent is None else Decimal(percent)
    )
    assert total_asked(request, lines(*parts)) == total


@given(amounts, st.lists(amounts, max_size=5), st.decimals(0, 100, places=2))
def test_cost_and_contingency_add_to_what_is_asked(
    cost: int, parts: list[int], percent: Decimal
) -> None:
    request = CapitalRequest(id="C1", cost=cost, contingency_pct=percent)
    own = lines(*parts)
    assert total_asked(request, own) == base_cost(request, own) + contingency(request, own)
    assert asked(Book.of([request, *own]), request) == total_asked(request, own)


def test_lines_of_another_request_do_not_count() -> None:
    request = CapitalRequest(id="C2", cost=7)
    assert asked(Book.of([request, CapitalRequest(id="C1"), *lines(5)]), request) == 7
