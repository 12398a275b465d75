from collections.abc import Mapping, Sequence
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.portfolio import WHOLE, Candidate, best_set, frontier, sums


def by_trying_all(candidates: Sequence[Candidate], limits: Mapping[str, int]) -> tuple[int, int]:
    """Return the greatest value and the least cost for it, over every subset."""
    forced = [one for one in candidates if one.mandatory]
    free = [one for one in candidates if not one.mandatory]
    spent = {limit: sum(takes(one, limit) for one in forced) for limit in limits}
    best = None
    for extra in chain.from_iterable(combinations(free, n) for n in range(len(free) + 1)):
        fits = all(
            sum(takes(one, limit) for one in extra) <= max(0, most - spent[limit])
            for limit, most in limits.items()
        )
        if fits:
            chosen = [*forced, *extra]
            found = (sum(one.value for one in chosen), -sum(one.cost for one in chosen))
            best = found if best is None else max(best, found)
    assert best is not None
    return best[0], -best[1]


def takes(one: Candidate, limit: str) -> int:
    return one.cost if limit == WHOLE else one.by_year.get(limit, 0)


@pytest.mark.parametrize(
    ("requests", "limits", "chosen"),
    [
        ([(60, 10), (100, 20), (120, 30)], {WHOLE: 50}, "12"),
        ([(60, 10), (100, 20), (120, 30)], {}, "012"),
        ([(60, 10), (100, 20), (120, 30)], {WHOLE: 0}, ""),
        ([(60, 10), (100, 20), (120, 30)], {WHOLE: 60}, "012"),
        ([(0, 1), (-5, 1), (5, 1)], {WHOLE: 3}, "2"),
        ([(0, 0), (5, 0)], {WHOLE: 0}, "1"),
        ([(7, 9), (7, 8), (7, 7)], {WHOLE: 15}, "12"),  # of equal ones the cheapest
        ([], {WHOLE: 5}, ""),
    ],
)
def test_the_best_set(requests: list[tuple[int, int]], limits: dict[str, int], chosen: str) -> None:
    candidates = [Candidate(str(n), value, cost) for n, (value, cost) in enumerate(requests)]
    assert best_set(candidates, limits).chosen == tuple(chosen)


def test_what_is_mandatory_comes_first_and_is_told_when_it_alone_is_too_much() -> None:
    candidates = [
        Candidate("must", -50, 80, {"2026-07": 60, "2027-07": 20}, mandatory=True),
        Candidate("now", 90, 30, {"2026-07": 30}),
        Candidate("later", 10, 30, {"2027-07": 30}),
    ]
    found = best_set(candidates, {WHOLE: 120, "2026-07": 50, "2027-07": 50})
    assert found.chosen == ("must", "later")
    assert (found.value, found.cost) == (-40, 110)
    assert found.over == {"2026-07": 10}


money = st.integers(0, 40) | st.integers(0, 10**13)
values = st.integers(-20, 60) | st.integers(-(10**13), 10**13)


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Candidate], dict[str, int]]:
    found = []
    for n in range(draw(st.integers(0, 8))):
        years = {year: draw(money) for year in draw(st.sets(st.sampled_from(["Y1", "Y2"])))}
        cost = sum(years.values()) or draw(money)
        found.append(
            Candidate(str(n), draw(values), cost, years, mandatory=draw(st.integers(0, 5)) == 0)
        )
    whole = sum(one.cost for one in found)
    names = draw(st.sets(st.sampled_from([WHOLE, "Y1", "Y2"])))
    return found, {name: draw(st.integers(0, whole)) for name in names}


@settings(deadline=None, max_examples=150)
@given(plans())
def test_no_subset_is_better(plan: tuple[list[Candidate], dict[str, int]]) -> None:
    candidates, limits = plan
    found = best_set(candidates, limits)
    assert (found.value, found.cost) == by_trying_all(candidates, limits)
    assert sums(candidates, found.chosen).value == found.value


@settings(deadline=None, max_examples=60)
@given(plans(), st.integers(0, 10**14))
def test_the_frontier_is_the_best_set_of_every_envelope(
    plan: tuple[list[Candidate], dict[str, int]], envelope: int
) -> None:
    candidates, limits = plan
    line = frontier(candidates)
    assert line.exact
    assert list(line.points) == sorted(line.points, key=lambda one: (one.envelope, one.value))
    for most in (envelope, *limits.values()):
        reached = line.at(most)
        best = best_set(candidates, {WHOLE: most})
        if reached is None:
            assert best.over
        else:
            assert (reached.value, reached.envelope) == (best.value, best.cost)


def test_amounts_that_differ_by_a_cent_are_told_apart() -> None:
    candidates = [Candidate(str(n), 10**13 + n, 10**13 + 7 * n) for n in range(12)]
    limits = {WHOLE: 6 * 10**13 + 7 * 50}
    found = best_set(candidates, limits)
    assert (found.value, found.cost) == by_trying_all(candidates, limits)


def test_a_long_list_is_thinned_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dyad_desktop.domain.portfolio.MOST_POINTS", 50)
    candidates = [Candidate(str(n), 2**n, 2**n) for n in range(9)]
    line = frontier(candidates)
    assert not line.exact
    assert line.points[-1].value == 2**9 - 1
