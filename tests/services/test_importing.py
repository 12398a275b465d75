"""Values brought in: what a source changes, by real files; one commit; marks by age; year-to-date figures."""

import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import VALUE, WIDE
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.exchange.observations import Source, read_clipboard, read_file
from dyad_desktop.replication.change import Address
from dyad_desktop.services.bringing_in import bring_in
from dyad_desktop.services.editing import create, fresh, set_field
from dyad_desktop.services.goals import Entry, by_hand, record_observations
from dyad_desktop.services.importing import (
    ADDED,
    CHANGED,
    EQUAL,
    LEFT,
    Preview,
    Wish,
    again,
    guessed,
    known_of,
    preview,
)
from dyad_desktop.services.importing_apart import apart_in
from dyad_desktop.services.importing_checks import noticed
from dyad_desktop.services.importing_parts import Doubt
from dyad_desktop.services.importing_past import corrections, measures_of
from dyad_desktop.services.session import Session
from tests.services.apart import apart
from tests.services.importing import looked_at


def told(shown: Preview, words: str) -> list[Doubt]:
    return [one for one in shown.doubts if words in one.reason]


def measure(session: Session, name: str) -> Measure:
    return session.book.need(Measure, name)


TURNOVER = "Measure\tSep 2026\tOct 2026\tNov 2026\nRoom turnover\t27.2\t27.4\t25.5\n"


def test_what_is_added_replaced_and_equal_is_told_before_it_is_written(session: Session) -> None:
    shown = looked_at(session, read_clipboard(TURNOVER))
    assert [(m.period, m.how, m.old, m.new) for m in shown.moves] == [
        ("2026-09", EQUAL, Decimal("27.2"), Decimal("27.2")),
        ("2026-10", CHANGED, Decimal("26.9"), Decimal("27.4")),
        ("2026-11", ADDED, None, Decimal("25.5")),
    ]
    assert measure(session, "M4.2").values["2026-10"] == Decimal("26.9")
    count = len(session.journal())
    changes = bring_in(session, shown)
    assert len(session.journal()) == count + 1
    assert changes.note == "Brought in from clipboard: 2 periods of Room turnover"
    assert measure(session, "M4.2").values["2026-10"] == Decimal("27.4")
    newest = next(
        line for line in session.history(("measure", "M4.2")) if line.at.slot == "2026-10"
    )
    assert (newest.at.field, newest.before, newest.after) == ("values", "26.9", "27.4")
    session.undo()
    assert measure(session, "M4.2").values["2026-10"] == Decimal("26.9")
    assert "2026-11" not in {p for p, v in measure(session, "M4.2").values.items() if v is not None}


def test_only_adding_leaves_what_stands(session: Session) -> None:
    shown = looked_at(session, read_clipboard(TURNOVER), Wish(replacing=False))
    assert [move.how for move in shown.moves] == [EQUAL, LEFT, ADDED]
    bring_in(session, shown)
    assert measure(session, "M4.2").values["2026-10"] == Decimal("26.9")
    assert measure(session, "M4.2").values["2026-11"] == Decimal("25.5")


def test_a_ratio_follows_its_parts_and_a_value_that_says_the_same_is_not_typed(
    session: Session,
) -> None:
    text = "Measure,Month,Value,Numerator,Denominator\nNo-show rate,Nov 2026,6.46,31,480\n"
    shown = looked_at(session, read_clipboard(text))
    moves = {move.field: (move.new, move.row) for move in shown.written}
    assert moves["values"] == (Decimal("6.5"), 2)
    bring_in(session, shown)
    assert measure(session, "M3.2").values["2026-11"] == Decimal("6.5")


HALVES = "Measure,Month,Value,Numerator,Denominator\nSeen within 7 days of discharge,Nov 2026,"


