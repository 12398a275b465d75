from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import capital, files
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = files.demo(tmp_path / "example.dyad")
    yield opened
    opened.close()


def test_the_plan_of_the_example(session: Session) -> None:
    plan = capital.capital_plan(session.book)
    assert (plan.requested, plan.mandatory) == (14_140_000_00, 3_560_000_00)
    assert (plan.funded, plan.left, plan.fitting) == (8_795_000_00, 205_000_00, 6)
    assert plan.cut is not None
    assert plan.cut.request.id == "C02"
    assert plan.returns["C01"].npv == 3_227_119_00
    assert plan.returns["C01"].payback == Decimal("4.22")
    assert plan.returns["C14"].payback is None


def test_deferred_requests_ask_for_nothing(session: Session) -> None:
    set_field(session, ("capital_request", "C01"), "status", "deferred")
    plan = capital.capital_plan(session.book)
    assert plan.requested == 9_290_000_00
    assert "C01" not in {row.request.id for row in plan.asking}


def test_without_an_envelope_nothing_is_cut(session: Session) -> None:
    capital.set_envelope(session, None)
    plan = capital.capital_plan(session.book)
    assert plan.envelope is None
    assert plan.left is None
    assert plan.cut is None
    session.undo()
    assert session.book.only(CapitalPolicy).envelope == 9_000_000_00


def test_a_negative_envelope_is_refused(session: Session) -> None:
    with pytest.raises(BadInputError):
        capital.set_envelope(session, -1)


def test_a_partner_scores_only_for_themself(session: Session) -> None:
    before = session.book.need(CapitalRequest, "C03").scores
    capital.score(session, "C03", "safety", 1)
    scores = session.book.need(CapitalRequest, "C03").scores
    assert scores["A/safety"] == 1
    assert scores["B/safety"] == before["B/safety"]
    row = next(r for r in capital.capital_plan(session.book).rows if r.request.id == "C03")
    assert row.divergent == ("safety",)
    with pytest.raises(BadInputError):
        capital.score(session, "C03", "safety", 6)


def test_a_new_request_stands_last_and_is_unscored(session: Session) -> None:
    made = next(iter(capital.new_request(session, " Infusion pumps ").keys))
    rows = capital.capital_plan(session.book).rows
    assert (rows[-1].request.id, rows[-1].request.title) == (made[1], "Infusion pumps")
    assert rows[-1].scores == {"A": None, "B": None}
    with pytest.raises(BadInputError):
        capital.new_request(session, "  ")
    capital.delete_request(session, made[1])
    assert session.book.get(CapitalRequest, made[1]) is None
    session.undo()
    assert session.book.get(CapitalRequest, made[1]) is not None
