"""A capital request in full: its fields in sections, what it gives back while one types, and the scores."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.asked import base_cost, lines_of
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import (
    ASSET_CLASSES,
    CATEGORIES,
    FUNDING_SOURCES,
    CapitalRequest,
)
from dyad_desktop.domain.ranking import rank_requests
from dyad_desktop.services.capital import new_request
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.capital.attachments import Attachments
from dyad_desktop.ui.pages.capital.returns_card import METHOD_WORDS, DepreciationCard, ReturnsCard
from dyad_desktop.ui.pages.capital.scores import ScoreGrid
from dyad_desktop.ui.pages.capital.sections import CostLines, Phasing, YearsApart
from dyad_desktop.ui.pages.capital.warnings import BEFORE, warnings_of
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, button, label, row
from dyad_desktop.ui.widgets.form import Form, edit_text
from dyad_desktop.ui.widgets.form_dialog import FormDialog
from dyad_desktop.ui.widgets.new_dialog import NewDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dyad_desktop.domain.book import Key
    from dyad_desktop.domain.capital import CostLine
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

_WHAT = ("category", "asset_class", "status", "priority", "in_service", "mandatory")
_MONEY = ("cost", "contingency_pct", "funding_source")
_RETURNS = (
    "annual_benefit", "annual_operating_cost", "benefit_growth_pct", "cost_growth_pct",
    "useful_life_years", "salvage", "tax_rate_pct",
)  # fmt: skip
_DEPRECIATION = ("depreciation_method", "recovery_years", "posts_to", "cost_centre")
_WHY = ("if_not_funded", "alternatives")
_TITLES = {
    "title": "What it is",
    "cost": "Cost",
    "contingency_pct": "Contingency, percent of cost",
    "funding_source": "Paid from",
    "useful_life_years": "Useful life, years",
    "salvage": "Worth at the end (salvage)",
    "annual_benefit": "Benefit a year",
    "annual_operating_cost": "Operating cost a year",
    "benefit_growth_pct": "Benefit grows, percent a year",
    "cost_growth_pct": "Operating cost grows, percent a year",
    "tax_rate_pct": "Tax rate, percent",
    "in_service": "In service from",
    "priority": "Priority, 1 first to 5",
    "depreciation_method": "Method",
    "recovery_years": "Recovery period, years (tax table)",
    "posts_to": "Posts to these drafts, and to copies of them",
    "cost_centre": "Cost centre of its linked lines",
    "if_not_funded": "If it is not funded",
    "alternatives": "Alternatives looked at",
    "links": "Goals and initiatives it serves, by id with commas between",
}
_HINTS = {
    "contingency_pct": "none", "benefit_growth_pct": "none", "cost_growth_pct": "none",
    "tax_rate_pct": "none", "salvage": "nothing", "recovery_years": "from the useful life",
}  # fmt: skip
_KINDS = frozenset(
    {
        "capital_request",
        "capital_policy",
        "criterion",
        "cost_line",
        "draft",
        "partnership",
        "attachment",
    }
)
_WIDE, _HIGH = 1120, 780


def _choices(book: Book, field: str, offered: "Sequence[str]") -> list[tuple[str, str]]:
    """Return what is offered for a text, and what requests say already."""
    said = [getattr(one, field) for one in book.all(CapitalRequest)]
    values = dict.fromkeys([*offered, *(value for value in said if value)])
    return [(value, show.words(value)) for value in values]


class RequestDialog(FormDialog):
    """Edits a request in place: every field is kept when it is left."""

    def __init__(self, desk: "Desk", key: "Key", parent: QWidget) -> None:
        super().__init__(desk, parent)
        self._key = key
        self.setWindowTitle("Capital request")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self._title = label(desk.book.label(*key), "title", wrap=True)
        outer.addWidget(self._title)
        self.warns = label("", "error", wrap=True)
        outer.addWidget(self.warns)
        self._forms: list[Form] = []
        self._make_parts()
        self.left, self.right = Column(), Column()
        for card in self._cards():
            self.left.column.addWidget(card)
        self.right.column.addWidget(self.returns)
        self.right.column.addWidget(self.depreciation)
        for column in (self.left, self.right):
            inner = column.widget()
            if inner is not None:
                bar = column.verticalScrollBar().sizeHint().width()
                column.setMinimumWidth(inner.minimumSizeHint().width() + bar)
        both = QHBoxLayout()
        both.setSpacing(GRID + 4)
        both.addWidget(self.left, 11)
        both.addWidget(self.right, 10)
        outer.addLayout(both, 1)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        outer.addLayout(row(label("Every change is kept as you make it.", "small"), 1, close))
        desk.changed.connect(self._on_changed)
        self._show_rest()
        room = parent.window().size()
        self.resize(
            min(theme.px(_WIDE), room.width() - 40), min(theme.px(_HIGH), room.height() - 40)
        )

    def _make_parts(self) -> None:
        """Make the parts that tests and other parts name."""
        desk, key = self._desk, self._key
        book = desk.book
        options = {
            "category": _choices(book, "category", CATEGORIES),
            "asset_class": _choices(book, "asset_class", tuple(ASSET_CLASSES)),
            "funding_source": _choices(book, "funding_source", FUNDING_SOURCES),
            "depreciation_method": list(METHOD_WORDS.items()),
        }

        def form(fields: "Sequence[str]", columns: int = 2) -> Form:
            made = Form(desk, key, fields, _TITLES, columns=columns, options=options)
            for name, hint in _HINTS.items():
                editor = made.fields[name].editor if name in made.fields else None
                if isinstance(editor, QLineEdit):
                    editor.setPlaceholderText(hint)
            self._forms.append(made)
            return made

        self.title, self.what = form(("title",), 1), form(_WHAT, 3)
        self.money, self.form, self.books = form(_MONEY, 3), form(_RETURNS), form(_DEPRECIATION)
        self.why, self.links = form(_WHY, 1), form(("links",), 1)
        usual = self.books.fields["depreciation_method"].editor
        if isinstance(usual, QComboBox):
            usual.setItemText(0, "straight line, as usual")
        self.lines, self.phasing = CostLines(desk, key), Phasing(desk, key)
        self.years = YearsApart(desk, key)
        self.scores, self.returns = ScoreGrid(desk, key), ReturnsCard(desk, key)
        self.depreciation = DepreciationCard(desk, key)
        self.attachments = Attachments(desk, key)
        self._names = label("", "small", wrap=True)

    def _cards(self) -> list[Card]:
        """Return the sections in reading order."""
        parts: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            ("What", (self.title, self.what)),
            ("Money", (self.money, self.lines)),
            ("Phasing by quarter", (self.phasing,)),
            ("Returns", (self.form, self.years)),
            ("Depreciation and the operating budget", (self.books,)),
            ("Why", (self.why,)),
            ("Scores, 1 to 5, each partner alone", (self.scores,)),
            ("Links", (self.links, self._names)),
            ("Attachments", (self.attachments,)),
        )
        cards = []
        for heading, widgets in parts:
            card = Card(heading)
            for widget in widgets:
                card.column.addWidget(widget)
            cards.append(card)
        return cards

    def _show_rest(self) -> None:
        """Show what follows from the fields: names of links, and that lines count instead of the cost."""
        book = self._desk.book
        request = book.get(CapitalRequest, self._key[1])
        keys = [book.find(one) for one in request.links] if request else []
        self._names.setText("; ".join(book.label(*key) for key in keys if key))
        rows = [one for one in rank_requests(book) if one.request.id == self._key[1]]
        said = [show.sentence(words) for one in rows for words in warnings_of(book, one)]
        self.warns.setText(" ".join(f"{BEFORE}{words}" for words in said))
        self.warns.setVisible(bool(said))
        self._show_cost(request, lines_of(book, request) if request is not None else ())

    def _show_cost(self, request: CapitalRequest | None, lines: "Sequence[CostLine]") -> None:
        """Show what the cost lines come to in place of a cost, which doesn't count beside them."""
        cost = self.money.fields["cost"]
        cost.editor.setEnabled(not lines)
        cost.editor.setToolTip("The cost lines count instead." if lines else "")
        self.money.retitle({"cost": "Cost: the sum of its lines" if lines else _TITLES["cost"]})
        if lines and request is not None:
            cost.set_text(edit_text(self._desk.book, cost.spec, base_cost(request, lines)))

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if not changes.kinds & _KINDS:
            return
        if self._desk.book.entity(*self._key) is None:
            self.close_anyway()
            return
        self._title.setText(self._desk.book.label(*self._key))
        for form in self._forms:
            form.refresh()
        self.lines.refresh()
        self.phasing.refresh()
        self.years.refresh()
        self.scores.refresh()
        self.attachments.refresh()
        self.returns.refresh()
        self.depreciation.refresh()
        self._show_rest()


class NewRequest(NewDialog):
    """Asks for the title of a new request; ``made`` hears its key."""

    def __init__(self, desk: "Desk", made: "Callable[[Key], None]", parent: QWidget) -> None:
        super().__init__(desk, "New capital request", parent)
        self._made = made
        caption = label("What should be bought or built?", "small")
        self.column.addWidget(caption)
        self.name = QLineEdit()
        self.name.setAccessibleName("What should be bought or built?")
        self.name.setPlaceholderText("Second EP laboratory")
        caption.setBuddy(self.name)
        self.follow(self.name)
        self.column.addWidget(self.name)
        self.fit()

    def hand_in(self) -> None:
        """Have the request created."""
        self.ask(new_request, self.name.text())

    def made(self, changes: "ChangeSet") -> None:
        """Tell its key."""
        self._made(next(iter(changes.keys)))