@pytest.mark.parametrize("said", ["76.2", "76.3", "76.25"])
def test_a_half_is_what_its_parts_give_in_whichever_way_the_source_rounds(
    session: Session, said: str
) -> None:
    shown = looked_at(session, read_clipboard(f"{HALVES}{said},61,80\n"))
    assert {m.field: m.new for m in shown.written}["values"] == Decimal("76.3")
    assert not told(shown, "follow")
    bring_in(session, shown)
    after = measure(session, "M2.2")
    assert after.values["2026-11"] == Decimal("76.3")
    assert not by_hand(after, "2026-11")
    again = looked_at(session, read_clipboard(f"{HALVES}{said},,\n"))
    assert [move.how for move in again.moves] == [EQUAL]


NO_SHOW = "Measure,Month,Value,Numerator,Denominator\nNo-show rate,Nov 2026,"


def test_what_a_file_says_stands_though_another_value_was_entered_on_its_own_before(
    session: Session,
) -> None:
    set_field(session, ("measure", "M3.2"), "values", Decimal("6.4"), slot="2026-11")
    for text in ("7.2,250,3480\n", ",250,3480\n"):
        shown = looked_at(session, read_clipboard(NO_SHOW + text))
        assert (VALUE, Decimal("6.4"), Decimal("7.2"), CHANGED) in {
            (m.field, m.old, m.new, m.how) for m in shown.written
        }
        bring_in(session, shown)
        after = measure(session, "M3.2")
        assert after.values["2026-11"] == Decimal("7.2")
        assert not by_hand(after, "2026-11")
        assert not told(shown, "follow")
        session.undo()


def test_a_value_that_contradicts_its_own_parts_is_used_and_told(session: Session) -> None:
    shown = looked_at(session, read_clipboard(NO_SHOW + "9.9,245,3566\n"))
    assert told(shown, "follow")[0] == Doubt(
        2, "M3.2", "2026-11", "9.9 doesn’t follow from 245 ÷ 3,566, which give 6.9; 9.9 is used"
    )
    bring_in(session, shown)
    assert measure(session, "M3.2").values["2026-11"] == Decimal("9.9")
    same = NO_SHOW.replace("Nov", "Oct")
    stands = measure(session, "M3.2").values["2026-10"]
    again_ = looked_at(session, read_clipboard(f"{same}{stands},300,3000\n"))
    assert again_.doubts
    bring_in(session, again_)
    assert measure(session, "M3.2").values["2026-10"] == stands


def test_a_value_without_parts_is_told_where_those_that_stand_give_another(
    session: Session,
) -> None:
    shown = looked_at(session, read_clipboard("Measure,Month,Value\nNo-show rate,Sep 2026,7.7\n"))
    assert [one.row for one in told(shown, "; 7.7 is used")] == [2]
    assert "the chart of No-show rate changes from p chart to XmR chart" in shown.doubts[-1].reason


def test_a_value_that_is_left_beside_new_parts_is_told(session: Session) -> None:
    set_field(session, ("measure", "M3.2"), "values", Decimal("6.4"), slot="2026-11")
    shown = looked_at(session, read_clipboard(NO_SHOW + ",250,3480\n"), Wish(replacing=False))
    assert [(m.field, m.how) for m in shown.moves] == [
        ("values", LEFT), ("numerator", ADDED), ("denominator", ADDED),
    ]  # fmt: skip
    assert shown.doubts[0].reason.startswith(
        "6.4 stands and is left, though it doesn’t follow from"
    )
    bring_in(session, looked_at(session, read_clipboard(NO_SHOW + "9.9,250,3480\n")))
    typed = looked_at(session, read_clipboard(NO_SHOW + ",250,3480\n"))
    assert not typed.written
    assert typed.doubts[0].reason.startswith("9.9 stands and is left")


