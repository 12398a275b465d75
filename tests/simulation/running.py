"""Runs a simulation and tells the shortest story that fails, in words."""

from collections.abc import Sequence

from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.forking import Forking
from tests.simulation.machine import Simulation


class InUse(Simulation):
    """Runs are compressed and indexed late as they are in use: not before there are hundreds."""

    segment, indexed_at_once, values_at_once = 512, 1000, 1000


class InSmallRuns(Simulation):
    """Runs are compressed, and indexed late, after a few commits already."""

    segment, indexed_at_once, values_at_once = 4, 3, 1


MACHINES: tuple[type[Simulation], ...] = (InUse, InSmallRuns, Forking)


def run(machine: type[Simulation], how: settings, number: int | None = None) -> None:
    """Run a simulation, with ``number`` as its seed; a failure carries its story as a note."""
    one: type[Simulation] = type(machine.__name__, (machine,), {"last_story": ()})
    if number is not None:
        seed(number)(one)
    try:
        run_state_machine_as_test(one, settings=how)
    except BaseException as error:
        error.add_note(told(one.last_story))
        raise


def told(story: Sequence[str]) -> str:
    """Return a story as numbered lines."""
    return "\n".join(
        ["The shortest story that fails:", *(f"{n:3}. {t}" for n, t in enumerate(story))]
    )
