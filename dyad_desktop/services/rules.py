"""What must hold after an edit: whatever the window or a script writes, a text file of it loads again."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial

from dyad_desktop.domain.asked import asked
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import circle_among
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.fiscal import MONTHS, QUARTER, add_months, month_year_label, months
from dyad_desktop.domain.formula import called, check_plan
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.graph import circle_through
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.integrity import dangling
from dyad_desktop.domain.measure_settings import CHECKED, check_settings
from dyad_desktop.domain.methods import FTE, GROUP, VOLUME, has_weights, locked_months, method_of
from dyad_desktop.domain.money import check_currency, currency_exponent
from dyad_desktop.domain.observation_import_plausible import impossible, impossible_share
from dyad_desktop.domain.off_grid import off_grid, on_grid
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    Account,
    Draft,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schedule import IN_CIRCLE, links_within, plan_all
from dyad_desktop.domain.schema import DELETED, ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.years import check_overrides, check_years
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.refusals import (
    NAMED,
    check_centres,
    check_figure,
    check_named,
    check_numbers,
)

_SERIES = ("prior_actuals", "ytd_actuals")
_LINES = frozenset({"driver_kind", "driver_ref", "groups", "kind", DELETED})
_SAID = (
    "draft", "line", "explanation", "explained", "explained_for", "explained_over", "explained_to",
)  # fmt: skip
"""What of a draft line may be written in a draft that isn't planned on any more."""
_LINE_PLAN = frozenset({"method", "driver", "formula", "spread", "spread_volume", "weights"})
_WEIGHED = frozenset({"method", "spread", "weights", "locked"})
_PLAN = frozenset({"ref", "type", "milestone", "initiative", DELETED})
_YEARS = frozenset({"start_month", "prior_start", "budget_start"})
_CALENDAR = frozenset({"prior_start", "budget_start", "ytd_months"})
_WORTH = frozenset({"salvage", "cost", "contingency_pct"})

_TOLD = 12
"""So many of what there is are told by name."""
DRIVER_WORDS: Mapping[str, str] = {
    VOLUME: "volume", FTE: "position", GROUP: "group of lines",
}  # fmt: skip
_CONCERNED = frozenset(
    {"operating_line", "volume", "position", "dependency", "milestone", "partnership", "measure"}
    | {"draft", "draft_line", "capital_request", "cost_line", "planning", "capital_policy"}
    | NAMED
)


class NoDriverError(BadInputError):
    """A line would be driven by something that isn't there."""

    def __init__(self, book: Book, line: OperatingLine, target: str) -> None:
        """Say what, and what there is instead."""
        there = [one for one in drivers_there(book, line.driver_kind) if one]
        more = [f"{len(there) - _TOLD} more"] if len(there) > _TOLD + 1 else []
        names = [*there[: _TOLD if more else None], *more]
        listed = " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
        found = f"there {'is' if len(there) == 1 else 'are'} {listed}" if there else "there is none"
        what = DRIVER_WORDS[line.driver_kind]
        super().__init__(
            f"{line.name} would be driven by the {what} {target!r}, which isn't there; {found}"
            if target
            else f"say which {what} drives {line.name}; {found}"
        )


def drivers_there(book: Book, kind: str) -> tuple[str, ...]:
    """Return what a line may name that is driven by a kind of thing: ids of volumes or positions, or groups."""
    if kind == GROUP:
        groups = (group for line in book.all(OperatingLine) for group in line.groups)
        return tuple(sorted(set(groups)))
    return tuple(sorted(book.rows({VOLUME: Volume, FTE: Position}[kind])))


def concern(edits: Iterable[Edit]) -> bool:
    """Return whether any rule looks at what edits touch."""
    return any(edit.at.kind in _CONCERNED for edit in edits)


def _check_needed(before: Book, after: Book, fields: Mapping[str, Collection[str]]) -> None:
    """Refuse to delete what is still named."""
    going = {kind for kind, names in fields.items() if DELETED in names}
    if "groups" in fields.get("operating_line", ()) or going & {
        "operating_line", "volume", "position",
    }:  # fmt: skip
        check_named(before, after)
    if "cost_centre" in going:
        check_centres(before, after)


