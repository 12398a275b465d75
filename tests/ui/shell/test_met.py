"""What the strip says of the other laptops."""

import pytest

from dyad_desktop.services.together import Laptop, Met
from dyad_desktop.ui.shell.met import met_text, others_text
from tests.domain.example import example_book

B = Laptop(b"b", "B", "mac", 0, 0)


@pytest.mark.parametrize(
    ("further", "told"),
    [
        ((), ""),
        ((Laptop(b"c", "C", "pc", 0, 0),), ""),
        ((Laptop(b"c", "C", "pc", 0, 1),), "Your partner lacks 1 change"),
        # One of her two has everything, so nothing is lacking to her.
        ((Laptop(b"c", "C", "pc", 0, 3), Laptop(b"d", "C", "mac", 0, 0)), ""),
        ((Laptop(b"a", "A", "old", 0, 9),), ""),
    ],
)
def test_a_further_partner_who_lacks_something_is_named(
    further: tuple[Laptop, ...], told: str
) -> None:
    book, met = example_book(), Met("A", (B, *further))
    assert others_text(book, met, B) == told
    assert met_text(book, B).endswith("has everything")
