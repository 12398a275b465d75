"""The set-up's own rules, without making an environment."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

import bootstrap
import bootstrap_debian as debian
import bootstrap_gates as gates
import bootstrap_venv
from bootstrap_venv import Environment, SetupError, explain_pip
from tests.debian_programs import XVFB, skip_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A checkout whose environment looks finished."""
    made = Environment(tmp_path)
    made.lock.parent.mkdir()
    made.lock.write_text("one==1 --hash=sha256:00\n", encoding="utf-8")
    made.project.write_text("[project]\n", encoding="utf-8")
    for name in ("python", "pip"):
        made.program(name).parent.mkdir(parents=True, exist_ok=True)
        made.program(name).touch()
    made.stamp_file.write_text(made.stamp(), encoding="utf-8")
    return made


def _install(environment: Environment, name: str) -> Path:
    """Put a package where pip would, with its notes."""
    site = environment.folder / "lib" / "python3.99" / "site-packages"
    files = [
        f"{name}/__init__.py",
        f"{name}/__pycache__/__init__.pyc",
        f"{name}-1.dist-info/RECORD",
    ]
    for file in files:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).touch()
    (site / files[-1]).write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")
    return site / name


class TestStamp:
    def test_nothing_to_do_when_nothing_changed(self, environment: Environment) -> None:
        assert environment.is_current()
        assert environment.ensure() is False

    @pytest.mark.parametrize("changed", ["lock", "project"])
    def test_a_changed_lock_or_project_keeps_the_interpreter(
        self, environment: Environment, changed: str
    ) -> None:
        getattr(environment, changed).write_text("two==2\n", encoding="utf-8")
        assert not environment.is_current()
        assert environment.can_be_kept()

    def test_line_ends_do_not_change_the_lock(self, environment: Environment) -> None:
        environment.lock.write_bytes(b"one==1 --hash=sha256:00\r\n")
        assert environment.is_current()

    def test_another_python_starts_from_nothing(
        self, environment: Environment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "version", "3.99.0 (another)")
        assert not environment.is_current()
        assert not environment.can_be_kept()

    def test_a_checkout_that_moved_starts_from_nothing(
        self, environment: Environment, tmp_path: Path
    ) -> None:
        moved = environment.root.rename(tmp_path.with_name("moved"))
        assert not Environment(moved).is_current()
        assert not Environment(moved).can_be_kept()

    def test_a_half_made_environment_starts_from_nothing(self, environment: Environment) -> None:
        environment.stamp_file.unlink()
        assert not environment.is_current()
        assert not environment.can_be_kept()

    @pytest.mark.parametrize("program", ["python", "pip"])
    def test_a_lost_program_starts_from_nothing(
        self, environment: Environment, program: str
    ) -> None:
        environment.program(program).unlink()
        assert not environment.can_be_kept()

    @pytest.mark.parametrize("stamped", [True, False], ids=["named", "unnamed"])
    def test_a_lost_file_of_a_package_starts_from_nothing(
        self, environment: Environment, *, stamped: bool
    ) -> None:
        kept = _install(environment, "one")
        lost = _install(environment, "two")
        if stamped:
            names = "".join(f"{name}\n" for name in environment.installed())
            environment.stamp_file.write_text(environment.stamp() + names, encoding="utf-8")
        assert environment.is_current()
        (lost / "__pycache__" / "__init__.pyc").unlink()
        assert environment.is_current()
        (lost / "__init__.py").unlink()
        assert not environment.is_current()
        assert not environment.can_be_kept()
        assert kept.exists()

    def test_a_lost_package_starts_from_nothing(self, environment: Environment) -> None:
        _install(environment, "one")
        environment.stamp_file.write_text(
            environment.stamp() + "one-1.dist-info\ntwo-1.dist-info\n", encoding="utf-8"
        )
        assert not environment.is_current()

    def test_an_update_that_fails_is_not_taken_for_finished(
        self, environment: Environment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        environment.lock.write_text("two==2\n", encoding="utf-8")
        failed = subprocess.CompletedProcess([], 1, "ERROR: No space left on device")
        monkeypatch.setattr(bootstrap_venv, "run_quietly", lambda *_: failed)
        with pytest.raises(SetupError, match="No space left"):
            environment.ensure()
        assert not environment.stamp_file.exists()


class TestPlainWords:
    def test_no_network_is_not_a_missing_package(self) -> None:
        output = (
            "WARNING: Retrying: NewConnectionError('Temporary failure in name resolution')\n"
            "ERROR: No matching distribution found for one==1\n"
        )
        assert explain_pip(output).startswith("no network")

    def test_a_proxy_with_its_own_certificate_is_named(self) -> None:
        output = "SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer')\n"
        assert "PIP_CERT" in explain_pip(output)

    def test_a_tampered_package_is_said_to_be_one(self) -> None:
        output = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."
        assert "lock.txt" in explain_pip(output)

    def test_other_trouble_is_pips_last_error(self) -> None:
        assert explain_pip("ERROR: one\nERROR: two\n\n") == "pip failed: two"
        assert explain_pip("Killed\n") == "pip failed: Killed"
        assert explain_pip("") == "pip failed: no reason given"

    def test_an_old_python_is_told_what_is_needed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "version_info", (3, 10, 4))
        with pytest.raises(SetupError, match=r"Python 3\.11 or newer is needed; this is 3\.10\.4"):
            bootstrap_venv.check_python()

    def test_a_split_off_venv_module_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bootstrap_venv, "has_venv", lambda: False)
        with pytest.raises(SetupError, match="apt install python3-venv"):
            bootstrap_venv.check_python()


