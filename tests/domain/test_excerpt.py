"""Long texts are cut so that what differs is seen."""

import pytest

from dyad_desktop.domain.excerpt import excerpts

LONG = "Help people with heart failure stay well at home, with fewer returns to hospital within"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("short", "shorter", ("short", "shorter")),
        (
            f"{LONG} 30 days",
            f"{LONG} 90 days",
            ("…hospital within 30 days", "…hospital within 90 days"),
        ),
        (
            "Old beginning of a text that goes on for long enough",
            "New beginning of a text that goes on for long enough",
            (
                "Old beginning of a text that goes on fo…",
                "New beginning of a text that goes on fo…",
            ),
        ),
        ("", LONG, ("", f"{LONG[:39].strip()}…")),
    ],
)
def test_the_difference_is_seen(before: str, after: str, shown: tuple[str, str]) -> None:
    assert excerpts(before, after, 39) == shown


def test_the_first_difference_is_within_what_is_shown() -> None:
    for at in range(0, len(LONG), 3):
        other = f"{LONG[:at]}#{LONG[at + 1 :]}"
        one, two = excerpts(LONG, other, 40)
        assert "#" in two
        assert one != two
        assert max(len(one), len(two)) <= 42