def test_of_a_period_of_which_one_figure_cannot_be_none_is_taken(session: Session) -> None:
    shown = looked_at(
        session,
        read_clipboard(
            "Measure,Month,Value,Numerator,Denominator\nSeen within 7 days of discharge,Sep 2026,,120,78\n"
            "30-day all-cause readmission after heart-failure discharge,Sep 2026,,21,0\nNo-show rate,Sep 2026,104,,\n"
            "EP ablations,Sep 2026,-3,,\nRoom turnover,Sep 2026,27.3,,\n"
        ),
    )
    assert {move.measure for move in shown.moves} == {"M4.2"}
    assert [(one.row, one.reason) for one in shown.bad] == [
        (2, "120 of 78: a share of cases can’t be above its denominator"),
        (3, "a denominator of 0: nothing can be divided by it"),
        (4, "104 is above 100, the most that No-show rate can be"),
        (5, "−3 as a value: a count can’t be below 0"),
    ]
    assert shown.bad[0].text.endswith("Sep 2026: numerator 120, denominator 78")


def test_parts_in_rows_of_their_own_are_left_together(session: Session) -> None:
    text = (
        "Measure|Part|Sep 2026|Oct 2026\nM3.2|numerator|250|260\nM3.2|denominator|0|3500\n".replace(
            "|", "\t"
        )
    )
    shown = looked_at(session, read_clipboard(text))
    assert {move.period for move in shown.moves} == {"2026-10"}
    assert [one.row for one in shown.bad] == [2, 3]
    assert shown.bad[0].reason == "row 3 says of the same period what can’t be"


def test_what_is_unusual_is_told_and_taken(session: Session) -> None:
    shown = looked_at(
        session, read_clipboard("Measure\tMonth\tValue\nM4.2\tOct 2026\t270\n"
        "M6.1\tFeb 2027\t0.18\nM6.1\tSep 2026\t14\n")
    )  # fmt: skip
    assert [(one.row, one.measure, one.period) for one in shown.doubts] == [
        (2, "M4.2", "2026-10"), (3, "M6.1", "2027-02"), (3, "", "2027-02"),
    ]  # fmt: skip
    assert "perhaps a fraction" in shown.doubts[1].reason
    assert len(shown.written) == 3


def test_a_month_of_another_century_is_a_bad_row(session: Session) -> None:
    rows = ["Measure\tMonth\tValue", "M6.1\tFeb 2099\t14", "M6.1\tMar 1926\t14"]
    text = "\n".join([*rows, *(f"M6.1\t2026-0{n}\t14" for n in range(1, 10))])
    shown = looked_at(session, read_clipboard(text))
    assert [(one.row, one.reason.partition(":")[0]) for one in shown.bad] == [
        (2, "Feb 2099 lies too far ahead"),
        (3, "“Mar 1926” lies outside 1990 to 2100"),
    ]
    assert {move.period for move in shown.moves} == {f"2026-0{n}" for n in range(1, 10)}


def test_a_month_without_a_denominator_that_changes_the_chart_is_told(session: Session) -> None:
    shown = looked_at(
        session, read_clipboard("Measure\tMonth\tValue\nNo-show rate\tNov 2026\t6.4\n")
    )
    found = told(shown, "the chart of")[0]
    assert (found.row, found.measure, found.period) == (2, "M3.2", "2026-11")
    assert found.reason.startswith(
        "Nov 2026 without a denominator: the chart of No-show rate changes from p chart to XmR chart"
    )
    bring_in(session, shown)
    back = looked_at(session, read_clipboard(NO_SHOW + ",250,3900\n"))
    assert told(back, "changes from XmR chart to p chart")
    whole = looked_at(session, read_clipboard("Measure\tMonth\tValue\nM4.2\tNov 2026\t26\n"))
    assert [one.measure for one in whole.doubts] == [""]


def test_nothing_is_written_over_measures_that_changed_meanwhile(session: Session) -> None:
    shown = looked_at(session, read_clipboard(TURNOVER))
    set_field(session, ("measure", "M4.2"), "values", Decimal(30), slot="2026-10")
    with pytest.raises(BadInputError, match="changed meanwhile"):
        bring_in(session, shown)
    assert measure(session, "M4.2").values["2026-10"] == Decimal(30)
    bring_in(session, again(session.book, shown, shown.wish, shown.apart))
    with pytest.raises(BadInputError, match="nothing of this source differs"):
        bring_in(session, looked_at(session, read_clipboard(TURNOVER)))


