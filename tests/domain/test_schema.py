"""What a field takes, in one table a type; and what logs of earlier versions may still hold."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.schema import FieldSpec, ValueType, field_spec
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.validity import refuse_impossible

TEXT, LONG = FieldSpec(ValueType.TEXT), FieldSpec(ValueType.LONG_TEXT)
NUMBER, MONEY = FieldSpec(ValueType.DECIMAL), FieldSpec(ValueType.MONEY)


@pytest.mark.parametrize(
    ("spec", "value", "canonical"),
    [
        (NUMBER, Decimal("1E+3"), "1000"),
        (NUMBER, Decimal("999999999999.123456789"), "999999999999.123456789"),
        (NUMBER, Decimal("-0.0"), "0"),
        (NUMBER, "1.50", "1.5"),
        (NUMBER, 12, "12"),
        (TEXT, "★ ✓ ♥ ➀", "★ ✓ ♥ ➀"),
        (TEXT, "क्\u200dष", "क्\u200dष"),
        (LONG, "one\ntwo", "one\ntwo"),
    ],
)
def test_taken(spec: FieldSpec, value: object, canonical: object) -> None:
    assert spec.check(value) == canonical


@pytest.mark.parametrize(
    ("spec", "value", "said"),
    [
        (NUMBER, "1e5", "'1e5' is not a number"),
        (NUMBER, "1E+999999999", "is not a number"),
        (NUMBER, "1_000", "is not a number"),
        (NUMBER, "٣", "is not a number"),
        (NUMBER, " 12 ", "is not a number"),
        (NUMBER, Decimal("1E+999999999"), "larger than the largest number kept"),
        (NUMBER, Decimal("123456789012.1234567890000000000000001"), "more than 9 decimal places"),
        (MONEY, 10**15 + 1, "the largest that is kept, 1,000,000,000,000,000 of the smallest unit"),
        (TEXT, "☑", r"U\+2611"),
        (TEXT, "a\u200db", r"U\+200D"),
        (TEXT, "\N{WOMAN}\u200d\N{MICROSCOPE}", r"U\+1F469"),
        (TEXT, "one\ntwo", "must be one line"),
        (TEXT, "one\u2028two", "must be one line"),
        (TEXT, "one\r", "must be one line"),
    ],
)
def test_refused(spec: FieldSpec, value: object, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        spec.check(value)


def test_a_line_that_an_earlier_version_broke_still_arrives_and_shows() -> None:
    refuse_impossible("goal", "G1", "title", "", "one\ntwo")
    spec = field_spec("goal", "title")
    assert spec is not None
    assert spec.decode("one\ntwo") == "one\ntwo"
