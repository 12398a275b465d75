"""The driver diagram: objectives, goals, measures and initiatives in four columns, and what leads to what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.goals import Goal, Measure, Objective
from dyad_desktop.domain.initiatives import Benefit, Initiative
from dyad_desktop.domain.scorecard import read_of, shown_worst

COLUMNS = ("objective", "goal", "measure", "initiative")
TITLES = ("Objective", "Goal", "Measure", "Initiative")
ROLL_UP = "A goal has the state of its worst measure, an objective that of its worst goal."
_STATES = {"green": "on_track", "amber": "at_risk", "red": "off_track"}


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the diagram at a row of its column, rows counted from 0; ``status`` rolls up."""

    key: Key
    title: str
    status: str
    row: float

    @property
    def column(self) -> int:
        """Its column from the left, 0 to 3."""
        return COLUMNS.index(self.key[0])


@dataclass(frozen=True, slots=True)
class DriverTree:
    """The nodes, columns from left to right and rows downwards, and pairs (what is served, what serves it)."""

    nodes: tuple[Node, ...]
    links: tuple[tuple[Key, Key], ...]

    def node(self, key: Key) -> Node | None:
        """Return a node by its key."""
        return next((node for node in self.nodes if node.key == key), None)

    @property
    def rows(self) -> int:
        """How many rows the longest column takes."""
        return int(max((node.row for node in self.nodes), default=-1)) + 1


def driver_tree(book: Book) -> DriverTree:
    """Return the diagram of a partnership; an initiative leads to the measures of its benefits, else to its goals."""
    links = tuple(_links(book))
    goals = _sorted_goals(book)
    measures = [one for goal in goals for one in book.children(Measure, goal.id)]
    states = _states(book, goals, measures)
    rows: dict[Key, float] = {}
    _place(rows, [("measure", one.id) for one in measures], _by_goal(goals, measures))
    _beside(rows, [("goal", one.id) for one in goals], links, served=True)
    _beside(rows, [("objective", one.id) for one in book.all(Objective)], links, served=True)
    _beside(rows, [("initiative", one.id) for one in book.all(Initiative)], links, served=False)
    nodes = [
        Node(key, book.label(*key), states.get(key, "no_data"), row) for key, row in rows.items()
    ]
    nodes.sort(key=lambda node: (node.column, node.row))
    return DriverTree(tuple(nodes), links)


def _sorted_goals(book: Book) -> list[Goal]:
    order = {one.id: n for n, one in enumerate(book.all(Objective))}
    return sorted(book.all(Goal), key=lambda goal: order.get(goal.supports or "", len(order)))


def _links(book: Book) -> Iterable[tuple[Key, Key]]:
    for goal in book.all(Goal):
        if book.get(Objective, goal.supports) is not None:
            yield ("objective", goal.supports or ""), ("goal", goal.id)
        for measure in book.children(Measure, goal.id):
            yield ("goal", goal.id), ("measure", measure.id)
    for one in book.all(Initiative):
        found = (book.get(Measure, benefit.measure) for benefit in book.children(Benefit, one.id))
        moved = {measure.id: measure for measure in found if measure is not None}
        spoken_for = {measure.goal for measure in moved.values()}
        for measure_id in moved:
            yield ("measure", measure_id), ("initiative", one.id)
        for goal_id in one.goals:
            if goal_id not in spoken_for and book.get(Goal, goal_id) is not None:
                yield ("goal", goal_id), ("initiative", one.id)


def _states(book: Book, goals: Sequence[Goal], measures: Sequence[Measure]) -> dict[Key, str]:
    read = {one.id: read_of(book, one) for one in measures}
    found = {("measure", name): reading.shown for name, reading in read.items()}
    below = {goal.id: [read[one.id] for one in book.children(Measure, goal.id)] for goal in goals}
    for goal in goals:
        found["goal", goal.id] = shown_worst(below[goal.id])
    for objective in book.all(Objective):
        served = [goal.id for goal in goals if goal.supports == objective.id]
        found["objective", objective.id] = shown_worst(
            [one for name in served for one in below[name]]
        )
    for one in book.all(Initiative):
        found["initiative", one.id] = _STATES.get(one.status, "no_data")
    return found


def _by_goal(goals: Sequence[Goal], measures: Sequence[Measure]) -> dict[Key, float]:
    """Return a row for each measure; a goal without any leaves a row free for itself."""
    rows: dict[Key, float] = {}
    row = 0
    for goal in goals:
        mine = [one for one in measures if one.goal == goal.id]
        for one in mine:
            rows["measure", one.id] = row
            row += 1
        if not mine:
            rows["goal", goal.id] = row
            row += 1
    return rows


def _place(rows: dict[Key, float], keys: Iterable[Key], found: Mapping[Key, float]) -> None:
    rows.update({key: found[key] for key in keys})
    rows.update({key: row for key, row in found.items() if key[0] == "goal"})


def _beside(
    rows: dict[Key, float], keys: Sequence[Key], links: Sequence[tuple[Key, Key]], *, served: bool
) -> None:
    """Place things at the middle of what they are linked with, in order and a row apart."""
    wanted: dict[Key, float] = {}
    last = max(rows.values(), default=-1.0)
    for key in keys:
        ends = [b if served else a for a, b in links if (a if served else b) == key]
        there = [rows[end] for end in ends if end in rows]
        if not there and key not in rows:
            last += 1
        wanted[key] = sum(there) / len(there) if there else rows.get(key, last)
    low = 0.0
    for key in sorted(wanted, key=lambda key: (wanted[key], keys.index(key))):
        rows[key] = max(low, wanted[key])
        low = rows[key] + 1
