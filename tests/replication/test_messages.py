"""What a delivery may weigh, before anything of it is unpacked."""

import pytest

from dyad_desktop.replication.messages import MAX_DELIVERY, MAX_WHOLE, is_too_much


@pytest.mark.parametrize(
    ("packed", "inflated", "found"),
    [
        (1, MAX_WHOLE, False),
        (1, MAX_WHOLE + 1, True),
        (MAX_WHOLE, 2 * MAX_WHOLE, False),
        (MAX_WHOLE, 2 * MAX_WHOLE + 1, True),
        (MAX_DELIVERY, MAX_DELIVERY, False),
        (MAX_DELIVERY + 1, MAX_DELIVERY + 1, True),
    ],
)
def test_a_delivery_that_hardly_shrinks_may_be_larger(
    packed: int,
    inflated: int,
    found: bool,  # noqa: FBT001 - a case
) -> None:
    assert is_too_much(packed, inflated) is found
