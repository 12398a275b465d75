"""Plans that name a volume or position which isn't there, or isn't one: only what is gone is to be settled as such."""

from contextlib import closing
from pathlib import Path

import pytest

from dyad_desktop.domain.budget import unplanned
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.services import files
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.editing import delete
from dyad_desktop.services.operating import new_volume
from dyad_desktop.services.planning import choose_method, set_plan
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import mend
from tests.services.homes import Home, meet, pair, two_homes

LINE, SAID = "L40", "working.L40"


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    with priya.session() as session:
        choose_method(session, "working", LINE, "volume_rate")
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
            assert (found.kind, found.at, found.ways) == ("orphan", told.at, ("let_go", "delete"))
            assert bare(again) == problem
            assert files.dump(again) == plain.read_text(encoding="utf-8")
            mend(again, found.at, "let_go")
            assert disagreements(again) == ()
