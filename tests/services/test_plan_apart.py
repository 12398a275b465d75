"""Plans that two partners change apart: nothing counts as what nobody said, and what is gone is told."""

from contextlib import closing
from pathlib import Path

import pytest

from dyad_desktop.domain.budget import unplanned
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.meant import own_growth
from dyad_desktop.domain.operating import Draft, DraftLine, OperatingLine, Volume, draft_line_id
from dyad_desktop.domain.plan_words import plan_words
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services import files
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.history import moment_of, writes_of
from dyad_desktop.services.home import home_view, recent_changes
from dyad_desktop.services.operating import new_volume
from dyad_desktop.services.planning import choose_method, mean, set_plan
from dyad_desktop.services.restoring import restore_item, restore_value
from dyad_desktop.services.scenarios import copy_draft, delete_draft, new_draft, take_lines
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import mend, settle
from tests.services.homes import Home, meet, pair, two_homes
from tests.services.planned import plan_by_first

LINE, SAID = "L40", "working.L40"
YEAR = 1_200_000_00


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    with priya.session() as session:
        choose_method(session, "working", LINE, "fixed")
        set_plan(session, "working", LINE, {"amount": YEAR})
    pair(priya, marcus, tmp_path)
    return priya, marcus


def total(session: Session) -> int:
    return session.budget().lines[LINE].total


def said(session: Session) -> DraftLine:
    return session.book.need(DraftLine, SAID)


def bare(session: Session) -> list[str]:
    return [one.problem for one in unplanned(session.budget()) if one.line_id == LINE]


@pytest.fixture
def apart(two: tuple[Home, Home], tmp_path: Path) -> tuple[Home, Home]:
    """Priya pays by the month from now on; Marcus, who doesn't know, changes the year's amount."""
    with two[0].session() as session:
        choose_method(session, "working", LINE, "contract")
        assert total(session) == YEAR
    with two[1].session() as session:
        set_field(session, ("draft_line", SAID), "amount", 1_300_000_00)
        assert total(session) == 1_300_000_00
    meet(two, tmp_path)
    return two


def test_a_years_amount_never_counts_as_a_months(apart: tuple[Home, Home]) -> None:
    for home in apart:
        with home.session() as session:
            assert said(session).method == "contract"
            assert total(session) == 0
            (problem,) = bare(session)
            assert problem == (
                "its amount was said as the year’s amount, and would count as a month’s amount now; say in its plan"
                " which is meant"
            )
            (found,) = disagreements(session)
            assert {choice.text for choice in found.choices} == {
                "1,300,000, the year’s amount", "100,000, a month’s amount",
            }  # fmt: skip
            told = home_view(session, "working").notices
            assert any(problem in one.detail for one in told)


@pytest.mark.parametrize(
    ("settled", "way", "method", "year"),
    [
        (100_000_00, None, "contract", YEAR),
        (1_300_000_00, True, "fixed", 1_300_000_00),
        (1_300_000_00, False, "contract", 12 * 1_300_000_00),
    ],
)
def test_what_an_amount_means_is_settled_in_so_many_words(
    apart: tuple[Home, Home], *, settled: int, way: bool | None, method: str, year: int
) -> None:
    with apart[0].session() as session:
        settle(session, Address("draft_line", SAID, "amount"), settled)
        assert bool(bare(session)) == (way is not None)
        if way is not None:
            mean(session, "working", LINE, "amount", as_said=way)
        assert (said(session).method, total(session)) == (method, year)
        assert bare(session) == []
        assert session.disagreements() == []
        with pytest.raises(BadInputError, match="means what it counts as"):
            mean(session, "working", LINE, "amount", as_said=True)


@pytest.mark.parametrize("figures", [True, False])
def test_a_line_that_doesnt_count_is_taken_as_that(
    apart: tuple[Home, Home], *, figures: bool
) -> None:
    with apart[0].session() as session:
        settle(session, Address("draft_line", SAID, "amount"), 1_300_000_00)
        other = new_draft(copy_draft(session, "working", "Other"))
        set_plan(session, other, LINE, {"amount": 50_000_00})
        assert session.budget(other).lines[LINE].total == 12 * 50_000_00
        take_lines(session, "working", other, [LINE], figures=figures)
        assert session.budget(other).lines[LINE] == session.budget().lines[LINE]
        assert session.budget(other).lines[LINE].problem


