from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.graph import circle_through, in_order


def test_each_node_comes_after_what_it_needs() -> None:
    order, circle = in_order(["c", "b", "a"], {"c": ["b", "gone"], "b": ["a"]})
    assert order == ("a", "b", "c")
    assert circle == ()


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({"a": ["a"]}, ("a", "a")),
        ({"c": ["b"], "b": ["c"], "a": ["b"]}, ("b", "c", "b")),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, ("a", "b", "c", "a")),
    ],
)
def test_a_circle_is_named(needs: dict[str, list[str]], circle: tuple[str, ...]) -> None:
    assert in_order(["a", "b", "c"], needs)[1] == circle


def test_a_long_chain_is_no_trouble() -> None:
    names = [str(n) for n in range(50_000)]
    needs = {name: [str(int(name) + 1)] for name in names}
    assert in_order(names, needs)[0] == tuple(reversed(names))


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_either_all_nodes_stand_in_order_or_a_true_circle_is_named(
    needs: dict[str, list[str]],
) -> None:
    order, circle = in_order("abcdef", needs)
    place = {node: n for n, node in enumerate(order)}
    for node in order:
        assert all(place[need] < place[node] for need in needs.get(node, ()))
    if circle:
        assert circle[0] == circle[-1]
        assert all(b in needs[a] for a, b in pairwise(circle))
    else:
        assert sorted(order) == list("abcdef")


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)),
    st.sets(st.sampled_from("abcdef")),
)
def test_a_circle_through_some_nodes_is_found_whatever_others_there_are(
    needs: dict[str, list[str]], some: set[str]
) -> None:
    reached = {node: set(needs.get(node, ())) for node in "abcdef"}
    for middle in "abcdef":
        for node in "abcdef":
            if middle in reached[node]:
                reached[node] |= reached[middle]
    circle = circle_through(some, needs)
    assert bool(circle) == any(node in reached[node] for node in some)
    if circle:
        assert circle[0] == circle[-1]
        assert circle[0] in some
        assert all(b in needs[a] for a, b in pairwise(circle))
