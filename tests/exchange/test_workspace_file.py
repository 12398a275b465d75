"""Reading and writing workspaces as text: nothing dropped, every mistake named with its place."""

import datetime
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange import workspace_dump, workspace_file
from dyad_desktop.exchange.yaml_text import read
from dyad_desktop.resource import resource_path
from tests import fast_yaml

EXAMPLE = resource_path("examples", "larkhaven.yaml").read_text(encoding="utf-8")
SMALL = {name: fast_yaml.load(EXAMPLE)[name] for name in ("schema", "meta", "dyad")}
"""What every file has, for cases by the hundred."""


def changed(*path: str | int, to: object) -> str:
    """Return the example with one value replaced (or, with ``...``, left out)."""
    data = fast_yaml.load(EXAMPLE)
    at: Any = data
    for step in path[:-1]:
        at = at[step]
    if to is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return fast_yaml.dump(data)


def dumped(text: str) -> str:
    loaded = workspace_file.parse(text)
    return workspace_dump.dump(loaded.records, loaded.control_totals or {})


class TestRoundTrip:
    def test_the_example_comes_back_as_the_same_data_in_the_same_order_of_sections(self) -> None:
        again = fast_yaml.load(dumped(EXAMPLE))
        assert again == fast_yaml.load(EXAMPLE)
        assert list(again) == list(fast_yaml.load(EXAMPLE))

    def test_a_dump_loads_into_the_same_records(self) -> None:
        assert (
            workspace_file.parse(dumped(EXAMPLE)).records == workspace_file.parse(EXAMPLE).records
        )

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("goals", 0, "colour"), "blue"),
            (("goals", 0, "measures", 0, "baseline", "by"), {"who": ["A", 2.5, None, True]}),
            (("later_section",), [{"a": 1}, "b"]),
            (("meta", "fiscal_year", "note"), "x"),
            (("operating_lines", 3, "note"), None),
            (("goals", 1, "check_ins"), []),
            (("pulse",), ...),
            (("rhythm",), ...),
            (("initiatives", 0, "tests"), ...),
            (("control_totals",), ...),
            (("charter", "signed"), {}),
            (("meetings", 0, "template"), None),
            (("goals", 0, "measures", 0, "stretch"), None),
            (("goals", 0, "measures", 0, "series", "values"), [1, None, None]),
            (("capital_requests", 0, "scores"), {}),
            (("goals", 0, "measures", 0, "baseline"), None),
            (("rhythm",), []),
            (("actions",), None),
            (("goals", 0, "measures", 0, "baseline"), {}),
            (("goals", 0, "measures", 0, "baseline"), {"value": None}),
            (("goals", 0, "measures", 0, "baseline"), ...),
            (("goals", 0, "measures", 0, "series", "multiplier"), None),
            (("goals", 0, "measures", 0, "series"), None),
            (("goals", 0, "measures", 0, "series"), {}),
            (("goals", 0, "measures", 0, "series"), {"start": None}),
            (("goals", 0, "measures", 0, "series"), {"start": "2025-01"}),
            (("goals", 0, "measures", 0, "series"), ...),
            (("goals", 0, "accountable"), None),
            (("initiatives", 0, "milestones", 0, "baseline"), {}),
            (("initiatives", 0, "goals"), None),
            (("capital_requests", 0, "links"), None),
            (("capital_requests", 0, "scores"), {"A": {}}),
            (("capital_requests", 0, "scores"), {"A": {}, "B": {"safety": None}}),
            (("operating_lines", 0, "groups"), None),
            (("operating_lines", 0, "driver"), {"kind": "fixed", "ref": None}),
            (("operating_lines", 0, "driver"), {"kind": "fixed"}),
            (("decisions", 0, "options"), None),
            (("meetings", 0, "decisions"), None),
            (("charter", "contributions"), {"A": None}),
            (("pulse", "scale"), {}),
            (("pulse", "scale"), None),
            (("pulse", "rounds", 0, "answered_by"), None),
            (("agenda_templates", "weekly_huddle"), None),
            (("agenda_templates", "weekly_huddle"), []),
            (("operating_drafts",), []),
            (("operating_drafts",), None),
            (("operating_drafts",), [{"id": "d", "name": "D", "state": "agreed", "lines": None}]),
            (("meta", "a.b/c~1"), 1),
            (("meta", "/x"), {"y.z": 1}),
            (("goals", 0, "measures", 0, "baseline", "x.y"), 1),
            (("later_section",), {"whole": 12.5, "large": 1e20, "small": 1e-20}),
        ],
    )
    def test_every_shape_comes_back(self, path: tuple[str | int, ...], value: object) -> None:
        text = changed(*path, to=value)
        assert fast_yaml.load(dumped(text)) == fast_yaml.load(text)

    def test_unknown_keys_are_reported_with_their_place(self) -> None:
        loaded = workspace_file.parse(changed("goals", 2, "colour", to="blue"))
        assert len(loaded.unknown) == 1
        assert loaded.unknown[0].startswith("goals[2].colour (line ")

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        extra=st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(10**15), 10**15)
            | st.text("abc é'\"\n:#-", max_size=12),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=3)
            ),
            max_leaves=8,
        )
    )
    def test_any_unknown_data_comes_back(self, extra: object) -> None:
        text = fast_yaml.dump({**SMALL, "risk_appetite": extra})
        assert fast_yaml.load(dumped(text))["risk_appetite"] == extra


