"""Places where one only looks, as at the partnership as it was: what would change something isn't offered there."""

from PySide6.QtWidgets import QWidget

HOW_IT_WAS = "This is how it was, for looking only."
_LOOKING = "looking"
CHANGING = (
    "add", "agree", "annotate", "another", "change", "criteria", "delete", "edit", "i’m", "invite", "keep", "lost",
    "more", "new", "one", "pair", "plan", "propose", "put", "remove", "rename", "rules", "send", "set", "settle",
    "switch", "take",
)  # fmt: skip
"""How buttons begin that change something."""


def only_look(widget: QWidget) -> None:
    """Make a widget, with all that comes to stand in it, a place where one only looks."""
    widget.setProperty(_LOOKING, True)  # noqa: FBT003 - Qt's own order


def is_for_looking(widget: QWidget) -> bool:
    """Return whether a widget stands in a place where one only looks."""
    above: QWidget | None = widget
    while above is not None:
        if above.property(_LOOKING):
            return True
        above = above.parentWidget()
    return False


def is_changing(text: str, name: str) -> bool:
    """Return whether a button changes something, by its text; by its name where it has none."""
    first, *_ = (text or name).split() or [""]
    return first.lower() in CHANGING
