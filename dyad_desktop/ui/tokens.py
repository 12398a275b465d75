"""Every colour, size and font of the interface, for light and dark, at any zoom."""

from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from dyad_desktop.resource import resource_path
from dyad_desktop.ui.colours import DARK, LIGHT, Colours

FAMILY = "Inter"
SMALL, BODY, LEAD, TITLE, HERO = 11, 13, 15, 20, 28
"""The type scale in pixels at 100 %."""
GRID = 8
RADIUS = 6
CELL = 12
"""Text of a dense grid: between small and body, so that twelve months fit beside the inspector."""
ROW = 26
"""Height of a row of a table in pixels at 100 %."""


STATUS_WORDS = {
    "on_track": ("●", "on track"),
    "at_risk": ("▲", "at risk"),
    "off_track": ("■", "off track"),
    "no_data": ("○", "no data"),
    "no_target": ("◇", "no target"),
    "achieved": ("●", "achieved"),
    "dropped": ("○", "dropped"),
    "green": ("●", "on track"),
    "amber": ("▲", "at risk"),
    "red": ("■", "off track"),
}
"""Shape and word of every status: colour never stands alone."""
_STATUS_COLOUR = {
    "achieved": "on_track",
    "dropped": "no_data",
    "no_target": "no_data",
    "green": "on_track",
    "amber": "at_risk",
    "red": "off_track",
}


class Theme(QObject):
    """The colours and the zoom in use; ``changed`` says that every page must restyle."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.dark = False
        self.scale = 1.0

    @property
    def colours(self) -> Colours:
        """Return the colours in use."""
        return DARK if self.dark else LIGHT

    def px(self, pixels: float) -> int:
        """Return pixels at the zoom in use."""
        return round(pixels * self.scale)

    def use(self, *, dark: bool | None = None, scale: float | None = None) -> None:
        """Switch theme or zoom and restyle the application."""
        self.dark = self.dark if dark is None else dark
        self.scale = self.scale if scale is None else min(2.0, max(0.8, scale))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        self.changed.emit()

    def status(self, status: str) -> QColor:
        """Return the colour of a status."""
        return QColor(getattr(self.colours, _STATUS_COLOUR.get(status, status)))

    def partner(self, place: int) -> QColor:
        """Return the colour of the partner at this alphabetical place (0 first)."""
        return QColor(self.colours.partners[place % 3])

    def tint(self, place: int) -> QColor:
        """Return the pale ground of the partner at this alphabetical place."""
        return QColor(self.colours.partner_tints[place % 3])

    def colour(self, name: str) -> QColor:
        """Return a colour by its token's name."""
        return _colour(getattr(self.colours, name))


@cache
def _colour(text: str) -> QColor:
    return QColor(text)


theme = Theme()
"""The one theme of the process."""


def _load_font(weight: str) -> None:
    QFontDatabase.addApplicationFont(str(resource_path("fonts", f"Inter-{weight}.otf")))