def test_a_whole_plan_comes_back_as_what_it_counted_as(session: Session) -> None:
    choose_method(session, "working", LINE, "fixed")
    set_plan(session, "working", LINE, {"amount": YEAR})
    at = ("draft_line", SAID)
    # As versions wrote it that didn't tell yet.
    set_field(session, at, "said_as", None, slot=f"amount:{YEAR}")
    cut = moment_of(session, session.journal(1)[0].n).cut
    set_field(session, at, "method", "contract")
    set_plan(session, "working", LINE, {"amount": YEAR + 1})
    set_plan(session, "working", LINE, {"amount": YEAR})
    assert total(session) == 12 * YEAR
    restore_item(session, ("operating_line", LINE), cut, "working")
    assert (total(session), bare(session)) == (YEAR, [])


@pytest.mark.parametrize("told", [True, False])
def test_a_taken_line_keeps_what_a_figure_means_that_the_target_said_otherwise(
    session: Session, *, told: bool
) -> None:
    other = new_draft(copy_draft(session, "working", "Other"))
    choose_method(session, "working", LINE, "fixed")
    set_plan(session, "working", LINE, {"amount": YEAR})
    if not told:  # as versions wrote it that didn't tell yet
        set_field(session, ("draft_line", SAID), "said_as", None, slot=f"amount:{YEAR}")
    choose_method(session, other, LINE, "contract")
    set_plan(session, other, LINE, {"amount": YEAR})
    take_lines(session, "working", other, [LINE])
    assert session.budget(other).lines[LINE].months == session.budget().lines[LINE].months
    assert session.budget(other).lines[LINE].total == YEAR
    again = take_lines(session, "working", other, [LINE])
    assert not again.changes.keys


@pytest.mark.parametrize("before", [True, False])
def test_a_copy_says_a_lines_growth_as_that_of_the_prior_year(
    session: Session, *, before: bool
) -> None:
    line = session.book.need(OperatingLine, "L02")
    if before:
        choose_method(session, "working", "L02", "volume_rate")
        set_plan(session, "working", "L02", {"rate_growth_pct": line.rate_growth_pct})
        choose_method(session, "working", "L02", "prior_year")
    copy = new_draft(copy_draft(session, "working", "Copy"))
    plan = session.book.need(DraftLine, draft_line_id(copy, "L02"))
    assert own_growth(plan) == line.rate_growth_pct is not None
    standing = session.budget(copy).lines["L02"]
    set_field(session, ("operating_line", "L02"), "rate_growth_pct", 50)
    assert session.budget(copy).lines["L02"] == standing


def test_undo_leaves_what_a_figure_meant_that_stays(apart: tuple[Home, Home]) -> None:
    with apart[0].session() as session:
        session.undo()
        assert said(session).method == "fixed"
        (found,) = disagreements(session)
        assert {choice.text for choice in found.choices} == {
            "1,300,000, the year’s amount", "100,000, a month’s amount",
        }  # fmt: skip
        settle(session, Address("draft_line", SAID, "amount"), 100_000_00)
        assert total(session) == 0
        assert bare(session)[0].startswith("its amount was said as a month’s amount")


def test_undo_leaves_what_a_figure_was_said_as_anew(two: tuple[Home, Home], tmp_path: Path) -> None:
    with two[0].session() as session:
        choose_method(session, "working", LINE, "contract")
    meet(two, tmp_path)
    with two[0].session() as session:
        set_plan(session, "working", LINE, {"amount": YEAR})
    with two[1].session() as session:
        set_plan(session, "working", LINE, {"amount": 90_000_00})
    meet(two, tmp_path)
    with two[0].session() as session:
        changes = session.undo()
        assert len(changes.left_alone) == 1
        settle(session, Address("draft_line", SAID, "amount"), YEAR)
        assert total(session) == 12 * YEAR


