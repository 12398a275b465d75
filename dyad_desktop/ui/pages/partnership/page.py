"""The partnership page: six views on what the pair agreed and how it is doing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QStackedWidget

from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.partnership.charter import CharterView
from dyad_desktop.ui.pages.partnership.decisions import DecisionsView
from dyad_desktop.ui.pages.partnership.laptops import LaptopsView
from dyad_desktop.ui.pages.partnership.meetings import MeetingsView
from dyad_desktop.ui.pages.partnership.partners import PartnersView
from dyad_desktop.ui.pages.partnership.rights import RightsView
from dyad_desktop.ui.pages.partnership.view import View
from dyad_desktop.ui.widgets.basics import Segments

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key

VIEWS = (
    ("charter", "Charter", CharterView),
    ("rights", "Decision rights", RightsView),
    ("decisions", "Decisions", DecisionsView),
    ("meetings", "Meetings", MeetingsView),
    ("partners", "Partners", PartnersView),
    ("laptops", "Laptops", LaptopsView),
)
_HOME_OF = {
    "charter": "charter",
    "value": "charter",
    "give_and_get": "charter",
    "escalation_step": "charter",
    "decision_right": "rights",
    "decision": "decisions",
    "action": "meetings",
    "meeting": "meetings",
    "rhythm": "meetings",
    "partner": "partners",
    "partnership": "partners",
    "dyad": "partners",
    "pulse_round": "partners",
    "laptops": "laptops",
}
_KEYS = (
    ("Enter, F2", "change the text, or open the row"),
    ("Esc", "give up a change"),
    ("Shift+Enter", "a new line in a text"),
    ("Tab, arrows", "from part to part"),
)


class Page(BasePage):
    """Charter, decision rights, decisions, meetings and actions, partners."""

    title = "Partnership"
    view_names = ("charter", "rights", "decisions", "meetings", "partners", "laptops")
    kinds = frozenset(
        {*_HOME_OF, "_device", "pulse", "pulse_item", "agenda_template", "agenda_item"}
    )
    keys = _KEYS

    def build(self) -> None:
        """Make the switch; a view is made when it is first shown."""
        self.switch = Segments([(name, text) for name, text, _ in VIEWS], "View")
        self.switch.chosen.connect(self.show_view)
        self.add_to_header(self.switch)
        self.offer_side_by_side()
        self.new = self.add_action("New decision", self.new_decision, primary=True)
        self._new_button = self.findChildren(QPushButton)[-1]
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self.views: dict[str, View] = {}

    @property
    def view(self) -> View | None:
        """Return the view that is up."""
        return self.views.get(self.switch.choice)

    @property
    def side_subject(self) -> "Key":
        """Return the charter."""
        return "charter", "charter"

    @property
    def busy_editing(self) -> bool:
        """Return whether someone is writing."""
        return self.view is not None and self.view.editing

    def reload(self) -> None:
        """Show the newest book in the view that is up."""
        self.show_view(self.switch.choice)

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show ``charter``, ``rights``, ``decisions``, ``meetings``, ``partners`` or ``laptops``."""
        cls = next((cls for known, _, cls in VIEWS if known == name), None)
        if cls is None:
            return
        self.switch.choose(name)
        if name not in self.views:
            self.views[name] = cls(self.desk)
            self._stack.addWidget(self.views[name])
        self._stack.setCurrentWidget(self.views[name])
        self.views[name].show_book()
        self._new_button.setVisible(name == "decisions")

    def show_thing(self, key: "Key") -> None:
        """Go to the view that shows a thing, and to the thing."""
        name = _HOME_OF.get(key[0])
        if name is not None:
            self.show_view(name)
            if name == "laptops":
                return
            self.views[name].show_thing(key)
            if self.desk.selection != key:
                self.desk.select(key)

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        for view in self.views.values():
            view.show_book(anew=True)

    @Slot()
    def new_decision(self) -> None:
        """Open a decision."""
        self.show_view("decisions")
        view = self.views["decisions"]
        if isinstance(view, DecisionsView):
            view.add()
