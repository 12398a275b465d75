"""The bytes of segments: what is cut, compressed beside other work, or one by one, holds the same commits."""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.store import segments
from dyad_desktop.store.segments import compress, packing, segments_of, unpack_segment

commits = st.lists(st.binary(max_size=40), min_size=1, max_size=30)


@given(commits=commits, large=st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_segments_hold_all_commits_in_order_and_are_no_larger_than_one_needs(
    commits: list[bytes], large: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "LARGE", large)
        found = segments_of(commits)
    assert list(chain.from_iterable(run for run, _ in found)) == commits
    for run, data in found:
        assert unpack_segment(compress(data)) == run
        assert len(run) == 1 or sum(map(len, run)) <= large


@pytest.fixture(params=["a thread", "no thread"])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that has a thread to spare, or none."""

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    if request.param == "no thread":
        monkeypatch.setattr(ThreadPoolExecutor, "submit", refuse)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("beside", [0, 90, 10**6])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_what_is_compressed_beside_other_work_or_after_it_comes_back_in_order(
    monkeypatch: pytest.MonkeyPatch, beside: int, count: int
) -> None:
    monkeypatch.setattr(segments, "BESIDE", beside)
    runs = [[b"%d" % n * 30, b"more"] for n in range(count)]
    encoded = [segments_of(run)[0][1] for run in runs]
    with packing(iter(enumerate(encoded))) as packed:
        pass
    assert [(place, unpack_segment(data)) for place, data in packed()] == list(enumerate(runs))
