from dataclasses import replace

from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.rolling import RollingRow, rolling_twelve
from dyad_desktop.domain.statement import STATEMENT_ROWS
from dyad_desktop.domain.totals import prior_year_totals, year_to_date_totals
from tests.domain.example import example_book
from tests.domain.small_year import PRIOR, YEAR, line, year


def test_the_last_twelve_months_by_hand() -> None:
    fees = line("fees", range(1, 13), [20, 30], kind="revenue")
    rent = line("rent", [1] * 12, [2, 3])
    found = rolling_twelve(*year(2, fees, rent))
    assert found.periods == (*PRIOR[2:], *YEAR[:2])
    rows = {row.name: row for row in found.rows}
    assert rows["gross_revenue"] == RollingRow(
        "gross_revenue", (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 30), (78, 97, 125)
    )
    assert (rows["contribution"].total, rows["contribution"].before) == (125 - 15, 78 - 12)
    assert rows["total_expense"].change == 3
    assert list(rows) == list(STATEMENT_ROWS)


def test_a_month_that_some_lines_never_had_counts_as_nothing_of_them() -> None:
    old, new = line("old", [5] * 12, [5], kind="revenue"), line("new", [], [7], kind="revenue")
    found = rolling_twelve(*year(1, old, new))
    assert found.rows[0].sums == (60, 67)


def test_a_closed_month_that_a_line_lacks_does_not_move_the_sum() -> None:
    came = line("came", range(1, 13), [20, 30], kind="revenue")
    late = line("late", range(1, 13), [None, 7], kind="revenue")
    found = rolling_twelve(*year(2, came, late))
    assert found.rows[0].sums == (156, 156 + 19, 156 + 19 + 28 + 5)
    assert found.rows[0].months[-2:] == (20 + 1, 30 + 7)


def test_without_every_month_it_says_which_is_missing() -> None:
    short = rolling_twelve(*year(1, line("a", [5] * 11, [5])))
    assert short.rows == ()
    assert short.problem == (
        "Jun 2026 has no actuals, and a sum of twelve months needs every one of them."
    )
    assert "Jul 2025" in rolling_twelve(*year(0)).problem


def test_years_with_a_gap_between_have_no_twelve_months() -> None:
    book, _ = year(1, line("a", [5] * 12, [5]))
    later = replace(book.only(Partnership), budget_start=months(YEAR[0], 13)[-1])
    apart = book.with_entities([(("partnership", "partnership"), later)])
    found = rolling_twelve(apart, compute_budget(apart, WORKING_DRAFT))
    assert found.problem == (
        "The prior year ends in Jun 2026 and the budget year begins in Jul 2027, so no twelve months follow each other."
    )


def test_the_example_begins_with_its_prior_year() -> None:
    book = example_book()
    found = rolling_twelve(book, compute_budget(book, WORKING_DRAFT))
    before, so_far = prior_year_totals(book), year_to_date_totals(book)
    for row in found.rows:
        assert row.before == getattr(before, row.name)
        assert sum(row.months[-4:]) == getattr(so_far, row.name)
        assert sum(row.months) == row.total