@pytest.fixture
def bare_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debian, not as root, on which two of Qt's libraries are missing."""
    missing = {"libEGL.so.1", "libxcb-cursor.so.0"}
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(debian, "loads", lambda soname: soname not in missing)
    monkeypatch.setattr(debian, "is_debian", lambda: True)
    monkeypatch.setattr(debian, "may_install", lambda: False)


@pytest.mark.usefixtures("bare_debian")
class TestDebian:
    def test_the_one_line_names_the_packages(self) -> None:
        line = "sudo apt-get install --no-install-recommends libegl1 libxcb-cursor0$"
        with pytest.raises(SetupError, match=line):
            debian.ensure_libraries()

    def test_other_systems_get_the_library_names(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(debian, "is_debian", lambda: False)
        with pytest.raises(SetupError, match=r"libEGL\.so\.1, libxcb-cursor\.so\.0"):
            debian.ensure_libraries()

    def test_root_installs_just_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        installed: list[str] = []

        def install(packages: list[str]) -> str:
            installed.extend(packages)
            monkeypatch.setattr(debian, "loads", lambda _: True)
            return ""

        monkeypatch.setattr(debian, "may_install", lambda: True)
        monkeypatch.setattr(debian, "apt_install", install)
        debian.ensure_libraries()
        assert installed == ["libegl1", "libxcb-cursor0"]

    def test_missing_test_programs_do_not_stop_a_run(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(debian, "missing_programs", lambda: ["soffice"])
        debian.ensure_test_programs()
        assert "libreoffice-calc-nogui" in capsys.readouterr().out

    def test_mac_and_windows_are_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        debian.ensure_libraries()


class TestSummary:
    def test_all_is_well(self) -> None:
        assert gates.summary([], gates.Skips({}, {}), skip_fails=True) == "All passed"

    def test_skips_are_counted_by_program(self) -> None:
        skips = gates.Skips({"LibreOffice": 2, "Xvfb": 1}, {})
        line = gates.summary([], skips, skip_fails=False)
        assert line == "All passed; 3 tests skipped: no LibreOffice (2), no Xvfb (1)"

    def test_a_missing_program_fails_where_skips_are_not_allowed(self) -> None:
        line = gates.summary([], gates.Skips({"Xvfb": 1}, {}), skip_fails=True)
        assert line == "FAILED: skips are not allowed here; 1 test skipped: no Xvfb (1)"

    def test_another_reason_to_skip_is_no_failure(self) -> None:
        line = gates.summary([], gates.Skips({}, {"Windows only": 1}), skip_fails=True)
        assert line == "All passed; 1 test skipped: Windows only (1)"

    def test_failures_come_first(self) -> None:
        line = gates.summary(["mypy", "tests"], gates.Skips({"Xvfb": 1}, {}), skip_fails=False)
        assert line == "FAILED: mypy, tests; 1 test skipped: no Xvfb (1)"

    def test_two_runs_are_added_up_and_a_dead_one_adds_nothing(self, tmp_path: Path) -> None:
        first, second = tmp_path / "a.json", tmp_path / "b.json"
        first.write_text('{"programs": {"LibreOffice": 2}, "others": {}}', encoding="utf-8")
        second.write_text(
            '{"programs": {"LibreOffice": 1, "Xvfb": 1}, "others": {"later": 4}}', encoding="utf-8"
        )
        skips = gates.read_skips([first, second, tmp_path / "never-written.json"])
        assert skips == gates.Skips({"LibreOffice": 3, "Xvfb": 1}, {"later": 4})


class TestStages:
    def test_every_stage_runs_after_a_failure(
        self, environment: Environment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gates, "run_stage", lambda *_: False)
        assert gates.run_lint(environment) == [
            "ruff check",
            "ruff format",
            "mypy",
            "import contracts",
        ]

    @pytest.mark.parametrize(
        ("code", "may_be_empty", "passed"),
        [(0, False, True), (1, True, False), (5, False, False), (5, True, True)],
    )
    def test_only_the_screen_stage_may_find_no_test(
        self, tmp_path: Path, code: int, *, may_be_empty: bool, passed: bool
    ) -> None:
        command = [sys.executable, "-c", f"raise SystemExit({code})"]
        stage = gates.Stage("a stage", command, {}, may_be_empty=may_be_empty)
        assert gates.run_stage(stage, tmp_path) is passed

    def test_without_a_screen_qt_is_kept_off_the_desktop(
        self, environment: Environment, tmp_path: Path
    ) -> None:
        stage = gates.screen_stage(environment, tmp_path / "skips.json", None)
        assert stage.environment["QT_QPA_PLATFORM"] == "offscreen"
        assert stage.environment["DISPLAY"] == ""

    def test_a_screen_is_lent_and_ended(self, needs_xvfb_program: None) -> None:
        with gates.x_screen() as display:
            assert display is not None
            assert display.startswith(":")


@pytest.fixture
def needs_xvfb_program(request: pytest.FixtureRequest) -> None:
    """Skip without Xvfb; unlike `needs_xvfb` no screen has to be up."""
    if "Xvfb" in debian.missing_programs():
        skip_for(request.node, XVFB)


class TestCommandLine:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([], "required: COMMAND"),
            (["fly"], "invalid choice: 'fly'"),
            (["run", "no-such.dyad"], "no such file: no-such.dyad"),
            (["lint", "--fail-on-skip"], "unrecognized arguments"),
        ],
    )
    def test_a_wrong_line_exits_with_two(
        self, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as stopped:
            bootstrap.main(arguments)
        assert stopped.value.code == 2
        assert message in capsys.readouterr().err

    def test_a_set_up_that_fails_is_one_line(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail(**_: bool) -> Environment:
            raise SetupError("no network")

        monkeypatch.setattr(bootstrap, "set_up", fail)
        assert bootstrap.main(["setup"]) == 1
        assert capsys.readouterr().err == "bootstrap: no network\n"


class TestDemo:
    @pytest.fixture
    def calls(
        self, environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> list[tuple[str, ...]]:
        """Run without a display, in a folder of its own, and keep what would be started."""
        started: list[tuple[str, ...]] = []

        def start(_: Environment, *command: str) -> int:
            started.append(command)
            return 0

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(debian, "has_display", lambda: False)
        monkeypatch.setattr(bootstrap, "start", start)
        (tmp_path / "dyad-demo").mkdir()
        (tmp_path / "dyad-demo" / "larkhaven.dyad").touch()
        (tmp_path / "dyad-demo" / "mine.dyad").touch()
        assert bootstrap.run(environment, None) == 0
        return started

    def test_no_display_writes_the_example_the_workbook_and_every_page(
        self, calls: list[tuple[str, ...]]
    ) -> None:
        assert [call[1] for call in calls] == ["demo", "export", *["shot"] * len(bootstrap.PAGES)]
        assert {call[3] for call in calls if call[1] == "shot"} == set(bootstrap.PAGES)

    @pytest.mark.usefixtures("calls")
    def test_only_our_own_file_is_replaced(self, tmp_path: Path) -> None:
        assert [path.name for path in (tmp_path / "dyad-demo").iterdir()] == ["mine.dyad"]


class TestLock:
    @pytest.fixture
    def lock(self) -> str:
        """The lock file of this project."""
        return Environment(bootstrap.ROOT).lock.read_text(encoding="utf-8")

    def test_it_holds_every_pin_of_the_project(self, lock: str) -> None:
        text = Environment(bootstrap.ROOT).project.read_text(encoding="utf-8")
        project = tomllib.loads(text)
        pins = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
        locked = {line.split()[0].lower() for line in lock.splitlines() if "==" in line}
        assert {pin.lower() for pin in pins} <= locked

    def test_it_names_no_host(self, lock: str) -> None:
        assert "://" not in lock
        assert not [line for line in lock.splitlines() if line.startswith("-")]


class TestSimulate:
    def test_length_and_seed_are_handed_on(self) -> None:
        options = bootstrap.parse(["simulate", "--minutes", "0.5", "--seed", "7"])
        assert bootstrap.simulated(options) == ["--minutes", "0.5", "--seed", "7"]

    def test_without_a_seed_chance_decides(self) -> None:
        options = bootstrap.parse(["simulate"])
        assert bootstrap.simulated(options) == ["--minutes", "10.0"]

    def test_a_length_is_a_number(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            bootstrap.parse(["simulate", "--minutes", "long"])
        assert "invalid float value: 'long'" in capsys.readouterr().err