def test_young_periods_are_marked_and_the_mark_is_lifted_once_they_are_complete(
    session: Session,
) -> None:
    set_field(session, ("measure", "M4.2"), "lag_days", 30)
    shown = looked_at(session, read_clipboard(TURNOVER))
    assert shown.young == 2
    bring_in(session, shown)
    assert dict(measure(session, "M4.2").marks) == {
        "2026-10": "provisional", "2026-11": "provisional",
    }  # fmt: skip
    set_field(session, ("partnership", "partnership"), "as_of", "2026-12-15")
    bring_in(session, looked_at(session, read_clipboard(TURNOVER.replace("27.4", "27.5"))))
    marks = measure(session, "M4.2").marks
    assert (marks["2026-10"], marks["2026-11"]) == (None, "provisional")
    plain = looked_at(session, read_clipboard(TURNOVER), Wish(marking=False))
    assert {move.field for move in plain.moves} == {"values"}


def test_figures_that_build_up_are_offered_as_year_to_date(session: Session) -> None:
    months = [f"2024-{n:02d}" for n in range(4, 13)]
    text = "Month\tRoom turnover\n" + "".join(
        f"{month}\t{value}\n" for month, value in zip(months, [50, 60, 70, 5, 9, 14, 20, 27, 33], strict=True)
    )  # fmt: skip
    stand = sorted(measure(session, "M4.2").values)
    record_observations(session, "M4.2", [Entry(period, VALUE, None) for period in stand])
    shown = looked_at(session, read_clipboard(text))
    assert shown.building == ("M4.2",)
    bring_in(
        session, again(session.book, shown, Wish(year_to_date=frozenset({"M4.2"})), shown.apart)
    )
    assert measure(session, "M4.2").span == "year_to_date"


def test_rows_about_patients_are_refused_also_past_the_guess(session: Session) -> None:
    source = read_clipboard("Month,MRN,Value\n2026-10,1,3\n")
    with pytest.raises(BadInputError, match="one row for each patient"):
        guessed(source, known_of(session.book))
    plain = read_clipboard(TURNOVER)
    reading = guessed(plain, known_of(session.book))
    with pytest.raises(BadInputError, match="one row for each patient"):
        preview(session.book, source, reading)


def test_comparing_tells_how_far_it_is_and_stops(session: Session) -> None:
    rows = (("Measure", "Month", "Value"), *[("M4.2", "2026-10", "27")] * 5000)
    source = Source("many", rows)
    reading = guessed(source, known_of(session.book))
    told: list[int] = []
    preview(session.book, source, reading, progress=lambda _what, done, _of: told.append(done))
    assert told == [1000, 2000, 3000, 4000, 5000]
    with pytest.raises(DyadError, match="Stopped"):
        preview(session.book, source, reading, cancelled=lambda: len(told) > 0)


# -- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "delimiter", "decimal"),
    [
        ("utf-8", ",", "."), ("utf-8-sig", ";", ","), ("utf-16", "\t", ","), ("cp1252", ";", ","),
        ("utf-8", "|", "."), ("utf-16-le", ";", "."),
    ],
)  # fmt: skip
def test_text_of_any_encoding_and_delimiter_says_the_same(
    session: Session, tmp_path: Path, *, encoding: str, delimiter: str, decimal: str
) -> None:
    rows = [["Maßzahl", "Okt 2026", "Nov 2026"], ["Room turnover", f"27{decimal}4", f"25{decimal}5"]]  # fmt: skip
    path = tmp_path / "s.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    source = read_file(path)
    assert source.rows[0][0] == "Maßzahl"
    shown = looked_at(session, source)
    assert [move.new for move in shown.written] == [Decimal("27.4"), Decimal("25.5")]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "values.xlsx"
    with Workbook(str(path)) as book:
        book.add_worksheet("Notes")
        sheet = book.add_worksheet("Values")
        day = book.add_format({"num_format": "mmm yyyy"})
        percent = book.add_format({"num_format": "0.0%"})
        sheet.write(1, 1, "Quality report")
        sheet.write_row(3, 1, ["Measure", None, None])
        for column, serial in ((2, 46326), (3, 46356)):
            sheet.write_number(3, column, serial, day)
        sheet.write(4, 1, "No-show rate")
        sheet.write_number(4, 2, 0.071, percent)
        sheet.write_number(4, 3, 0.064, percent)
        sheet.write(5, 1, "Room turnover")
        sheet.write_number(5, 2, 27.1 + 0.3)
        sheet.write_formula(5, 3, "=20+5.5", None, 25.5)
    return path


