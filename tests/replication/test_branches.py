from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.replication.branches import Path, Run, branch_id, runs_of
from dyad_desktop.replication.commit import GENESIS, chain_hash
from tests.replication.values import PROPERTY

ROOT = bytes(range(16))

# A path is a word over two letters: words that share a beginning share commits.
words = st.text("ab", min_size=1, max_size=6)


def _path(word: str) -> Path:
    return Path(tuple(letter.encode() for letter in word), b"seal " + word.encode())


def _paths(runs: list[Run]) -> list[Path]:
    """Return the whole chains that runs stand for, one for each end."""
    by_id = {run.id: run for run in runs}
    found = []
    for run in runs:
        if not run.seal:
            continue
        commits: tuple[bytes, ...] = ()
        at = run
        while True:
            commits = at.commits + commits
            if not at.before:
                break
            at = by_id[at.before]
        found.append(Path(commits, run.seal))
    return found


@PROPERTY
@given(st.lists(words, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_runs_follow_from_the_commits_alone(said: list[str], chance: object) -> None:
    wanted = runs_of(ROOT, [_path(word) for word in said])
    chance.shuffle(said)  # type: ignore[attr-defined]
    grown = runs_of(ROOT, [_path(said[0])])
    for word in said[1:]:
        grown = runs_of(ROOT, [*_paths(grown), _path(word)])
    assert {run.id: run for run in grown} == {run.id: run for run in wanted}


@PROPERTY
@given(st.lists(words, min_size=1, max_size=6))
def test_every_commit_is_kept_once_and_chains(said: list[str]) -> None:
    runs = runs_of(ROOT, [_path(word) for word in said])
    prefixes = {word[:end] for word in said for end in range(1, len(word) + 1)}
    assert sum(len(run.commits) for run in runs) == len(prefixes)
    ends = {run.id: (run.first + len(run.commits) - 1, run.hashes) for run in runs}
    for run in runs:
        head = GENESIS
        if run.before:
            number, hashes = ends[run.before]
            assert run.first == number + 1
            if hashes:
                head = hashes[-1]
            assert run.id == branch_id(ROOT, run.first, run.hashes[0])
        for data, after in zip(run.commits, run.hashes, strict=True):
            head = chain_hash(head, data)
            assert head == after


def test_the_first_run_keeps_the_actor() -> None:
    first, *others = runs_of(ROOT, [_path("aab"), _path("aba")])
    assert (first.id, first.commits, first.seal) == (ROOT, (b"a",), b"")
    assert [run.seal for run in others] == [b"seal aab", b"seal aba"]
