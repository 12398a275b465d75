import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.replication.words import word_meant, words_of
from dyad_desktop.resource import resource_path

WORDS = resource_path("words.txt").read_text().split()


def test_the_list_is_the_one_of_bip_39() -> None:
    data = resource_path("words.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest().startswith("2f5eed53a4727b4bf8880d8f3f199efc")
    assert len(WORDS) == len(set(WORDS)) == 2048
    assert len({word[:4] for word in WORDS}) == 2048


@given(st.binary(), st.integers(1, 23))
def test_words_are_the_first_bits_of_the_hash(data: bytes, count: int) -> None:
    number = 0
    for word in words_of(data, count, WORDS).split():
        number = number << 11 | WORDS.index(word)
    assert number == int.from_bytes(hashlib.sha256(data).digest(), "big") >> (256 - 11 * count)


@pytest.mark.parametrize("count", [0, 24])
def test_more_words_than_bits_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="words"):
        words_of(b"", count, WORDS)
    with pytest.raises(ValueError, match="words"):
        words_of(b"", 4, WORDS[:-1])


@given(st.sampled_from(WORDS))
def test_four_letters_are_enough(word: str) -> None:
    assert word_meant(f" {word.upper()} ", WORDS) == word
    assert word_meant(word[:4], WORDS) == word


@pytest.mark.parametrize("typed", ["", "ab", "xyzw", "zz"])
def test_what_is_no_word_is_none(typed: str) -> None:
    assert word_meant(typed, WORDS) is None