def test_an_undone_figure_is_restored_as_what_it_meant(two: tuple[Home, Home]) -> None:
    with two[0].session() as session:
        choose_method(session, "working", LINE, "contract")
        session.undo()
        before = said(session)
        assert (before.method, before.amount) == ("fixed", YEAR)
        restore_value(session, Address("draft_line", SAID, "amount"), 100_000_00)
        assert bare(session)
        session.undo()
        session.redo()
        assert bare(session)


def test_an_amount_of_an_earlier_time_is_restored_as_what_it_meant(session: Session) -> None:
    cut = moment_of(session, session.journal(1)[0].n).cut
    choose_method(session, "working", LINE, "contract")
    amount = said(session).amount
    restore_item(session, ("operating_line", LINE), cut, "working")
    assert said(session).amount is None
    choose_method(session, "working", LINE, "fixed")
    restore_value(session, Address("draft_line", SAID, "amount"), amount)
    assert bare(session)


def test_the_same_figure_typed_under_another_method_means_what_it_is_typed_as(
    two: tuple[Home, Home],
) -> None:
    with two[0].session() as session:
        choose_method(session, "working", LINE, "contract")
        set_plan(session, "working", LINE, {"amount": YEAR})
        assert total(session) == 12 * YEAR
        assert bare(session) == []
        set_plan(session, "working", LINE, {"start": "2026-09"})
        # What is written within one minute is told together: at most method, amount and start.
        assert recent_changes(session)[0].what in {
            "changed 3 values of", "changed 2 values of", "changed",
        }  # fmt: skip
        shown = {one.at.field for one in writes_of(session, [("draft_line", SAID)]).lines}
        assert "said_as" not in shown


@pytest.fixture
def orphaned(two: tuple[Home, Home], tmp_path: Path) -> tuple[Home, Home]:
    """Priya deletes a volume while Marcus plans a line by it."""
    with two[0].session() as session:
        made = new_volume(session, "Scans")
        scans = next(iter(made.keys))
    meet(two, tmp_path)
    with two[0].session() as session:
        delete(session, [scans])
    with two[1].session() as session:
        plan_by_first(session, "working", LINE, "volume_rate")
        set_plan(session, "working", LINE, {"driver": scans[1]})
    meet(two, tmp_path)
    return two


@pytest.mark.parametrize("way", ["bring_back", "let_go", "delete"])
def test_a_plan_by_a_volume_that_is_gone_is_to_be_settled(
    orphaned: tuple[Home, Home], way: str
) -> None:
    for home in orphaned:
        with home.session() as session:
            (found,) = disagreements(session)
            assert (found.kind, found.page, found.key) == (
                "orphan", "operating", ("operating_line", LINE),
            )  # fmt: skip
            assert found.target is not None
            assert {choice.text for choice in found.choices} == {
                "refers to Scans", "deleted Scans",
            }  # fmt: skip
    with orphaned[0].session() as session:
        mend(session, found.at, way)
        assert disagreements(session) == ()
        gone = found.target
        assert gone is not None
        assert (session.book.get(Volume, gone[1]) is not None) == (way == "bring_back")
        expected = {"bring_back": [], "let_go": ["it needs a volume"], "delete": []}
        assert bare(session) == expected[way]


def posted(session: Session, draft: str) -> int:
    """Return what capital requests post to a draft in the year."""
    budget = session.budget(draft)
    return sum(one.total for one in budget.posted.values())


@pytest.mark.parametrize("way", ["bring_back", "let_go"])
def test_a_copy_keeps_what_is_posted_though_its_origin_goes_meanwhile(
    two: tuple[Home, Home], tmp_path: Path, way: str
) -> None:
    priya, marcus = two
    with priya.session() as session:
        first = new_draft(copy_draft(session, "working", "First"))
        request = ("capital_request", "C09")
        set_field(session, request, "in_service", "2026-09")
        set_field(session, request, "posts_to", [first])
        amount = posted(session, first)
        assert amount
    meet(two, tmp_path)
    with priya.session() as session:
        delete_draft(session, first)
    with marcus.session() as session:
        copy = new_draft(copy_draft(session, first, "Second"))
        assert posted(session, copy) == amount
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            (found,) = [one for one in disagreements(session) if one.at.id == copy]
            texts = [choice.text for choice in found.choices]
            assert any("1 capital request posts to this copy no more" in text for text in texts)
    with marcus.session() as session:
        mend(session, found.at, way)
        assert posted(session, copy) == amount
        assert disagreements(session) == ()
        expected = first if way == "bring_back" else "working"
        assert session.book.need(Draft, copy).copied_from == expected


