"""Levels that stand the wrong way round are told."""

from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.level_order import order_words

SIXTY = Decimal(60)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"direction": "up", "target": SIXTY, "amber_at": Decimal(55), "stretch": Decimal(70)}, ""),
        (
            {"direction": "down", "target": SIXTY, "amber_at": Decimal(65), "stretch": Decimal(50)},
            "",
        ),
        ({"direction": "up", "amber_at": Decimal(65)}, ""),
        ({"direction": "up", "target": SIXTY, "amber_at": SIXTY, "stretch": SIXTY}, ""),
        (
            {"direction": "up", "target": SIXTY, "amber_at": Decimal(65)},
            "The amber limit 65 is above the target 60: nothing is at risk.",
        ),
        (
            {"direction": "down", "target": SIXTY, "amber_at": Decimal(55), "stretch": Decimal(70)},
            (
                "The amber limit 55 is below the target 60: nothing is at risk."
                " The stretch 70 is above the target 60: it asks for less."
            ),
        ),
        (
            {
                "direction": "within",
                "target_low": Decimal(75),
                "target": Decimal(85),
                "stretch": Decimal("90.5"),
                "amber_at": Decimal(70),
            },
            (
                "Where better is between two ends, an amber limit has no effect."
                " The stretch 90.5 is outside 75 to 85."
            ),
        ),
        (
            {"direction": "within", "target": Decimal(85), "stretch": Decimal(90)},
            "The stretch 90 is outside at most 85.",
        ),
        (
            {
                "direction": "up",
                "target": SIXTY,
                "amber_at": Decimal(55),
                "targets": {"2026-04": Decimal(50)},
            },
            "The amber limit 55 is above the target 50 from Apr 2026 on: nothing is at risk.",
        ),
    ],
)
def test_what_stands_the_wrong_way_round_is_told(fields: dict[str, Any], words: str) -> None:
    assert order_words(Measure(id="M", goal="G", **fields)) == words