def values_of(session: Session, path: Path) -> list[tuple[str, str, object, int]]:
    source = read_file(path)
    assert source.sheet == "Values"
    reading = guessed(source, known_of(session.book))
    assert reading.shape == WIDE
    return [
        (move.measure, move.period, move.new, move.row)
        for move in preview(session.book, source, reading).written
        if move.field == "values"
    ]


WANTED = [
    ("M3.2", "2026-10", Decimal("7.1"), 5),
    ("M3.2", "2026-11", Decimal("6.4"), 5),
    ("M4.2", "2026-10", Decimal("27.4"), 6),
    ("M4.2", "2026-11", Decimal("25.5"), 6),
]


def test_a_workbook_with_dates_percentages_and_formulas_is_read(
    session: Session, workbook: Path
) -> None:
    assert values_of(session, workbook) == WANTED


def test_errors_and_formulas_without_a_result_are_listed(session: Session, tmp_path: Path) -> None:
    path, saved = tmp_path / "made.xlsx", tmp_path / "values.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("A & B")
        sheet.write_row(0, 0, ["Measure", "Sep 2026", "Oct 2026", "Nov 2026", "Dec 2026"])
        sheet.write_row(1, 0, ["EP ablations", 44, 46])
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")
        sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 0, ["Room turnover", 26.9])
        sheet.write_formula(2, 2, "=B3-2", None, 777)
        sheet.write_formula(2, 3, '=""', None, "")
        sheet.write(2, 4, "n/a")
    spellings = {b"<f>B3-2</f><v>777</v>": b"<f>B3-2</f><v/>", b'<c r="D3">': b'<c r="D3" t="str">'}
    with ZipFile(path) as made, ZipFile(saved, "w") as copy:
        for name in made.namelist():
            text = made.read(name)
            for written, meant in spellings.items():
                text = text.replace(written, meant)
            copy.writestr(name, text)
    shown = looked_at(session, read_file(saved))
    assert [(one.row, one.reason.partition("”")[0]) for one in shown.passed] == [
        (3, "Dec 2026: “n/a"),
    ]
    assert [(one.row, one.reason.partition(";")[0]) for one in shown.bad] == [
        (2, "“#N/A” is an error of the spreadsheet"),
        (2, "“#DIV/0!” is an error of the spreadsheet"),
        (3, "“=B3-2” is a formula without its result"),
    ]
    assert len([move for move in shown.moves if move.field == VALUE]) == 3


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_workbook_that_libreoffice_wrote_is_read_alike(
    session: Session, workbook: Path, needs_soffice: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / "out"
    subprocess.run(
        [needs_soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", suffix, "--outdir", out, workbook],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert values_of(session, out / f"values.{suffix}") == WANTED


def test_a_workbook_is_known_by_its_content_whatever_its_name(
    session: Session, workbook: Path, tmp_path: Path
) -> None:
    renamed = Path(shutil.copyfile(workbook, tmp_path / "export.csv"))
    assert values_of(session, renamed) == WANTED


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"PK\x03\x04broken", "a.xlsx", "can't be read as a workbook"),
        (b"\x00\x01\x02\x03" * 50, "a.csv", "no text and no workbook"),
        (b"", "a.csv", "nothing in this source"),
    ],
)
def test_what_is_no_table_says_why(
    session: Session, tmp_path: Path, *, data: bytes, name: str, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInputError, match=reason):
        guessed(read_file(tmp_path / name), known_of(session.book))
    with pytest.raises(BadInputError, match="can't be read"):
        read_file(tmp_path / "not there.csv")


