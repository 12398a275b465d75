"""By what a source is known again: what differs from month to month is cut from its name, and nothing else."""

import pytest

from dyad_desktop.domain.observation_import_source import source_name

ONE_SOURCE = (
    (
        "kpi",
        "kpi.xlsx", "KPI.csv", "kpi 2026.xlsx", "kpi2026.xlsx", "kpi 2026-10.xlsx", "kpi 2026-11.xlsx",
        "kpi_202611.csv", "kpi_20261130.csv", "kpi_20261130_141205.csv", "kpi 2026-11-30T14.12.csv",
        "kpi_2026_11.csv", "kpi_2026_11_30.csv", "kpi 30.11.2026.xlsx", "kpi 3.11.26.xlsx", "kpi 30-11-2026.xlsx",
        "kpi 11.2026.xlsx", "11-2026 kpi.xlsx", "2026-11 kpi.xlsx", "20261130-kpi.csv", "kpi 30112026.csv",
        "kpi Oct 2026.xlsx", "KPI_Nov2026.csv", "kpi Oct.xlsx", "kpi Oct-26.xlsx", "kpi Oct '26.xlsx",
        "kpi 2026 November.xlsx", "kpi Nov 30, 2026.xlsx", "kpi Nov 3 2026.xlsx", "kpi 30-Nov-2026.xlsx",
        "kpi 30Nov2026.xlsx", "kpi 3rd Nov 2026.xlsx", "kpi März 2026.xlsx", "kpi Ma\u0308rz 2026.xlsx",
        "kpi Jul-Nov 2026.xlsx", "kpi Q2 FY27.xlsx", "Q2 FY27 kpi.xlsx", "kpi FY27 Q2.xlsx", "kpi_Q2FY27.xlsx",
        "kpi 2026Q4.xlsx", "kpi 2Q27.xlsx", "kpi 2Q 2026.xlsx", "kpi Q4.xlsx", "kpi Q4 26.xlsx",
        "kpi 4. Quartal 2026.xlsx",
        "kpi 2nd quarter.xlsx", "kpi FY27.xlsx", "kpi FY 2027.xlsx", "kpi FY26-27.xlsx", "kpi 2026-27.xlsx",
        "kpi FY27 P04.xlsx", "kpi fy27-oct.xlsx",
        "kpi (1).xlsx", "kpi (12).xlsx", "kpi [2].xlsx", "KPI_Nov2026 (2).csv", "kpi (1) (1).csv",
        "kpi v2.xlsx", "kpi_v2.1.xlsx", "kpi version 3.xlsx", "kpi rev. 2.xlsx", "kpi final.xlsx", "kpi-FINAL-v3.xlsx",
        "kpi draft.xlsx", "kpi copy.xlsx", "kpi copy 2.xlsx", "kpi - Copy (2).xlsx", "Copy of kpi.xlsx",
        "Copy (2) of kpi.xlsx",
        "Kopie von kpi.xlsx", "kpi - Kopie.xlsx", "kpi report.xlsx", "export kpi 2026-11.csv",
    ),
    ("ward 3", "Ward 3.xlsx", "ward_3_2026-10.xlsx", "ward-3-2026-11.xlsx", "Ward 3 2026.xlsx", "ward-3-2026.csv",
     "Ward 3 Oct 2026.xlsx", "ward-3-nov-2026.xlsx", "Ward 3 Nov.xlsx", "Ward 3 202611.csv", "Ward 3 (1).xlsx",
     "Ward 3 v2.xlsx", "Ward 3 Q2 FY27.xlsx", "Ward 3 Quarter 2.xlsx", "Ward 3 report.xlsx", "Ward 3 30.11.2026.xlsx",
     "2026-11 Ward 3.xlsx", "FY27 Ward 3.xlsx", "Nov 2026 Ward 3.xlsx", "Ward 3 final.xlsx", "Ward 3 copy.xlsx"),
    ("ward 4", "Ward 4.xlsx", "ward_4_2026_10.csv", "Ward 4 Nov 2026.csv", "ward-4-2026.csv"),
    ("unit 12", "Unit 12.csv", "Unit 12 2026.csv", "Unit 12 2026-10.csv", "Unit 12-2026-10.csv", "unit_12_oct_2026.csv",
     "unit-12-2026.csv", "unit-12-oct-2026.csv"),
    ("unit 11", "Unit 11.csv", "Unit 11 2026.csv", "Unit 11-2026-10.csv", "Unit 11 Oct 2026.csv"),
    ("icu 1", "ICU 1.csv", "ICU-1.csv", "ICU 1 Oct 2026.csv"),
    ("icu 2", "ICU 2.csv", "ICU 2 Oct 2026.csv"),
    ("icu1", "ICU1.csv"), ("icu2", "ICU2 2026-11.csv"), ("icu12", "icu12-2026.csv", "icu12-oct-2026.csv"),
    ("falls 10a", "falls 2026 10A.csv"), ("falls 11a", "falls 2026 11A.csv"), ("falls 03", "falls 2026-10 03.csv"),
    ("room 2004", "Room 2004.csv"), ("unit 3q", "Unit 3Q.csv"), ("ward 04", "ward-04-fy27.csv"),
    ("unit 5a quality", "Unit 5A quality.csv"), ("unit 5b quality", "Unit 5B quality.csv"),
    ("ward v", "Ward V.csv"), ("ward q", "Ward Q.csv"), ("ward", "Ward.csv"),
    ("mayo falls", "Mayo falls.csv"), ("falls", "Falls Mayo 2026.csv", "Falls mai 2026.csv"),
    ("unit 13", "Unit 13-2026.csv"), ("kpi 10", "kpi 10.xlsx", "kpi 10 2026.xlsx"),
    ("kpi 3", "kpi Oct 3.xlsx"), ("kpi week 45", "kpi week 45.xlsx"),
    ("report 3", "Report 3.xlsx"), ("report 4", "Report 4.xlsx"), ("data3", "Data3.csv"), ("4", "4.csv"),
    ("cath lab scorecard", "FY27 Q2 cath lab scorecard.xlsx"), ("marketing decisions", "Marketing decisions.csv"),
    ("", "2026-11.xlsx", "clipboard", "Report November.xlsx", "Report 2026-11.xlsx", "Book1.xlsx", "Mappe2.xlsx",
     "Untitled 2.csv", "export (3).csv", "data.csv", "may.csv", "Mai 2026.csv", "final v2.xlsx"),
)  # fmt: skip
"""What each name of a source is cut down to."""


