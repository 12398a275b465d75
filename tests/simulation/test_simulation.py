"""The simulation itself, at the size that every test run can afford."""

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.simulation.forking import Forking
from tests.simulation.machine import Simulation
from tests.simulation.running import InSmallRuns, InUse, run

RUN = settings(
    max_examples=36,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
)


@pytest.mark.slow
@pytest.mark.parametrize("machine", [InUse, InSmallRuns, Forking])
def test_everyone_always_shows_what_the_oracle_says(machine: type[Simulation]) -> None:
    run(machine, RUN)