def test_a_table_copied_from_a_web_page_is_read(session: Session) -> None:
    html = (
        "<html><body><p>x</p><table><tr><th>Measure</th><th>Oct&nbsp;2026</th><th colspan=1>Nov<br>2026</th></tr>"
        "<tr><td><b>Room</b> turnover</td><td>27.4<td>25.5</tr></table><table><tr><td>no</td></tr></table></body>"
    )
    shown = looked_at(session, read_clipboard("Measure Oct 2026 …", html))
    assert [move.new for move in shown.written] == [Decimal("27.4"), Decimal("25.5")]
    with pytest.raises(BadInputError, match="no text"):
        read_clipboard("", "<p>nothing</p>")


def test_what_was_typed_is_noticed(session: Session) -> None:
    before = measure(session, "M3.2")
    entries = [
        Entry("2027-02", "numerator", Decimal(70)),
        Entry("2027-02", "denominator", Decimal(80)),
    ]
    with pytest.raises(BadInputError, match="90 of 80: a share of cases can’t be above"):
        record_observations(session, "M3.2", [replace(entries[0], value=Decimal(90)), entries[1]])
    record_observations(session, "M3.2", entries)
    found = noticed(session.book, before, measure(session, "M3.2"), entries)
    assert found[0].startswith("Feb 2027: 87.5 is far above what is usual")
    assert found[1] == "Feb 2027 lies after the partnership’s date, 31 Oct 2026: 2 values"
    assert len(found) == 2
    gone = [Entry("2027-02", "values", None)]
    assert not noticed(session.book, before, before, gone)


def test_what_the_partners_hold_apart_is_left_to_them(session: Session) -> None:
    """An import that names both their values as seen would settle it, and nobody would have said so."""
    at = apart(
        session, Address("measure", "M4.2", "values", "2026-10"), A=Decimal(30), B=Decimal(31)
    )
    source = read_clipboard(TURNOVER)
    known = known_of(session.book)
    held = apart_in(session.disagreements())
    shown = preview(session.book, source, guessed(source, known), known=known, apart=held)
    assert [(m.period, m.how) for m in shown.moves] == [
        ("2026-10", LEFT), ("2026-09", EQUAL), ("2026-11", ADDED),
    ]  # fmt: skip
    assert [one.period for one in told(shown, "settle which counts first")] == ["2026-10"]
    bring_in(session, shown)
    assert session.disagreements() == [at]
    assert {side.value for side in session.sides(at)} == {"30", "31"}
    assert measure(session, "M4.2").values["2026-11"] == Decimal("25.5")


def test_what_came_apart_under_the_preview_is_not_written_over(session: Session) -> None:
    shown = looked_at(session, read_clipboard(TURNOVER))
    at = apart(
        session, Address("measure", "M4.2", "values", "2026-10"), A=Decimal(30), B=Decimal(31)
    )
    with pytest.raises(BadInputError, match="look at the preview again"):
        bring_in(session, shown)
    assert session.disagreements() == [at]


@pytest.mark.parametrize(
    ("unit", "aggregation", "chart", "multiplier", "value"),
    [
        ("%", "ratio", None, None, "93.8"),
        ("%", None, "p", None, "93.8"),
        ("% of patients", "ratio", None, None, "93.8"),
        ("per 1,000 days", None, "u", "1000", "937.5"),
        ("per 1,000 days", None, "u", None, "937.5"),
        ("share of 100", None, "p", None, None),
        ("", "ratio", None, None, "0.9"),
        ("%", "mean", "i", None, None),
    ],
)
def test_a_ratio_is_computed_however_it_is_said_to_be_one(
    session: Session, unit: str, aggregation: str | None, chart: str | None, multiplier: str | None,
    value: str | None,
) -> None:  # fmt: skip
    made = fresh(
        Measure, goal="G1", title="Seen in time", unit=unit, aggregation=aggregation, chart=chart, decimals=1,
        multiplier=Decimal(multiplier) if multiplier else None,
    )  # fmt: skip
    create(session, made)
    source = read_clipboard(
        "Measure\tMonth\tNumerator\tDenominator\nSeen in time\t2026-09\t15\t16\n"
    )
    shown = looked_at(session, source)
    assert shown.partless == (() if value else (made.id,))
    bring_in(session, shown)
    assert measure(session, made.id).values.get("2026-09") == (Decimal(value) if value else None)


