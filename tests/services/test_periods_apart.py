"""A period of a ratio is said as a whole: what counts of it, when two wrote apart, is what one of them said."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count, product
from pathlib import Path
from random import Random

import pytest

from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.ratio import FIGURES
from dyad_desktop.domain.scorecard import read_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.disagreements import disagreement
from dyad_desktop.services.goals import DENOMINATOR, NUMERATOR, VALUE, Entry, record_observations
from dyad_desktop.services.importing import ADDED
from dyad_desktop.services.restoring import restore_value
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import settle
from tests.services.homes import meet, pair, two_homes
from tests.services.importing import looked_at

MEASURE = "M2.1"
Figures = tuple[Decimal | None, Decimal | None, Decimal | None]
"""Value, numerator, denominator."""
Said = Sequence[tuple[str, Decimal | None]]


def figures(session: Session, period: str) -> Figures:
    one = session.book.need(Measure, MEASURE)
    return one.values.get(period), one.numerator.get(period), one.denominator.get(period)


def say(session: Session, period: str, said: Said) -> None:
    record_observations(session, MEASURE, [Entry(period, *one) for one in said])


def apart(session: Session, period: str, *both: Said) -> list[Figures]:
    """Let A and B each say something of a period without the other; returns what each saw of it then."""
    own: list[Figures] = []
    written: list[list[tuple[Address, object]]] = []
    places = [Address("measure", MEASURE, field, period) for field in FIGURES]
    for partner, said in zip("AB", both, strict=True):
        session.write_as(partner)
        before = session.journal(1)[0].id
        say(session, period, said)
        own.append(figures(session, period))
        newest = session.journal(1)[0].id
        changes = session.changes(newest) if newest != before else ()
        written.append([(one.at, one.value) for one in changes])
        if changes:
            session.undo()
    seen = {at: session.seen(at) for at in places}
    for partner, edits in zip("AB", written, strict=True):
        session.write_as(partner)
        session.commit(
            [Edit(at, value, seen[at], again=True) for at, value in edits],  # type: ignore[arg-type]
            "Said apart",
        )
    session.write_as("A")
    return own


def rows(session: Session, period: str) -> list[Address]:
    return [at for at in session.disagreements() if at.id == MEASURE and at.slot == period]


def check(session: Session, period: str, own: Sequence[Figures], base: Figures) -> None:
    """What counts is what both had or what one of them said; each row settles the whole of it.

    A figure that there was none of, and that the other alone said, stays. So does one that both made the same: it is
    no longer what both had of the others.
    """
    now = figures(session, period)
    alike = any(own[0][k] == own[1][k] != base[k] for k in range(3))
    assert alike or now in (*own, base)
    for at, (n, partner) in product(rows(session, period), enumerate("AB")):
        shown = disagreement(session, at)
        assert shown is not None
        choice = shown.of(partner)
        if choice is None:
            continue
        settle(session, at, choice.value, seen=shown.heads, beside=shown.beside)
        wanted = tuple(
            now[k] if base[k] is None and own[n][k] is None else own[n][k] for k in range(3)
        )
        assert (figures(session, period), rows(session, period)) == (wanted, [])
        session.undo()


D = Decimal
BASE: Said = ((NUMERATOR, D(50)), (DENOMINATOR, D(100)))


@pytest.fixture
def periods() -> Iterator[str]:
    return (add_months("2010-01", n) for n in count())


@pytest.mark.parametrize(
    ("base", "hers", "his", "fields"),
    [
        (BASE, [(NUMERATOR, D(10))], [(DENOMINATOR, D(200))], FIGURES),
        (BASE, [(NUMERATOR, D(10))], [(NUMERATOR, D(20))], (VALUE, NUMERATOR)),
        (BASE, [(NUMERATOR, D(10))], [(VALUE, D("22.2"))], (VALUE, NUMERATOR)),
        (BASE, [(NUMERATOR, D(50)), (DENOMINATOR, D(200))], [(NUMERATOR, D(10))], FIGURES),
        (BASE, [(NUMERATOR, D(10))], [(one, None) for one in FIGURES], FIGURES),
        (BASE, [(NUMERATOR, D(10))], [(NUMERATOR, D(10))], ()),
        ([*BASE, (VALUE, D(40))], [(NUMERATOR, D(10))], [(one, None) for one in FIGURES], FIGURES),
        ([(VALUE, D(40))], BASE, [(VALUE, D(41))], (VALUE,)),
    ],
)
def test_what_one_said_of_a_period_stays_together(
    session: Session, base: Said, hers: Said, his: Said, fields: Sequence[str]
) -> None:
    period = "2026-09"
    say(session, period, [(one, None) for one in FIGURES])
    say(session, period, base)
    stood = figures(session, period)
    own = apart(session, period, hers, his)
    assert {at.field for at in rows(session, period)} == set(fields)
    check(session, period, own, stood)
    assert session.check() == []


def test_whatever_two_say_apart(session: Session, periods: Iterator[str]) -> None:
    random = Random(20261130)  # noqa: S311 - stories, not secrets
    values = {
        VALUE: (None, D("22.2"), D(40)),
        NUMERATOR: (D(10), D(20), D(50)),
        DENOMINATOR: (D(100), D(200)),
    }
    for period in (next(periods) for _ in range(20)):
        say(session, period, BASE)
        if random.random() < 0.3:
            say(session, period, [(VALUE, D(40))])
        stood = figures(session, period)
        both = [
            [
                (one, random.choice(values[one]))
                for one in random.sample(FIGURES, random.choice((1, 1, 2)))
            ]
            for _ in "AB"
        ]
        check(session, period, apart(session, period, *both), stood)
    assert session.check() == []


def test_an_earlier_part_brings_its_value_back(session: Session) -> None:
    period = "2026-10"
    before = figures(session, period)
    assert before[1] is not None
    say(session, period, [(NUMERATOR, before[1] + 9)])
    restore_value(session, Address("measure", MEASURE, NUMERATOR, period), str(before[1]))
    assert figures(session, period) == before


@pytest.mark.parametrize("restoring", [False, True])
def test_what_is_typed_while_a_delivery_comes_settles_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    restoring: bool,  # noqa: FBT001 - a case
) -> None:
    """She saw another denominator: the value over his would be one that neither counted."""
    period = "2026-10"
    two = two_homes(tmp_path, monkeypatch)
    pair(*two, tmp_path)
    at = Address("measure", MEASURE, NUMERATOR, period)
    with two[0].session() as session:
        seen = session.seen(at)
    with two[1].session() as session:
        say(session, period, [(DENOMINATOR, D(200))])
        his = figures(session, period)
    meet(two, tmp_path)
    with two[0].session() as session:
        if restoring:
            restore_value(session, at, "10", seen=seen)
        else:
            record_observations(session, MEASURE, [Entry(period, NUMERATOR, D(10), seen)])
        assert figures(session, period) == his
        assert rows(session, period) == [at]
        shown = disagreement(session, at)
        assert shown is not None
        settle(session, at, "10", seen=shown.heads, beside=shown.beside)
        assert figures(session, period) == (D(5), D(10), D(200))


def test_a_part_that_is_settled_by_another_figure_takes_its_value_along(session: Session) -> None:
    period = "2026-09"
    say(session, period, [(one, None) for one in FIGURES])
    say(session, period, BASE)
    apart(session, period, [(NUMERATOR, D(10))], [(NUMERATOR, D(20))])
    at = Address("measure", MEASURE, NUMERATOR, period)
    shown = disagreement(session, at)
    assert shown is not None
    done = settle(session, at, "15", seen=shown.heads, beside=shown.beside)
    assert done.note.endswith("settled: 15, with Sep 2026: 15.0 %")
    assert (figures(session, period), rows(session, period)) == ((D(15), D(15), D(100)), [])


def test_parts_that_nobody_changed_are_no_third_way(session: Session) -> None:
    period = "2026-09"
    say(session, period, [(one, None) for one in FIGURES])
    say(session, period, BASE)
    apart(session, period, [(VALUE, D(40))], [(VALUE, D(41))])
    (at,) = rows(session, period)
    shown = disagreement(session, at)
    assert shown is not None
    assert shown.merged is None


@pytest.mark.parametrize(
    "said", [[(VALUE, D(7))], [(NUMERATOR, None)], [(NUMERATOR, D(60)), (DENOMINATOR, D(90))]]
)
def test_what_is_held_apart_is_not_settled_by_typing(session: Session, said: Said) -> None:
    """Its value and its parts are settled together, with both sides in sight."""
    period = "2026-09"
    say(session, period, [(one, None) for one in FIGURES])
    say(session, period, BASE)
    apart(session, period, [(NUMERATOR, D(10))], [(DENOMINATOR, D(200))])
    before = rows(session, period)
    with pytest.raises(BadInputError, match="you differ on Sep 2026: settle it first"):
        say(session, period, said)
    assert rows(session, period) == before
    record_observations(session, MEASURE, [Entry(period, "marks", "late")])
    say(session, "2026-10", [(NUMERATOR, D(9))])
    assert rows(session, period) == before


def test_parts_that_came_together_have_their_value(session: Session) -> None:
    """One first says the numerator of a period, the other its denominator: nobody wrote what they give."""
    period = "2026-11"
    apart(session, period, [(NUMERATOR, D(16))], [(DENOMINATOR, D(80))])
    assert (figures(session, period), rows(session, period)) == ((None, D(16), D(80)), [])
    measure = session.book.need(Measure, MEASURE)
    chart = chart_of(session.book, measure)
    assert (chart.series.places[-1], chart.series.values[-1]) == (period, D("20.0"))
    reading = read_of(session.book, measure)
    assert reading.latest is not None
    assert reading.latest.value == D("20.0")
    source = f"Measure\tMonth\tNumerator\tDenominator\n{measure.title}\tNov 2026\t16\t80\n"
    (added,) = looked_at(session, source).of(ADDED)
    assert (added.field, added.new) == (VALUE, D("20.0"))
    say(session, period, [(NUMERATOR, D(16))])
    assert figures(session, period) == (D("20.0"), D(16), D(80))
