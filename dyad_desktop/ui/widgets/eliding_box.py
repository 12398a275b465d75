"""A list to choose from whose chosen name ends in dots where it doesn't fit."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QStylePainter

from dyad_desktop.ui.widgets.choice_box import ChoiceBox


class ElidingBox(ChoiceBox):
    """Qt's own box cuts a long name in the middle of a letter; this one says that there is more, and tells it."""

    def shown(self, option: QStyleOptionComboBox) -> str:
        """Return what is written: the chosen name, or as much of it as there is room for."""
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        return self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box with what fits."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        text = self.shown(option)
        self.setToolTip(self.currentText() if text != self.currentText() else "")
        option.currentText = text
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
