"""Icons of variation and assurance: told apart without colour, their letters legible in both themes."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.score_lines import RUN_BETTER, RUN_CHANGE, RUN_NONE, RUN_WORSE
from dyad_desktop.ui.charts.signal_icons import SHORT_WORDS, ground_of, paint_icon
from dyad_desktop.ui.tokens import theme
from tests.ui.test_tokens import contrast

VARIATIONS = [
    "improvement_high", "improvement_low", "concern_high", "concern_low", "neutral_high", "neutral_low",
    "common_cause",
]  # fmt: skip
ASSURANCES = ["consistent_pass", "consistent_fail", "inconsistent"]
SIDE = 18
TOLD_APART = 0.05
"""Least part of the grey that differs between two icons."""


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def _theme(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[None]:
    del qtbot
    theme.use(dark=request.param)
    yield
    theme.use(dark=False)


def grey(icon: str) -> list[int]:
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32)
    image.fill(theme.colour("surface"))
    painter = QPainter(image)
    paint_icon(painter, QRectF(0, 0, SIDE, SIDE), icon)
    painter.end()
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return [plain.pixelColor(x, y).red() for y in range(SIDE) for x in range(SIDE)]


@pytest.mark.usefixtures("_theme")
@pytest.mark.parametrize("icons", [VARIATIONS, ASSURANCES])
def test_icons_differ_in_grey(icons: list[str]) -> None:
    pictures = {icon: grey(icon) for icon in icons}
    for one, other in combinations(icons, 2):
        pairs = zip(pictures[one], pictures[other], strict=True)
        differs = sum(abs(a - b) for a, b in pairs) / (255 * SIDE * SIDE)
        letters_only = {one, other} in (
            {"concern_high", "concern_low"},
            {"neutral_high", "neutral_low"},
        )
        assert differs > (TOLD_APART / 5 if letters_only else TOLD_APART), (one, other, differs)


@pytest.mark.usefixtures("_theme")
@pytest.mark.parametrize("icon", [*VARIATIONS, *ASSURANCES])
def test_icons_and_their_letters_keep_contrast(icon: str) -> None:
    c = theme.colours
    for ground in (c.surface, c.band, c.selected):
        assert contrast(ground_of(icon), ground) >= 3
    assert contrast(c.on_ink, ground_of(icon)) >= 4.5 or icon in {"common_cause", "inconsistent"}
    for ground in (c.surface, c.selected):
        assert contrast(ground_of(icon), ground) >= 4.5 or icon in {"common_cause", "inconsistent"}


def test_every_icon_has_a_word() -> None:
    runs = {RUN_BETTER, RUN_WORSE, RUN_CHANGE, RUN_NONE}
    assert set(SHORT_WORDS) == {*VARIATIONS, *ASSURANCES, *runs}
