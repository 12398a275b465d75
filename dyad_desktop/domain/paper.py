"""The paper that a partnership's place prints on."""

LETTER_PLACES = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})


def on_letter(locale: str) -> bool:
    """Return whether the place of a locale such as ``en-US`` prints on Letter; others print on A4."""
    return locale.replace("-", "_").partition("_")[2][:2].upper() in LETTER_PLACES
