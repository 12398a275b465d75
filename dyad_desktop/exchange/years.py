"""Which months a workspace may speak of: fiscal years that follow each other, overrides in the budget year."""

from collections.abc import Mapping

from dyad_desktop.domain.fiscal import MONTHS, add_months, months_between
from dyad_desktop.errors import BadInputError

EARLIEST, LATEST = "1900-01", "9900-12"
"""Where a fiscal year may begin: what is planned from there on stays in the calendar."""


def check_years(start_month: object, prior_start: str, budget_start: str) -> None:
    """Refuse fiscal years that begin in another month than they say, overlap, or leave the calendar.

    Raises:
        BadInputError: the place is the name of the field.
    """
    for name, period in (("prior_start", prior_start), ("budget_start", budget_start)):
        if not EARLIEST <= period <= LATEST:
            raise BadInputError(f"a fiscal year that begins in {period} can't be planned", name)
        if int(period[5:]) != start_month:
            raise BadInputError(f"{period} is not in month {start_month}, the start_month", name)
    if months_between(prior_start, budget_start) < MONTHS:
        raise BadInputError(
            f"the budget year begins in {budget_start}, before the prior year from {prior_start} has ended",
            "budget_start",
        )


def check_overrides(overrides: Mapping[str, object], budget_start: str) -> None:
    """Refuse amounts of months that the budget year doesn't have: they would count nowhere.

    Raises:
        BadInputError: names the first such month.
    """
    last = add_months(budget_start, MONTHS - 1)
    for period, value in sorted(overrides.items()):
        if value is not None and not budget_start <= period <= last:
            raise BadInputError(
                f"months/{period} lies outside the budget year, {budget_start} to {last}"
            )
