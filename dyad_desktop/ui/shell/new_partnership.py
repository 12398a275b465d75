"""Asks what a new partnership needs: a template, two names, a year, and where the file shall be."""

import datetime
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.fiscal import add_months, month_label
from dyad_desktop.errors import DyadError
from dyad_desktop.services.session import Session
from dyad_desktop.services.templates import NewPartnership as Wish
from dyad_desktop.services.templates import Template, budget_years, create_partnership, templates
from dyad_desktop.ui import format as show
from dyad_desktop.ui.runner import Runner
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "SEK", "NOK", "DKK", "PLN", "INR")
_DEFAULT_START = 6


def _today() -> str:
    return datetime.datetime.now().astimezone().date().isoformat()


class NewPartnership(QDialog):
    """A form; ``made`` carries the open session of the new file."""

    made = Signal(object)

    def __init__(self, runner: Runner, parent: QWidget) -> None:
        super().__init__(parent)
        self._runner = runner
        self._templates: tuple[Template, ...] = templates()
        self._path_chosen = False
        self.setWindowTitle("New partnership")
        self.setAccessibleName("New partnership")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        outer.setSpacing(GRID + 4)
        outer.addWidget(label("New partnership", "title"))
        self._make_form()
        outer.addLayout(self._form)
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        outer.addWidget(self._reason)
        self.create_button, cancel = button("Create", "primary"), button("Cancel")
        self.create_button.setDefault(True)
        self.create_button.clicked.connect(self._on_create)
        cancel.clicked.connect(self.reject)
        outer.addLayout(row(1, cancel, self.create_button))
        self.resize(theme.px(560), self.sizeHint().height())
        self._on_template(0)
        self._on_month()
        self._on_title("")
        for editor in (self.title, self.name_a, self.name_b, self.path):
            editor.textEdited.connect(self._on_edited)

    def _make_form(self) -> None:
        self.template = ChoiceBox()
        for template in self._templates:
            self.template.addItem(template.title, template.id)
        self.template.currentIndexChanged.connect(self._on_template)
        self._purpose = label("", "muted", wrap=True)
        self.title, self.name_a, self.name_b = QLineEdit(), QLineEdit(), QLineEdit()
        self.organisation, self.path = QLineEdit(), QLineEdit()
        self.title.setPlaceholderText("Heart and vascular service")
        self.title.textChanged.connect(self._on_title)
        self.path.textEdited.connect(self._on_path)
        self.month, self.currency = ChoiceBox(), ChoiceBox()
        self.month.addItems(_MONTHS)
        self.month.setCurrentIndex(_DEFAULT_START)
        self.year = ChoiceBox()
        self.month.currentIndexChanged.connect(self._on_month)
        self.currency.addItems(_CURRENCIES)
        self._form = QFormLayout()
        self._form.setVerticalSpacing(GRID)
        browse = button("Choose …")
        browse.clicked.connect(self._on_browse)
        self._role_a, self._role_b = label(""), label("")
        for caption, editor, name in (
            (label("Template"), self.template, "Template"),
            (label(""), self._purpose, ""),
            (label("Name of the partnership"), self.title, "Name of the partnership"),
            (self._role_a, self.name_a, "Name of the first partner"),
            (self._role_b, self.name_b, "Name of the second partner"),
            (label("Organisation"), self.organisation, "Organisation"),
            (label("Fiscal year starts in"), self.month, "Fiscal year starts in"),
            (label("Budget year"), self.year, "Budget year"),
            (label("Currency"), self.currency, "Currency"),
        ):
            if name:
                editor.setAccessibleName(name)
            self._form.addRow(caption, editor)
        self.path.setAccessibleName("File")
        self._form.addRow(label("File"), row(self.path, browse))

    @Slot(int)
    def _on_template(self, n: int) -> None:
        template = self._templates[n]
        self._purpose.setText(template.purpose)
        self._role_a.setText(template.partner_a)
        self._role_b.setText(template.partner_b)
        self.name_a.setAccessibleName(f"Name of the {template.partner_a.lower()}")
        self.name_b.setAccessibleName(f"Name of the {template.partner_b.lower()}")

    @Slot(str)
    def _on_title(self, title: str) -> None:
        if not self._path_chosen:
            name = "".join(c for c in title if c.isalnum() or c in " -").strip() or "Partnership"
            self.path.setText(str(Path.home() / f"{name}.dyad"))

    @Slot()
    def _on_month(self) -> None:
        """Offer the years that begin in the month: this one, the next, the one after."""
        chosen = self.year.currentIndex()
        start_month = self.month.currentIndex() + 1
        self.year.clear()
        for start, name in budget_years(_today(), start_month):
            last = add_months(start, 11)
            months = f"{month_label(start)} {start[:4]} to {month_label(last)} {last[:4]}"
            self.year.addItem(f"{name}: {months}", start)
        self.year.setCurrentIndex(1 if chosen < 0 else chosen)

    @Slot()
    def _on_edited(self) -> None:
        self._reason.hide()

    @Slot(str)
    def _on_path(self, _text: str) -> None:
        self._path_chosen = True

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(
            self, "Where shall the file be?", self.path.text(), "Dyad workspaces (*.dyad)"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("dyad")
        dialog.fileSelected.connect(self._on_file)
        dialog.open()

    @Slot(str)
    def _on_file(self, name: str) -> None:
        self._path_chosen = True
        self.path.setText(name)

    @Slot()
    def _on_create(self) -> None:
        wish = Wish(
            template=str(self.template.currentData()),
            title=self.title.text(),
            name_a=self.name_a.text(),
            name_b=self.name_b.text(),
            organisation=self.organisation.text(),
            currency=self.currency.currentText(),
            start_month=self.month.currentIndex() + 1,
            today=_today(),
            budget_start=str(self.year.currentData()),
        )
        path = Path(self.path.text()).expanduser()
        path = path if path.suffix == ".dyad" else path.with_name(path.name + ".dyad")
        self.create_button.setEnabled(False)
        self._runner.database(
            lambda: create_partnership(path, wish), self._on_made, self._on_failed
        )

    @Slot(object)
    def _on_made(self, session: Session) -> None:
        self.accept()
        self.made.emit(session)

    @Slot(object)
    def _on_failed(self, error: DyadError) -> None:
        self.create_button.setEnabled(True)
        self._reason.setText(show.sentence(error, "Nothing was created."))
        self._reason.show()
