"""A position month by month against a slow reading; parts add to the whole."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.operating import PAY_PARTS, Position
from dyad_desktop.domain.staffing import monthly_cost, monthly_fte, monthly_hours, monthly_rate

YEAR = months("2026-07")
PERCENTS = st.none() | st.decimals(0, 100, places=2)
PERIODS = st.none() | st.sampled_from([*YEAR, "2025-01", "2030-01"])
POSITIONS = st.builds(
    Position,
    id=st.just("P"),
    title=st.just("Nurse"),
    fte_budget=st.decimals(0, 500, places=2),
    avg_hourly_rate=st.none() | st.decimals(0, 400, places=2),
    start=PERIODS,
    end=PERIODS,
    vacancy_pct=PERCENTS,
    hours_per_year=st.none() | st.decimals(1, 8784, places=1),
    merit_pct=PERCENTS,
    merit_month=PERIODS,
    overtime_pct=PERCENTS,
    contract_labour=st.none() | st.integers(0, 10**8),
    benefits_pct=PERCENTS,
    fte_months=st.dictionaries(
        st.sampled_from(YEAR), st.none() | st.decimals(0, 99, places=1), max_size=3
    ),
)


def share(percent: Decimal | None) -> Fraction:
    return Fraction(percent or 0) / 100


@given(POSITIONS, st.sampled_from([1, 100, 1000]))
def test_a_year_of_a_position_by_a_slow_reading(job: Position, unit: int) -> None:
    cost = {part: monthly_cost(job, YEAR, Fraction(2080), unit, part=part) for part in PAY_PARTS}
    for place, period in enumerate(YEAR):
        filled = (job.start or "") <= period <= (job.end or "9999")
        fte = Fraction(job.fte_budget) * (1 - share(job.vacancy_pct)) if filled else Fraction(0)
        own = job.fte_months.get(period)
        fte = fte if own is None else Fraction(own)
        rate = Fraction(job.avg_hourly_rate or 0)
        if job.merit_pct is not None and period >= (job.merit_month or ""):
            rate *= 1 + share(job.merit_pct)
        paid = fte * Fraction(job.hours_per_year or 2080) / 12 * rate
        assert monthly_fte(job, YEAR)[place] == fte
        assert monthly_hours(job, YEAR, Fraction(2080))[place] * rate == paid
        assert monthly_rate(job, YEAR)[place] == rate
        assert cost["salaries"][place] == paid
        assert cost["overtime"][place] == paid * share(job.overtime_pct) * 3 / 2
        assert cost["benefits"][place] == paid * share(job.benefits_pct)
        assert cost["contract"][place] == (
            Fraction(job.contract_labour or 0, unit) if filled else 0
        )
        assert cost["all"][place] == sum(cost[part][place] for part in PAY_PARTS if part != "all")
