"""Every kind of tampering that check must find, planted past the application in a closed file."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard

from dyad_desktop.errors import DyadError, WorkspaceError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.replication.commit import chain_hash, decode, encode
from dyad_desktop.store import log
from tests.store.desk import Desk, behind, goal, new_goal, set_title

Plant = Callable[[Any], object]


def _fill(desk: Desk) -> None:
    """Make a workspace with segments, a tail, two partners, a disagreement and an undo."""
    with desk.created() as workspace:
        new_goal(workspace, "G0")
        for number in range(1, 7):
            set_title(workspace, "AB"[number % 2], f"G{number}")
        seen = workspace.heads(goal("title"))
        set_title(workspace, "A", "Anna's", seen)
        set_title(workspace, "B", "Boris's", seen)
        workspace.commit("B", [Edit(Address("measure", "m", "goal"), "g1")], "Measure")
        workspace.commit("A", [Edit(goal("why"), "because")], "Why")
        workspace.undo("A")
        for number in range(2):
            workspace.commit("A", [Edit(goal("domain"), f"D{number}")], "Domain")


def _rewrite_commit(raw: Any) -> None:  # noqa: ANN401 - the DBAPI has no type
    """Change what was said, with the hashes made right again: only the seal tells."""
    rows = raw.execute("SELECT seq, hash, data FROM log WHERE actor=1 ORDER BY seq").fetchall()
    actor = raw.execute("SELECT id FROM actor WHERE n=1").fetchone()[0]
    seq, _, data = rows[-1]
    said = decode(actor, data)
    changed = encode(actor, replace(said, note="something else was said"))
    previous = rows[-2][1]
    raw.execute(
        "UPDATE log SET data=?, hash=? WHERE actor=1 AND seq=?",
        (changed, chain_hash(previous, changed), seq),
    )


def _rewrite_segment(raw: Any) -> None:  # noqa: ANN401
    data = raw.execute("SELECT data FROM segment WHERE actor=1").fetchone()[0]
    blocks = msgspec.msgpack.decode(zstandard.decompress(data))
    blocks[1] = blocks[1].replace(b"G2", b"G9")
    packed = zstandard.compress(msgspec.msgpack.encode(blocks))
    raw.execute("UPDATE segment SET data=? WHERE actor=1 AND first=1", (packed,))


def _sql(text: str) -> Plant:
    return lambda raw: raw.execute(text)


PLANTS: list[tuple[str, str, Plant]] = [
    ("hash", "a byte of a commit", _sql("UPDATE log SET data=CAST(data||x'00' AS BLOB)")),
    ("hash", "a hash", _sql("UPDATE log SET hash=zeroblob(32) WHERE actor=2")),
    ("hash", "a commit taken out", _sql("DELETE FROM log WHERE actor=1 AND seq=8")),
    ("hash", "a segment taken out", _sql("DELETE FROM segment WHERE actor=1")),
    ("hash", "a segment rewritten", _rewrite_segment),
    ("hash", "a segment's start", _sql("UPDATE segment SET previous=zeroblob(31)||x'01'")),
    ("hash", "no segment at all", _sql("UPDATE segment SET data=x'0102'")),
    ("signature", "the last commit rewritten", _rewrite_commit),
    ("signature", "the tail cut off", _sql("DELETE FROM log WHERE actor=1 AND seq=9")),
    ("signature", "a seal's signature", _sql("UPDATE seal SET signature=zeroblob(64)")),
    ("signature", "a seal's hash", _sql("UPDATE seal SET hash=zeroblob(32)")),
    ("signature", "seals taken away", _sql("DELETE FROM seal")),
    ("signature", "a certificate", _sql("UPDATE actor SET certificate=zeroblob(64) WHERE n=1")),
    ("signature", "whose an actor is", _sql("UPDATE actor SET partner='B' WHERE n=1")),
    ("signature", "a laptop's name", _sql("UPDATE actor SET device_name='d8sk' WHERE n=1")),
    ("signature", "an actor's key", _sql("UPDATE actor SET device=zeroblob(32) WHERE n=1")),
    ("signature", "an actor taken out", _sql("DELETE FROM actor WHERE n=2")),
    ("signature", "another workspace", _sql("UPDATE meta SET value=x'00' WHERE key<>'shape'")),
    ("register", "a document", _sql("UPDATE entity SET doc=x'80' WHERE kind='goal'")),
    ("register", "no document at all", _sql("UPDATE entity SET doc=x'ff00' WHERE kind='goal'")),
    ("register", "an entity taken out", _sql("DELETE FROM entity WHERE kind='measure'")),
    ("register", "an entity put in", _sql("INSERT INTO entity VALUES (99,'goal','g9',x'80')")),
    ("projection", "a value in a row", _sql("UPDATE kind_goal SET title='forged'")),
    ("projection", "an order key", _sql("UPDATE kind_goal SET order_key='A'")),
    ("projection", "a row taken out", _sql("DELETE FROM kind_goal")),
    ("projection", "a row put in", _sql("INSERT INTO kind_objective(id,order_key) VALUES (7,8)")),
    ("projection", "no JSON", _sql("UPDATE kind_measure SET \"values\"='{'")),
    ("index", "the journal's note", _sql("UPDATE journal SET note='harmless' WHERE n=3")),
    ("index", "the journal's line", _sql("DELETE FROM journal WHERE n=3")),
    ("index", "the history", _sql("DELETE FROM history WHERE seq=2")),
    ("index", "a disagreement hidden", _sql("DELETE FROM contest")),
    ("index", "what both had", _sql("UPDATE contest SET base=x'c0'")),
]  # fmt: skip


class TestCheck:
    @pytest.fixture(autouse=True)
    def short_segments(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(log, "SEGMENT", 3)

    def test_an_honest_file_has_nothing_to_find(self, desk: Desk) -> None:
        _fill(desk)
        with behind(desk.path) as raw:
            assert raw.execute("SELECT count(*) FROM segment").fetchone()[0] >= 2
        with desk.opened() as workspace:
            assert workspace.check() == []

    @pytest.mark.parametrize(
        ("kind", "what", "plant"), PLANTS, ids=[plant[1].replace(" ", "-") for plant in PLANTS]
    )
    def test_finds(self, desk: Desk, kind: str, what: str, plant: Plant) -> None:
        _fill(desk)
        with behind(desk.path) as raw:
            plant(raw)
            assert raw.execute("SELECT total_changes()").fetchone()[0] > 0
        reader = desk.open(read_only=True)
        found = reader.check()
        reader.close()
        assert kind in {finding.check for finding in found}, found
        assert all(finding.message.endswith(".") for finding in found)

    def test_a_dangling_reference(self, desk: Desk) -> None:
        with desk.created() as workspace:
            workspace.commit("A", [Edit(Address("measure", "m", "goal"), "nowhere")], "")
            found = workspace.check()
        assert [finding.check for finding in found] == ["reference"]
        assert "'nowhere'" in found[0].message

    def test_a_broken_index(self, desk: Desk) -> None:
        _fill(desk)
        with behind(desk.path) as raw:
            raw.execute("PRAGMA writable_schema=ON")
            raw.execute(
                "UPDATE sqlite_master SET sql=replace(sql, '(\"goal\")', '(\"title\")')"
                " WHERE name='kind_measure_parent'"
            )
            raw.execute(
                "UPDATE sqlite_master SET sql=replace(sql, '(goal)', '(title)')"
                " WHERE name='kind_measure_parent'"
            )
        reader = desk.open(read_only=True)
        assert "page" in {finding.check for finding in reader.check()}
        reader.close()


def _look(path: Path, desk: Desk) -> object:
    """Return what a file shows; ``None`` when it can't be opened or check finds something."""
    try:
        workspace = desk.open(path)
    except WorkspaceError as error:
        assert str(path) in str(error)  # noqa: PT017 - any of the outcomes is right
        return None
    if workspace.check():
        with suppress(WorkspaceError):
            workspace.close()
        return None
    shown = (
        workspace.records(),
        workspace.journal(),
        workspace.disagreements(),
        [workspace.book().entity("goal", "g1"), workspace.book().entity("measure", "m")],
        workspace.history(("goal", "g1")),
    )
    workspace.close()
    return shown


class TestFlippedBytes:
    """A byte flipped anywhere in a file is refused at opening, found by check, or of no effect."""

    @pytest.mark.parametrize("seed", range(2))
    def test_flips(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        self._flip(desk, monkeypatch, seed, 40)

    @pytest.mark.slow
    def test_many_flips(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self._flip(desk, monkeypatch, 99, 800)

    def _flip(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, seed: int, times: int) -> None:
        monkeypatch.setattr(log, "SEGMENT", 3)
        _fill(desk)
        honest = _look(desk.path, desk)
        assert honest is not None
        good = desk.path.read_bytes()
        used = [at for at in range(len(good)) if good[at] or at % 97 == 0]
        chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
        path = desk.path.with_name("flipped.dyad")
        for _ in range(times):
            at, mask = chance.choice(used), chance.randrange(1, 256)
            bad = bytearray(good)
            bad[at] ^= mask
            path.write_bytes(bad)
            try:
                seen = _look(path, desk)
            except DyadError:
                raise
            except Exception as error:
                raise AssertionError(f"byte {at} ^ {mask}: {error!r}") from error
            assert seen is None or seen == honest, f"byte {at} ^ {mask} goes unnoticed"
            for rest in path.parent.glob("flipped*"):
                rest.unlink()
