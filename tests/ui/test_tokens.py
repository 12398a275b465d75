"""Every pair of colours that carries text keeps its contrast, in both themes."""

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QListWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.ui import tokens
from dyad_desktop.ui.colours import DARK, LIGHT, Colours

TEXT, MARK = 4.5, 3.0
GROUNDS = ("window", "rail", "surface", "raised", "band", "hover", "selected")
INKS = ("ink", "muted")
STATUSES = ("on_track", "at_risk", "off_track", "no_data")
THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_black_and_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize(("ink", "ground"), list(product(INKS, GROUNDS)))
def test_text_on_every_ground(colours: Colours, ink: str, ground: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= TEXT


@THEMES
@pytest.mark.parametrize(
    ("ink", "ground"), list(product(STATUSES, ("surface", "raised", "band", "selected")))
)
def test_status_words_where_they_stand(colours: Colours, ink: str, ground: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= TEXT


@THEMES
def test_placeholders_and_disabled_text(colours: Colours) -> None:
    assert contrast(colours.faint, colours.surface) >= TEXT


@THEMES
def test_text_on_ink_and_on_partners(colours: Colours) -> None:
    assert contrast(colours.on_ink, colours.ink) >= TEXT
    for partner in colours.partners:
        assert contrast(colours.on_partner, partner) >= TEXT


@THEMES
def test_ink_on_the_tint_of_every_partner(colours: Colours) -> None:
    for tint in colours.partner_tints:
        assert contrast(colours.ink, tint) >= TEXT


@THEMES
def test_marks_of_partners_on_a_surface(colours: Colours) -> None:
    for partner in colours.partners:
        assert contrast(partner, colours.surface) >= MARK


@THEMES
def test_the_frame_of_the_focus_is_seen(colours: Colours) -> None:
    for ground in ("window", "rail", "surface"):
        assert contrast(colours.on_track, getattr(colours, ground)) >= MARK


def test_every_status_has_a_shape_a_word_and_a_colour() -> None:
    for status, (shape, word) in tokens.STATUS_WORDS.items():
        assert shape
        assert word
        assert tokens.theme.status(status).isValid()


def test_statuses_differ_in_shape() -> None:
    shapes = {tokens.STATUS_WORDS[status][0] for status in STATUSES}
    assert len(shapes) == len(STATUSES)


@pytest.fixture
def dressed(qapp: QApplication, *, dark: bool) -> Iterator[Colours]:
    """The colours that the whole application wears."""
    tokens.theme.dark = dark
    tokens.dress(qapp)
    yield tokens.theme.colours
    tokens.theme.dark = False
    tokens.dress(qapp)


def strongest(widget: QWidget, ground: str) -> float:
    """Return the contrast of what stands out most from its ground at the left of a widget."""
    found = widget.grab(widget.rect().adjusted(0, 0, 24 - widget.width(), 0)).toImage()
    spots = product(range(found.width()), range(found.height()))
    return max(contrast(found.pixelColor(x, y).name(), ground) for x, y in spots)


@pytest.mark.parametrize("dark", [False, True])
def test_a_box_of_a_list_is_seen_unchecked(qtbot: QtBot, dressed: Colours) -> None:
    made = QListWidget()
    qtbot.addWidget(made)
    item = QListWidgetItem("")
    item.setCheckState(Qt.CheckState.Unchecked)
    made.addItem(item)
    made.resize(200, 40)
    made.show()
    assert strongest(made, dressed.surface) >= MARK


@pytest.mark.parametrize("dark", [False, True])
def test_a_field_that_takes_nothing_looks_so(qtbot: QtBot, dressed: Colours) -> None:
    made = QLineEdit("88888888")
    qtbot.addWidget(made)
    made.resize(80, 40)
    made.show()
    enabled = strongest(made, dressed.surface)
    made.setEnabled(False)
    assert strongest(made, dressed.surface) < enabled - 1
