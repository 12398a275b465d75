"""Figures that speak against what was said of them, or that come to the year's sum: they are asked about."""

import pytest

from dyad_desktop.domain.observation_import import VALUE
from dyad_desktop.services.importing import (
    Wish,
    again,
    as_said,
)
from dyad_desktop.services.session import Session
from tests.services.importing import looked_at

EP = "M7.2"
"""EP ablations: 51, 49, 44 and 46 from July to October 2026, the year so far."""
TO_DATE, OWN = Wish(year_to_date=frozenset({EP})), Wish(own_period=frozenset({EP}))


@pytest.mark.parametrize(
    "text",
    [
        "Measure\tOct 2026\tNov 2026\nEP ablations\t190\t241\n",
        "Measure\tNov 2026\nEP ablations\t241\n",
        "Measure\tAug 2026\nEP ablations\t100\n",
        "Measure\tSep 2026\nEP ablations\t145\n",
    ],
)
def test_figures_that_come_to_the_years_sum_are_asked_about(session: Session, text: str) -> None:
    shown = looked_at(session, text)
    assert shown.open == (EP,)
    assert [one.measure for one in shown.doubts if "what the year comes to" in one.reason] == [EP]
    kept = again(session.book, shown, TO_DATE, shown.apart)
    assert not kept.open
    assert all(
        str(move.new) in {"51", "49", "45", "46"} for move in kept.written if move.field == VALUE
    )


@pytest.mark.parametrize("figures", ["46\t51", "46\t75", "46\t110", "30\t150", "190\t51"])
def test_figures_that_only_are_high_are_not(session: Session, figures: str) -> None:
    shown = looked_at(session, f"Measure\tOct 2026\tNov 2026\nEP ablations\t{figures}\n")
    assert not shown.open


@pytest.mark.parametrize("name", ["EP ablations", "EP ablations YTD"])
def test_figures_that_stand_as_the_months_own_are_asked_about_anew(
    session: Session, name: str
) -> None:
    text = f"Measure\tOct 2026\tNov 2026\n{name}\t46\t51\n"
    shown = as_said(looked_at(session, text, TO_DATE))
    assert (shown.open, shown.wish.answered) == ((EP,), frozenset())
    assert [one.measure for one in shown.questions] == [EP]
    assert not again(session.book, shown, OWN, shown.apart).open


def test_what_the_source_says_of_itself_is_not_believed_against_its_figures(
    session: Session,
) -> None:
    shown = as_said(looked_at(session, "Measure\tOct 2026\tNov 2026\nEP ablations YTD\t46\t51\n"))
    assert shown.open == (EP,)


def test_sums_of_the_year_are_asked_about_anew_where_they_were_each_months_own(
    session: Session,
) -> None:
    shown = as_said(
        looked_at(session, "Measure\tOct 2026\tNov 2026\nEP ablations\t190\t241\n", OWN)
    )
    assert (shown.open, shown.wish.answered) == ((EP,), frozenset())


@pytest.mark.parametrize("figures", ["51\t100\t144\t190\t241", "51\t100\t144\t191\t236"])
def test_what_was_said_stays_where_the_figures_agree(session: Session, figures: str) -> None:
    heads = "\t".join(f"{month} 2026" for month in ("Jul", "Aug", "Sep", "Oct", "Nov"))
    shown = as_said(looked_at(session, f"Measure\t{heads}\nEP ablations YTD\t{figures}\n", TO_DATE))
    assert not shown.open
    assert shown.wish.year_to_date == {EP}