def font(size: float = BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface's font at a size of the scale, with tabular figures."""
    return QFont(_font(theme.px(size), weight))


@cache
def _font(pixels: int, weight: QFont.Weight) -> QFont:
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


MEDIUM = QFont.Weight.DemiBold
SEMIBOLD = QFont.Weight.DemiBold
"""The one weight besides normal: the interface carries two, and loads them before its first paint."""


def system_is_dark() -> bool:
    """Return whether the system asks for a dark interface."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def dress(app: QApplication) -> None:
    """Give the application its style, palette, font and sheet, unless it wears them already."""
    wanted, worn = sheet(), app.styleSheet()
    if wanted == worn:
        return
    if (
        not worn
    ):  # beneath a sheet the style stays, and setting it again polishes every widget once more
        for weight in ("Regular", "SemiBold"):
            _load_font(weight)
        app.setStyle("Fusion")
    app.setPalette(_palette(theme.colours))
    app.setFont(font())
    app.setStyleSheet(wanted)


def _palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, colour in (
        ((role.Window, role.Button), c.window),
        ((role.Base,), c.surface),
        ((role.AlternateBase,), c.band),
        ((role.ToolTipBase,), c.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), c.ink),
        ((role.PlaceholderText,), c.faint),
        ((role.Highlight, role.Accent), c.selected),
        ((role.HighlightedText,), c.ink),
        ((role.Link, role.LinkVisited), c.on_track),
        ((role.Mid, role.Midlight, role.Light), c.line),
        ((role.Dark, role.Shadow), c.line_strong),
    ):
        for one in roles:
            palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(c.faint))
    return palette


def sheet() -> str:
    """Return the style sheet; widgets opt in by the properties ``look`` and ``type``."""
    c, px = theme.colours, theme.px
    return f"""
    QWidget {{ font-family: "{FAMILY}"; font-size: {px(BODY)}px; }}
    QToolTip {{ background: {c.raised}; color: {c.ink}; border: 1px solid {c.line_strong}; padding: 4px; }}
    QLabel {{ background: transparent; color: {c.ink}; }}
    QLabel[type="hero"] {{ font-size: {px(HERO)}px; font-weight: 600; }}
    QLabel[type="title"] {{ font-size: {px(TITLE)}px; font-weight: 600; }}
    QLabel[type="lead"] {{ font-size: {px(LEAD)}px; font-weight: 600; }}
    QLabel[type="strong"] {{ font-weight: 600; }}
    QLabel[type="muted"] {{ color: {c.muted}; }}
    QLabel[type="small"] {{ color: {c.muted}; font-size: {px(SMALL)}px; }}
    QLabel[type="caps"] {{ color: {c.muted}; font-size: {px(SMALL)}px; font-weight: 600; letter-spacing: 0.5px; }}
    QLabel[type="error"] {{ color: {c.off_track}; font-size: {px(SMALL)}px; }}
    QFrame[look="card"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
    QFrame[look="well"] {{ background: {c.band}; border: 1px dashed {c.line_strong}; border-radius: {RADIUS}px; }}
    QFrame[look="rail"] {{ background: {c.rail}; border: none; border-right: 1px solid {c.line}; }}
    QWidget[look="rail"] {{ background: {c.rail}; }}
    QFrame[look="strip"] {{ background: {c.surface}; border: none; border-bottom: 1px solid {c.line}; }}
    QFrame[look="pill"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {px(8) + 4}px; }}
    QFrame[look="rule"] {{ background: {c.line}; border: none; max-height: 1px; min-height: 1px; }}
    QFrame[look="notice"] {{ background: {c.ink}; border-radius: {RADIUS}px; }}
    QFrame[look="notice"] QLabel {{ color: {c.on_ink}; }}
    QFrame[look="page"], QScrollArea[look="page"], QWidget[look="page"] {{ background: {c.window}; border: none; }}
    QScrollArea {{ background: transparent; border: none; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QPushButton {{ background: {c.surface}; color: {c.ink}; border: 1px solid {c.line_strong};
        border-radius: {RADIUS}px; padding: 0 {px(12)}px; min-height: {px(28)}px; }}
    QPushButton:hover {{ background: {c.hover}; }}
    QPushButton:checked {{ background: {c.selected}; border-color: {c.ink}; }}
    QPushButton:focus, QToolButton:focus {{ border: 2px solid {c.on_track}; padding: 0 {px(11)}px; }}
    QPushButton:disabled {{ color: {c.faint}; background: {c.band}; border-color: {c.line}; }}
    QPushButton[look="primary"] {{ background: {c.ink}; color: {c.on_ink}; border-color: {c.ink}; font-weight: 600; }}
    QPushButton[look="primary"]:hover {{ background: {c.muted}; }}
    QPushButton[look="primary"]:disabled {{ background: {c.line}; color: {c.faint}; border-color: {c.line}; }}
    QPushButton[look="quiet"] {{ background: transparent; border-color: transparent; padding: 0 {px(8)}px; }}
    QPushButton[look="quiet"]:hover {{ background: {c.hover}; }}
    QPushButton[look="quiet"]:focus {{ border: 2px solid {c.on_track}; }}
    QPushButton[look="flag"] {{ padding: 0 {px(10)}px; min-height: {px(22)}px; border-radius: {px(12)}px; }}
    QPushButton[look="flag"]:focus {{ padding: 0 {px(9)}px; }}
    QPushButton[look="link"] {{ background: transparent; border: 2px solid transparent; color: {c.ink};
        text-align: left; padding: 0; min-height: {px(22)}px; }}
    QPushButton[look="link"]:hover {{ text-decoration: underline; }}
    QPushButton[look="link"]:focus {{ border-color: {c.on_track}; }}
    QPushButton[look="rail"] {{ background: transparent; border: 2px solid transparent; border-radius: {RADIUS}px;
        text-align: left; padding: 0 {px(10)}px; min-height: {px(30)}px; color: {c.muted}; }}
    QPushButton[look="rail"]:hover {{ background: {c.hover}; color: {c.ink}; }}
    QPushButton[look="rail"]:checked {{ background: {c.surface}; color: {c.ink}; font-weight: 600; }}
    QPushButton[look="rail"]:focus {{ border-color: {c.on_track}; padding: 0 {px(10)}px; }}
    QPushButton[look="segment"] {{ border-radius: 0; border-left-width: 0; }}
    QPushButton[look="segment"]:checked {{ background: {c.ink}; color: {c.on_ink}; font-weight: 600; }}
    QPushButton[look="segment"][place="first"], QPushButton[look="segment"][place="only"] {{
        border-left-width: 1px; border-top-left-radius: {RADIUS}px; border-bottom-left-radius: {RADIUS}px; }}
    QPushButton[look="segment"][place="last"], QPushButton[look="segment"][place="only"] {{
        border-top-right-radius: {RADIUS}px; border-bottom-right-radius: {RADIUS}px; }}
    QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit {{ background: {c.surface};
        color: {c.ink}; border: 1px solid {c.line_strong}; border-radius: {RADIUS}px; padding: {px(3)}px {px(8)}px;
        selection-background-color: {c.selected}; selection-color: {c.ink}; }}
    QLineEdit, QComboBox, QSpinBox, QDateEdit {{ min-height: {px(22)}px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus {{
        border: 2px solid {c.on_track}; padding: {px(2)}px {px(7)}px; }}
    QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] {{
        border: 2px solid {c.off_track}; }}
    QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{
        background: {c.band}; color: {c.faint}; border-color: {c.line}; }}
    QLineEdit[look="cell"] {{ border: 2px solid {c.ink}; border-radius: 0; padding: 0 {px(4)}px; min-height: 0; }}
    QLineEdit[look="bare"] {{ border: none; background: transparent; font-size: {px(LEAD)}px; }}
    QComboBox::drop-down {{ border: none; width: {px(22)}px; }}
    QComboBox::down-arrow {{ image: url("{_icon("chevron-down")}"); width: {px(12)}px; height: {px(12)}px; }}
    QComboBox QAbstractItemView, QMenu {{ background: {c.raised}; color: {c.ink};
        border: 1px solid {c.line_strong}; selection-background-color: {c.selected}; selection-color: {c.ink}; }}
    QMenu::item {{ padding: {px(5)}px {px(20)}px; }}
    QMenu::item:selected {{ background: {c.selected}; }}
    QListView, QTreeView, QTableView {{ background: {c.surface}; border: none; outline: none;
        selection-background-color: {c.selected}; selection-color: {c.ink}; }}
    QListView[look="tiles"] {{ background: transparent; }}
    QListView[look="below"] {{ background: {c.raised}; border: 1px solid {c.line_strong}; }}
    QListView[look="below"]::item {{ padding: {px(4)}px {px(6)}px; color: {c.ink}; }}
    QListView[look="below"]::item:selected {{ background: {c.selected}; }}
    QHeaderView::section {{ background: {c.band}; color: {c.muted}; border: none;
        border-bottom: 1px solid {c.line}; padding: 0 {px(4)}px; font-weight: 600; font-size: {px(CELL)}px; }}
    QHeaderView {{ background: {c.band}; border: none; }}
    QTableCornerButton::section {{ background: {c.band}; border: none; }}
    QProgressBar {{ background: {c.line}; border: none; border-radius: {px(3)}px; max-height: {px(6)}px; }}
    QProgressBar::chunk {{ background: {c.ink}; border-radius: {px(3)}px; }}
    QCheckBox {{ spacing: {px(8)}px; color: {c.ink}; }}
    QCheckBox::indicator, QListView::indicator {{ width: {px(14)}px; height: {px(14)}px; border-radius: 3px;
        border: 1px solid {c.muted}; background: {c.surface}; }}
    QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {c.ink}; border-color: {c.ink};
        image: url("{_icon("check")}"); }}
    QCheckBox::indicator:focus {{ border: 2px solid {c.on_track}; width: {px(12)}px; height: {px(12)}px; }}
    QCheckBox::indicator:disabled {{ background: {c.band}; border-color: {c.line}; }}
    QScrollBar:vertical {{ background: transparent; width: {px(10)}px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: {px(10)}px; margin: 0; }}
    QScrollBar::handle {{ background: {c.line_strong}; border-radius: {px(4)}px; margin: {px(2)}px;
        min-height: {px(24)}px; min-width: {px(24)}px; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; border: none; width: 0; height: 0; }}
    QDialog {{ background: {c.window}; }}
    QSplitter::handle {{ background: transparent; }}
    """


def _icon(name: str) -> str:
    shade = "dark" if theme.dark else "light"
    return resource_path("icons", f"{name}-{shade}.svg").as_posix()