BAD: list[tuple[str, tuple[str | int, ...], object, str]] = [
    ("wrong type", ("goals", 0, "title"), 7, r"goals\[0\].title \(line \d+\): 7 is not a text"),
    (
        "text for a number",
        ("goals", 0, "measures", 0, "target"),
        "sixty",
        r"measures\[0\].target \(line",
    ),
    ("a list for a mapping", ("meta",), [1], r"meta \(line \d+\): a mapping is expected"),
    (
        "a duplicate id",
        ("goals", 1, "id"),
        "G1",
        r"goals\[1\].*'G1' is taken already by goals\[0\]",
    ),
    (
        "a goal of no objective",
        ("goals", 0, "supports"),
        "O9",
        r"goals\[0\].*'O9', which isn't in the file",
    ),
    (
        "a line of no volume",
        ("operating_lines", 0, "driver", "ref"),
        "V99",
        r"operating_lines\[0\].*'V99'",
    ),
    (
        "a milestone of nothing",
        ("initiatives", 0, "milestones", 1, "depends_on", 0, "ref"),
        "X",
        "'X'",
    ),
    (
        "a 13th month",
        ("operating_lines", 0, "prior_actuals"),
        [1] * 13,
        r"prior_actuals.*13 values, where 12",
    ),
    (
        "11 months",
        ("volumes", 0, "prior_actuals"),
        [1] * 11,
        r"volumes\[0\].prior_actuals.*11 values",
    ),
    ("month 13", ("meta", "fiscal_year", "prior_start"), "2025-13", "2025-13.*is not a period"),
    ("NaN", ("goals", 0, "measures", 0, "target"), float("nan"), "target.*not a finite number"),
    ("infinity", ("capital_policy", "discount_rate_pct"), float("inf"), "not a finite number"),
    (
        "NaN money",
        ("operating_lines", 0, "ytd_actuals", 1),
        float("nan"),
        r"ytd_actuals\[1\].*not a finite number",
    ),
    ("10^30", ("capital_requests", 0, "cost"), 10**30, r"capital_requests\[0\].cost.*larger than"),
    ("10^30 as a number", ("goals", 0, "measures", 0, "target"), 10**30, "target.*larger than"),
    (
        "an emoji",
        ("goals", 0, "title"),
        "Win \N{PARTY POPPER}",
        r"goals\[0\].title.*U\+1F389.*can't be shown",
    ),
    ("a control character", ("charter", "purpose"), "a\x01b", r"charter.purpose.*U\+0001"),
    (
        "a 2 MB text",
        ("charter", "purpose"),
        "x" * 2_000_000,
        "charter.purpose.*2,000,000 characters",
    ),
    ("half a cent", ("capital_policy", "envelope"), 1.005, "more decimal places than the currency"),
    ("30 February", ("goals", 0, "due"), "2027-02-30", "not a day of the calendar"),
    (
        "an unknown status",
        ("goals", 0, "check_ins", 0, "status"),
        "fine",
        "'fine' is not one of on_track",
    ),
    (
        "growth a billion",
        ("operating_lines", 0, "rate_growth_pct"),
        10**9,
        "growth between −100 and 1,000",
    ),
    ("growth below", ("volumes", 0, "planned_growth_pct"), -101, "growth below −100 %"),
    ("confidence 11", ("goals", 0, "check_ins", 0, "confidence", "A"), 11, "11 is outside 1 to 10"),
    ("a flag in words", ("capital_requests", 0, "mandatory"), "maybe", "not a true or false"),
    ("an id with a space", ("goals", 0, "id"), "G 1", "is not an id"),
    ("no schema", ("schema",), ..., "schema must say dyad-workspace/1"),
    ("another schema", ("schema",), "dyad-workspace/2", "schema must say dyad-workspace/1"),
    ("a missing title", ("goals", 0, "title"), ..., r"goals\[0\].*title is missing"),
    ("a number in quotes", ("volumes", 0, "planned_growth_pct"), "1e5", "'1e5' is not a number"),
    (
        "a quoted number",
        ("goals", 0, "measures", 0, "target"),
        "12",
        "target.*'12' is not a number",
    ),
    ("two lines in one", ("goals", 0, "title"), "a\nb", r"goals\[0\].title.*must be one line"),
    ("NaN in an unknown key", ("meta", "newthing"), float("nan"), "meta.newthing.*not a finite"),
    ("infinity in one", ("meta", "newthing"), [float("-inf")], r"newthing\[0\].*not a finite"),
    ("a number as a key", ("meta", "newthing"), {1: "a"}, "newthing.1.*the key '1' is not text"),
    ("a flag as a key", ("later",), {True: "a"}, "later.true.*the key 'true' is not text"),
    ("a day as a key", ("later",), {datetime.date(2026, 1, 2): 1}, "'2026-01-02' is not text"),
    ("a set", ("later",), {"a"}, "later.*the YAML tag 'set' is not allowed"),
    ("a currency that is none", ("meta", "currency"), "doll@r", "meta.currency.*not a currency"),
    (
        "another first month",
        ("meta", "fiscal_year", "start_month"),
        1,
        "prior_start.*not in month 1",
    ),
    (
        "one year twice",
        ("meta", "fiscal_year", "budget_start"),
        "2025-07",
        "fiscal_year.budget_start.*before the prior year from 2025-07 has ended",
    ),
    (
        "the end of the calendar",
        ("meta", "fiscal_year", "budget_start"),
        "9999-07",
        "fiscal_year.budget_start.*9999-07 lies outside the years 1900 to 2199",
    ),
    (
        "a series past the calendar",
        ("goals", 0, "measures", 0, "series"),
        {"start": "9999-12", "values": [1, 2]},
        r"series.start.*9999-12 lies outside the years",
    ),
    (
        "an override of no budget month",
        ("operating_drafts",),
        [
            {
                "id": "d",
                "name": "D",
                "state": "working",
                "lines": [{"id": "d.L01", "line": "L01", "months": {"2030-07": 300}}],
            }
        ],
        r"operating_drafts\[0\].lines\[0\].*months/2030-07 lies outside the budget year, 2026-07",
    ),
    ("the same account twice", ("operating_lines", 1, "account"), None, "account"),
]


