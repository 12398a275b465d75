"""A merged text holds what both changed, or is not offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.text_merge import LONGEST, merge_texts

TEXT = st.text(alphabet="ab .,\n", max_size=24)


@pytest.mark.parametrize(
    ("base", "left", "right", "merged"),
    [
        (
            "The quick fox jumps.",
            "The red fox jumps.",
            "The quick fox leaps.",
            "The red fox leaps.",
        ),
        ("One. Two.", "Zero. One. Two.", "One. Two. Three.", "Zero. One. Two. Three."),
        ("keep this", "keep this", "keep that", "keep that"),
        ("same edit", "same word", "same word", "same word"),
        ("a b c", "a x c", "a y c", None),
        ("a b", "a x b", "a y b", None),
        ("a b c", "a c", "a x c", None),
        ("", "left", "right", None),
        ("Wait. Then go.", "Wait. Then go. Now.", "Wait! Then go.", "Wait! Then go. Now."),
    ],
)
def test_what_comes_out(base: str, left: str, right: str, merged: str | None) -> None:
    assert merge_texts(base, [left, right]) == merged


def test_three_at_once() -> None:
    base = "one two three four five"
    texts = ["ONE two three four five", "one two THREE four five", "one two three four FIVE"]
    assert merge_texts(base, texts) == "ONE two THREE four FIVE"


def test_very_long_texts_are_not_compared() -> None:
    assert merge_texts("a " * LONGEST, ["b", "c"]) is None


@given(TEXT, TEXT)
def test_one_side_alone_is_taken_whole(base: str, text: str) -> None:
    assert merge_texts(base, [text]) == text
    assert merge_texts(base, [base, text]) == text
    assert merge_texts(base, [text, text]) == text


@given(TEXT, TEXT, TEXT)
def test_order_makes_no_difference(base: str, left: str, right: str) -> None:
    assert merge_texts(base, [left, right]) == merge_texts(base, [right, left])


@given(TEXT, TEXT, TEXT)
def test_changes_before_and_after_what_stays_are_both_kept(
    base: str, left: str, right: str
) -> None:
    kept = f"{base} X middle Y {base}"
    merged = merge_texts(kept, [f"{left} X middle Y {base}", f"{base} X middle Y {right}"])
    assert merged in {f"{left} X middle Y {right}", None}
    if "X" in kept and base == "":
        assert merged is not None
