"""The command line as scripts use it: exit codes, one line on stderr, one JSON object."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dyad_desktop.resource import resource_path
from dyad_desktop.services.local import this_computer
from dyad_desktop.store.workspace import Workspace
from tests import fast_yaml

EXAMPLE = resource_path("examples", "larkhaven.yaml")
DATA = fast_yaml.load(EXAMPLE.read_text(encoding="utf-8"))
MARGINS = {"contribution_margin_pct": "operating_margin_pct"}
TOTALS = {
    part: {MARGINS.get(key, key): value for key, value in totals.items()}
    for part, totals in DATA["control_totals"].items()
}
"""The file's control totals with the margin by its name in the window: its contribution margin is another figure."""


def dyad(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dyad_desktop.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def printed(*arguments: object) -> Any:  # noqa: ANN401
    done = dyad(*arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workspace that tests only read."""
    path = tmp_path_factory.mktemp("cli") / "larkhaven.dyad"
    assert dyad("load", EXAMPLE, path).returncode == 0
    return path


@pytest.fixture
def own(tmp_path: Path, example: Path) -> Path:
    """A copy to write to."""
    path = tmp_path / "own.dyad"
    path.write_bytes(example.read_bytes())
    return path


class TestReading:
    def test_totals_are_the_files_control_totals(self, example: Path) -> None:
        found = printed("totals", example, "--json")
        assert found == TOTALS
        assert found["year_to_date"]["operating_margin_pct"] == 9.6
        assert "contribution_margin" not in str(found)

    def test_a_dump_is_the_file_and_loads_again(self, example: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.yaml"
        assert dyad("dump", example, "-o", out).returncode == 0
        assert fast_yaml.load(out.read_text(encoding="utf-8")) == DATA
        assert fast_yaml.load(dyad("dump", example).stdout) == DATA
        again = tmp_path / "again.dyad"
        assert dyad("load", out, again).returncode == 0
        assert dyad("dump", again).stdout == out.read_text(encoding="utf-8")

    def test_status(self, example: Path) -> None:
        found = printed("status", example, "--json")
        assert found["partners"] == {"A": "Dr. Priya Raman", "B": "Marcus Oyelaran"}
        assert found["commits"] == 1
        assert found["changes"] > 5000
        assert found["disagreements"] == 0
        assert found["size"] == example.stat().st_size
        assert "Marcus Oyelaran (B)" in dyad("status", example).stdout

    def test_get(self, example: Path) -> None:
        assert (
            dyad("get", example, "goal", "G1", "title").stdout.strip() == DATA["goals"][0]["title"]
        )
        assert (
            printed("get", example, "operating_line", "L28", "prior_actuals/2025-07", "--json")[
                "value"
            ]
            == 134390
        )
        whole = printed("get", example, "capital_request", "C01", "--json")["value"]
        assert (whole["cost"], whole["mandatory"], whole["scores"]["A/safety"]) == (
            4850000,
            False,
            4,
        )

    def test_reading_leaves_the_file_as_it_is(self, example: Path) -> None:
        before = example.read_bytes()
        for command in (
            ["status"],
            ["totals"],
            ["dump"],
            ["log"],
            ["check"],
            ["get", "goal", "G1"],
        ):
            assert dyad(command[0], example, *command[1:]).returncode == 0
        assert example.read_bytes() == before
        assert [p.name for p in example.parent.iterdir()] == [example.name]

    def test_check_passes(self, example: Path) -> None:
        assert printed("check", example, "--json") == {
            "ok": True,
            "findings": [],
            "empty": False,
        }


class TestWriting:
    def test_a_line_that_counts_as_nothing_is_told_beside_the_totals(self, own: Path) -> None:
        assert dyad("totals", own).stderr == ""
        assert dyad("set", own, "draft_line", "working.L28", "method", "contract").returncode == 0
        found = dyad("totals", own)
        assert found.returncode == 0
        assert found.stderr.startswith("Note: L28 Agency and traveller staff counts as nothing: ")

    def test_set_is_one_commit_with_a_label(self, own: Path) -> None:
        assert dyad("set", own, "operating_line", "L28", "rate_growth_pct", "-12.5").returncode == 0
        assert (
            dyad(
                "set", own, "draft_line", "working.L28", "months/2027-01", "96k", "--as", "B"
            ).returncode
            == 0
        )
        log = printed("log", own, "--json")["commits"]
        assert [(c["partner"], c["changes"]) for c in log[:2]] == [("B", 3), ("A", 1)]
        assert log[0]["label"] == "Agency and traveller staff: months"
        assert (
            printed("get", own, "draft_line", "working.L28", "months/2027-01", "--json")["value"]
            == 96000
        )
        assert printed("totals", own)["reference_budget"]["by_line"]["L28"] != 1115753
        assert dyad("check", own).returncode == 0

    def test_a_value_follows_its_parts(self, own: Path) -> None:
        assert dyad("set", own, "measure", "M1.2", "numerator/2026-10", "14").returncode == 0
        assert dyad("set", own, "measure", "M1.2", "denominator/2026-10", "16").returncode == 0
        value = printed("get", own, "measure", "M1.2", "values/2026-10", "--json")["value"]
        assert str(value) == "87.5"

    def test_overrides_survive_dump_and_load(self, own: Path, tmp_path: Path) -> None:
        dyad("set", own, "draft_line", "working.L28", "months/2027-01", "96000.50")
        text = dyad("dump", own).stdout
        (tmp_path / "d.yaml").write_text(text, encoding="utf-8")
        assert dyad("load", tmp_path / "d.yaml", tmp_path / "d.dyad").returncode == 0
        assert printed("totals", tmp_path / "d.dyad") == printed("totals", own)

    def test_the_value_that_stands_needs_no_commit(self, own: Path) -> None:
        done = dyad("set", own, "goal", "G1", "title", DATA["goals"][0]["title"])
        assert "nothing to change" in done.stdout
        assert printed("status", own, "--json")["commits"] == 1

    @pytest.mark.parametrize(
        ("thing", "field", "typed", "stands"),
        [
            (["draft_line", "working.L01"], "months/2026-07", "-1.2m", -1200000),
            (["draft_line", "working.L01"], "months/2026-07", "-$450k", -450000),
            (["draft_line", "working.L01"], "months/2026-07", "-.5", -0.5),
            (["operating_line", "L28"], "rate_growth_pct", "-3%", -3),
        ],
    )
    def test_amounts_below_nothing_are_written_as_people_write_them(
        self, own: Path, thing: list[str], field: str, typed: str, stands: float
    ) -> None:
        done = dyad("set", own, *thing, field, typed, "--as", "B")
        assert (done.returncode, done.stderr) == (0, "")
        assert printed("get", own, *thing, field, "--json")["value"] == stands

    def test_options_may_stand_before_what_they_do_not_belong_to(
        self, own: Path, tmp_path: Path
    ) -> None:
        for name, command in {
            "a": ["dump", own, "-o", tmp_path / "a"],
            "b": ["dump", "-o", tmp_path / "b", own],
        }.items():
            assert dyad(*command).returncode == 0
            assert (tmp_path / name).read_bytes() == (tmp_path / "a").read_bytes()
        assert printed("get", own, "goal", "--json", "G1", "title")["field"] == "title"
        done = dyad("sync", own, "--fingerprint", "some words", tmp_path / "nowhere")
        assert f"There is no folder {tmp_path / 'nowhere'}" in done.stderr

    def test_export(self, own: Path, tmp_path: Path) -> None:
        out = tmp_path / "finance.xlsx"
        assert (
            printed("export", own, "workbook", "-o", out, "--json")["bytes"] == out.stat().st_size
        )

    def test_demo(self, tmp_path: Path) -> None:
        assert dyad("demo", tmp_path / "demo.dyad", "--as", "B").returncode == 0
        assert printed("log", tmp_path / "demo.dyad", "--json")["commits"][0]["partner"] == "B"

    def test_shot(self, example: Path, tmp_path: Path) -> None:
        out = tmp_path / "home.png"
        done = dyad("shot", example, "home", "-o", out, "--size", "800x600", "--scale", "2")
        assert (done.returncode, done.stderr) == (0, "")
        data = out.read_bytes()
        assert data.startswith(b"\x89PNG")
        assert (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) == (
            1600,
            1200,
        )


BAD: list[tuple[str, list[object], str]] = [
    ("no file", ["status", "nowhere.dyad"], "There is no file nowhere.dyad"),
    ("no command", ["juggle"], "invalid choice: 'juggle'"),
    ("no kind", ["get", "{file}", "gaol", "G1"], "there is no kind 'gaol'"),
    ("no thing", ["get", "{file}", "goal", "G99"], "there is no goal 'G99'"),
    ("no field", ["get", "{file}", "goal", "G1", "colour"], "goal has no field 'colour'"),
    (
        "a slot missing",
        ["set", "{file}", "operating_line", "L01", "prior_actuals", "1"],
        "needs a part",
    ),
    (
        "a 13th month",
        ["set", "{file}", "draft_line", "working.L01", "months/2027-13", "1"],
        "2027-13",
    ),
    ("no number", ["set", "{file}", "measure", "M1.1", "target", "sixty"], "measure M1.1 target"),
    ("NaN", ["set", "{file}", "measure", "M1.1", "target", "nan"], "measure M1.1 target"),
    (
        "10^30",
        ["set", "{file}", "capital_request", "C01", "cost", "1" + "0" * 30],
        "capital_request C01 cost",
    ),
    ("an emoji", ["set", "{file}", "goal", "G1", "title", "\N{PARTY POPPER}"], "goal G1 title"),
    (
        "a reference to nothing",
        ["set", "{file}", "goal", "G1", "supports", "O9"],
        "there is no objective 'O9'",
    ),
    ("a circle", ["set", "{file}", "operating_line", "L27", "driver_ref", "premium_labour"], "L27"),
    (
        "a driver that isn't there",
        ["set", "{file}", "operating_line", "L01", "driver_kind", "line_group"],
        "set driver_kind to fixed, then driver_ref, then driver_kind",
    ),
    ("a part of a whole", ["get", "{file}", "goal", "G1", "title/x"], "title has no parts"),
    (
        "a list too deep",
        ["set", "{file}", "operating_line", "L01", "groups", "[" * 5000],
        "operating_line L01 groups: the list can't be read",
    ),
    (
        "a month of no budget year",
        ["set", "{file}", "draft_line", "working.L01", "months/2030-07", "300"],
        "months/2030-07 lies outside the budget year, 2026-07 to 2027-06",
    ),
    ("two lines in one", ["set", "{file}", "goal", "G1", "title", "a\nb"], "must be one line"),
    ("commits below none", ["log", "{file}", "-n", "-1"], "'-1' is not a count"),
    (
        "no time",
        ["sync", "{file}", "--lan", "--seconds", "nan"],
        "'nan' is not a number of seconds",
    ),
    ("time back", ["sync", "{file}", "--lan", "--seconds", "-5"], "is not a number of seconds"),
    ("too many commits", ["log", "{file}", "-n", "9" * 30], "is not a count"),
    (
        "nobody",
        ["set", "{file}", "goal", "G1", "title", "x", "--as", "Z"],
        "there is no partner 'Z'",
    ),
    ("no draft", ["totals", "{file}", "--draft", "x"], "there is no draft 'x'"),
    ("no profile", ["export", "{file}", "pdf", "-o", "x"], "there is no export 'pdf'"),
    ("no page", ["shot", "{file}", "attic", "-o", "x.png"], "there is no page 'attic'"),
    ("no size", ["shot", "{file}", "home", "-o", "x.png", "--size", "big"], "--size"),
    ("it exists", ["load", str(EXAMPLE), "{file}"], "exists already"),
    ("no source", ["load", "nowhere.yaml", "{file}2"], "nowhere.yaml"),
    ("not UTF-8", ["load", "{file}", "{file}2"], "not UTF-8 text"),
]


class TestBadInput:
    @pytest.mark.parametrize(("arguments", "said"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
    def test_exit_2_one_line_and_nothing_changed(
        self, own: Path, arguments: list[object], said: str
    ) -> None:
        before = own.read_bytes()
        done = dyad(*(str(argument).replace("{file}", str(own)) for argument in arguments))
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert not done.stdout
        assert own.read_bytes() == before
        assert not own.with_name(own.name + "2").exists()

    def test_a_bad_text_makes_no_file(self, tmp_path: Path) -> None:
        bad = tmp_path / "bad.yaml"
        bad.write_text(
            EXAMPLE.read_text(encoding="utf-8").replace("supports: O1", "supports: O9"),
            encoding="utf-8",
        )
        done = dyad("load", bad, tmp_path / "bad.dyad")
        assert done.returncode == 2
        assert "bad.yaml, goals[0]" in done.stderr
        assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["bad.yaml"]

    def test_a_read_only_file_can_be_read_not_written(self, own: Path) -> None:
        own.chmod(0o444)
        assert printed("status", own, "--json")["commits"] == 1
        done = dyad("set", own, "goal", "G1", "title", "x")
        assert (done.returncode, "read-only" in done.stderr) == (2, True)

    def test_damage_is_found(self, own: Path) -> None:
        data = bytearray(own.read_bytes())
        at = data.find(b"Loaded larkhaven.yaml")
        data[at] ^= 1
        own.write_bytes(data)
        done = dyad("check", own)
        assert done.returncode in (1, 2)


class TestMaking:
    @pytest.mark.skipif(sys.platform == "win32", reason="kills a process")
    @pytest.mark.parametrize("command", [["demo"], ["load", str(EXAMPLE)]], ids=["demo", "load"])
    def test_a_kill_leaves_no_file_or_a_whole_one_and_the_name_free(
        self, tmp_path: Path, command: list[str]
    ) -> None:
        path = tmp_path / "x.dyad"
        arguments = [sys.executable, "-m", "dyad_desktop.cli", *command, str(path)]
        with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as making:
            while making.poll() is None and not any(tmp_path.glob("*x.dyad*")):
                pass
            making.kill()
        if not path.exists():
            assert dyad(*command, path).returncode == 0
        assert printed("totals", path) == TOTALS

    def test_nothing_is_left_beside_a_new_file(self, tmp_path: Path) -> None:
        assert dyad("demo", tmp_path / "x.dyad").returncode == 0
        assert [p.name for p in tmp_path.glob("*x.dyad*")] == ["x.dyad"]


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """A copy that has joined and waits for its first delivery."""
    path = tmp_path / "waiting.dyad"
    Workspace.create(path, this_computer()).close()
    return path


class TestAnEmptyCopy:
    @pytest.mark.parametrize(
        "command",
        [["totals"], ["export", "workbook"], ["export", "text"], ["dump"]],
        ids=" ".join,
    )
    def test_has_nothing_to_compute_or_write(
        self, waiting: Path, tmp_path: Path, command: list[str]
    ) -> None:
        out = tmp_path / "out"
        ending = ["-o", out] if command[0] != "totals" else []
        done = dyad(command[0], waiting, *command[1:], *ending)
        assert (done.returncode, done.stdout) == (2, "")
        assert "this copy is empty" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert not out.exists()

    @pytest.mark.parametrize("command", ["check", "status"])
    def test_says_that_it_is_empty(self, waiting: Path, command: str) -> None:
        assert "empty: no partnership has arrived in this copy yet" in dyad(command, waiting).stdout
        assert printed(command, waiting, "--json")["empty"] is True


def test_help_is_quick_and_asks_for_no_library() -> None:
    done = dyad("--help")
    assert done.returncode == 0
    assert "shot" in done.stdout
    code = (
        "import sys, dyad_desktop.cli as c; c.build_parser();"
        " print(sorted(set(sys.modules) & {'PySide6', 'sqlalchemy', 'msgspec', 'yaml'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_pictures_import_qt(example: Path) -> None:
    code = (
        f"import sys; from dyad_desktop import cli; cli.main(['check', {str(example)!r}]);"
        " assert 'PySide6' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.bench
def test_help_takes_little_longer_than_the_language_itself() -> None:
    """Some five times on a quiet machine; with Qt or the tables it would be thirty."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(5):
        for times, run in (
            (ours, lambda: dyad("--help")),
            (bare, lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)),
        ):
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
    assert min(ours) < 15 * min(bare)


def test_a_third_partner_is_added_and_invited_at_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYAD_PASSPHRASE", "x")
    monkeypatch.setenv("DYAD_HOME", str(tmp_path / "a"))
    file, copy, invite, reply = (tmp_path / n for n in ("a.dyad", "c.dyad", "invite", "reply"))
    assert dyad("demo", file).returncode == 0
    for name, more in (("Ann Field", ("--for", "B")), ("", ())):
        refused = dyad("invite", file, "--new-partner", name, *more, "-o", invite)
        assert (refused.returncode, invite.exists()) == (2, False)
    assert dyad("invite", file, "--new-partner", "Ann Field", "-o", invite).returncode == 0
    monkeypatch.setenv("DYAD_HOME", str(tmp_path / "c"))
    joined = dyad("join", invite, copy, "--name", "Ann Field", "-o", reply, "--json")
    words = json.loads(joined.stdout)["fingerprint"]
    monkeypatch.setenv("DYAD_HOME", str(tmp_path / "a"))
    assert dyad("admit", file, reply, "--fingerprint", words).returncode == 0
    assert dyad("send", file, "-o", tmp_path / "bundle").returncode == 0
    monkeypatch.setenv("DYAD_HOME", str(tmp_path / "c"))
    received = dyad("receive", copy, tmp_path / "bundle", "--fingerprint", words)
    assert received.returncode == 0, received.stderr
    assert dyad("digest", copy).stdout == dyad("digest", file).stdout
    assert dyad("get", copy, "partner", "C", "name").stdout.strip() == "Ann Field"
    assert dyad("set", copy, "goal", "G1", "title", "Hers", "--as", "C").returncode == 0


def test_a_reply_that_can_not_be_written_leaves_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYAD_PASSPHRASE", "x")
    monkeypatch.setenv("DYAD_HOME", str(tmp_path / "a"))
    assert dyad("demo", tmp_path / "a.dyad").returncode == 0
    invite, copy = tmp_path / "invite", tmp_path / "b.dyad"
    assert dyad("invite", tmp_path / "a.dyad", "-o", invite).returncode == 0
    monkeypatch.setenv("DYAD_HOME", str(tmp_path / "b"))
    done = dyad("join", invite, copy, "--name", "Marcus", "-o", tmp_path / "none" / "reply")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not copy.exists()
    again = dyad("join", invite, copy, "--name", "Marcus", "-o", tmp_path / "reply")
    assert again.returncode == 0, again.stderr
