"""The driver diagram: who serves whom, in what state, at which place."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.driver_tree import COLUMNS, driver_tree
from dyad_desktop.domain.goals import Goal, Objective, Occurrence
from dyad_desktop.domain.initiatives import Benefit, Initiative
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure

O, G = ("objective", "O"), ("goal", "G")  # noqa: E741 - as in the diagram
M, I = ("measure", "M"), ("initiative", "I")  # noqa: E741


def a_book(*others: object) -> Book:
    things = [
        Objective(id="O", title="Objective"), Goal(id="G", title="Goal", supports="O"),
        a_measure(70), Initiative(id="I", title="Initiative", start="2026-01-01", goals=("G",)),
    ]  # fmt: skip
    return Book.of([*things, *others])  # type: ignore[list-item]


def test_what_serves_what() -> None:
    assert set(driver_tree(a_book()).links) == {(O, G), (G, M), (G, I)}


def test_an_initiative_with_a_benefit_for_a_measure_leads_to_that() -> None:
    benefit = Benefit(id="B", initiative="I", measure="M", text="faster")
    assert set(driver_tree(a_book(benefit)).links) == {(O, G), (G, M), (M, I)}


def test_states_roll_up_from_the_worst() -> None:
    tree = driver_tree(a_book())
    assert {node.key: node.status for node in tree.nodes} == {
        O: "off_track", G: "off_track", M: "off_track", I: "on_track",
    }  # fmt: skip


def test_everything_has_a_place_of_its_own() -> None:
    book = example_book()
    tree = driver_tree(book)
    assert len(tree.nodes) == sum(
        len(book.all(cls)) for cls in (Objective, Goal, Initiative)
    ) + len([node for node in tree.nodes if node.key[0] == "measure"])
    for column in range(len(COLUMNS)):
        rows = sorted(node.row for node in tree.nodes if node.column == column)
        assert all(after - before >= 1 for before, after in pairwise(rows))
    assert all(tree.node(a) and tree.node(b) for a, b in tree.links)
    assert tree.rows >= 16


def test_links_to_nothing_are_left_out_and_loose_things_stand_too() -> None:
    lost = Goal(id="H", title="Loose", supports="gone")
    tree = driver_tree(a_book(lost))
    assert tree.node(("goal", "H")) is not None
    assert not any(("goal", "H") in pair for pair in tree.links)
    assert driver_tree(Book.of([])).rows == 0


def test_a_value_without_a_target_is_not_no_data() -> None:
    tree = driver_tree(a_book(replace(a_measure(70), target=None)))
    assert {tree.node(key).status for key in (O, G, M)} == {"no_target"}  # type: ignore[union-attr]
    empty = driver_tree(a_book(replace(a_measure(), target=None)))
    assert {empty.node(key).status for key in (O, G, M)} == {"no_data"}  # type: ignore[union-attr]


def test_rare_events_have_a_state() -> None:
    measure = replace(a_measure(), chart="t", direction="up", target=Decimal(30))
    days = ["2026-01-01", "2026-01-11", "2026-02-28"]
    events = [Occurrence(id=day, measure="M", date=day) for day in days]
    assert driver_tree(a_book(measure, *events)).node(M).status == "on_track"  # type: ignore[union-attr]
