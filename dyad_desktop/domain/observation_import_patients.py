"""Tells rows about patients from aggregates: such a source is refused, whatever else it holds."""

import re
from collections.abc import Sequence

from dyad_desktop.errors import BadInputError

LOOKED_AT = 40
"""Rows at the top of a source in which headings are looked for."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zäöüé]+|[0-9]+")
_STRONG = frozenset(
    {"mrn", "dob", "ssn", "birthdate", "surname", "forename", "firstname", "lastname", "patientid",
     "patientname", "nhsnumber", "geburtsdatum", "patientennummer"}
)  # fmt: skip
"""Words that no measure has in its name."""
_ALONE = _STRONG | {
    "patient",
    "csn",
    "hicn",
    "empi",
    "nino",
    "birthday",
    "middlename",
    "maidenname",
}
_TOGETHER: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "medical record", "medical record number", "medical record no", "medical record id", "date birth", "birth date",
        "social security number", "social security no", "patient name", "patient id", "patient identifier",
        "patient number", "patient address", "patient phone", "patient email", "patient initials",
        "pt name", "pt id", "first name", "last name", "family name", "given name", "middle name",
        "maiden name", "member id", "subscriber id", "subject initials", "nhs number", "health card number",
        "encounter id", "encounter number", "visit id", "visit number", "admission id", "home address",
        "street address", "insurance number", "account number patient",
    )
)  # fmt: skip
_FILLING = frozenset(
    {"of", "the", "s", "full", "legal", "code", "text", "key", "hash", "no", "and"}
)
_NUMBERS = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}|756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}")
"""How a US social security number and a Swiss one are written."""
_SEVERAL = 3
_LONGEST = 40
"""Longer texts are sentences, not headings."""


def check_no_patients(rows: Sequence[Sequence[str]]) -> None:
    """Refuse rows that look like one for each patient.

    Raises:
        BadInputError: a heading names what identifies a patient, or cells hold such numbers; the reason says which.
    """
    for number, row in enumerate(rows[:LOOKED_AT], start=1):
        for cell in row:
            if names_a_patient(cell):
                raise BadInputError(_refusal(f"a column is called “{cell.strip()}” (row {number})"))
    numbers = sum(_NUMBERS.fullmatch(cell.strip()) is not None for row in rows for cell in row)
    if numbers >= _SEVERAL:
        raise BadInputError(_refusal("it holds social security numbers"))


def check_no_patient(text: str) -> None:
    """Refuse a note that says who it is about.

    Raises:
        BadInputError: it names what identifies a patient, or holds a social security number.
    """
    words = {word.lower() for word in _WORDS.findall(text)}
    if words & _STRONG or names_a_patient(text) or _NUMBERS.search(text):
        shown = text.strip() if len(text.strip()) <= _LONGEST else f"{text.strip()[:_LONGEST]}…"
        raise BadInputError(
            f"“{shown}” looks like patient data. What happened is kept here, never who it befell: say it without"
            " names and numbers of patients"
        )


def _refusal(why: str) -> str:
    return (
        f"This looks like one row for each patient: {why}. Only totals are kept here, never patient data."
        " Nothing was read: bring in counts or rates by month instead"
    )


def names_a_patient(heading: str) -> bool:
    """Return whether a heading names something that identifies a patient."""
    if not heading or len(heading) > _LONGEST or heading[0].isdigit():
        return False
    words = {word.lower() for word in _WORDS.findall(heading)}
    if words & _STRONG or "".join(words) in _ALONE:
        return True
    return words - _FILLING in _TOGETHER or words in _TOGETHER
