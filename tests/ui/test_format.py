import pytest

from dyad_desktop.errors import BadInputError
from dyad_desktop.ui.format import sentence


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
