"""The simulation proves itself: each fault, planted in the application, must be found in a short run."""

import pytest
from hypothesis import HealthCheck, Phase, settings

from dyad_desktop.errors import DyadError
from tests.simulation.faults import FAULTS
from tests.simulation.running import InUse, run

HUNT = settings(
    max_examples=150,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
)


class OfTwo(InUse):
    """Two laptops show every fault, and soonest."""

    count = 2


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    with pytest.raises((AssertionError, DyadError)):
        run(OfTwo, HUNT)
