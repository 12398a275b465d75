"""How a line is planned: its method in words, what the method takes, and the twelve months that come of it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.formula import formula_choices
from dyad_desktop.domain.operating import (
    METHODS,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.plan_words import (
    METHOD_WORDS,
    PART_WORDS,
    SPREAD_WORDS,
    locked_over_words,
    money_words,
    plan_words,
    problem_words,
)
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.former import Former
from dyad_desktop.services.planning import choose_method, write_plan
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.operating.line_words import line_words
from dyad_desktop.ui.pages.operating.plan_meaning import PlanMeaning
from dyad_desktop.ui.pages.operating.plan_months import PlanMonths
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Column, button, clear, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.form import Form
from dyad_desktop.ui.widgets.form_dialog import FormDialog
from dyad_desktop.ui.widgets.name_completer import NameCompleter

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book, Key
    from dyad_desktop.domain.budget_line import BudgetLine
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.models.unit import Unit
    from dyad_desktop.ui.widgets.form import Options

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "prior_year": ("rate_growth_pct",),
    "volume_rate": ("driver", "rate", "rate_growth_pct"),
    "staffing": ("driver", "part"),
    "step": ("driver", "step_size", "rate"),
    "fixed": ("amount", "spread"),
    "percent": ("driver", "percent"),
    "contract": ("amount", "start"),
    "manual": (),
    "formula": ("formula",),
}
_TITLES: Mapping[str, Mapping[str, str]] = {
    "prior_year": {"rate_growth_pct": "Growth in this draft, in place of the line’s own, %"},
    "volume_rate": {
        "driver": "Volume", "rate": "Rate per unit, {}", "rate_growth_pct": "Growth of the rate, %",
    },
    "staffing": {"driver": "Position", "part": "Which part of its cost"},
    "step": {
        "driver": "Volume", "step_size": "So much a month takes one more", "rate": "Each costs a month, {}",
    },
    "fixed": {"amount": "The year’s amount, {}", "spread": "Spread over the months"},
    "percent": {"driver": "Group of lines", "percent": "Percentage"},
    "contract": {"amount": "A month, {}", "start": "From month"},
    "formula": {"formula": "Formula; type the beginning of a name to choose one"},
}  # fmt: skip
_ACROSS = 6


class PlanDialog(FormDialog):
    """Edits how a draft plans a line, in place: every field is kept when it is left, and each can be undone."""

    def __init__(self, desk: "Desk", key: "Key", unit: "Unit", parent: QWidget) -> None:
        super().__init__(desk, parent)
        self._line, self._unit = key[1], unit
        self.setWindowTitle("How this line is planned")
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID)
        name, _, where = line_words(desk.book, desk.book.need(OperatingLine, key[1])).partition(
            "\n"
        )
        outer.addWidget(label(name, "lead", wrap=True))
        outer.addWidget(label(where, "muted"))
        self.method = ChoiceBox()
        self.method.setAccessibleName("How this line is planned")
        for method in METHODS:
            self.method.addItem(METHOD_WORDS[method], method)
        self.method.activated.connect(self._on_method)
        outer.addWidget(self.method)
        scroll = Column()
        self._parts = scroll.column
        outer.addWidget(scroll, 1)
        self._months = PlanMonths(desk, self._line, unit)
        self._months.refused.connect(self._on_refused)
        outer.addWidget(self._months)
        self._add_words(outer)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        outer.addLayout(row(1, close))
        self.resize(theme.px(660), theme.px(560))
        self.forms: list[Form] = []
        self._shown: tuple[object, ...] = ()
        self._former = Former()
        self._before: int | None = None
        """The year as it was when another method or driver was chosen, until more is said."""
        self._stood: tuple[str | None, int] | None = None
        """Driver and year as they are shown."""
        desk.changed.connect(self._on_changed)
        self._show()

    def _add_words(self, outer: QVBoxLayout) -> None:
        """Make what is said of the plan, of a choice that moved the year, and of what is wrong or open."""
        self._says = label("", "", wrap=True)
        self.moved = label("", "strong", wrap=True)
        self.undo = button("Undo", "link", name="Undo this choice")
        self.undo.clicked.connect(self._desk.undo)
        self._problem = label("", "error", wrap=True)
        self.meaning = PlanMeaning(self._desk, self._line)
        told = row(self.moved, self.undo)
        told.setStretchFactor(self.moved, 1)
        outer.addWidget(self._says)
        outer.addLayout(told)
        outer.addWidget(self._problem)
        outer.addWidget(self.meaning)

    @property
    def _key(self) -> "Key":
        return "draft_line", draft_line_id(self._desk.draft, self._line)

    @property
    def _said(self) -> DraftLine | None:
        return self._desk.book.get(DraftLine, self._key[1])

    # -- showing -------------------------------------------------------------------------------

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if self._desk.book.get(OperatingLine, self._line) is None:
            self.close_anyway()
        elif changes.kinds & {
            "draft_line",
            "operating_line",
            "volume",
            "position",
            "planning",
            "draft",
        }:
            chosen = changes.initiator is self
            if not chosen and not (changes.initiator in self.forms and self._took_driver()):
                self._before = None
            self._show()
            if chosen:
                self._go_to_driver()

    def _took_driver(self) -> bool:
        """Return whether another driver was chosen here; then the year that stood before is kept."""
        said, stood = self._said, self._stood
        if said is None or stood is None or said.driver == stood[0]:
            return False
        if self._before is None:
            self._before = stood[1]
        return True

    def _show(self) -> None:
        try:
            line = self._desk.budget.lines[self._line]
        except BadInputError as error:
            self._problem.setText(show.sentence(error))
            return
        self._former.see(line)
        self.method.setCurrentIndex(METHODS.index(line.method))
        said = self._said
        shape = (line.method, said.spread if said is not None else None)
        if shape != self._shown:
            self._shown = shape
            self._build(line.method)
        for form in self.forms:
            form.refresh()
        self._months.show_line(line, said)
        entity = self._desk.book.need(OperatingLine, self._line)
        self._says.setText(plan_words(self._desk.book, entity, said) + ".")
        words = problem_words(line)
        if not words and said is not None:
            words = locked_over_words(self._desk.book, line, said, self._desk.budget.periods)
        self._problem.setText(show.sentence(words) if words else "")
        self._problem.setVisible(bool(words))
        self._show_moved(line)
        self._stood = (said.driver if said is not None else None, line.total)
        self.meaning.show_plan(said)

    def _show_moved(self, line: "BudgetLine") -> None:
        """Say what became of the year where the method that was chosen doesn't keep it."""
        before = self._before
        moved = before is not None and before != line.total and not line.problem
        if moved:
            then, now = (money_words(self._desk.book, one) for one in (before, line.total))
            self.moved.setText(f"With this choice the year went from {then} to {now}.")
        self.moved.setVisible(moved)
        self.undo.setVisible(moved)

    def _go_to_driver(self) -> None:
        """Ask for what the method that was chosen is driven by, where nothing is yet."""
        field = next(
            (form.fields["driver"] for form in self.forms if "driver" in form.fields), None
        )
        if field is not None and isinstance(field.editor, QComboBox) and not field.text:
            field.reveal()

    def _build(self, method: str) -> None:
        """Make the fields that a method takes."""
        clear(self._parts)
        self.forms = []
        sign = show.currency_sign(self._desk.book)
        titles = {name: text.format(sign) for name, text in _TITLES.get(method, {}).items()}
        if method == "manual":
            text = (
                "Type the months in the table of lines; months that are not set count as nothing."
            )
            self._parts.addWidget(label(text, "muted", wrap=True))
        self._add_form(_FIELDS[method], titles, 2 if len(_FIELDS[method]) > 1 else 1)
        said = self._said
        if method == "fixed" and said is not None and said.spread == "volume":
            self._add_form(
                ("spread_volume",), {"spread_volume": "Volume whose seasons it follows"}, 1
            )
        if method == "fixed" and said is not None and said.spread == "weights":
            self._twelve("weights", "What each month weighs", "{}")
        if method == "contract":
            self._twelve("steps", f"A month costs another amount from then on, {sign}", "From {}")
        self._parts.addStretch(1)
        if method == "formula" and isinstance(
            editor := self.forms[0].fields["formula"].editor, QLineEdit
        ):
            NameCompleter(editor, formula_choices(self._desk.book))

    def _twelve(self, field: str, heading: str, title: str) -> None:
        periods = self._desk.budget.periods
        self._parts.addWidget(label(heading, "small"))
        titles = {f"{field}/{period}": title.format(month_year_label(period)) for period in periods}
        self._add_form(tuple(titles), titles, _ACROSS)
        for made in self.forms[-1].fields.values():
            if isinstance(made.editor, QLineEdit):
                made.editor.setPlaceholderText("")  # a hint that is cut says nothing

    def _add_form(self, names: Sequence[str], titles: dict[str, str], columns: int) -> None:
        form = Form(
            self._desk, self._key, names, titles, columns, command=partial(write_plan, former=self._former),
            options=_options(self._desk.book, self.method.currentData()),
        )  # fmt: skip
        self.forms.append(form)
        self._parts.addWidget(form)

    # -- choosing ------------------------------------------------------------------------------

    @Slot()
    def _on_method(self) -> None:
        stood = self._former.stood
        self._before = stood.total if stood is not None else None
        self._desk.do(
            choose_method, self._desk.draft, self._line, self.method.currentData(), self,
            former=self._former, failed=self._on_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        if not self.isVisible():
            self._desk.say_error(error)
            return
        self._shown, self._before = (), None
        self._show()
        self._problem.setText(show.sentence(error, "The plan is as it was."))
        self._problem.show()


def _options(book: "Book", method: str) -> "dict[str, Options]":
    """Return what may be chosen as a method's driver, part and spread."""
    groups = dict.fromkeys(group for line in book.all(OperatingLine) for group in line.groups)
    jobs = [(one.id, f"{one.title} ({one.id})") for one in book.all(Position)]
    drivers: dict[str, Options] = {
        "staffing": jobs,
        "percent": [(group, show.words(group)) for group in groups],
    }
    volumes = [(one.id, f"{one.name} ({one.id})") for one in book.all(Volume)]
    return {
        "driver": drivers.get(method, volumes),
        "part": list(PART_WORDS.items()),
        "spread": [(way, words[:1].upper() + words[1:]) for way, words in SPREAD_WORDS.items()],
    }