def test_where_nothing_is_said_the_values_that_stand_tell_whether_parts_give_them(
    session: Session,
) -> None:
    """Shares that were typed out of 100 aren't a hundredth of that because parts come along."""
    made = fresh(
        Measure, goal="G1", title="Seen in time", unit="share of 100", chart="p", decimals=1,
        values={"2026-08": Decimal("93.8")}, numerator={"2026-08": Decimal(15)},
        denominator={"2026-08": Decimal(16)},
    )  # fmt: skip
    create(session, made)
    text = "Measure\tMonth\tNumerator\tDenominator\nSeen in time\t2026-09\t15\t16\n"
    shown = looked_at(session, read_clipboard(text))
    assert shown.partless == (made.id,)
    bring_in(session, shown)
    assert measure(session, made.id).values.get("2026-09") is None
    set_field(session, ("measure", made.id), "unit", "%")
    record_observations(session, made.id, [Entry("2026-09", "numerator", Decimal(14))])
    assert measure(session, made.id).values["2026-09"] == Decimal("87.5")


STEMI = "Measure\tMonth\tNumerator\tDenominator\nM1.2\t2026-10\t{}\t17\n"


def brought(session: Session, numerator: int) -> Preview:
    source, known = read_clipboard(STEMI.format(numerator)), known_of(session.book)
    reading = guessed(source, known)
    past = corrections(session, measures_of(reading))
    return preview(session.book, source, reading, known=known, past=past)


def test_what_was_corrected_after_an_import_is_told_where_the_file_brings_it_back(
    session: Session,
) -> None:
    bring_in(session, brought(session, 16))
    fifteen = [Entry("2026-10", "numerator", Decimal(15))]
    record_observations(session, "M1.2", fifteen)
    who = session.book.label("partner", session.partner)
    [doubt] = [one for one in brought(session, 16).doubts if "corrected" in one.reason]
    assert doubt.reason.startswith(f"{who} corrected 16 to 15 on ")
    assert doubt.reason.endswith(", after it was brought in; this source brings 16 back")
    assert (doubt.row, doubt.measure, doubt.period) == (2, "M1.2", "2026-10")
    assert not told(brought(session, 14), "corrected")  # another figure is news
    session.undo()
    bring_in(session, brought(session, 17))
    assert not told(brought(session, 16), "corrected")  # the later source replaced it, no person


def test_a_figure_of_the_first_day_is_no_correction(session: Session) -> None:
    assert not told(brought(session, 16), "corrected")


def test_a_number_of_a_workbook_has_a_decimal_point_whatever_fits(
    session: Session, tmp_path: Path
) -> None:
    """Text may be a thousand and more, or one and a bit; of a number it is known."""
    wide = fresh(Measure, id="wide", goal="G1", title="Visits", unit="visits", target=Decimal(1200))
    create(session, wide)
    with Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(
            [
                ("Measure", "Month", "Value"),
                ("wide", "2026-07", 1.194),
                ("wide", "2026-08", "1.205"),
            ]
        ):
            sheet.write_row(at, 0, row)
    shown = looked_at(session, read_file(tmp_path / "a.xlsx"))
    assert [move.new for move in shown.written if move.field == VALUE] == [Decimal("1.194")]
    assert "may be 1,205 or 1.205" in shown.bad[0].reason