def check_after(
    before: Book, after: Book, edits: Collection[Edit], standing: Collection[Address] = ()
) -> None:
    """Refuse edits that would leave the book so that it can't be computed, or written and read again.

    Of ``standing`` registers one of the values that they hold already is written: whether somebody may say such a
    figure isn't asked, since somebody did, by an older version, and both partners need a way out.

    Raises:
        BadInputError: what would go wrong; nothing has been changed.
    """
    new = [edit for edit in edits if edit.at not in standing]
    for edit in new:
        check_figure(edit)
    check_numbers(before, new)
    fields = _touched(edits)
    lines = fields.get("operating_line", set())
    drivers = fields.get("volume", set()) | fields.get("position", set())
    _check_needed(before, after, fields)
    if lines & _LINES or DELETED in drivers:
        edited = {edit.at.id for edit in edits if edit.at.kind == "operating_line"}
        _check_lines(before, after, edited)
    if fields.get("position", set()) & {"start", "end"}:
        _check_terms(after, {edit.at.id for edit in edits if edit.at.kind == "position"})
    if lines & {"account", "cost_centre"}:
        _check_accounts(after, {edit.at.id for edit in edits if edit.at.kind == "operating_line"})
    if "parent" in fields.get("account", ()):
        _check_chart(after, {edit.at.id for edit in edits if edit.at.kind == "account"})
    if any(_plans(edit) for edit in edits):
        _check_schedules(before, after)
    meta = fields.get("partnership", set())
    if meta & _CALENDAR or (lines | fields.get("volume", set())) & set(_SERIES):
        _check_series(before, after, new)
    _check_meta(before, after, meta)
    _check_measures(before, after, new, _touched(new).get("measure", set()))
    _check_salvage(before, after, edits)
    if fields.keys() & {"draft", "draft_line"}:
        _check_drafts(after, edits)
        _check_planned_on(before, after, edits)


def _check_salvage(before: Book, after: Book, edits: Collection[Edit]) -> None:
    """Refuse that an asset would be worth more at the end of its life than is asked for it."""
    edited = {
        edit.at.id
        for edit in edits
        if edit.at.kind == "capital_request" and edit.at.field in _WORTH
    }
    lines = {edit.at.id for edit in edits if edit.at.kind == "cost_line"}
    found = [book.get(CostLine, line) for book in (before, after) for line in lines]
    edited |= {line.request for line in found if line is not None}
    for name in sorted(edited):
        request = after.get(CapitalRequest, name)
        if request is not None and (request.salvage or 0) > asked(after, request):
            raise BadInputError(
                f"{request.title} would be worth more at the end (salvage) than is asked for it; say its cost first,"
                " or a lower salvage"
            )


def _check_measures(
    before: Book, after: Book, edits: Collection[Edit], fields: Collection[str]
) -> None:
    if {"frequency", "series_start", "values"}.intersection(fields):
        _check_observations(before, after, edits)
    if CHECKED.intersection(fields):
        _check_settings(after, edits)
    if {"numerator", "denominator"}.intersection(fields):
        _check_parts(after, edits)


def _check_parts(after: Book, edits: Iterable[Edit]) -> None:
    """Refuse a denominator by which nothing can be divided, and a share of more cases than there are."""
    for edit in edits:
        at = edit.at
        measure = after.get(Measure, at.id) if at.kind == "measure" else None
        if measure is None or edit.value is None or at.field not in ("numerator", "denominator"):
            continue
        parts = measure.numerator.get(at.slot), measure.denominator.get(at.slot)
        reason = impossible(measure, at.field, Decimal(str(edit.value)))
        reason = reason or impossible_share(measure, *parts)
        if reason:
            raise BadInputError(reason, month_year_label(at.slot))


def _check_settings(after: Book, edits: Iterable[Edit]) -> None:
    """Refuse settings of a measure that contradict each other or its values; to empty one is always possible."""
    written: dict[str, set[str]] = {}
    for edit in edits:
        if edit.at.kind == "measure" and edit.value is not None:
            written.setdefault(edit.at.id, set()).add(edit.at.field)
    for name, fields in written.items():
        measure = after.get(Measure, name)
        if measure is not None:
            check_settings(measure, fields)


def _touched(edits: Iterable[Edit]) -> dict[str, set[str]]:
    """Return the fields that edits write, by kind."""
    fields: dict[str, set[str]] = {}
    for edit in edits:
        fields.setdefault(edit.at.kind, set()).add(edit.at.field)
    return fields


def _check_terms(after: Book, edited: Collection[str]) -> None:
    for job in after.all(Position):
        if job.id in edited and job.start and job.end and job.end < job.start:
            raise BadInputError(
                f"{job.title} would end in {month_year_label(job.end)}, before it begins in"
                f" {month_year_label(job.start)}"
            )


def _plans(edit: Edit) -> bool:
    """Return whether an edit says what waits for what; to take a link or milestone away is always possible."""
    taken = edit.at.field == DELETED and bool(edit.value)
    return edit.at.kind in ("dependency", "milestone") and edit.at.field in _PLAN and not taken


