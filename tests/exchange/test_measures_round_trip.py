"""What belongs to measures goes into a workspace file and comes back the same."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

from dyad_desktop.domain.goals import Measure, Occurrence, Peer, Rebase
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import files
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.ledger import Cell, keep_rows
from dyad_desktop.services.rebasing import propose_rebase

FIELDS = {
    "direction": "within", "target_low": Decimal(50), "chart": "p_prime", "chart_constant": Decimal("2.66"),
    "shift": 8, "trend": 6, "screened": True, "baseline_points": 24, "span": "rolling", "year_start": 4,
    "lower_bound": Decimal(0), "upper_bound": Decimal(100), "benchmark": Decimal("58.5"),
    "benchmark_source": "Registry", "benchmark_date": "2026-06-30", "numerator_text": "Minutes",
    "denominator_text": "Cases",
    "exclusions": "Transfers", "lag_days": 30, "template": "door_to_balloon",
}  # fmt: skip
SLOTS = {"targets": Decimal(58), "stretches": Decimal(52), "marks": "provisional"}


def test_all_that_a_measure_holds_comes_back(tmp_path: Path) -> None:
    with closing(files.demo(tmp_path / "one.dyad")) as session:
        edits = [FieldEdit("measure", "M1.1", name, value) for name, value in FIELDS.items()]
        edits += [
            FieldEdit("measure", "M1.1", name, value, "2026-09") for name, value in SLOTS.items()
        ]
        set_fields(session, edits)
        propose_rebase(session, "M1.1", "2025-02", "One call")
        keep_rows(
            session, "peer", "M1.1", [Cell("+0", "name", "North"), Cell("+0", "ours", value=True)]
        )
        keep_rows(session, "occurrence", "M1.1", [Cell("+0", "date", "2026-03-01")])
        text = files.dump(session)
        book = session.book
    source = tmp_path / "one.yaml"
    source.write_text(text, "utf-8")
    with closing(files.load(source, tmp_path / "two.dyad")[0]) as again:
        assert files.dump(again) == text
        assert again.book.need(Measure, "M1.1") == book.need(Measure, "M1.1")
        for kind in (Rebase, Peer, Occurrence):
            [ours], [theirs] = book.children(kind, "M1.1"), again.book.children(kind, "M1.1")
            assert {n: getattr(ours, n) for n in ours.__slots__ if n not in {"id", "order"}} == {
                n: getattr(theirs, n) for n in ours.__slots__ if n not in {"id", "order"}
            }


def test_a_setting_of_an_older_version_comes_back(tmp_path: Path) -> None:
    with closing(files.demo(tmp_path / "one.dyad")) as session:
        for name, value in (("chart_constant", "-1"), ("multiplier", "-100")):
            session.commit([Edit(Address("measure", "M2.1", name), value)], "As it was possible")
        text = files.dump(session)
    source = tmp_path / "one.yaml"
    source.write_text(text, "utf-8")
    with closing(files.load(source, tmp_path / "two.dyad")[0]) as again:
        measure = again.book.need(Measure, "M2.1")
        assert measure.chart_constant == -1
        assert measure.multiplier == -100
