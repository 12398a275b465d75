"""What stands under a chart: its time, in the words of its axis."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.services.session import Session
from dyad_desktop.services.wording import field_title, value_text
from dyad_desktop.ui.pages.performance.facts import settings_line, when_label
from tests.domain.test_measuring import a_measure, charted


def test_one_month_is_one_month() -> None:
    assert settings_line(charted(a_measure(5)), "").startswith("1 month, Jan 2025 · ")
    assert settings_line(charted(a_measure(5, 6)), "").startswith(
        "2 months, Jan 2025 to Feb 2025 · "
    )


def test_a_quarter_is_named_by_its_months() -> None:
    values = {add_months("2025-01", 3 * n): Decimal(n) for n in range(2)}
    measure = replace(a_measure(), frequency="quarterly", values=values)
    assert when_label(measure, "2026-10") == "Oct–Dec 2026"
    assert when_label(measure, "2026-10-04") == "4 Oct 2026"
    said = settings_line(charted(measure), "")
    assert said.startswith("2 quarters, Jan–Mar 2025 to Apr–Jun 2025 · ")


@pytest.mark.parametrize(
    ("field", "value", "title", "text"),
    [
        ("direction", "down", "better is", "lower"),
        ("chart", "i", "chart", "XmR: single values"),
        ("baseline_period", "2023-11..2024-04", "baseline period", "Nov 2023 to Apr 2024"),
        ("baseline_period", "the year before", "baseline period", "the year before"),
    ],
)
def test_details_are_told_in_the_words_of_the_forms(
    session: Session, field: str, value: str, title: str, text: str
) -> None:
    assert field_title(field) == title
    assert value_text(session.book, "measure", field, value) == text