def _check_schedules(before: Book, after: Book) -> None:
    """Refuse a circle of milestones that these edits close, and plans that can't be worked out for another reason.

    What a merge left so keeps nobody from an edit, nor does what a circle hid that is open now.
    """
    circle = _circle_closed(before, after)
    if circle:
        raise BadInputError(IN_CIRCLE + " → ".join(circle))
    problems = plan_all(after)[1]
    known = plan_all(before)[1] if problems else {}
    for initiative, reason in problems.items():
        then = known.get(initiative, "")
        if reason != then and not any(one.startswith(IN_CIRCLE) for one in (reason, then)):
            raise BadInputError(reason)


def _circle_closed(before: Book, after: Book) -> tuple[str, ...]:
    """Return a circle of milestones in which a link stands that didn't join these two before; else nothing."""
    for initiative in after.all(Initiative):
        links = links_within(after, initiative.id)
        was = links_within(before, initiative.id).values()
        known = {(link.id, link.milestone, link.ref) for found in was for link in found}
        needs = {one: [link.ref for link in found] for one, found in links.items()}
        for link in (link for found in links.values() for link in found):
            if (link.id, link.milestone, link.ref) not in known:
                # As if this link were all that its milestone waits for: so the circle leads through it.
                circle = circle_through([link.milestone], {**needs, link.milestone: [link.ref]})
                if circle:
                    return circle
    return ()


def _check_lines(before: Book, after: Book, edited: Collection[str]) -> None:
    """Refuse drivers that aren't there, and lines that would follow each other in a circle.

    What a merge left elsewhere keeps nobody from another line.
    """
    known = set(dangling(before))
    for kind, entity, field, target in dangling(after):
        if (
            kind == "operating_line"
            and field == "driver_ref"
            and (kind, entity, field, target) not in known
        ):
            raise NoDriverError(after, after.need(OperatingLine, entity), target)
    draft = after.get(Draft, WORKING_DRAFT) or next(iter(after.all(Draft)), None)
    if draft is None:
        return
    circle = circle_among(after, draft.id, edited)
    if circle is not None:
        raise circle


def _check_drafts(after: Book, edits: Collection[Edit]) -> None:
    if not after.all(Draft):
        raise BadInputError("a partnership has at least one draft; this is the last")
    typed = [edit for edit in edits if edit.at.field == "months" and edit.value is not None]
    if typed:
        overrides = {edit.at.slot: edit.value for edit in typed}
        check_overrides(overrides, after.only(Partnership).budget_start)
    _check_locked(after, edits)
    _check_plans(after, edits)
    _check_weights(after, edits)


def _check_locked(after: Book, edits: Iterable[Edit]) -> None:
    """Refuse another amount of a year of which every month is locked: none could take it up."""
    changed = {edit.at.id for edit in edits if edit.at.field == "amount" and edit.value is not None}
    for name in sorted(changed):
        said = after.get(DraftLine, name)
        if said is None or method_of(said) != "fixed":
            continue
        held = locked_months(said, months(after.only(Partnership).budget_start or ""))
        if len(held) == MONTHS and sum(held.values()) != said.amount:
            raise BadInputError("every month is locked, so the year can't be changed. Unlock one")


def _check_weights(after: Book, edits: Iterable[Edit]) -> None:
    """Refuse that months which aren't locked all weigh nothing: there would be none to take what the year has left."""
    touched: dict[str, set[str]] = {}
    for edit in edits:
        if edit.at.kind == "draft_line" and edit.at.field in _WEIGHED:
            touched.setdefault(edit.at.id, set()).add(edit.at.field)
    for name in sorted(touched):
        said = after.get(DraftLine, name)
        if said is not None and method_of(said) == "fixed" and said.spread == "weights":
            given = "weights" in touched[name] or any(said.weights.values())
            periods = months(after.only(Partnership).budget_start or "")
            if given and not has_weights(said, periods):
                raise BadInputError(
                    "weights that are all zero leave nothing to spread by; give at least one month that isn’t"
                    " locked some"
                )


def _check_planned_on(before: Book, after: Book, edits: Iterable[Edit]) -> None:
    """Refuse to plan on in a draft that was agreed; what is said about a line, and deleting it, stay possible."""
    planned = {
        edit.at.id.partition(".")[0]
        for edit in edits
        if (edit.at.kind == "draft_line" and edit.at.field not in (*_SAID, DELETED))
        or (edit.at.kind == "draft" and edit.at.field == "inputs")
    }
    for name in sorted(planned):
        then, now = before.get(Draft, name), after.get(Draft, name)
        if then is not None and now is not None and "working" not in (then.state, now.state):
            raise BadInputError(
                f"{then.name} is {then.state} and stays as it is; make a copy of it to plan on"
            )


