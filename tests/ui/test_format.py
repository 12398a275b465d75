from decimal import Decimal

import pytest

from dyad_desktop.errors import BadInputError
from dyad_desktop.services.session import Session
from dyad_desktop.ui.format import number, placed, sentence
from dyad_desktop.ui.pages.operating.figures import change_pct, percent_text
from dyad_desktop.ui.pages.performance import against


@pytest.mark.parametrize(
    ("said", "after", "expected"),
    [
        ("the name is missing", "", "The name is missing."),
        ("Try =1200*1.03.", "", "Try =1200*1.03."),
        ("no place..", "Nothing was created.", "No place. Nothing was created."),
        ("a circle. Nothing was changed.", "Nothing was created.", "A circle. Nothing was changed."),
        ("a circle. Nothing was changed", "The earlier value is kept.",
         "A circle. Nothing was changed. The earlier value is kept."),
        (BadInputError("isn't one", "goal G1"), "", "Goal G1: isn't one."),
    ],
)  # fmt: skip
def test_an_error_is_a_sentence(said: object, after: str, expected: str) -> None:
    assert sentence(said, after) == expected


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0.25", 1, "0.3"), ("-0.25", 1, "−0.3"), ("1234.5", 0, "1,235"), ("-0.04", 1, "0.0"), ("2.50", None, "2.5"),
        ("1234.5678", None, "1,234.5678"),
    ],
)  # fmt: skip
def test_a_figure_is_rounded_half_away(value: str, places: int | None, text: str) -> None:
    assert number(Decimal(value), places) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(1_050_525, 1_000_000, "+5.1"), (1_045_451, 1_000_000, "+4.5"), (982_540, 1_000_000, "−1.7")],
)
def test_a_change_is_rounded_once(now: int, before: int, text: str) -> None:
    assert percent_text(change_pct(now, before), signed=True) == text
    assert against.percent_text(change_pct(now, before)) == text.removeprefix("+")


def test_a_change_that_shows_as_nothing_has_no_sign() -> None:
    assert percent_text(Decimal("-0.04"), signed=True) == "0.0"
    assert percent_text(Decimal("0.04"), signed=True) == "0.0"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("volume V01 ytd_actuals/2026-08", "Diagnostic catheterizations, Actual, Aug 2026"),
        ("draft_line working.L01 months/2026-07", "Gross charges: Diagnostic catheterizations, Jul 2026"),
        ("basis L01 hours/2026-07", "Gross charges: Diagnostic catheterizations, Hours, Jul 2026"),
        ("capital_request C13 scores/A/safety", "Nuclear camera replacement, Scores, Priya, safety"),
        ("/home/me/V01 x.csv", "/home/me/V01 x.csv"),
        ("draft_line working.L99 months/2026-07", "draft_line working.L99 months/2026-07"),
    ],
)  # fmt: skip
def test_a_place_is_said_as_people_call_it(session: Session, place: str, said: str) -> None:
    assert placed(session.book, BadInputError("is none", place)) == f"{said}: is none"
