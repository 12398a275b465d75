"""Limits that wait for agreement are shown as they would be, and change nothing that is said."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import month_year_label, months
from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.measure_words import caption
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.proposed import Preview, preview_words, previews_of
from dyad_desktop.domain.rebase_words import outcome_words
from tests.domain.test_measuring import GOAL, A, B, a_measure, parts

STEADY = [50, 52] * 7  # January 2025 to February 2026
LOWER = [40, 42] * 7  # until April 2027


def proposal(period: str) -> Rebase:
    return Rebase(
        id=f"R{period}", measure="M", period=period, reason="New rota", agreed={"A": period}
    )


def shown(measure: Measure, *proposals: Rebase) -> tuple[Preview, ...]:
    book = Book.of([A, B, GOAL, Partnership(id="partnership"), measure, *proposals])
    return previews_of(book, chart_of(book, measure))


def test_a_proposal_is_shown_as_the_segment_that_it_would_begin() -> None:
    [found] = shown(a_measure(*STEADY, *LOWER), proposal("2026-03"))
    assert (found.first, len(found.centre), set(found.centre)) == (14, 14, {41.0})
    assert (found.upper[0], found.lower[0]) == (46.32, 35.68)
    assert preview_words([found]) == (
        "Proposed from Mar 2026, in light dashes: mean 41.0, limits 35.7 to 46.3."
    )


def test_too_few_values_have_only_a_median_and_some_have_limits_on_trial() -> None:
    measure = a_measure(*STEADY, *LOWER)
    few, some = (shown(measure, proposal(one))[0] for one in ("2027-01", "2026-08"))
    assert "median 41.0, no limits yet" in preview_words([few])
    assert set(few.upper) == {None}
    assert "on trial" in preview_words([some])


def test_each_of_two_proposals_is_shown_by_itself() -> None:
    found = shown(a_measure(*STEADY, *LOWER), proposal("2026-03"), proposal("2026-06"))
    assert [one.first for one in found] == [14, 17]


@pytest.mark.parametrize("chart", ["p", "u", "c"])
def test_the_limits_of_a_proposal_are_told_where_its_last_month_is_missing(chart: str) -> None:
    counted = [(3 + n % 3, 100 + n) for n in range(36)]
    measure = replace(parts(*counted), chart=chart)
    gap = months("2026-12", 1)[0]
    measure = replace(measure, values={**measure.values, gap: None})
    if chart == "c":
        values = {one: Decimal(3 + n % 3) for n, one in enumerate(months("2025-01", 36))}
        measure = a_measure(chart="c", unit="falls", values=values | {gap: None})
    later = replace(proposal("2027-01"), agreed={"A": "2027-01", "B": "2027-01"})
    asked = proposal("2026-01")
    [found] = shown(measure, later, asked)
    assert found.name == "mean"
    assert found.limits.startswith("0.0 to ")
    book = Book.of([A, B, GOAL, Partnership(id="partnership"), measure, later, asked])
    assert outcome_words(book, measure, asked).count(", limits 0.0 to ") == 2


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("2025-01", "the first value is no earlier"),
        ("2024-06", "the first value is no earlier"),
        ("2026-03", "limits begin anew there already"),
    ],
)
def test_a_proposal_that_changes_nothing_draws_nothing_and_says_so(period: str, why: str) -> None:
    measure = a_measure(*STEADY, *LOWER)
    there = replace(proposal("2026-03"), id="Z", agreed={"A": "2026-03", "B": "2026-03"})
    asked = proposal(period)
    assert shown(measure, there, asked) == ()
    book = Book.of([A, B, GOAL, Partnership(id="partnership"), measure, there, asked])
    assert (
        outcome_words(book, measure, asked)
        == f"Nothing changes with {month_year_label(period)}: {why}."
    )


def test_what_begins_after_the_last_value_draws_nothing_yet() -> None:
    assert shown(a_measure(*STEADY), proposal("2026-04")) == ()
    assert shown(a_measure(*STEADY)) == ()


def test_a_proposal_changes_no_signal() -> None:
    measure = a_measure(*STEADY, *LOWER)
    plain = Book.of([A, B, GOAL, Partnership(id="partnership"), measure])
    asked = Book.of(
        [*plain.all(type(A)), GOAL, Partnership(id="partnership"), measure, proposal("2026-03")]
    )
    one, other = (chart_of(book, measure) for book in (plain, asked))
    assert replace(other, proposed=()) == one
    assert caption(one) == caption(other)