HUGE = [
    ("meta:\n", "meta:\n  newthing: 1.0e+999999999\n", "meta.newthing"),
    ("meta:\n", "meta:\n  newthing: 1.0e-999999999\n", "meta.newthing"),
    ("  envelope: ", "  envelope: 1.0e+999999999 # ", "capital_policy.envelope"),
    ("  planned_growth_pct: ", "  planned_growth_pct: 1.0e+999999999 # ", "planned_growth_pct"),
]
LARGEST = [
    ("USD", "10,000,000,000,000"),
    ("JPY", "1,000,000,000,000,000"),
    ("KWD", "1,000,000,000,000"),
]


class TestBadInput:
    @pytest.mark.parametrize(("old", "new", "place"), HUGE, ids=[h[1].strip() for h in HUGE])
    def test_a_number_that_could_not_be_written_out(self, old: str, new: str, place: str) -> None:
        assert old in EXAMPLE
        with pytest.raises(BadInputError, match=f"{place}.*too large or too small to be kept"):
            workspace_file.parse(EXAMPLE.replace(old, new, 1))

    @pytest.mark.parametrize(("currency", "largest"), LARGEST)
    def test_the_largest_amount_is_the_currencys(self, currency: str, largest: str) -> None:
        data = fast_yaml.load(EXAMPLE)
        data["meta"]["currency"] = currency
        data["capital_policy"]["envelope"] = 10**16
        with pytest.raises(BadInputError, match=f"than the largest amount kept, {largest}$"):
            workspace_file.parse(yaml.safe_dump(data))

    @pytest.mark.parametrize(
        ("path", "value", "said"), [b[1:] for b in BAD], ids=[b[0] for b in BAD]
    )
    def test_one_clear_sentence_with_the_place(
        self, path: tuple[str | int, ...], value: object, said: str
    ) -> None:
        with pytest.raises(BadInputError, match=said) as caught:
            workspace_file.parse(changed(*path, to=value))
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 300

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "the file is empty"),
            ("a: [1, 2", "this is not YAML"),
            ("a: 1\n---\nb: 2\n", "this is not YAML"),
            ("a: &x [1]\nb: *x\n", "aliases"),
            ("a: 1\na: 2\n", "stands here twice"),
            ("a: !!python/object:os.system x\n", "schema must say"),
            ("schema: dyad-workspace/1\nmeta: !!binary aGk=\n", "a mapping is expected"),
            ("[" * 3000, "this is not YAML|nested deeper"),
            ("schema: dyad-workspace/1\n", "the section meta is missing"),
            (
                "schema: dyad-workspace/1\nmeta: !!python/name:os.system {}\n",
                "the YAML tag.*not al",
            ),
            ("a: !!omap [b: 1]\n", "the YAML tag 'omap' is not allowed"),
        ],
    )
    def test_text_that_is_no_workspace(self, text: str, said: str) -> None:
        with pytest.raises(BadInputError, match=said):
            workspace_file.parse(text)

    @settings(max_examples=150, deadline=None)
    @given(cut=st.integers(0, len(EXAMPLE)), junk=st.text(max_size=5))
    def test_a_cut_or_scribbled_file_is_refused_or_read_never_anything_else(
        self, cut: int, junk: str
    ) -> None:
        with suppress(BadInputError):
            workspace_file.parse(EXAMPLE[:cut] + junk)


def test_numbers_with_a_point_are_exact() -> None:
    assert read("a: 0.1").mapping()["a"].plain() == Decimal("0.1")


def test_numbers_with_more_decimals_than_are_kept_are_rounded() -> None:
    text = EXAMPLE.replace("target: 60\n", "target: 60.3666666666667\n", 1)
    assert text != EXAMPLE
    assert "target: 60.366666667\n" in dumped(text)
