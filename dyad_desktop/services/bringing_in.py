"""Writes what a preview of a source shows, as one commit that names the source."""

from collections.abc import Iterator

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.to_date import YEAR_TO_DATE
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.importing import LEFT, Preview, again
from dyad_desktop.services.importing_apart import apart_in
from dyad_desktop.services.importing_past import BROUGHT
from dyad_desktop.services.session import ChangeSet, Session


def bring_in(session: Session, shown: Preview, initiator: object = None) -> ChangeSet:
    """Write what was previewed, as one commit that names the source.

    Raises:
        BadInputError: nothing changes, a question is open, or the measures changed under the preview; nothing is
            written.
    """
    if shown.open:
        raise BadInputError(open_words(shown))
    if shown.empty:
        differs = "all that differs is left as it stands" if shown.of(LEFT) else ""
        raise BadInputError(differs or "nothing of this source differs from what stands")
    apart = apart_in(session.disagreements())
    if session.book is not shown.book or apart != shown.apart:
        now = again(session.book, shown, shown.wish, apart)
        if (now.written, now.to_date) != (shown.written, shown.to_date):
            raise BadInputError("the measures changed meanwhile; look at the preview again")
    return set_fields(session, list(_edits(shown)), label_of(shown), initiator)


def _edits(shown: Preview) -> Iterator[FieldEdit]:
    first: dict[str, str] = {}
    for move in shown.written:
        yield FieldEdit("measure", move.measure, move.field, move.new, move.period)
        if move.new is not None:
            first[move.measure] = min(move.period, first.get(move.measure, move.period))
    for measure_id, period in first.items():
        start = shown.book.need(Measure, measure_id).series_start
        if start is None or period < start:
            yield FieldEdit("measure", measure_id, "series_start", period)
    for measure_id in sorted(shown.to_date):
        yield FieldEdit("measure", measure_id, "span", YEAR_TO_DATE)


def label_of(shown: Preview) -> str:
    """Return what the commit is called."""
    measures = {move.measure for move in shown.written}
    count = len({(m.measure, m.period) for m in shown.written})
    what = f"{count:,} {'period' if count == 1 else 'periods'}"
    whose = (
        shown.book.label("measure", next(iter(measures)))
        if len(measures) == 1
        else f"{len(measures)} measures"
    )
    return f"{BROUGHT} {shown.source}: {what} of {whose}"


def open_words(shown: Preview) -> str:
    """Return which question is open, as a sentence without its end; empty for none."""
    if not shown.open:
        return ""
    title = shown.book.label("measure", shown.open[0])
    more = f" and {len(shown.open) - 1:,} more" if len(shown.open) > 1 else ""
    return f"say first whether the values of {title}{more} are of the year to date, or each month’s own"
