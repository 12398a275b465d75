"""What a merge left to settle goes into the text and comes back, and a file by hand may not say it."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Volume
from dyad_desktop.domain.records import Record, Records
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, ORDER, SHAPE, Canonical
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange import workspace_dump, workspace_file
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import files
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import Session
from tests import fast_yaml

Write: TypeAlias = tuple[str, str, str, str, Canonical]

CIRCLE: list[Write] = [
    ("operating_line", "L27", "driver_ref", "", "benefits"),
    ("operating_line", "L29", "driver_ref", "", "premium_labour"),
]
LEFT: list[tuple[list[Write], list[str]]] = [
    ([("operating_line", "L04", "driver_ref", "", "gone")], ["operating_line L04 driver_ref"]),
    ([("operating_line", "L04", "cost_centre", "", "gone")], ["operating_line L04 cost_centre"]),
    ([("draft_line", "working.L28", "months", "2031-02", 500)], ["draft_line working.L28 months"]),
    ([("draft_line", "working.L28", "spread_volume", "", "gone")], ["draft_line working.L28 spread_volume"]),
    ([("measure", "M1.1", "goal", "", "gone")], ["measure M1.1 goal"]),
    ([("volume", "V01", "prior_actuals", "2020-02", "7")], ["volume V01 prior_actuals"]),
    ([("partnership", "partnership", "budget_start", "", "2027-01")], ["partnership budget_start"]),
    ([("dependency", "I2.4.dependency-1", "milestone", "", "I2.1")], ["initiative I2 milestones"]),
    ([("dependency", "I2.4.dependency-1", "milestone", "", "gone")], ["dependency milestone"]),
    ([("operating_line", "L28", "ytd_actuals", "2031-02", 500)], ["operating_line L28 ytd_actuals"]),
    (CIRCLE, ["operating_line L27 driver_ref", "operating_line L29 driver_ref"]),
    ([*CIRCLE, ("operating_line", "L33", "driver_kind", "", "line_group"),
      ("operating_line", "L33", "driver_ref", "", "own"), ("operating_line", "L33", "groups", "", ["own"])],
     ["operating_line L33 driver_ref", "operating_line L27 driver_ref", "operating_line L29 driver_ref"]),
    ([("draft_line", "working.L30", "method", "", "formula"), ("draft_line", "working.L30", "formula", "", "=L31*2"),
      ("draft_line", "working.L31", "method", "", "formula"), ("draft_line", "working.L31", "formula", "", "=L30")],
     ["draft_line working.L30 formula", "draft_line working.L31 formula"]),
    ([("draft_line", "working.L27", "method", "", "percent"), ("draft_line", "working.L27", "driver", "", "benefits"),
      ("operating_line", "L29", "driver_ref", "", "premium_labour")],
     ["draft_line working.L27 driver", "operating_line L29 driver_ref"]),
    ([("operating_line", "L27", "rate_growth_pct", "", "1000000")], ["operating_line L27 rate_growth_pct"]),
    ([("volume", "V01", "planned_growth_pct", "", "-101")], ["volume V01 planned_growth_pct"]),
    ([("capital_policy", "capital_policy", "discount_rate_pct", "", "101")],
     ["capital_policy discount_rate_pct"]),
    ([("position", "P01", "start", "", "2300-01")], ["position P01 start"]),
    ([("position", "P01", "fte_months", "2300-01", "2")], ["position P01 fte_months"]),
    ([("measure", "M1.1", "values", "2201-01", "2")], ["measure M1.1 values"]),
]  # fmt: skip


def merged(session: Session, writes: Sequence[Write]) -> None:
    """Write past what is refused, as a merge may leave it."""
    edits = [
        Edit(Address(kind, name, field, slot), value) for kind, name, field, slot, value in writes
    ]
    session.commit(edits, "What a merge left")


def explained(session: Session, writes: Sequence[Write]) -> None:
    """Say something of each line whose plan is to be written."""
    plans = sorted({name for kind, name, *_ in writes if kind == "draft_line"})
    set_fields(session, [FieldEdit("draft_line", plan, "explanation", "Known") for plan in plans])


def said(records: Records) -> dict[tuple[str, str], Record]:
    """Return what records say: without what is empty, and without their order and shape in the file.

    Things that have no id in a file are counted anew, so they are called by what they say.
    """
    found: dict[tuple[str, str], Record] = {}
    for (kind, name), record in records.items():
        kept: Record = {}
        for field, value in sorted(record.items()):
            part = value
            if isinstance(value, dict):
                part = {slot: one for slot, one in value.items() if one is not None}
            if part not in (None, {}) and field not in (SHAPE, ORDER):
                kept[field] = part
        found[kind, name if KINDS[kind].id_key else str(kept)] = kept
    return found


@pytest.mark.parametrize(("writes", "places"), LEFT, ids=[" ".join(places) for _, places in LEFT])
def test_what_a_merge_left_comes_back_and_is_refused_by_hand(
    session: Session,
    writes: list[Write],
    places: list[str],
) -> None:
    explained(session, writes)
    merged(session, writes)
    text = files.dump(session)
    assert set(places) <= set(fast_yaml.load(text)["to_settle"])
    again = workspace_file.parse(text)
    assert said(again.records) == said(session.records())
    assert workspace_dump.dump(again.records, again.control_totals or {}) == text
    by_hand = fast_yaml.load(text)
    del by_hand["to_settle"]
    with pytest.raises(BadInputError):
        workspace_file.parse(fast_yaml.dump(by_hand))


def loaded(session: Session, folder: Path) -> files.LoadReport:
    """Load the text of a workspace into another one."""
    text = folder / "text.yaml"
    text.write_text(files.dump(session), encoding="utf-8")
    again, report = files.load(text, folder / "again.dyad")
    with closing(again):
        assert files.dump(again) == text.read_text(encoding="utf-8")
    return report


def test_totals_leave_out_only_what_a_circle_keeps_from_being_computed(
    session: Session, tmp_path: Path
) -> None:
    whole = fast_yaml.load(files.dump(session))["control_totals"]
    merged(session, CIRCLE)
    totals = fast_yaml.load(files.dump(session))["control_totals"]
    del whole["reference_budget"]
    assert totals == whole
    assert loaded(session, tmp_path).differing_totals == ()


def test_totals_that_a_circle_keeps_from_being_computed_are_not_compared(
    session: Session, tmp_path: Path
) -> None:
    given = fast_yaml.load(files.dump(session))["control_totals"]
    merged(session, CIRCLE)
    data = fast_yaml.load(files.dump(session))
    data["control_totals"] = {**given, "prior_year": {"contribution": 1}}
    text = tmp_path / "text.yaml"
    text.write_text(fast_yaml.dump(data), encoding="utf-8")
    again, report = files.load(text, tmp_path / "again.dyad")
    again.close()
    assert [one.partition(":")[0] for one in report.differing_totals] == ["prior_year.contribution"]


def test_a_text_without_totals_loads_with_its_circle(session: Session, tmp_path: Path) -> None:
    merged(session, CIRCLE)
    data = fast_yaml.load(files.dump(session))
    del data["control_totals"]
    text = tmp_path / "text.yaml"
    text.write_text(fast_yaml.dump(data), encoding="utf-8")
    again, report = files.load(text, tmp_path / "again.dyad")
    with closing(again):
        assert "control_totals" not in fast_yaml.load(files.dump(again))
    assert report.differing_totals == ()


def test_a_circle_by_hand_is_refused_with_its_lines(session: Session) -> None:
    data = fast_yaml.load(files.dump(session))
    for line in data["operating_lines"]:
        if line["id"] in ("L27", "L29"):
            line["driver"]["ref"] = {"L27": "benefits", "L29": "premium_labour"}[line["id"]]
    data["to_settle"] = ["operating_line L27 driver_ref"]
    with pytest.raises(BadInputError, match="in a circle: L27 → L29 → L27"):
        workspace_file.parse(fast_yaml.dump(data))


def test_a_circle_in_a_draft_that_is_not_the_first_comes_back(
    session: Session, tmp_path: Path
) -> None:
    other: list[Write] = [
        ("draft", "other", "name", "", "Other"),
        ("draft", "other", "state", "", "working"),
    ]
    merged(session, other)
    plan: list[Write] = [
        ("draft_line", "other.L30", "method", "", "formula"),
        ("draft_line", "other.L30", "formula", "", "=L30*2"),
    ]
    explained(session, plan)
    merged(session, plan)
    assert fast_yaml.load(files.dump(session))["to_settle"] == ["draft_line other.L30 formula"]
    assert "reference_budget" in fast_yaml.load(files.dump(session))["control_totals"]
    loaded(session, tmp_path)


def test_a_month_that_was_emptied_outside_its_year_leaves_the_list(session: Session) -> None:
    merged(session, [("volume", "V02", "prior_actuals", "2027-06", None)])
    text = files.dump(session)
    again = workspace_file.parse(text)
    assert workspace_dump.dump(again.records, again.control_totals or {}) == text
    volumes = {one["id"]: one for one in fast_yaml.load(text)["volumes"]}
    assert len(volumes["V02"]["prior_actuals"]) == 12


def test_two_lines_of_one_account_come_back(session: Session) -> None:
    first, second = session.book.all(OperatingLine)[:2]
    merged(session, [
        ("operating_line", second.id, "account", "", first.account),
        ("operating_line", second.id, "cost_centre", "", first.cost_centre),
    ])  # fmt: skip
    text = files.dump(session)
    assert fast_yaml.load(text)["to_settle"] == [f"operating_line {second.id} account"]
    assert workspace_file.parse(text).records == session.records()


def test_what_is_settled_is_not_listed(session: Session) -> None:
    assert "to_settle" not in fast_yaml.load(files.dump(session))


def test_months_that_were_emptied_or_never_entered_load_again(session: Session) -> None:
    line = session.book.need(OperatingLine, "L28")
    month = min(line.ytd_actuals)
    volume = session.book.need(Volume, "V01")
    set_fields(session, [FieldEdit("operating_line", "L28", "ytd_actuals", None, month)])
    for period in sorted(volume.prior_actuals)[1:]:
        session.commit([Edit(Address("volume", "V01", "prior_actuals", period), None)], "emptied")
    again = workspace_file.parse(files.dump(session)).records
    assert said(again) == said(session.records())


def test_months_outside_their_year_are_refused_by_hand(session: Session) -> None:
    data = fast_yaml.load(files.dump(session))
    data["operating_lines"][0]["ytd_actuals"] = {"2031-02": 5}
    with pytest.raises(BadInputError, match="ytd_actuals/2031-02 lies outside the"):
        workspace_file.parse(fast_yaml.dump(data))


@pytest.mark.parametrize(
    "given", ["everything", [{"a": 1}], [["operating_line L04 driver_ref"]], [3], [None]]
)
def test_what_is_no_list_of_places_is_refused(session: Session, given: object) -> None:
    data = fast_yaml.load(files.dump(session))
    data["to_settle"] = given
    with pytest.raises(BadInputError, match="to_settle"):
        workspace_file.parse(fast_yaml.dump(data))


def test_a_plan_keeps_months_of_another_year(session: Session) -> None:
    set_fields(session, [FieldEdit("draft_line", "working.L28", "explanation", "Known")])
    merged(session, [("draft_line", "working.L28", "months", "2031-02", 500)])
    records = workspace_file.parse(files.dump(session)).records
    assert (
        records["draft_line", "working.L28"]["months"]
        == session.book.need(DraftLine, "working.L28").months
    )


def test_what_belonged_to_a_thing_that_is_gone_comes_back(session: Session) -> None:
    request = session.book.all(CapitalRequest)[0].id
    merged(session, [("initiative", "I1", DELETED, "", True), ("goal", "G1", DELETED, "", True)])
    merged(
        session,
        [
            ("cost_line", "more", "request", "", "gone"),
            ("cost_line", "more", "amount", "", 5),
            ("cost_line", "more", "name", "", "More"),
        ],
    )
    text = files.dump(session)
    orphans = fast_yaml.load(text)["orphans"]
    assert len(orphans["milestone"]["I1"]) == 6
    assert list(orphans["measure"]) == ["G1"]
    assert list(orphans["cost_line"]) == ["gone"]
    assert request in {one["id"] for one in fast_yaml.load(text)["capital_requests"]}
    again = workspace_file.parse(text)
    assert said(again.records) == said(session.records())


@pytest.mark.parametrize(
    ("orphans", "told"),
    [
        ({"hologram": {"G1": []}}, "orphans.hologram.*no kind of thing that belongs to another"),
        ({"goal": {"G1": []}}, "orphans.goal.*no kind of thing"),
        (["measure"], "orphans.*a mapping is expected"),
        ({"measure": {"G9": [{"title": "Nameless"}]}}, "id is missing"),
        ({"measure": {"G9": None}}, "orphans.measure.G9.*nothing stands here"),
        ({"measure": {"G9": []}}, "orphans.measure.G9.*nothing stands here"),
        ({"measure": {}}, "orphans.measure .*nothing stands here"),
    ],
)
def test_orphans_that_can_not_be_read_are_refused(
    session: Session, orphans: object, told: str
) -> None:
    data = fast_yaml.load(files.dump(session))
    data["orphans"] = orphans
    with pytest.raises(BadInputError, match=told):
        workspace_file.parse(fast_yaml.dump(data))


def test_an_initiative_without_a_start_is_just_not_planned_yet(session: Session) -> None:
    merged(session, [("initiative", "I2", "start", "", None)])
    data = fast_yaml.load(files.dump(session))
    assert "to_settle" not in data
    assert "I2" not in data["control_totals"]["schedule"]


def test_what_is_said_of_the_one_draft_comes_back(session: Session) -> None:
    set_fields(session, [FieldEdit("draft", "working", "purpose", "The first round")])
    records = workspace_file.parse(files.dump(session)).records
    assert records["draft", "working"]["purpose"] == "The first round"


@pytest.mark.parametrize("given", [5, [1], "x"])
def test_totals_that_are_no_totals_are_refused(session: Session, given: object) -> None:
    data = fast_yaml.load(files.dump(session))
    data["control_totals"] = given
    with pytest.raises(BadInputError, match=r"control_totals.*a mapping is expected"):
        workspace_file.parse(fast_yaml.dump(data))
