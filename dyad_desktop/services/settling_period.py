"""The figures of one period of a ratio were said together, and are settled together: value, numerator, denominator.

Each is a register of its own, so that what two partners correct apart can leave one's numerator over the other's
denominator, which gives neither's value.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import TypeAlias

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.ratio import follows, given_by, is_ratio
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.services.goals import DENOMINATOR, NUMERATOR, VALUE, ratio_of
from dyad_desktop.services.session import Session
from dyad_desktop.services.sides import first_said, is_apart, line_of, value_of

FIGURES = (VALUE, NUMERATOR, DENOMINATOR)
_Wished: TypeAlias = Mapping[str, Canonical]
"""Canonical figures of a period by field."""
Unseen: TypeAlias = Callable[[WriteId], bool]


def others_of_period(
    session: Session, at: Address, value: Canonical, partner: str
) -> dict[Address, Canonical]:
    """Return what the other figures of a period come to, where a partner's figure of it is taken.

    Those that are contested are the partner's too. Of those that aren't, what stood before counts again where only so
    the value is what its parts give, and the other wrote it together with their own value: each corrected one part. A
    value that follows its parts follows the one that is taken.
    """
    measure = session.book.get(Measure, at.id) if at.kind == "measure" else None
    if measure is None or at.field not in FIGURES or not is_ratio(measure):
        return {}
    unseen = _unseen_by(session, at._replace(field=VALUE), partner)
    offered: dict[str, Sequence[Canonical]] = {at.field: (value,)}
    for field in FIGURES:
        if field != at.field:
            offered[field] = _offered(session, at._replace(field=field), partner, unseen)
    if any(not found for found in offered.values()):
        return {}
    chosen = _agreeing(measure, at.slot, offered)
    if chosen is None:
        chosen = {field: found[0] for field, found in offered.items()}
        chosen |= _following(session, measure, at, chosen)
    return dict(_changed(session, at, chosen))


def joined(session: Session, at: Address) -> dict[Address, Canonical]:
    """Return the figures of a period with the correction of each partner, where each corrected another part.

    ``at`` is the contested value. Nothing where two corrected one part, or none did, or one of them says that value
    already.
    """
    measure = session.book.get(Measure, at.id) if at[::2] == ("measure", VALUE) else None
    if measure is None:
        return {}
    found: dict[Address, Canonical] = {}
    for place in (at._replace(field=name) for name in (NUMERATOR, DENOMINATOR)):
        said = {one.value for one in session.sides(place)}
        if len(said) > 1:
            said -= {session.base(place)}
        if len(said) != 1:
            return {}
        found[place] = said.pop()
    given = ratio_of(measure, *(_figure(place.field, part) for place, part in found.items()))
    value = spec_of("measure", VALUE).check(given)
    if value is None or value in {session.base(at), *(one.value for one in session.sides(at))}:
        return {}
    return {at: value, **found}


def follows_another(session: Session, at: Address, value: object) -> dict[Address, Canonical]:
    """Return the value that follows where a part is settled by a figure that nobody said.

    It follows where what both last had did, and where the other part is settled.
    """
    measure = session.book.get(Measure, at.id) if at.kind == "measure" else None
    if measure is None or at.field not in (NUMERATOR, DENOMINATOR) or not is_ratio(measure):
        return {}
    names = (NUMERATOR, DENOMINATOR)
    places = {name: at._replace(field=name) for name in (VALUE, *names)}
    other = places[next(name for name in names if name != at.field)]
    before = {name: session.base(place) for name, place in places.items()}
    if is_apart(session, other) or not _hold(measure, at.slot, before):
        return {}
    sides = session.sides(other)
    own = spec_of("measure", at.field).check(value)
    parts = {at.field: own, other.field: sides[0].value if sides else None}
    given = ratio_of(measure, *(_figure(name, parts[name]) for name in names))
    return {} if given is None else {places[VALUE]: spec_of("measure", VALUE).check(given)}


def _unseen_by(session: Session, at: Address, partner: str) -> Unseen:
    """Return what tells whether a write is one that a partner hadn't seen when they said their contested value.

    That is so of all that the others wrote since they came to theirs, but not of what they both had before.
    """
    sides = session.sides(at)
    said = [(side.id, first_said(session, at, side)) for side in sides] if len(sides) > 1 else []
    others = [one for one in said if one[1].partner != partner]
    seen = {
        write
        for _, first in said
        if first.partner == partner
        for write in line_of(session, at, first.id)
    }
    since: dict[bytes, int] = {}
    for _, first in others:
        for write in line_of(session, at, first.id):
            if write not in seen:
                since[write.actor] = min(write.seq, since.get(write.actor, write.seq))
    again = {id_ for id_, _ in others}
    return lambda write: write in again or write.seq >= since.get(write.actor, write.seq + 1)


def _offered(session: Session, at: Address, partner: str, unseen: Unseen) -> Sequence[Canonical]:
    """Return what a figure can be: a partner's where it is contested, else what stands, or what it was for them."""
    sides = session.sides(at)
    if is_apart(session, at):
        found = value_of(session, at, partner)
        return () if found is None else found
    if len(sides) != 1:  # nothing, or what all say
        return (sides[0].value if sides else None,)
    line = list(line_of(session, at, first_said(session, at, sides[0]).id))
    if not unseen(sides[0].id) and not unseen(line[0]):
        return (sides[0].value,)
    # The newest write that the partner had seen.
    known = next((one for one in line if not unseen(one)), None)
    was = None if known is None else session.write(at, known)
    return (sides[0].value, None if was is None else was.value)


def _agreeing(
    measure: Measure, period: str, offered: Mapping[str, Sequence[Canonical]]
) -> _Wished | None:
    """Return the first figures of those offered of which the value is what the parts give."""
    for value, part, whole in product(*(offered[field] for field in FIGURES)):
        found = dict(zip(FIGURES, (value, part, whole), strict=True))
        if _hold(measure, period, found):
            return found
    return None


def _hold(measure: Measure, period: str, figures: _Wished) -> bool:
    value, part, whole = (_figure(field, figures[field]) for field in FIGURES)
    given = given_by(
        replace(measure, numerator={period: part}, denominator={period: whole}), period
    )
    return value is not None and given is not None and follows(value, given)


def _following(
    session: Session, measure: Measure, at: Address, chosen: _Wished
) -> dict[str, Canonical]:
    """Return the value that parts give, of which one is taken, where it followed what stood of them before."""
    place = at._replace(field=VALUE)
    if at.field == VALUE or is_apart(session, place):
        return {}
    stood = {at.field: [side.value for side in session.sides(at)] + [session.base(at)]}
    offered = {field: stood.get(field, [chosen[field]]) for field in FIGURES}
    if _agreeing(measure, at.slot, offered) is None:
        return {}  # it was typed over what its parts give
    part, whole = (_figure(field, chosen[field]) for field in (NUMERATOR, DENOMINATOR))
    given = ratio_of(measure, part, whole)
    return {} if given is None else {VALUE: spec_of("measure", VALUE).check(given)}


def _changed(session: Session, at: Address, chosen: _Wished) -> Iterator[tuple[Address, Canonical]]:
    for field, value in chosen.items():
        place = at._replace(field=field)
        sides = session.sides(place)
        standing = sides[0].value if sides else None
        if place != at and (is_apart(session, place) or standing != value):
            yield place, value


def _figure(field: str, value: Canonical) -> Decimal | None:
    found: Decimal | None = spec_of("measure", field).decode(value)
    return found
