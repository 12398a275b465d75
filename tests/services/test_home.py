"""Home's view: what needs the two, the year so far, what changed, when they meet."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Rebase
from dyad_desktop.domain.meetings import Meeting, Rhythm
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Change, Edit
from dyad_desktop.services import editing, home
from dyad_desktop.services.home import changes_made, home_view, recent_changes
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.rebasing import drop_rebase, propose_rebase
from dyad_desktop.services.rhythm import data_day, next_day, next_meetings
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from dyad_desktop.services.templates import NewPartnership, create_partnership, templates
from tests.services.apart import apart, month


def test_the_example(session: Session) -> None:
    view = home_view(session, "working", "2031-01-01")
    assert view.day == "2026-10-31"
    assert {one.group for one in view.notices} == {"settle", "off_path", "waiting", "due"}
    assert [bar.name for bar in view.bars] == ["Total revenue", "Expense", "Contribution"]
    assert view.periods == ("2026-07", "2026-08", "2026-09", "2026-10")
    assert view.meetings[0].day == "2026-11-03"
    assert view.meetings[0].agenda_minutes == 45
    assert view.steps == ()


def test_effects_add_up(session: Session) -> None:
    view = home_view(session, "working")
    revenue, expense, contribution = view.bars
    assert contribution.effect == revenue.effect + expense.effect
    assert contribution.actual == revenue.actual - expense.actual
    assert contribution.budget == revenue.budget - expense.budget


def test_loading_is_one_line(session: Session) -> None:
    (line,) = recent_changes(session)
    assert (line.what, line.label, line.key) == ("loaded", "larkhaven.yaml", None)


def test_cells_of_a_minute_are_one_line(session: Session) -> None:
    cells = [MonthEdit("L28", f"2026-{month:02d}", 100_00) for month in range(7, 13)]
    edit_lines(session, "working", cells)
    newest = recent_changes(session)[0]
    assert newest.what == "changed 6 budget cells in"
    assert newest.label == session.book.label("operating_line", "L28")
    assert newest.key == ("operating_line", "L28")


def test_cells_and_others_of_a_minute_are_things(session: Session) -> None:
    edit_lines(session, "working", [MonthEdit("L28", f"2026-{n:02d}", 100_00) for n in (7, 8)])
    editing.set_field(session, ("goal", "G1"), "why", "One")
    newest = recent_changes(session)[0]
    assert newest.what == "changed 2 things:"
    assert session.book.label("operating_line", "L28") in newest.label


def test_partners_are_told_apart(session: Session) -> None:
    editing.set_field(session, ("goal", "G1"), "why", "One")
    session.partner = "B"
    editing.set_field(session, ("goal", "G2"), "why", "Two")
    newest, before = recent_changes(session)[:2]
    assert (newest.partner, newest.key) == ("B", ("goal", "G2"))
    assert (before.partner, before.key) == ("A", ("goal", "G1"))


def test_undo_is_told_as_undo(session: Session) -> None:
    editing.set_field(session, ("goal", "G1"), "why", "One")
    session.undo()
    newest = recent_changes(session)[0]
    assert newest.what == "undid"
    assert "why" in newest.label


def test_a_deleted_thing_leads_nowhere(session: Session) -> None:
    editing.delete(session, [("action", "A12")])
    newest = recent_changes(session)[0]
    assert (newest.what, newest.key) == ("deleted", None)


def test_what_is_gone_since_is_not_called_by_its_id(session: Session) -> None:
    def told() -> str:
        newest = recent_changes(session)[0]
        return f"{newest.what} {newest.label}"

    propose_rebase(session, "M1.1", "2025-02", "One call")
    first = session.book.all(Rebase)[0].id
    drop_rebase(session, first)
    assert told() == "changed 1 rebase, gone since"
    propose_rebase(session, "M1.1", "2025-02", "One call for all")
    again = session.book.all(Rebase)[0]
    assert first not in told()
    assert told() == f"changed 2 rebases: {session.book.label('rebase', again.id)}"


def test_changes_can_be_found_by_name(session: Session) -> None:
    editing.set_field(session, ("measure", "M1.1"), "target", Decimal(3))
    (found,) = changes_made(session)
    assert found.key == ("measure", "M1.1")
    assert "target" in found.label


def test_a_circle_in_the_budget_is_a_sentence(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_draft: str) -> None:
        raise BadInputError("lines depend on each other")

    monkeypatch.setattr(session, "budget", refuse)
    view = home_view(session, "working")
    assert "depend on each other" in view.problem
    assert view.notices == ()
    assert view.meetings


def test_first_steps_of_a_new_partnership(tmp_path: Path) -> None:
    wish = NewPartnership(templates()[0].id, "Heart", "Ana", "Ben", "", "USD", 7, "2026-11-02")
    with_closing = create_partnership(tmp_path / "new.dyad", wish)
    view = home_view(with_closing, "working", "2026-12-24")
    with_closing.close()
    assert [step.page for step in view.steps] == ["partnership", "performance", "operating"]
    assert view.bars == ()
    assert view.day == "2026-12-24"


# -- days ----------------------------------------------------------------------------------------


def _book(rhythm: Rhythm, *held: str, start_month: int = 7) -> Book:
    meetings = [Meeting(id=f"M{n}", date=day, template="t") for n, day in enumerate(held)]
    meta = replace(Partnership(id="partnership"), start_month=start_month)
    return Book.of([rhythm, meta, *meetings])


@pytest.mark.parametrize(
    ("weekday", "every", "today", "expected"),
    [
        ("Tue", "week", "2026-10-31", "2026-11-03"),
        ("Tue", "week", "2026-11-03", "2026-11-03"),
        ("Thu", "month", "2026-10-31", "2026-11-05"),
        ("Thu", "month", "2026-11-05", "2026-11-05"),
        ("Thu", "month", "2026-11-06", "2026-12-03"),
        ("Fri", "quarter", "2026-10-31", "2027-01-01"),
        ("Wed", "year", "2026-10-31", "2027-07-07"),
        ("Wednesday", "week", "2026-12-31", "2027-01-06"),
        ("someday", "week", "2026-10-31", None),
        ("Tue", "blue moon", "2026-10-31", None),
    ],
)
def test_the_next_day(weekday: str, every: str, today: str, expected: str | None) -> None:
    rhythm = Rhythm(id="R", title="Sync", weekday=weekday, every=every)
    assert next_day(_book(rhythm), rhythm, today) == expected


def test_what_was_held_today_is_over() -> None:
    rhythm = Rhythm(id="R", title="Sync", weekday="Tue", every="week", template="t")
    book = _book(rhythm, "2026-11-03")
    assert next_meetings(book, "2026-11-03")[0].day == "2026-11-10"


def test_the_day_follows_the_figures_or_the_calendar() -> None:
    meta = replace(Partnership(id="partnership"), as_of="2026-10-31")
    assert data_day(Book.of([meta]), "2026-11-24") == "2026-11-24"
    assert data_day(Book.of([meta]), "2026-10-01") == "2026-10-31"
    assert data_day(Book.of([replace(meta, ytd_months=4)]), "2031-11-24") == "2026-10-31"


def test_what_was_done_to_the_partnership_itself_is_told_in_its_words(session: Session) -> None:
    changes = [Change(Address("_member", "ab" * 32, "partner"), "B")]
    for note in ("Gave up a laptop", "Admitted Marcus on vm"):
        session.file.admit("A", [changes[0]._replace(at=changes[0].at._replace(field=note))], note)
    told = [f"{line.what} {line.label}" for line in recent_changes(session)[:2]]
    assert told == ["admitted Marcus on vm", "gave up a laptop"]


def test_what_was_brought_in_is_told_so(session: Session) -> None:
    edit = Edit(Address("measure", "M1.1", "values", "2026-11"), "60")
    session.commit([edit], "Brought in from wide.xlsx: 1 period of Median door-to-device time")
    told = recent_changes(session)[0]
    assert told.what == "brought in"
    assert told.label.startswith("from wide.xlsx: 1 period")


def test_of_a_great_many_disagreements_the_first_are_told_and_the_rest_counted(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [month("L30"), month("L28"), month("L28", "2027-03"), Address("goal", "G1", "why")]
    for at in places:
        values = ("Mine", "Yours") if at.kind == "goal" else (100, 200)
        apart(session, at, A=values[0], B=values[1])
    whole = home_view(session, "working")
    monkeypatch.setattr(home, "TOLD_APART", 2)
    few = home_view(session, "working")
    told, more = few.notices[:2], few.notices[2]
    assert told == whole.notices[:2]
    assert more.title == "2 more disagreements"
    assert few.count == whole.count == len(whole.notices)
    assert whole.untold == 0
    monkeypatch.setattr(home, "TOLD_APART", 3)
    assert home_view(session, "working").notices[3].title == "1 more disagreement"


def test_what_came_so_far_is_told_as_a_range_while_actuals_are_apart(session: Session) -> None:
    """The ends are what the bar of contribution shows once it is settled."""
    assert home_view(session, "working").gap is None
    at = Address("operating_line", "L30", "ytd_actuals", "2026-09")
    apart(session, at, A=10_000_000, B=90_000_000)
    found = home_view(session, "working").gap
    assert found is not None
    assert found.working == home_view(session, "working").bars[-1].effect
    ends = []
    for who in "AB":
        take(session, [at], who)
        ends.append(home_view(session, "working").bars[-1].effect)
        session.undo()
    assert (found.low, found.high) == (min(ends), max(ends))
    assert not found.rough
