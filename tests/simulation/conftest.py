"""What the tests of this folder change for the whole process is put back behind each of them."""

from collections.abc import Iterator

import keyring
import pytest


@pytest.fixture(autouse=True)
def keyring_as_before() -> Iterator[None]:
    """Give the process its own keyring back: the computers of a simulation bring one each."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)