def _check_plans(after: Book, edits: Iterable[Edit]) -> None:
    """Refuse plans that can't be worked out, and lines that would follow each other in a circle.

    A circle that a merge left elsewhere keeps nobody from planning a line that isn't in it: so it is opened.
    """
    changed = {
        edit.at.id for edit in edits if edit.at.kind == "draft_line" and edit.at.field in _LINE_PLAN
    }
    said = [one for name in sorted(changed) if (one := after.get(DraftLine, name)) is not None]
    for one in said:
        check_plan(after, one)
    for draft in dict.fromkeys(one.draft for one in said):
        circle = circle_among(after, draft, {one.line for one in said})
        if circle is not None:
            raise circle.named(partial(called, after))


def _check_accounts(after: Book, edited: Collection[str]) -> None:
    """Refuse an edit that gives two lines one account and cost centre; those that met in a merge may stand."""
    seen: dict[tuple[str, str | None], OperatingLine] = {}
    for line in sorted(after.all(OperatingLine), key=lambda line: line.id in edited):
        other = seen.setdefault((line.account, line.cost_centre), line)
        if other is not line and line.id in edited:
            raise BadInputError(
                f"account {line.account} in that cost centre is {other.name} already"
            )


def _check_chart(after: Book, edited: Collection[str]) -> None:
    """Refuse accounts that would stand under each other in a circle; one that a merge left elsewhere may stand."""
    above = {one.id: (one.parent,) if one.parent else () for one in after.all(Account)}
    circle = circle_through(edited, above)
    if circle:
        code = circle[0]
        way = "itself" if circle == (code, code) else f"itself, in a circle: {' → '.join(circle)}"
        raise BadInputError(f"account {code} would stand under {way}")


def _check_series(before: Book, after: Book, edits: Iterable[Edit]) -> None:
    """Refuse figures outside their years; what a merge left there may stay or go, and isn't typed anew."""
    found = _outside(after)
    typed = {(edit.at.id, edit.at.field, edit.at.slot) for edit in edits if edit.value is not None}
    known = set(_outside(before)) - typed if found else set()
    for name, field, period in found:
        if (name, field, period) not in known:
            thing = after.get(OperatingLine, name) or after.need(Volume, name)
            raise BadInputError(
                f"{thing.name} would have {field.replace('_', ' ')} of {period}, outside the months"
                " that the fiscal years and ytd_months say"
            )


def _outside(book: Book) -> list[tuple[str, str, str]]:
    """Return (line or volume, field, month) of the figures that lie outside the months of their field."""
    meta = book.only(Partnership)
    allowed = {
        "prior_actuals": frozenset(months(meta.prior_start)),
        "ytd_actuals": frozenset(months(meta.budget_start)[: meta.ytd_months]),
    }
    things: list[OperatingLine | Volume] = [*book.all(OperatingLine), *book.all(Volume)]
    return [
        (thing.id, field, period)
        for thing in things
        for field in _SERIES
        for period, value in sorted(getattr(thing, field).items())
        if value is not None and period not in allowed[field]
    ]


def _check_meta(before: Book, after: Book, touched: set[str]) -> None:
    if touched & _YEARS:
        meta = after.only(Partnership)
        check_years(meta.start_month, meta.prior_start, meta.budget_start)
        for line in after.all(DraftLine):
            check_overrides(line.months, meta.budget_start)
    if "currency" in touched:
        _check_currency(before, after)


def _check_currency(before: Book, after: Book) -> None:
    currency = check_currency(after.only(Partnership).currency)
    old = before.only(Partnership).currency
    if currency_exponent(currency) != currency_exponent(old) and any(_amounts(before)):
        raise BadInputError(
            f"{currency} has other decimal places than {old}, and amounts are entered already"
        )


def _amounts(book: Book) -> Iterator[bool]:
    for spec in KINDS.values():
        money = [field.name for field in spec.fields.values() if field.type is ValueType.MONEY]
        for entity in book.all(spec.cls) if money else ():
            for name in money:
                yield bool(getattr(entity, name))


def _check_observations(before: Book, after: Book, edits: Collection[Edit]) -> None:
    """Refuse a value that these edits put between a measure's periods; one that lay there before may stay or go."""
    touched = {edit.at.id for edit in edits if edit.at.kind == "measure"}
    typed = {
        (edit.at.id, edit.at.slot)
        for edit in edits
        if edit.at.field == "values" and edit.value is not None
    }
    for measure in filter(None, (after.get(Measure, name) for name in sorted(touched))):
        was = before.get(Measure, measure.id)
        known = off_grid(was) if was is not None else ()
        for period in off_grid(measure):
            if period in known and (measure.id, period) not in typed:
                continue
            start = next(iter(on_grid(measure)), measure.series_start or period)
            raise BadInputError(
                f"{measure.title} has an observation in {period}, which is no {measure.frequency} period"
                f" from {start}; the next one is {add_months(start, QUARTER)}"
            )
