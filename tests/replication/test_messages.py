"""What a delivery may weigh, before anything of it is unpacked."""

import pytest

from dyad_desktop.replication.messages import MAX_DELIVERY, MAX_WHOLE, is_too_much


@pytest.mark.parametrize(
    ("packed", "inflated", "found"),
    [
        (1, MAX_WHOLE, False),
        (1, MAX_WHOLE + 1, True),
        (MAX_DELIVERY, MAX_WHOLE, False),
        (MAX_DELIVERY + 1, MAX_DELIVERY + 1, True),
    ],
)
def test_a_delivery_is_bounded_as_it_travels_and_inflated(
    packed: int,
    inflated: int,
    found: bool,  # noqa: FBT001 - a case
) -> None:
    assert is_too_much(packed, inflated) is found
