"""Keeps the figures of a draft that is agreed, in the commit that agrees it."""

from collections.abc import Iterator

from dyad_desktop.domain.agreed import (
    WORKING,
    AgreedLine,
    AgreedPart,
    AgreedPlan,
    agreed_id,
    base_rows,
    line_rows,
    parts_of,
)
from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.money import currency_exponent, format_amount
from dyad_desktop.domain.operating import Draft, OperatingLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.records import record_of
from dyad_desktop.domain.schema import DELETED, Entity
from dyad_desktop.domain.sides import planned_for
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.replication.order import nth_key


def agreeing(before: Book, after: Book) -> list[Edit]:
    """Return the writes by which figures are kept, or let go of, beside what an edit does to drafts.

    A draft that leaves the state in which it is planned on keeps what it comes to then; one that goes back to it
    plans anew. One that was agreed before figures were kept does so now, with what it came to before this edit.

    Raises:
        BadInputError: a draft that is to be agreed can't be computed.
    """
    edits: list[Edit] = []
    for draft in after.all(Draft):
        then = before.get(Draft, draft.id)
        if draft.state == WORKING:
            # Not where two states are apart and the earlier one shows: what was agreed may be meant yet.
            if draft.agreed_figures is not None and then is not None and then.state != WORKING:
                edits.append(Edit(Address("draft", draft.id, "agreed_figures"), None))
        elif then is None or then.state == WORKING:
            edits += _kept(after, draft)
        elif draft.agreed_figures is None and not before.children(AgreedPlan, draft.id):
            edits += _kept_late(before, draft)
    return edits


def _kept_late(before: Book, draft: Draft) -> list[Edit]:
    try:
        return _kept(before, draft)
    except BadInputError:
        return []  # it has no figures to keep: its lines hang together in a circle


def _kept(book: Book, draft: Draft) -> list[Edit]:
    found = compute_budget(book, draft.id)
    budget = found.planned or found
    title, start = _title(book, budget), budget.periods[0]
    rows = (*line_rows(_lines(book, budget)), *base_rows(planned_for(book, budget)))
    texts = tuple(parts_of(rows))
    name = agreed_id(draft.id, start, title, texts)
    edits = [Edit(Address("draft", draft.id, "agreed_figures"), name)]
    if book.get(AgreedPlan, name) is not None:
        return edits
    edits += _written(AgreedPlan(name, nth_key(0), draft=draft.id, title=title, start=start))
    for n, text in enumerate(texts):
        edits += _written(AgreedPart(f"{name}.{n}", nth_key(n), plan=name, figures=text))
    return edits


def _lines(book: Book, budget: Budget) -> Iterator[AgreedLine]:
    names = book.rows(OperatingLine)
    for name in sorted(budget.lines):
        line, posting = budget.lines[name], budget.posted.get(name)
        if posting is None:
            yield AgreedLine(name, line.kind, names[name].name, line.months)
        else:
            yield AgreedLine(name, line.kind, posting.name, line.months, posting.request)


def _title(book: Book, budget: Budget) -> str:
    currency = book.only(Partnership).currency
    amount = format_amount(budget.totals.contribution, currency_exponent(currency))
    return f"Contribution {currency} {amount}"


def _written(entity: Entity) -> Iterator[Edit]:
    kind = KIND_OF[type(entity)]
    # The same figures may have been agreed before, and that undone.
    yield Edit(Address(kind, entity.id, DELETED), value=False)
    for name, value in record_of(kind, entity).items():
        if isinstance(value, dict):
            yield from (Edit(Address(kind, entity.id, name, s), part) for s, part in value.items())
        elif value is not None:
            yield Edit(Address(kind, entity.id, name), value)
