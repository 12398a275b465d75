"""Other people's files: periods, figures, headings of patients, shapes; and a round trip of what was written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.fiscal import MONTH_NAMES, add_months
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import (
    LEFT_OUT,
    LONG,
    TURNED,
    WIDE,
    BadRow,
    Item,
    Known,
    PassedRow,
    Reading,
    read,
)
from dyad_desktop.domain.observation_import_checks import is_young
from dyad_desktop.domain.observation_import_contradictions import contradictions
from dyad_desktop.domain.observation_import_dates import Question, question_in
from dyad_desktop.domain.observation_import_figures import (
    read_figure,
    told_comma,
    typed_figure,
)
from dyad_desktop.domain.observation_import_guess import guess, unused_in, with_names
from dyad_desktop.domain.observation_import_patients import check_no_patients, names_a_patient
from dyad_desktop.domain.observation_import_periods import (
    Spelling,
    day_first_in,
    is_period,
    read_period,
)
from dyad_desktop.domain.observation_import_plausible import (
    ahead,
    impossible,
    impossible_share,
    unusual,
)
from dyad_desktop.domain.observation_import_to_date import said_to_date
from dyad_desktop.domain.observation_import_units import without_unit
from dyad_desktop.domain.observation_import_words import plain_name, to_date_in, without_to_date
from dyad_desktop.errors import BadInputError


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026-10", "2026-10"), ("2026/10", "2026-10"), ("2026.10", "2026-10"), ("202610", "2026-10"),
        ("10/2026", "2026-10"), ("10.2026", "2026-10"), ("1/2026", "2026-01"), ("Oct 2026", "2026-10"),
        ("OCT-26", "2026-10"), ("October 2026", "2026-10"), ("Sept. 2026", "2026-09"), ("Okt 2026", "2026-10"),
        ("2026 Oct", "2026-10"), ("Oct ’26".replace("’", "'"), "2026-10"), ("31.10.2026", "2026-10"),
        ("10/31/2026", "2026-10"), ("31/10/2026", "2026-10"), ("2026-10-31", "2026-10"),
        ("2026-10-31 00:00:00", "2026-10"), ("2026-10-31T12:30:00Z", "2026-10"), ("1.10.26", "2026-10"),
        ("1 Oct 2026", "2026-10"), ("31st October 2026", "2026-10"), ("October 31, 2026", "2026-10"),
        ("2026 Q4", "2026-10"), ("2026-Q4", "2026-10"), ("Q4 2026", "2026-10"), ("4Q26", "2026-10"),
        ("FY27 Q2", "2026-10"), ("Q2 FY2027", "2026-10"), ("FY27 P04", "2026-10"), ("2026M10", "2026-10"),
        ("46326", "2026-10"), ("46326.0", "2026-10"), ("20261031", "2026-10"), (" Oct\u00a02026 ", "2026-10"),
    ],
)  # fmt: skip
def test_a_period_is_read_as_people_write_it(text: str, period: str) -> None:
    assert read_period(text, Spelling(start_month=7)).period == period


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026", "is a year"), ("FY27", "is a year"), ("2026-W44", "is a week"), ("Week 3", "is a week"),
        ("13/2026", "not a period"), ("31/02/2026", "not a period"), ("Foo 2026", "not a period"),
        ("1867-07", "outside 1990"), ("12345", "not a period"), ("", "no period"), ("FY27 P13", "not a period"),
    ],
)  # fmt: skip
def test_what_is_no_period_says_why(text: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        read_period(text, Spelling())
    assert not is_period(text)


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["31/01/2026", "02/01/2026"], True), (["01/31/2026", "02/03/2026"], False),
        (["01/01/2026", "01/02/2026", "01/03/2026"], None), (["03/04/2026"], None), (["Jan 2026", "2026-11-05"], None),
        (["01.11.2026"], True), (["1.12.26"], True), (["05/11/2026", "01.11.2026"], True), (["11.30.2026"], None),
        (["30/11/2026", "11/30/2026"], None), (["30/11/2026", "31/10/2026", "11/30/2026"], True),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month_is_told_by_a_whole_column(
    texts: list[str], *, first: bool | None
) -> None:
    assert day_first_in(texts) is first


@pytest.mark.parametrize(
    ("text", "first", "period"),
    [
        ("01.11.2026", None, "2026-11"), ("1.12.26", None, "2026-12"), ("05/11/2026", True, "2026-11"),
        ("05/11/2026", False, "2026-05"), ("30-11-2026", None, "2026-11"), ("11/30/2026 00:00", None, "2026-11"),
        ("05/05/2026", None, "2026-05"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_the_order_of_its_column(
    text: str, period: str, *, first: bool | None
) -> None:
    assert read_period(text, Spelling(day_first=first)).period == period


@pytest.mark.parametrize(
    ("text", "first", "reason"),
    [
        ("05/11/2026", None, "can be 5 Nov 2026 or 11 May 2026"), ("11/30/2026", True, "has the month first"),
        ("30/11/2026", False, "has the day first"), ("01.11.2026", False, "has the day first"),
        ("11.30.2026", True, "there is no month 30"), ("31/31/2026", None, "not a period"),
    ],
)  # fmt: skip
def test_a_date_that_does_not_fit_its_column_says_why(
    text: str, reason: str, *, first: bool | None
) -> None:
    with pytest.raises(BadInputError, match=reason):
        read_period(text, Spelling(day_first=first))


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("1,234.5", False, "1234.5"), ("1.234,5", True, "1234.5"), ("12,5", True, "12.5"),
        ("1 234,5", True, "1234.5"), ("1\u202f234,5", True, "1234.5"), ("(3,5)", True, "-3.5"),
        ("1.234.567", True, "1234567"), ("26.4%", False, "26.4"), ("3,5 %", True, "3.5"),
        ("1.2E+05", False, "120000"), ("$1,200", False, "1200"), ("−5", False, "-5"), ("1'234.5", False, "1234.5"),
        ("0.30000000000000004", False, "0.30000000000000004"), ("12", True, "12"),
    ],
)  # fmt: skip
def test_a_figure_is_read_with_either_decimal_mark(text: str, *, comma: bool, value: str) -> None:
    assert read_figure(text, comma=comma, percent=True) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("6,1", False, "6.1"), ("6,1 %", False, "6.1"), ("6.1", True, "6.1"), ("1.234,5", False, "1234.5"),
        ("1,234.5", True, "1234.5"), ("6,125", True, "6.125"), ("6,125", False, "6125"), ("6.125", True, "6125"),
        ("0,125", False, "0.125"), ("=6+1", True, "7"), ("1.2k", False, "1200"), ("(3,5)", False, "-3.5"),
        ("6.125", False, "6.125"), ("6,125", None, "6125"), ("1.234.567", None, "1234567"),
        ("26.3666666666667", None, "26.366666667"), ("6,57937806873977", None, "6.579378069"),
    ],
)  # fmt: skip
def test_a_typed_figure_is_read_as_it_can_only_be(
    text: str, *, comma: bool | None, value: str
) -> None:
    assert typed_figure(text, comma=comma, percent=True) == Decimal(value)


def is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


@pytest.mark.parametrize(
    ("text", "value"), [("1.240", "1240"), ("1,240", "1240"), ("(1.240)", "-1240")]
)
def test_a_figure_that_can_be_two_is_the_one_that_fits_its_place(text: str, value: str) -> None:
    assert typed_figure(text, comma=None, percent=False, fits=is_whole) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "comma", "fits"),
    [("1.240", None, None), ("3.000", None, is_whole), ("1.240", False, is_whole)],
)
def test_a_figure_that_nothing_tells_is_asked_about(
    text: str, *, comma: bool | None, fits: Callable[[Decimal], bool] | None
) -> None:
    with pytest.raises(BadInputError, match="may be"):
        typed_figure(text, comma=comma, percent=False, fits=fits)


@pytest.mark.parametrize("text", ["1,2,3", "6,1,", "1.2.3", "6,1 days"])
def test_what_is_typed_and_stays_unclear_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        typed_figure(text, comma=True, percent=False)


@pytest.mark.parametrize("text", ["", " ", "-", "n/a", "N/A", "…", "null", "*"])
def test_what_says_that_nothing_was_measured_is_nothing(text: str) -> None:
    assert read_figure(text, comma=False, percent=False) is None


@pytest.mark.parametrize(
    ("text", "comma", "reason"),
    [
        ("=1+1", False, "not evaluated"), ('=HYPERLINK("http://x")', False, "not evaluated"),
        ("@SUM(A1)", False, "not evaluated"), ("#REF!", False, "error of the spreadsheet"),
        ("#N/A", False, "error of the spreadsheet"),
        ("12.5", True, "decimal mark"), ("1,23", False, "decimal mark"), ("twelve", False, "not a figure"),
        ("1e300", False, "larger"), ("1,2,3", True, "decimal comma"),
    ],
)  # fmt: skip
def test_what_is_no_figure_says_why(text: str, *, comma: bool, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        read_figure(text, comma=comma, percent=False)


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        (["12,5", "3,4"], True), (["12.5", "3.4"], False), (["1,234", "5.678"], None), (["1.234,5"], True),
        (["1,234.5"], False), (["12", "x"], None), (["12,5", "12.5"], None),
        (["1.234.567", "5.678"], True), (["1,234,567", "5,678"], False),
    ],
)  # fmt: skip
def test_the_decimal_mark_is_told_by_figures_that_tell(
    texts: list[str], *, comma: bool | None
) -> None:
    assert told_comma(texts) == comma


@pytest.mark.parametrize(
    "heading",
    ["MRN", "mrn", "Patient MRN", "PatientDOB", "Date of Birth", "patient_name", "SSN", "First name", "Patient",
     "Last Name", "DOB", "Medical Record Number", "Pt. Name", "NHS number", "Encounter ID"],
)  # fmt: skip
def test_headings_that_identify_patients_are_refused(heading: str) -> None:
    assert names_a_patient(heading)
    with pytest.raises(BadInputError, match="one row for each patient"):
        check_no_patients(
            [["Report of October"], ["Month", heading, "Value"], ["2026-10", "x", "3"]]
        )


@pytest.mark.parametrize(
    "heading",
    ["Patient days", "Patients", "No-show patients", "MPI scans", "name", "Measure name", "MBI burnout", "Visits",
     "30-day readmission", "patient no-show", "Medical records completed", "Births", "New patient visits",
     "Patient email response rate", "Admissions", "", "2026-10"],
)  # fmt: skip
def test_names_of_measures_are_no_patients(heading: str) -> None:
    assert not names_a_patient(heading)
    check_no_patients([["Month", heading], ["2026-10", "3"]])


def test_social_security_numbers_are_refused_under_any_heading() -> None:
    with pytest.raises(BadInputError, match="social security numbers"):
        check_no_patients([["who", "value"], *[[f"12{n}-45-6789", "1"] for n in range(3)]])


# -- shapes ------------------------------------------------------------------------------------

MEASURES = (
    Measure(id="M1", goal="G", title="No-show rate", unit="%", decimals=1, aggregation="ratio"),
    Measure(id="M2", goal="G", title="Room turnover", unit="min", decimals=1),
    Measure(id="M3", goal="G", title="Staff engagement", unit="score", frequency="quarterly"),
)
KNOWN = Known(MEASURES, {"dna rate": "M1"}, start_month=7)


def rows_of(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def said(text: str, known: Known = KNOWN) -> tuple[Reading, list[Item], list[BadRow]]:
    rows = rows_of(text)
    reading = guess(rows, known)
    found = list(read(rows, reading, known))
    return (
        reading,
        [one for one in found if isinstance(one, Item)],
        [one for one in found if isinstance(one, BadRow)],
    )


def test_a_long_source_with_title_rows_above_its_headings() -> None:
    reading, items, bad = said(
        "Quality report\n\nMeasure|Month|Numerator|Denominator|Mark\nNo-show rate|Oct 2026|7|100|provisional\n"
        "DNA rate|Sep 2026|6|100|final\nUnheard of|Oct 2026|1|2|\nM1|Oktobr|1|2|\nno-show RATE|Aug 2026|n/a|90|"
    )  # fmt: skip
    assert (reading.shape, reading.header) == (LONG, 2)
    assert reading.roles == ("measure", "period", "numerator", "denominator", "marks")
    assert [(i.row, i.measure, i.period, i.field, i.value) for i in items] == [
        (4, "M1", "2026-10", "numerator", Decimal(7)),
        (4, "M1", "2026-10", "denominator", Decimal(100)),
        (4, "M1", "2026-10", "marks", "provisional"),
        (5, "M1", "2026-09", "numerator", Decimal(6)),
        (5, "M1", "2026-09", "denominator", Decimal(100)),
        (5, "M1", "2026-09", "marks", None),
        (8, "M1", "2026-08", "denominator", Decimal(90)),
    ]
    assert [(one.row, one.reason) for one in bad] == [
        (6, "no measure is called “Unheard of”"),
        (
            7,
            "“Oktobr” is not a period such as 2026-10, Oct 2026, 2026 Q4, FY27 Oct, FY27 P04 or FY27 Q2",
        ),
    ]


def test_a_wide_source_with_parts_and_quarters() -> None:
    reading, items, bad = said(
        "Indicator|Part|Jul 2026|Aug 2026|Sep 2026\nM1|numerator|5|6|-\nM1|denominator|100|x|90\n"
        "Room turnover|value|26.5||27\nStaff engagement||||4.1"
    )  # fmt: skip
    assert (reading.shape, reading.roles) == (WIDE, ("measure", "part", *["period"] * 3))
    values = [(i.measure, i.period, i.field, str(i.value)) for i in items]
    assert values == [
        ("M1", "2026-07", "numerator", "5"), ("M1", "2026-08", "numerator", "6"),
        ("M1", "2026-07", "denominator", "100"), ("M1", "2026-09", "denominator", "90"),
        ("M2", "2026-07", "values", "26.5"), ("M2", "2026-09", "values", "27"),
        ("M3", "2026-07", "values", "4.1"),
    ]  # fmt: skip
    assert [(one.row, one.reason) for one in bad] == [(3, "denominator: “x” is not a figure")]


def test_a_turned_source_with_a_part_in_its_heading() -> None:
    reading, items, _bad = said(
        "Month|Room turnover|No-show rate numerator|No-show rate (denominator)\n31/07/2026|26|5|100\n31/08/2026|27|6|90"
    )  # fmt: skip
    assert (reading.shape, reading.day_first) == (TURNED, True)
    assert {(i.measure, i.field) for i in items} == {
        ("M2", "values"), ("M1", "numerator"), ("M1", "denominator"),
    }  # fmt: skip
    assert {i.period for i in items} == {"2026-07", "2026-08"}


def test_dates_with_dots_are_european_wherever_the_file_is_read() -> None:
    _reading, items, bad = said(
        "Measure|Datum|Wert\nM1|01.11.2026|6.4\nM2|30.11.2026|26\nM1|02.10.2026|6.7"
    )
    assert [item.period for item in items] == ["2026-11", "2026-11", "2026-10"]
    assert not bad


def test_rows_that_no_single_order_fits_are_listed() -> None:
    _reading, items, bad = said(
        "Measure|Date|Value\nM2|30/11/2026|26\nM2|31/10/2026|27\nM2|09/30/2026|28\nM2|05/08/2026|29"
    )
    assert [item.period for item in items] == ["2026-11", "2026-10", "2026-08"]
    assert [(one.row, one.reason) for one in bad] == [
        (
            4,
            "“09/30/2026” has the month first, but the day stands first in the other dates of its column",
        )
    ]


def test_dates_that_stay_open_are_asked_and_not_taken_before() -> None:
    text = "Measure|Date|Value\nM2|01/01/2026|25\nM2|05/11/2026|26\nM2|11/05/2026|27"
    reading, items, bad = said(text)
    assert [item.period for item in items] == ["2026-01"]
    assert [one.row for one in bad] == [3, 4]
    asked = question_in(rows_of(text), reading)
    assert asked == Question(3, "05/11/2026", "5 Nov 2026", "11 May 2026")
    wide = rows_of("Measure|05/10/2026|05/11/2026\nM2|25|26")
    heads = question_in(wide, guess(wide, KNOWN))
    assert heads is not None
    assert (heads.row, heads.day_first) == (1, "5 Oct 2026")
    plain = rows_of("Measure|Date|Value\nM2|05/05/2026|25\nM2|31/05/2026|26")
    assert question_in(plain, guess(plain, KNOWN)) is None


def test_two_dates_that_contradict_each_other_are_asked() -> None:
    rows = rows_of("Measure|Date|Value\nM2|30/11/2026|25\nM2|11/30/2026|26")
    assert question_in(rows, guess(rows, KNOWN)) == Question(
        2, "30/11/2026", "30 Nov 2026", "no date"
    )


def test_percentages_that_stand_as_fractions_are_seen() -> None:
    before = replace(MEASURES[0], values={"2026-01": Decimal(7)})
    known = Known((before,))
    reading, items, _bad = said("Month|No-show rate\n2026-09|0.064\n2026-10|0.071", known)
    assert reading.fractions
    assert [item.value for item in items] == [Decimal("6.4"), Decimal("7.1")]


@pytest.mark.parametrize(
    ("stands", "target", "cells", "fractions"),
    [
        (
            (),
            None,
            ("0.8", "0.6"),
            False,
        ),  # deaths in percent of a new measure: nothing says otherwise
        ((), "95", ("0.938", "0.91"), True),
        ((), "1", ("0.8", "0.6"), False),
        (("0.7",), None, ("0.8", "0.6"), False),
        (("93",), "95", ("0.938", "0.91", "0.95", "0.96", "1.1"), True),  # one above all of them
        (("93",), "95", ("0.938", "1.1"), True),  # 110 % then can't be, and is told
        (("93",), "95", ("93.8", "0.91"), False),
        (("5",), None, ("0.9", "0.8"), False),
        (("5",), None, ("0.05", "0.04"), True),
    ],
)
def test_what_stands_or_is_meant_tells_fractions_from_small_percentages(
    stands: Sequence[str], target: str | None, cells: Sequence[str], *, fractions: bool
) -> None:
    values = {f"2026-0{n}": Decimal(value) for n, value in enumerate(stands, 1)}
    measure = replace(MEASURES[0], values=values, target=Decimal(target) if target else None)
    rows = [f"2026-{n:02}|{cell}" for n, cell in enumerate(cells, 3)]
    known, text = Known((measure,)), "\n".join(["Month|No-show rate", *rows])
    reading, _items, _bad = said(text, known)
    assert reading.fractions == fractions
    assert with_names(rows_of(text), reading, known) == reading  # asked once more it says the same


def test_of_a_period_that_is_said_twice_apart_nothing_is_taken_and_each_row_told_once() -> None:
    text = "Measure|Month|Num|Den\nM1|2026-09|5|50\nM1|2026-09|6|50\nM1|2026-10|7|70"
    _reading, items, _bad = said(text)
    kept, bad = contradictions(items)
    assert {(one.period, one.field) for one in kept} == {
        ("2026-10", "numerator"), ("2026-10", "denominator"),
    }  # fmt: skip
    assert [one.row for one in bad] == [2, 3]


def test_a_title_that_two_measures_have_means_neither() -> None:
    twin = replace(MEASURES[0], id="Twin")
    known = Known((*MEASURES, twin))
    text = f"Measure|Month|Value\n{twin.title}|2026-09|5"
    _reading, items, bad = said(text, known)
    assert items == []
    assert "several measures are called" in bad[0].reason
    assert known.named("Twin") == "Twin"
    assert replace(known, remembered={plain_name(twin.title): "Twin"}).named(twin.title) == "Twin"


def test_a_quarter_of_a_monthly_measure_is_a_bad_row() -> None:
    _reading, items, bad = said("Measure|Quarter|Value\nM2|2026 Q3|26\nM3|2026 Q3|4")
    assert [item.measure for item in items] == ["M3"]
    assert bad[0].reason == "“2026 Q3” is a quarter, but Room turnover is kept by month"


@pytest.mark.parametrize(
    ("heads", "roles"),
    [
        ("Kennzahl|Datum|Wert|Zähler|Nenner", ("values", "numerator", "denominator")),
        ("Measure|Month|Wert|Z|N", ("values", "numerator", "denominator")),
        ("Measure|Month|Value|N|D", ("values", "numerator", "denominator")),
        ("Measure|Month|What we got|N|X", ("values", "", "")),
        ("Measure|Month|What we got|Count|X", ("values", "numerator", "")),
    ],
)
def test_a_value_is_not_lost_beside_a_column_of_parts(heads: str, roles: tuple[str, ...]) -> None:
    rows = rows_of(f"{heads}\nM1|2026-11|7.2|250|3480")
    reading = guess(rows, KNOWN)
    assert reading.roles == ("measure", "period", *roles)
    unused = unused_in(rows, reading)
    assert unused == tuple(h for h, r in zip(heads.split("|")[2:], roles, strict=True) if not r)


def test_a_name_that_is_left_out_is_no_bad_row() -> None:
    rows = rows_of("Measure|Month|Value\nOther|2026-10|5\nM2|2026-10|26")
    reading = guess(rows, KNOWN)
    assert reading.names == {"Other": "", "M2": "M2"}
    chosen = Reading(reading.shape, reading.header, reading.roles, {"Other": LEFT_OUT, "M2": "M2"})
    assert [type(one) for one in read(rows, chosen, KNOWN)] == [PassedRow, Item]


def test_two_rows_that_differ_are_both_refused_and_two_alike_count_once() -> None:
    _reading, items, _bad = said(
        "Measure|Month|Value\nM2|2026-10|26\nM2|Oct 2026|27\nM2|2026-09|25\nM2|2026-09|25.0"
    )
    kept, against = contradictions(items)
    assert [(item.period, item.value) for item in kept] == [("2026-09", Decimal(25))]
    assert [one.row for one in against] == [2, 3]
    assert "row 3; neither is taken" in against[0].reason


@pytest.mark.parametrize("rows", [[], [[]], [["", " "], [""]]])
def test_an_empty_source_is_refused(rows: Sequence[Sequence[str]]) -> None:
    with pytest.raises(BadInputError, match="nothing in this source"):
        guess(rows, KNOWN)


# -- round trips -------------------------------------------------------------------------------

FIGURE = st.decimals(-9_999, 99_999, places=2).map(lambda d: Decimal(format(d.normalize(), "f")))
Table = Mapping[tuple[str, str], Decimal]
SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "iso": lambda p: p,
    "name": lambda p: f"{MONTH_NAMES[int(p[5:]) - 1]} {p[:4]}",
    "slash": lambda p: f"{p[5:]}/{p[:4]}",
    "end": lambda p: f"28.{p[5:]}.{p[:4]}",
    "american": lambda p: f"{p[5:]}/28/{p[:4]}",
}


def _text(value: Decimal, *, comma: bool) -> str:
    return format(value, "f").replace(".", "," if comma else ".")


@given(st.data())
def test_what_is_written_long_wide_or_turned_is_read_equal(data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(["2024-11", "2025-07", "1999-03"]))
    periods = [add_months(start, n) for n in range(data.draw(st.integers(3, 14)))]
    names = {"M1": "No-show rate", "M2": "M2"}
    table = {
        (measure, period): data.draw(FIGURE) for measure in names for period in periods
    }  # fmt: skip
    spell = SPELLINGS[data.draw(st.sampled_from(sorted(SPELLINGS)))]
    comma = data.draw(st.booleans())
    rows = _written(
        data.draw(st.sampled_from([LONG, WIDE, TURNED])), table, names, spell, comma=comma
    )
    reading = guess(rows, KNOWN, otherwise_comma=comma)
    found = list(read(rows, reading, KNOWN))
    assert [one for one in found if isinstance(one, BadRow)] == []
    scale = 100 if reading.fractions else 1
    got = {
        (one.measure, one.period): one.value
        for one in found
        if isinstance(one, Item) and one.field == "values"
    }
    wanted = {
        key: value * scale if key[0] == "M1" else value for key, value in table.items()
    }  # fmt: skip
    assert got == wanted


def _written(
    shape: str, table: Table, names: Mapping[str, str], spell: Callable[[str], str], *, comma: bool
) -> list[list[str]]:
    periods = sorted({period for _measure, period in table})
    if shape == LONG:
        body = [[names[m], spell(p), _text(v, comma=comma)] for (m, p), v in table.items()]
        return [["Measure", "Month", "Value"], *body]
    if shape == WIDE:
        return [
            ["Measure", *map(spell, periods)],
            *[[names[m], *[_text(table[m, p], comma=comma) for p in periods]] for m in names],
        ]
    return [
        ["Month", *names.values()],
        *[[spell(p), *[_text(table[m, p], comma=comma) for m in names]] for p in periods],
    ]


# -- checks ------------------------------------------------------------------------------------


def test_a_period_is_young_until_its_lag_is_over() -> None:
    measure = Measure(id="M", goal="G", title="M", lag_days=45)
    assert is_young(measure, "2026-10", "2026-12-14")
    assert not is_young(measure, "2026-10", "2026-12-15")
    assert not is_young(measure, "2026-10", "")
    assert not is_young(Measure(id="M", goal="G", title="M"), "2026-10", "2026-10-31")


# -- units -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "figure"),
    [
        ("20 days", "days", "20"), ("1 day", "days", "1"), ("25.5 min", "min", "25.5"), ("25,5 Minuten", "min", "25,5"),
        ("25.5min.", "min", "25.5"), ("6.4 %", "%", "6.4 %"), ("$7,912", "USD", "7,912"), ("USD 7,912", "USD", "7,912"),
        ("7 912 US$", "USD", "7 912"), ("50 cases", "count", "50"), ("4.1 score", "score", "4.1"),
        ("12 nests", "nests", "12"),
        ("(3) days", "days", "(3)"), ("20", "days", "20"), ("45k", "USD", "45k"), ("1.2m", "min", "1.2m"),
        ("twelve", "days", "twelve"), ("4.01 provisional", "score", "4.01 provisional"), ("20 days", "", "20 days"),
    ],
)  # fmt: skip
def test_a_figure_is_taken_with_the_unit_of_its_measure(text: str, unit: str, figure: str) -> None:
    assert without_unit(text, unit, "X") == figure


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("20 hours", "days", "“20 hours” is in hours, but X is kept in days"), ("6.4 %", "days", "is in %"),
        ("25 days", "%", "is in days, but X is kept in %"),
        ("7,912 EUR", "USD", "is in EUR"), ("€ 5", "min", "is in €"),
    ],
)  # fmt: skip
def test_another_unit_is_refused(text: str, unit: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        without_unit(text, unit, "X")


def test_a_column_whose_figures_have_units_is_found_and_read() -> None:
    reading, items, bad = said(
        "KPI|When|Wert\nM2|30.11.2026|25,5 min\nM2|31.10.2026|26,1 min\nM1|30.11.2026|6,4 %\nM2|30.09.2026|20 Tage"
    )
    assert (reading.roles, reading.comma) == (("measure", "period", "values"), True)
    assert [item.value for item in items] == [Decimal("25.5"), Decimal("26.1"), Decimal("6.4")]
    assert [one.reason for one in bad] == ["“20 Tage” is in Tage, but Room turnover is kept in min"]


@pytest.mark.parametrize(
    ("text", "roles", "bad"),
    [
        ("Measure|Month|Value\nM1|2026-10|=A1\nM1|2026-11|#N/A\nM1|2026-12|6.4",
         ("measure", "period", "values"), [2, 3]),
        ("Measure|Month|Value\nM1|2026-10|=A1\nM1|2026-11|=A2", ("measure", "period", "values"), [2, 3]),
        ("Measure|Month|Checked|Rating in %\nM1|2026-10|=A1|6\nM1|2026-11|=A2|7", ("measure", "period", "", "values"),
         []),
        ("Month|No-show rate|Room turnover\n2026-10|=A1|=B1\n2026-11|6.4|=B2", ("period", "measure", "measure"),
         [2, 2, 3]),
    ],
)  # fmt: skip
def test_a_column_of_formulas_without_results_is_known_and_they_are_listed(
    text: str, roles: tuple[str, ...], bad: list[int]
) -> None:
    rows = [line.split("|") for line in text.splitlines()]
    reading = guess(rows, KNOWN)
    assert reading.roles == roles
    found = list(read(rows, reading, KNOWN))
    assert [one.row for one in found if isinstance(one, BadRow)] == bad
    assert not [one for one in found if isinstance(one, PassedRow)]


# -- what can be -------------------------------------------------------------------------------

SHARE = Measure(id="P", goal="G", title="No-show rate", unit="%", decimals=1, aggregation="ratio", chart="p",
                multiplier=Decimal(100), values={f"2026-0{n}": Decimal(f"6.{n}") for n in range(1, 7)})  # fmt: skip
MINUTES = replace(
    MEASURES[1], lower_bound=Decimal(0), upper_bound=Decimal(600), values=SHARE.values
)


@pytest.mark.parametrize(
    ("measure", "name", "value", "reason"),
    [
        (SHARE, "denominator", 0, "a denominator of 0"), (SHARE, "denominator", -4, "a denominator of −4"),
        (SHARE, "numerator", -1, "can’t be below 0"), (SHARE, "values", 153, "above 100, the most"),
        (SHARE, "values", -1, "below 0, the least"),
        (MINUTES, "values", 601, "above 600"), (MINUTES, "values", -1, "below 0"),
        (Measure(id="C", goal="G", title="Falls", unit="count"), "values", -1, "count can’t be below 0"),
        (SHARE, "values", 100, ""), (SHARE, "denominator", 1, ""), (SHARE, "numerator", 0, ""),
        (Measure(id="C", goal="G", title="Margin", unit="%"), "values", -1, ""),
        (Measure(id="C", goal="G", title="Margin", unit="%"), "numerator", -1, ""),
    ],
)  # fmt: skip
def test_what_a_figure_cannot_be_is_told(
    measure: Measure, name: str, value: int, reason: str
) -> None:
    told = impossible(measure, name, Decimal(value))
    assert reason in told
    assert bool(told) == bool(reason)


def test_a_share_of_cases_is_not_above_its_denominator() -> None:
    assert "120 of 78" in impossible_share(SHARE, Decimal(120), Decimal(78))
    assert not impossible_share(SHARE, Decimal(78), Decimal(78))
    assert not impossible_share(replace(SHARE, chart="u"), Decimal(120), Decimal(78))
    assert not impossible_share(SHARE, Decimal(120), None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0.068", "perhaps a fraction"), ("68", "far above what is usual (6.1 to 6.6)"), ("680", "perhaps 100 times"),
        ("9", "far above"), ("6.9", ""), ("7.5", ""), ("5", ""), ("6.3", ""), ("0.5", "far below"),
    ],
)  # fmt: skip
def test_what_is_unlike_before_is_told(value: str, reason: str) -> None:
    told = unusual("values", "2026-07", Decimal(value), SHARE, SHARE)
    assert reason in told
    assert bool(told) == bool(reason)


def test_few_values_tell_nothing_and_a_value_is_not_weighed_against_itself() -> None:
    few = replace(SHARE, values={"2026-01": Decimal(6), "2026-02": Decimal(7)})
    assert not unusual("values", "2026-07", Decimal(680), few, few)
    assert unusual("values", "2026-07", Decimal(680), few, SHARE)
    slipped = replace(SHARE, values={**SHARE.values, "2026-07": Decimal(680)})
    assert not unusual("values", "2026-07", Decimal("6.8"), slipped, slipped)


def test_a_period_after_the_date_is_told() -> None:
    assert (
        ahead("2027-02", "2026-10-31") == "Feb 2027 lies after the partnership’s date, 31 Oct 2026"
    )
    assert not ahead("2026-10", "2026-10-31")
    assert not ahead("2027-02", "")


@pytest.mark.parametrize(
    ("text", "rest", "words"),
    [
        ("Structural heart procedures YTD", "Structural heart procedures", "YTD"),
        ("Numerator_YTD", "Numerator", "YTD"), ("Cumulative cases", "cases", "Cumulative"),
        ("Falls (year to date)", "Falls ( )", "year to date"), ("Payments", "Payments", ""),
    ],
)  # fmt: skip
def test_words_of_the_year_to_date_are_told_from_a_name(text: str, rest: str, words: str) -> None:
    assert (without_to_date(text), to_date_in(text)) == (rest, words)


@pytest.mark.parametrize("head", ["Room turnover YTD", "Room turnover (year to date)", "M2 YTD"])
def test_a_name_means_its_measure_with_or_without_such_words(head: str) -> None:
    reading, items, _bad = said(f"Month|{head}\n2026-07|26\n2026-08|27")
    assert reading.names == {head: "M2"}
    assert said_to_date(rows_of(f"Month|{head}"), reading, "") == {"M2"}
    assert [item.measure for item in items] == ["M2", "M2"]


def test_a_measure_whose_own_name_has_such_words_goes_first() -> None:
    own = Measure(id="M9", goal="G", title="Room turnover YTD", unit="min")
    known = Known((*MEASURES, own))
    assert [known.named(name) for name in ("Room turnover YTD", "Room turnover")] == ["M9", "M2"]


def test_parts_of_the_year_to_date_are_parts() -> None:
    text = "Measure|Month|Numerator YTD|Denominator YTD\nNo-show rate|2026-07|265|3387"
    reading, items, _bad = said(text)
    assert reading.roles == ("measure", "period", "numerator", "denominator")
    assert said_to_date(rows_of(text), reading, "") == {"M1"}
    assert [item.value for item in items] == [265, 3387]
    turned = "Month|No-show rate numerator YTD|No-show rate YTD, denominator\n2026-07|265|3387"
    reading, items, _bad = said(turned)
    assert [item.field for item in items] == ["numerator", "denominator"]
    assert said_to_date(rows_of(turned), reading, "") == {"M1"}


def test_a_column_that_is_called_provisional_says_so_with_yes_and_no() -> None:
    stood = replace(MEASURES[1], marks={"2026-08": "late"})
    reading, items, bad = said(
        "Measure|Month|Value|Provisional?\nRoom turnover|2026-07|26|yes\nRoom turnover|2026-08|27|no\n"
        "Room turnover|2026-09|27|No\nRoom turnover|2026-10|27|\nRoom turnover|2026-11|27|late",
        Known((stood,)),
    )
    assert reading.roles[3] == "marks"
    marks = {item.period: item.value for item in items if item.field == "marks"}
    assert marks == {"2026-07": "provisional", "2026-09": None, "2026-11": "late"}
    assert not bad


def test_yes_and_no_in_a_column_of_another_name_are_no_marks() -> None:
    reading, _items, _bad = said(
        "Measure|Month|Value|Status\nRoom turnover|2026-07|26|yes\nRoom turnover|2026-08|27|no"
    )
    assert reading.roles[3] == ""
