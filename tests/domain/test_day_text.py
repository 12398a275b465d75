"""Days as people write them."""

import pytest

from dyad_desktop.domain.day_text import read_day
from dyad_desktop.errors import BadInputError


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-31", "2026/10/31", "31 Oct 2026", "31. Oktober 2026", "31.10.2026", "31/10/2026",
        "10/31/2026", "Oct 31, 2026", "31-Oct-2026", "31.10.26", "October 31st, 2026", " 31  Oct 2026 ",
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == "2026-10-31"


def test_a_day_that_is_the_same_in_both_orders_is_no_question() -> None:
    assert read_day("5/5/2026") == "2026-05-05"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("11/5/2026", "can be 11 May 2026 or 5 Nov 2026: write the month as a word"),
        ("31.2.2026", "is not a day of the calendar"),
        ("2026-02-30", "is not a day of the calendar"),
        ("30 Feb 2026", "is not a day of the calendar"),
        ("31/31/2026", "is not a day of the calendar"),
        ("31 October", "is not a date like"),
        ("Oct 2026", "is not a date like"),
        ("soon", "is not a date like"),
        ("3 Foo 2026", "is not a date like"),
        ("", "is not a date like"),
    ],
)
def test_what_is_no_day_or_two_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        read_day(text)