def test_a_copy_that_a_request_posts_to_by_itself_lost_nothing(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    priya, marcus = two
    request = ("capital_request", "C09")
    with priya.session() as session:
        first = new_draft(copy_draft(session, "working", "First"))
        set_field(session, request, "in_service", "2026-09")
        set_field(session, request, "posts_to", [first])
    meet(two, tmp_path)
    with priya.session() as session:
        delete_draft(session, first)
    with marcus.session() as session:
        copy = new_draft(copy_draft(session, first, "Second"))
    meet(two, tmp_path)
    with marcus.session() as session:
        set_field(session, request, "posts_to", [copy])
        amount = posted(session, copy)
        assert amount
        (found,) = [one for one in disagreements(session) if one.at.id == copy]
        assert not any("no more" in choice.text for choice in found.choices)
        mend(session, found.at, "let_go")
        assert session.book.need(CapitalRequest, "C09").posts_to == (copy,)
        assert posted(session, copy) == amount


def test_an_agreed_draft_keeps_no_volume_from_going(two: tuple[Home, Home]) -> None:
    with two[0].session() as session:
        scans = next(iter(new_volume(session, "Scans").keys))
        plan_by_first(session, "working", LINE, "volume_rate")
        set_plan(session, "working", LINE, {"driver": scans[1]})
        set_field(session, ("draft", "working"), "state", "agreed")
        delete(session, [scans])
        assert disagreements(session) == ()


def test_a_price_of_a_unit_never_counts_as_that_of_a_step(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    priya, marcus = two
    with priya.session() as session:
        plan_by_first(session, "working", LINE, "volume_rate")
        meant = said(session).rate
    meet(two, tmp_path)
    with priya.session() as session:
        plan_by_first(session, "working", LINE, "step")
    with marcus.session() as session:
        set_plan(session, "working", LINE, {"rate": (meant or 1) * 2})
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            (problem,) = bare(session)
            assert problem.startswith("its rate was said as the price of a unit")


def test_growth_stays_with_the_method_that_it_was_said_for(two: tuple[Home, Home]) -> None:
    with two[0].session() as session:
        copy = new_draft(copy_draft(session, "working", "Growing"))
        at = ("draft_line", draft_line_id(copy, LINE))
        choose_method(session, copy, LINE, "prior_year")
        set_field(session, at, "rate_growth_pct", 5)
        before = session.budget(copy).lines[LINE].total
        plan_by_first(session, copy, LINE, "volume_rate")
        plan = session.book.need(DraftLine, at[1])
        assert plan.rate_growth_pct is None
        assert abs(session.budget(copy).lines[LINE].total - before) * 1000 < before
        set_field(session, at, "rate_growth_pct", 8)
        plan_by_first(session, copy, LINE, "step")
        choose_method(session, copy, LINE, "prior_year")
        plan = session.book.need(DraftLine, at[1])
        assert own_growth(plan) == 5
        assert session.budget(copy).lines[LINE].total == before


@pytest.mark.parametrize(
    "by", [("volume_rate",), ("volume_rate", "fixed"), ("step", "volume_rate")]
)
@pytest.mark.parametrize("draft", ["copy", "working"])
def test_growth_of_the_prior_year_is_found_again(
    two: tuple[Home, Home], draft: str, by: tuple[str, ...]
) -> None:
    with two[0].session() as session:
        if draft == "copy":
            draft = new_draft(copy_draft(session, "working", "Growing"))
        at = ("draft_line", draft_line_id(draft, "L02"))
        set_plan(session, draft, "L02", {"rate_growth_pct": 9})
        before = session.budget(draft).lines["L02"]
        for method in (*by, "prior_year"):
            choose_method(session, draft, "L02", method)
        assert own_growth(session.book.need(DraftLine, at[1])) == 9
        assert session.budget(draft).lines["L02"] == before
        set_field(session, at, "rate_growth_pct", None)
        for method in ("fixed", "prior_year"):
            choose_method(session, draft, "L02", method)
        line = session.book.need(OperatingLine, "L02")
        expected = None if draft == "working" else line.rate_growth_pct
        assert own_growth(session.book.need(DraftLine, at[1])) == expected


def test_a_copy_on_the_way_back_to_the_prior_year_doesnt_follow_the_working_draft(
    two: tuple[Home, Home],
) -> None:
    with two[0].session() as session:
        choose_method(session, "working", "L02", "volume_rate")
        copy = new_draft(copy_draft(session, "working", "Apart"))
        choose_method(session, copy, "L02", "prior_year")
        line = session.book.need(OperatingLine, "L02")
        plan = session.book.need(DraftLine, draft_line_id(copy, "L02"))
        assert own_growth(plan) == line.rate_growth_pct is not None
        before = session.budget(copy).lines["L02"].total
        set_field(session, ("operating_line", "L02"), "rate_growth_pct", 50)
        assert session.budget(copy).lines["L02"].total == before


def test_growth_of_the_prior_year_that_meets_a_price_doesnt_count_and_says_so(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    priya, marcus = two
    with priya.session() as session:
        copy = new_draft(copy_draft(session, "working", "Growing"))
        at = ("draft_line", draft_line_id(copy, LINE))
        choose_method(session, copy, LINE, "prior_year")
        set_field(session, at, "rate_growth_pct", None)
    meet(two, tmp_path)
    with priya.session() as session:
        plan_by_first(session, copy, LINE, "volume_rate")
        without = session.budget(copy).lines[LINE].total
    with marcus.session() as session:
        set_field(session, at, "rate_growth_pct", 50)
    meet(two, tmp_path)
    with priya.session() as session:
        plan, line = session.book.need(DraftLine, at[1]), session.book.need(OperatingLine, LINE)
        assert plan.rate_growth_pct == 50
        assert session.budget(copy).lines[LINE].total == without
        told = plan_words(session.book, line, plan)
        assert told.endswith("; 50 % was said as growth of the prior year and doesn’t count")
        words = "50 % was said as growth of the prior year and doesn’t count"
        name = session.book.label("operating_line", LINE)
        assert list(files.unplanned_words(session, "Growing")) == [f"Note: {LINE} {name}: {words}"]
        assert list(files.unplanned_words(session)) == []
        (notice,) = [one for one in home_view(session, copy).notices if words in one.detail]
        assert (notice.title, notice.id) == (f"{name} counts without its growth", LINE)
        set_field(session, ("draft", copy), "state", "agreed")
        assert list(files.unplanned_words(session, "Growing")) == []
        set_field(session, ("draft", copy), "state", "working")
        mean(session, copy, LINE, "rate_growth_pct", as_said=False)
        assert session.budget(copy).lines[LINE].total > without
        assert list(files.unplanned_words(session, "Growing")) == []


def test_an_earlier_amount_comes_back_as_what_it_was(two: tuple[Home, Home]) -> None:
    with two[0].session() as session:
        choose_method(session, "working", LINE, "contract")
        restore_value(session, Address("draft_line", SAID, "amount"), YEAR)
        assert bare(session)


def test_what_an_amount_means_survives_plain_text(two: tuple[Home, Home], tmp_path: Path) -> None:
    plain = tmp_path / "plain.yaml"
    with two[0].session() as session:
        choose_method(session, "working", LINE, "contract")
        restore_value(session, Address("draft_line", SAID, "amount"), YEAR)
        kept = dict(said(session).said_as)
        plain.write_text(files.dump(session), encoding="utf-8")
    with two[0].here():
        again, _ = files.load(plain, tmp_path / "again.dyad")
        with closing(again):
            assert bare(again)
            assert said(again).said_as == kept
