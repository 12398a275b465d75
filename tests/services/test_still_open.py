"""What leaves the house while the partners differ on it says so: the workbook, its preview, `dyad totals`."""

import json
from pathlib import Path
from shutil import copyfile

import pytest

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.exchange.workbook_page import NOTES
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.export import export, preview
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from dyad_desktop.services.still_open import open_spans, open_words
from tests.exchange.workbook_cells import values
from tests.services.apart import apart, deleted_but_edited, month
from tests.test_cli import dyad


@pytest.fixture
def differing(session: Session) -> Session:
    """The partners differ on a month and on what a request costs."""
    apart(session, month("L30"), A=10_000_00, B=12_000_00)
    request = session.book.all(CapitalRequest)[0]
    apart(session, Address("capital_request", request.id, "cost"), A=100, B=200)
    return session


def test_how_much_and_between_what_it_comes_out_is_told(differing: Session) -> None:
    told = open_words(differing)
    assert told.startswith(
        "The partners still differ on 1 value of the operating budget and 1 value of the capital plan; the figures"
        " count what both last had. Contribution comes out between "
    )
    take(differing, [month("L30")], "A")
    assert "operating budget" not in open_words(differing)
    assert "What the envelope takes comes out between" in open_words(differing)


def test_what_one_deleted_and_another_worked_on_may_stay_or_go(session: Session) -> None:
    working = session.budget().totals.contribution
    gone = deleted_but_edited(session, ("operating_line", "L48"), "rate_growth_pct", "5")
    request = deleted_but_edited(session, ("capital_request", "C05"), "cost", 300_000_00)
    found = open_spans(session)
    kept = session.budget().totals.contribution
    assert kept != working
    assert kept in (found["contribution"].low, found["contribution"].high)
    assert found["contribution"].wide
    assert found["envelope"].low <= found["envelope"].working <= found["envelope"].high
    take(session, [gone, request], "A")
    assert open_spans(session) == {}
    assert session.budget().totals.contribution in (
        found["contribution"].low,
        found["contribution"].high,
    )


def test_nothing_is_told_where_all_is_settled_or_it_is_of_another_draft(session: Session) -> None:
    assert open_words(session) == ""
    apart(session, Address("goal", "G1", "why"), A="Mine", B="Yours")
    assert open_words(session) == ""
    apart(session, month("L30"), A=1, B=2)
    assert open_words(session, "another") == ""
    set_field(session, ("draft", "working"), "state", "agreed")
    assert "Contribution" not in open_words(session)


def test_workbook_preview_and_command_say_it(differing: Session, tmp_path: Path) -> None:
    told = open_words(differing)
    assert preview(differing).still_open == told
    path = export(differing, "workbook", tmp_path / "o.xlsx")
    found = values(path).items()
    assert {sheet for (sheet, _), value in found if value == told} == {"Cover", NOTES}
    differing.file.checkpoint()
    done = dyad("totals", copyfile(differing.path, tmp_path / "copy.dyad"))
    assert done.stderr.splitlines()[0] == f"Note: {told}"
    ends = json.loads(done.stdout)["open"]
    assert ends.keys() == {"contribution", "envelope"}
    low, high = (f"{ends['contribution'][end]:,}" for end in ("low", "high"))
    assert f"Contribution comes out between {low} and {high}." in told
