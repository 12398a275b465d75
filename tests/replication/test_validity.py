"""Values that are looked at together are taken and refused as they would be one by one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.validity import PLAIN, refuse_impossible, surely_possible
from tests.replication.values import PROPERTY, canonicals

DUE, TITLE = ("goal", "due"), ("goal", "title")
_lines = st.sampled_from(
    ["2027-01-28", "2027-02-30", "1999-01-01", "", " ", "a", " a", "a ", "a\nb", "\n", "é", "\x7f", "a" * 300]
)  # fmt: skip
values: st.SearchStrategy[list[Any]] = st.lists(
    st.one_of(_lines, st.text(" a\n\t\r\x1d2\N{EN QUAD}", max_size=4), canonicals), max_size=5
)


def _possible(field: tuple[str, str], value: Any) -> bool:  # noqa: ANN401 - whatever a commit may hold
    try:
        refuse_impossible(field[0], "G1", field[1], "", value)
    except BadInputError:
        return False
    return True


@given(field=st.sampled_from([DUE, TITLE]), some=values)
@PROPERTY
def test_what_passes_together_passes_one_by_one(field: tuple[str, str], some: list[Any]) -> None:
    if surely_possible(*field, some):
        assert all(_possible(field, value) for value in some)


@pytest.mark.parametrize("kind", sorted(PLAIN))
def test_the_usual_values_of_every_plain_field_pass_together(kind: str) -> None:
    for name in PLAIN[kind]:
        usual = [text for text in ("2027-01-28", "2027-12-01") if _possible((kind, name), text)]
        assert len(usual) == 2
        assert surely_possible(kind, name, usual)
        assert surely_possible(kind, name, [])


@pytest.mark.parametrize(
    "value", ["2027-01-01\n2027-01-02", "2027-01-01\n", "\n2027-01-01", "", "2027-02-30", 20270101, None]
)  # fmt: skip
def test_a_day_that_isn_t_one_doesn_t_pass_among_others(value: Any) -> None:  # noqa: ANN401
    assert not surely_possible(*DUE, ["2027-01-01", value, "2027-01-03"])
