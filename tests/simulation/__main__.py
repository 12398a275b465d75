"""Runs the simulation for as long as one likes: random stories, and for a failure its seed and its shortest story.

python3 packaging/bootstrap.py simulate --minutes 30 [--seed 1234]
"""

import argparse
import secrets
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, settings

from tests.simulation.machine import Simulation
from tests.simulation.running import MACHINES, run

STORIES = 50
HOW = settings(
    max_examples=STORIES,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    print_blob=False,
)


def main(arguments: list[str] | None = None) -> int:
    """Run round after round until the time is over or a story fails; return the exit code."""
    options = _parse(arguments)
    number = options.seed if options.seed is not None else secrets.randbelow(2**32)
    end = time.monotonic() + options.minutes * 60
    stories = 0
    while True:
        started = time.monotonic()
        machine = MACHINES[number % len(MACHINES)]
        try:
            run(machine, HOW, number)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            _tell(error, number)
            return 1
        stories += STORIES
        _say(
            f"seed {number} ({machine.__name__}): {STORIES} stories held, {time.monotonic() - started:.0f} s"
            f" ({stories} stories, {Simulation.steps_taken} steps in all)",
        )
        if time.monotonic() >= end:
            return 0
        number += 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
    parser.add_argument("--seed", type=int, help="where to begin; by default chance decides")
    return parser.parse_args(arguments)


def _tell(error: BaseException, number: int) -> None:
    """Print the failure: where it is, the shortest story, the seed that finds it again."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    story = next((n for n in getattr(error, "__notes__", []) if n.startswith("The shortest")), "")
    _say(f"\nFAILED: {type(error).__name__}: {error}\n  {last.filename}:{last.lineno} {last.line}")
    _say(f"\n{story}\n\nTo see it again: python3 packaging/bootstrap.py simulate --seed {number}")


if __name__ == "__main__":
    sys.exit(main())
