"""Plans that name a volume or position which isn't there, or isn't one: only what is gone is to be settled as such."""

from contextlib import closing
from pathlib import Path

import pytest

from dyad_desktop.domain.budget import unplanned
from dyad_desktop.domain.operating import DraftLine, Position, Volume
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services import files
from dyad_desktop.services.disagreements import count_open, disagreements
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.operating import new_volume
from dyad_desktop.services.planning import set_plan
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import mend, settle
from tests.services.homes import Home, meet, pair, two_homes
from tests.services.planned import plan_by_first

LINE, SAID = "L40", "working.L40"
AT = Address("draft_line", SAID, "driver")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    with priya.session() as session:
        plan_by_first(session, "working", LINE, "volume_rate")
    pair(priya, marcus, tmp_path)
    return priya, marcus


def said(session: Session) -> DraftLine:
    return session.book.need(DraftLine, SAID)


def bare(session: Session) -> list[str]:
    return [one.problem for one in unplanned(session.budget()) if one.line_id == LINE]


def orphaned(two: tuple[Home, Home], path: Path) -> None:
    """Let Priya delete a volume while Marcus plans a line by it."""
    with two[0].session() as session:
        scans = next(iter(new_volume(session, "Scans").keys))
    meet(two, path)
    with two[0].session() as session:
        delete(session, [scans])
    with two[1].session() as session:
        set_plan(session, "working", LINE, {"driver": scans[1]})
    meet(two, path)


def test_a_plan_by_a_volume_that_is_gone_survives_plain_text(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    orphaned(two, tmp_path)
    plain = tmp_path / "plain.yaml"
    with two[0].session() as session:
        (told,), problem = disagreements(session), bare(session)
        plain.write_text(files.dump(session), encoding="utf-8")
    with two[0].here():
        again, _ = files.load(plain, tmp_path / "again.dyad")
        with closing(again):
            (found,) = disagreements(again)
            assert (found.kind, found.at, list(found.ways)) == (
                "orphan",
                told.at,
                ["let_go", "delete"],
            )
            assert bare(again) == problem
            assert files.dump(again) == plain.read_text(encoding="utf-8")
            mend(again, found.at, "let_go")
            assert disagreements(again) == ()


def kinds(session: Session) -> list[tuple[str, str]]:
    """Return what waits to be settled, which is as many as are counted."""
    found = [(one.kind, one.at.field) for one in disagreements(session)]
    assert count_open(session) == len(found)
    return found


@pytest.mark.parametrize("settled", [0, 1])
def test_a_contested_driver_is_settled_as_that_alone(
    two: tuple[Home, Home], tmp_path: Path, settled: int
) -> None:
    with two[0].session() as session:
        (other,) = [one.id for one in session.book.all(Volume) if one.id != said(session).driver][
            :1
        ]
        set_plan(session, "working", LINE, {"driver": other})
    with two[1].session() as session:
        plan_by_first(session, "working", LINE, "staffing")
        job = said(session).driver
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            assert said(session).method == "staffing"
            assert kinds(session) == [("values", "driver")]
    with two[0].session() as session:
        value = (other, job)[settled]
        settle(session, AT, value)
        assert kinds(session) == []
        assert said(session).driver == value
        assert bare(session) == ([] if settled else [f"the position {other} isn’t there"])


@pytest.mark.parametrize("settled", ["step", "staffing"])
def test_a_contested_method_leaves_the_driver_of_either(
    two: tuple[Home, Home], tmp_path: Path, settled: str
) -> None:
    for home, method in zip(two, ("step", "staffing"), strict=True):
        with home.session() as session:
            plan_by_first(session, "working", LINE, method)
    meet(two, tmp_path)
    with two[0].session() as session:
        assert kinds(session) == [("values", "method")]
        job = said(session).driver
        assert session.book.get(Position, job) is not None
        with pytest.raises(BadInputError, match="can’t be settled"):
            mend(session, AT, "let_go")
        settle(session, AT._replace(field="method"), settled)
        assert kinds(session) == []
        assert said(session).driver == job
        assert bare(session) == ([f"the volume {job} isn’t there"] if settled == "step" else [])


def test_a_driver_that_is_gone_waits_until_the_method_is_settled(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    orphaned(two, tmp_path)
    gone = [("orphan", "driver")]
    for home, method in zip(two, ("fixed", "contract"), strict=True):
        with home.session() as session:
            assert kinds(session) == gone
            set_field(session, ("draft_line", SAID), "method", method)
            assert kinds(session) == []
    meet(two, tmp_path)
    with two[0].session() as session:
        assert kinds(session) == [("values", "method")]
        settle(session, AT._replace(field="method"), "volume_rate")
        assert kinds(session) == gone
        set_field(session, ("draft_line", SAID), "method", "staffing")
        assert kinds(session) == []
        assert bare(session)[0].endswith("isn’t there")