@pytest.mark.parametrize(
    ("name", "known_as"), [(name, known_as) for known_as, *names in ONE_SOURCE for name in names]
)
def test_a_source_is_known_by_its_name_without_what_differs_each_month(
    name: str, known_as: str
) -> None:
    assert source_name(name) == known_as


def test_each_source_of_the_table_is_another_one() -> None:
    assert len({known_as for known_as, *_names in ONE_SOURCE}) == len(ONE_SOURCE)


def test_two_sheets_of_a_workbook_are_two_sources() -> None:
    named = ("EP", "Cath", "Sheet1", "Sheet2", "Data", "Values", "Ward 3", "Ward 4", "EP (2)", "")
    assert len({source_name("kpi 2026-10.xlsx", sheet) for sheet in named}) == len(named)
    assert source_name("kpi 2026-10.xlsx", "EP") == source_name("kpi 2026-11.xlsx", "EP")
    assert source_name("kpi Oct.xlsx", "Nov 2026") == source_name("kpi Nov.xlsx", "Dec 2026")


@pytest.mark.parametrize("sheet", ["Sheet1", "Data", "Nov 2026", ""])
def test_a_sheet_that_many_have_gives_a_file_without_a_name_none(sheet: str) -> None:
    assert source_name("2026-11.xlsx", sheet) == ""
