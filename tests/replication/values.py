"""What Hypothesis may put into commits, and how properties run."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import Commit, Dependency

ACTORS = tuple(bytes([number]) * 16 for number in (1, 2, 3, 255))

PROPERTY = settings(max_examples=100, deadline=None)
"""An ordinary property."""
HUNT = settings(
    max_examples=400,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
"""A property that must fail under a planted fault: the same search each time, nothing kept."""

_integers = st.integers(-(2**53), 2**53)
canonicals: st.SearchStrategy[Canonical] = st.one_of(
    st.none(),
    st.booleans(),
    _integers,
    st.text(max_size=12),
    st.lists(st.text(max_size=5), max_size=3),
    st.lists(_integers, max_size=3),
)
write_ids = st.builds(WriteId, st.sampled_from(ACTORS), st.integers(1, 2**40))
_names = st.text("abz_.:-9", min_size=1, max_size=8)
addresses = st.builds(Address, _names, _names, _names, st.one_of(st.just(""), _names))
changes = st.builds(Change, addresses, canonicals, st.lists(write_ids, max_size=3).map(tuple))
commits: st.SearchStrategy[Commit] = st.builds(
    Commit,
    lamport=st.integers(1, 2**53),
    wall_ms=st.integers(0, 2**53),
    kind=st.sampled_from(["edit", "load", "undo " + "01" * 16 + ":3"]),
    changes=st.lists(changes, max_size=4).map(tuple),
    note=st.text(max_size=20),
    deps=st.lists(
        st.builds(
            Dependency,
            st.sampled_from(ACTORS),
            st.integers(1, 2**40),
            st.binary(min_size=32, max_size=32),
        ),
        max_size=3,
    ).map(tuple),
    flags=st.integers(0, 3),
)


def exactly(value: Canonical) -> tuple[str, Any]:
    """Return a value that differs from every other canonical value (``True`` from ``1`` too)."""
    return type(value).__name__, value
