import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.errors import BadInputError
from dyad_desktop.transport.code import (
    RANDOM,
    code_number,
    fingerprint_words,
    make_code,
    read_code,
    vocabulary,
)


@given(st.binary(min_size=RANDOM, max_size=64))
def test_a_made_code_is_a_number_and_two_words_and_reads_back(random_bytes: bytes) -> None:
    code = make_code(random_bytes)
    number, *words = code.split("-")
    assert 10 <= int(number) == code_number(code) <= 99
    assert len(words) == 2
    assert set(words) <= set(vocabulary())
    assert read_code(code) == code
    assert read_code("  " + code.upper().replace("-", " – ")) == code
    assert read_code(" ".join([number, *(word[:4] for word in words)])) == code


def test_the_number_says_nothing_about_the_words() -> None:
    codes = {make_code(bytes([7]) + bytes([at]) * RANDOM) for at in range(256)}
    assert len({code_number(code) for code in codes}) == 1
    assert len(codes) == 256


def test_too_little_chance_is_our_bug() -> None:
    with pytest.raises(ValueError, match="random bytes"):
        make_code(bytes(RANDOM - 1))


@pytest.mark.parametrize(
    "typed", ["", "42", "42-river", "river-lamp-42", "42-river-lamp-zoo", "4-river-lamp"]
)
def test_what_is_no_code_is_said_so(typed: str) -> None:
    with pytest.raises(BadInputError, match="number and two words"):
        read_code(typed)


def test_a_word_that_is_none_is_named() -> None:
    with pytest.raises(BadInputError, match="“rivr” isn't"):
        read_code("42-rivr-lamp")


@given(st.text(max_size=40))
def test_anything_typed_is_a_code_or_a_clear_refusal(typed: str) -> None:
    try:
        code = read_code(typed)
    except BadInputError:
        return
    assert read_code(code) == code


def test_eight_words_stand_for_a_file() -> None:
    words = fingerprint_words(b"invitation", 8)
    assert len(words.split()) == 8
    assert words != fingerprint_words(b"invitatioN", 8)
    assert words.startswith(fingerprint_words(b"invitation", 4))
