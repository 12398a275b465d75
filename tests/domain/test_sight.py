from dataclasses import replace

import pytest

from dyad_desktop.domain import registry
from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.meetings import Action, Decision
from dyad_desktop.domain.operating import DraftLine, OperatingLine
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.sight import NO_PURPOSE, line_of_sight
from tests.domain.example import example_book


def ids(kind: str, entity_id: str, *changes: Entity) -> str:
    book = example_book().with_entities(((KIND_OF[type(one)], one.id), one) for one in changes)
    return " ".join(found for _kind, found, _label in line_of_sight(book, kind, entity_id))


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("charter", "charter"),
        ("objective", "charter O2"),
        ("goal", "charter O2 G3"),
        ("measure", "charter O2 G3 M3.1"),
        ("initiative", "charter O4 G7 I4"),
        ("milestone", "charter O4 G7 I4 I4.7"),
        ("risk", "charter O4 G7 I4 I4.R1"),
        ("capital_request", "charter O1 G2 I2 C09"),
        ("capital_request", "charter O1 G1 C03"),
        ("decision", "charter O4 G7 I4 DC06"),
        ("action", "charter O4 G8 M8.2 A10"),
        ("operating_line", "charter O3 G6 I6 DC02 L28"),
        ("operating_line", "charter L01"),
        ("volume", "charter V01"),
        ("nothing", "charter gone"),
    ],
)
def test_everything_can_be_followed_to_the_purpose(kind: str, path: str) -> None:
    assert ids(kind, path.rsplit(maxsplit=1)[-1]) == path


def test_labels_are_what_people_call_things() -> None:
    path = line_of_sight(example_book(), "measure", "M3.1")
    assert path[0][2].startswith("We lead the heart and vascular service together")
    assert path[2] == ("goal", "G3", "Give people care when they need it")
    assert path[-1][2] == "Third next available new-patient visit"
    assert line_of_sight(Book.of([]), "goal", "G1")[0] == ("charter", "charter", NO_PURPOSE)


def test_a_note_or_an_action_links_a_line() -> None:
    line = example_book().need(OperatingLine, "L01")
    noted = replace(line, note="Grows with the second lab (I4), see board paper.")
    assert ids("operating_line", "L01", noted) == "charter O4 G7 I4 L01"
    action = Action(id="X", text="Check", owner="A", link="L01", meeting="MT1")
    assert ids("operating_line", "L01", action) == "charter MT1 X L01"
    said = DraftLine(id="working.L28", draft="working", line="L28")
    assert ids("draft_line", "working.L28", said).endswith("I6 DC02 L28 working.L28")


def test_links_that_lead_nowhere_or_in_a_circle_end_the_path() -> None:
    goal = replace(example_book().need(Goal, "G3"), supports="gone")
    assert ids("goal", "G3", goal) == "charter G3"
    initiative = replace(example_book().need(Initiative, "I4"), goals=("gone",))
    assert ids("milestone", "I4.7", initiative) == "charter I4 I4.7"
    decision = Decision(id="X", title="X", decision_right="D3")
    assert ids("decision", "X", decision) == "charter D3 X"
    first = Action(id="X", text="X", owner="A", link="Y")
    second = Action(id="Y", text="Y", owner="A", link="X")
    assert ids("action", "X", first, second) == "charter Y X"


def test_every_thing_of_the_example_has_a_line_of_sight() -> None:
    book = example_book()
    for kind, spec in registry.KINDS.items():
        for entity in book.all(spec.cls):
            path = line_of_sight(book, kind, entity.id)
            assert path[0][:2] == ("charter", "charter")
            assert path[-1][:2] == (kind, entity.id)
            assert all(label for _kind, _id, label in path)
