"""The simulation itself, at the size that every test run can afford."""

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.simulation.machine import Simulation
from tests.simulation.running import run

RUN = settings(
    max_examples=150,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
)


class InUse(Simulation):
    """Runs are compressed and indexed late as they are in use: not before there are hundreds."""

    segment, indexed_at_once = 512, 1000


class InSmallRuns(Simulation):
    """Runs are compressed, and indexed late, after a few commits already."""

    segment, indexed_at_once = 4, 3


@pytest.mark.slow
@pytest.mark.parametrize("machine", [InUse, InSmallRuns])
def test_everyone_always_shows_what_the_oracle_says(machine: type[Simulation]) -> None:
    run(machine, RUN)
