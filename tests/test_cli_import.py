"""``dyad import``: told, written, undone; refused with a reason."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from dyad_desktop.cli import main
from dyad_desktop.domain.goals import Measure
from dyad_desktop.services import files
from dyad_desktop.services.session import Session


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "w.dyad"
    files.demo(path).close()
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "october.csv"
    path.write_text(
        "Measure;Sep 2026;Okt 2026;Nov 2026\nRoom turnover;26,9;27,4;25,5\nOurs;1;2;3\n",
        encoding="utf-8",
    )
    return path


def values(file: Path) -> dict[str, Decimal | None]:
    session = Session.open(file)
    found = dict(session.book.need(Measure, "M4.2").values)
    session.close()
    return found


def test_a_dry_run_tells_and_writes_nothing(
    file: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = values(file)
    assert main(["import", str(file), "observations", str(source), "--dry-run", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["written"], told["added"]) == (False, 1)
    assert told["changes"][-1] == {
        "measure": "M4.2", "period": "2026-11", "field": "values", "old": None, "new": 25.5, "row": 2,
    }  # fmt: skip
    assert told["bad_rows"][0]["row"] == 3
    assert values(file) == before


def test_months_of_another_century_are_bad_rows(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "far.csv"
    path.write_text("measure,period,value\nM4.2,2099-01,26\nM4.2,2026-11,25.5\n", encoding="utf-8")
    assert main(["import", str(file), "observations", str(path)]) == 1
    assert "Jan 2099 lies too far ahead" in capsys.readouterr().out
    assert "2099-01" not in values(file)


def test_values_are_brought_in_as_one_commit_that_names_its_source(
    file: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = values(file)
    asked = ["import", str(file), "observations", str(source), "--map", "Ours="]
    assert main([*asked, "--add-only"]) == 0
    assert values(file) == {**before, "2026-11": Decimal("25.5")}
    assert main(asked) == 0
    assert values(file)["2026-10"] == Decimal("27.4")
    assert "Brought in from october.csv" in capsys.readouterr().out
    session = Session.open(file)
    session.undo()
    session.undo()
    assert session.book.need(Measure, "M4.2").values["2026-10"] == before["2026-10"]
    session.close()


@pytest.mark.parametrize(
    "case",
    [
        ("MRN,Month,Value\n1,2026-10,3\n", [], "one row for each patient"),
        ("", [], "nothing in this source"),
        ("Month,Value\n2026-10,3\n", ["--measure", "nope"], "no measure 'nope'"),
        ("Measure,Month,Value\nX,2026-10,3\n", ["--map", "Y=M4.2"], "not a name of the source"),
        ("Measure,Month,Value\nX,2026-10,3\n", ["--sheet", "One"], "no sheet 'One'"),
    ],
)
def test_what_cannot_be_taken_says_why(
    file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    case: tuple[str, list[str], str],
) -> None:
    text, options, reason = case
    source = tmp_path / "s.csv"
    source.write_text(text, encoding="utf-8")
    assert main(["import", str(file), "observations", str(source), *options]) == 2
    assert reason in capsys.readouterr().err


def test_values_of_one_measure_need_no_name(file: Path, tmp_path: Path) -> None:
    source = tmp_path / "s.csv"
    source.write_text("Month,Value\n2026-11,24.5\n", encoding="utf-8")
    assert main(["import", str(file), "observations", str(source), "--measure", "M4.2"]) == 0
    assert values(file)["2026-11"] == Decimal("24.5")


def test_dates_that_can_be_two_are_refused_until_the_command_says_which(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "s.csv"
    source.write_text("Measure,Date,Value\nM4.2,05/11/2026,24.5\n", encoding="utf-8")
    before = values(file)
    asked = ["import", str(file), "observations", str(source)]
    assert main(asked) == 2
    told = capsys.readouterr().err
    assert "row 2 can be 5 Nov 2026 or 11 May 2026" in told
    assert "--dates day-first" in told
    assert values(file) == before
    assert main([*asked, "--dates", "day-first"]) == 0
    assert values(file) == {**before, "2026-11": Decimal("24.5")}


def test_a_value_against_its_own_parts_is_told_and_taken(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "s.csv"
    source.write_text(
        "Measure,Month,Value,Numerator,Denominator\nM3.2,2026-11,9.9,245,3566\n", encoding="utf-8"
    )
    asked = ["import", str(file), "observations", str(source), "--dry-run"]
    assert main(asked) == 0
    assert (
        "look: row 2, M3.2 2026-11: 9.9 doesn’t follow from 245 ÷ 3,566" in capsys.readouterr().out
    )
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["warnings"]
    assert [(one["row"], one["measure"], one["period"]) for one in told] == [
        (2, "M3.2", "2026-11"), (2, "M3.2", "2026-11"), (2, None, "2026-11"),
    ]  # fmt: skip


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "values.xlsx"
    with Workbook(str(path)) as book:
        book.add_worksheet("Read me").write(0, 0, "Extract of the quality warehouse")
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["Measure", "Nov 2026", "Dec 2026"])
        sheet.write_row(1, 0, ["Room turnover", 24.5, 25])
    return path


def test_a_cover_is_passed_over_and_that_is_said(
    file: Path, workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(file), "observations", str(workbook)]) == 0
    assert (
        "sheet 'Data' is read, of Read me, Data; no table on 'Read me'" in capsys.readouterr().out
    )
    assert values(file)["2026-11"] == Decimal("24.5")


def test_no_table_is_no_success(
    file: Path, workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["import", str(file), "observations"]
    assert main([*asked, str(workbook), "--sheet", "Read me"]) == 2
    assert (
        "no table on sheet 'Read me' (no column holds periods); sheets are Read me, Data"
        in capsys.readouterr().err
    )
    plain = tmp_path / "plain.csv"
    plain.write_text("Extract,of\nthe,warehouse\n", encoding="utf-8")
    assert main([*asked, str(plain)]) == 2
    assert "there is no table in it" in capsys.readouterr().err


def test_a_column_of_figures_that_is_not_used_is_told(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "s.csv"
    source.write_text("Measure,Month,Value,Something\nM4.2,2026-10,26.9,3\n", encoding="utf-8")
    assert main(["import", str(file), "observations", str(source)]) == 0
    assert "not used, though figures stand there: Something" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "options", "value"),
    [
        ("Month,Value\n2026-11,0.938\n2026-12,0.91\n", [], "93.8"),  # others of M1.2 are above 50
        ("Month,Value\n2026-11,0.938\n2026-12,0.91\n", ["--percentages", "percent"], "0.938"),
        ("Month,Value\n2026-11,93.8\n2026-12,91\n", ["--percentages", "fractions"], None),
        ("Month;Value\n2026-11;1.125\n", ["--decimal", "point"], "1.125"),
        ("Month;Value\n2026-11;1.125\n", ["--decimal", "comma"], None),
    ],
)
def test_how_figures_stand_can_be_said(
    file: Path, tmp_path: Path, text: str, options: list[str], value: str | None
) -> None:
    source = tmp_path / "s.csv"
    source.write_text(text, encoding="utf-8")
    asked = ["import", str(file), "observations", str(source), "--measure", "M1.2", *options]
    assert main(asked) == (0 if value else 1)
    session = Session.open(file)
    found = session.book.need(Measure, "M1.2").values.get("2026-11")
    session.close()
    assert found == (Decimal(value) if value else None)


@pytest.mark.parametrize("head", ["Date,Some heading", "Month,Room turnover"])
def test_one_column_of_figures_is_taken_whatever_it_is_called(
    file: Path, tmp_path: Path, head: str
) -> None:
    source = tmp_path / "s.csv"
    source.write_text(f"{head}\n2026-11,24.5\n2026-12,25\n", encoding="utf-8")
    assert main(["import", str(file), "observations", str(source), "--measure", "M4.2"]) == 0
    assert values(file)["2026-11"] == Decimal("24.5")


def test_several_columns_are_not_taken_for_one_measure(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "s.csv"
    source.write_text("Month,North,South\n2026-11,24.5,25\n2026-12,25,26\n", encoding="utf-8")
    assert main(["import", str(file), "observations", str(source), "--measure", "M4.2"]) == 2
    assert "several columns hold values" in capsys.readouterr().err


BUILT = "Month,Room turnover YTD\n2026-07,15\n2026-08,33\n2026-09,48\n"


def test_a_source_that_says_year_to_date_is_refused_until_the_command_says_which(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, before = tmp_path / "ytd.csv", values(file)
    source.write_text(BUILT, encoding="utf-8")
    named = ["import", str(file), "observations", str(source), "--map", "Room turnover YTD=M4.2"]
    assert main(named) == 2
    assert "say --year-to-date M4.2 if they are, or --own-period M4.2" in capsys.readouterr().err
    assert values(file) == before
    assert main([*named, "--own-period", "M4.2"]) == 0
    assert values(file)["2026-08"] == 33


def test_values_of_the_year_to_date_do_not_make_older_months_such(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "ytd.csv"
    source.write_text(BUILT.replace("Room turnover", "EP"), encoding="utf-8")
    named = ["import", str(file), "observations", str(source), "--map", "EP YTD=M7.2"]
    assert main([*named, "--year-to-date", "M7.2"]) == 0
    assert "M7.2: each month’s own value is worked out" in capsys.readouterr().out
    session = Session.open(file)
    kept = session.book.need(Measure, "M7.2")
    session.close()
    assert [kept.values[at] for at in ("2026-07", "2026-08", "2026-09")] == [15, 18, 15]
    assert kept.span is None


def test_figures_that_a_spreadsheet_worked_out_are_kept_with_nine_decimals(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "averages.csv"
    source.write_text(
        "Measure,Month,Value,Numerator,Denominator\nM4.2,2026-11,26.3666666666667,,\n"
        "M8.2,2026-11,7863.48407643312,,\nM3.2,2026-11,6.57937806873977,201,3055\n",
        encoding="utf-8",
    )
    asked = ["import", str(file), "observations", str(source)]
    assert main([*asked, "--dry-run", "--json"]) == 0
    assert (
        json.loads(capsys.readouterr().out)["rounded"] == 2
    )  # the third is worked out of its parts
    assert main(asked) == 0
    assert "2 figures are kept with 9 decimals." in capsys.readouterr().out
    assert values(file)["2026-11"] == Decimal("26.366666667")


def test_a_fraction_with_many_decimals_is_rounded_once(file: Path, tmp_path: Path) -> None:
    source = tmp_path / "s.csv"
    source.write_text("Month,Value\n2026-11,0.0657937806873977\n2026-12,0.07\n", encoding="utf-8")
    assert main(["import", str(file), "observations", str(source), "--measure", "M3.2"]) == 0
    session = Session.open(file)
    found = session.book.need(Measure, "M3.2").values["2026-11"]
    session.close()
    assert found == Decimal("6.579378069")


CALENDAR = "Month,EP ablations\n" + "".join(
    f"2026-{n:02},{value}\n" for n, value in enumerate((45, 92, 144, 192, 234, 283, 334), start=1)
)


def test_nothing_is_written_while_figures_look_like_those_of_the_year_to_date(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "cal.csv"
    source.write_text(CALENDAR, encoding="utf-8")
    asked = ["import", str(file), "observations", str(source)]

    def june() -> Decimal | None:
        session = Session.open(file)
        found = session.book.need(Measure, "M7.2").values["2026-06"]
        session.close()
        return found

    assert main(asked) == 2
    refused = capsys.readouterr().err
    assert "the values of M7.2 look like those of the year to date" in refused
    assert "--own-period M7.2 if each is its month’s own. Nothing was written" in refused
    assert june() == 49
    assert main([*asked, "--dry-run", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["open"] == ["M7.2"]
    assert main([*asked, "--dry-run"]) == 1
    assert "nothing is brought in until it is said: the values of M7.2" in capsys.readouterr().out
    assert main([*asked, "--own-period", "M7.2", "--year-to-date", "M7.2"]) == 2
    assert "either of the year to date or each month’s own" in capsys.readouterr().err
    assert main([*asked, "--own-period", "M7.2"]) == 0
    assert june() == 283
    assert main([*asked, "--year-to-date", "M7.2"]) == 0
    assert june() == 49


def test_a_cell_says_itself_whether_it_is_a_fraction(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pack.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Measure", "Nov 2026", "Dec 2026"])
        percent = book.add_format({"num_format": "0.0%"})
        sheet.write_string(1, 0, "Nurse and technologist turnover")
        sheet.write_row(1, 1, [0.16, 0.161], percent)
        sheet.write_row(2, 0, ["First-case on-time start", 72.6, 78.4])
    asked = ["import", str(file), "observations", str(path)]
    assert main([*asked, "--dry-run", "--percentages", "fractions"]) == 1
    told = capsys.readouterr().out
    assert "M6.1         2026-11 values       16\n" in told
    assert "“72.6” is taken for a fraction: 7,260 is above 100" in told
    assert main(asked) == 0
    session = Session.open(file)
    found = [session.book.need(Measure, one).values["2026-11"] for one in ("M6.1", "M4.1")]
    session.close()
    assert found == [16, Decimal("72.6")]


def test_figures_with_their_sign_say_nothing_of_those_without(file: Path, tmp_path: Path) -> None:
    source = tmp_path / "s.csv"
    source.write_text(
        "Month,Nurse and technologist turnover,No-show rate\n2026-11,16.0 %,0.066\n2026-12,16.1 %,0.071\n",
        encoding="utf-8",
    )
    assert main(["import", str(file), "observations", str(source)]) == 0
    session = Session.open(file)
    found = [session.book.need(Measure, one).values["2026-11"] for one in ("M6.1", "M3.2")]
    session.close()
    assert found == [16, Decimal("6.6")]


def test_that_percentages_are_taken_for_fractions_is_told(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pack.csv"
    path.write_text("Measure,Month,Value\nNo-show rate,Nov 2026,0.07\n", encoding="utf-8")
    asked = ["import", str(file), "observations", str(path), "--dry-run"]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert told.startswith("percentages are taken for fractions, 0.07 for 7 %")
    assert "values       7\n" in told
    assert main([*asked, "--percentages", "fractions"]) == 0
    assert "taken for fractions" not in capsys.readouterr().out
