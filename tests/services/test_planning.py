"""How a draft plans its lines: choosing a method, formulas as people type them, months that are locked."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.budget import unplanned
from dyad_desktop.domain.drivers import CircleError
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.formula import formula_choices, read_formula, readable, written
from dyad_desktop.domain.operating import METHODS, DraftLine, OperatingLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.plan_words import plan_short, plan_words, problem_words
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import files
from dyad_desktop.services.editing import FieldEdit, set_field, set_fields
from dyad_desktop.services.operating import MonthEdit, edit_lines, new_line, year_edits
from dyad_desktop.services.planning import choose_method, lock_months, set_plan
from dyad_desktop.services.scenarios import copy_draft, new_draft
from dyad_desktop.services.session import Session
from tests.services.planned import plan_by_first


def said(session: Session, line: str) -> DraftLine | None:
    return session.book.get(DraftLine, f"working.{line}")


def words(session: Session, line: str) -> tuple[str, str]:
    entity, plan = session.book.need(OperatingLine, line), said(session, line)
    return plan_short(entity, plan), plan_words(session.book, entity, plan)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_chosen_and_undone(session: Session, method: str) -> None:
    before = session.budget().lines["L40"]
    choose_method(session, "working", "L40", method)
    assert session.budget().lines["L40"].method == method
    assert all(words(session, "L40"))
    session.undo()
    assert session.budget().lines["L40"] == before


@pytest.mark.parametrize("method", ["fixed", "volume_rate", "step", "formula", "manual"])
def test_a_method_begins_where_the_line_stands(session: Session, method: str) -> None:
    before = session.budget().lines["L03"].total
    choose_method(session, "working", "L03", method)
    after = session.budget().lines["L03"].total
    assert abs(after - before) * 1000 < before


def test_months_that_go_back_to_a_plan_are_locked_no_more(session: Session) -> None:
    choose_method(session, "working", "L40", "manual")
    lock_months(session, "working", "L40", ["2026-09"], locked=True)
    choose_method(session, "working", "L40", "fixed")
    plan = said(session, "L40")
    assert plan is not None
    assert not any(plan.locked.values())
    assert not any(
        amount is not None for amount in (*plan.months.values(), *plan.locked_at.values())
    )


@pytest.mark.parametrize("inputs", [{}, {"rate": Decimal(10)}, {"volume": Decimal(10)}])
@pytest.mark.parametrize("method", ["fixed", "volume_rate", "step", "formula", "manual"])
def test_in_a_scenario_it_begins_there_too(
    session: Session, inputs: dict[str, Decimal], method: str
) -> None:
    """What-ifs on prices, and the growth that a copy says, come on top of what a method says."""
    draft = new_draft(copy_draft(session, "working", "Plan B", inputs=inputs))
    before = session.budget(draft).lines["L01"].total
    choose_method(session, draft, "L01", method)
    after = session.budget(draft).lines["L01"].total
    assert abs(after - before) * 100_000 < before


@pytest.mark.parametrize("rate", [-100, -7, 10])
@pytest.mark.parametrize("total", [1_000_000_00, 999_999_99, 1, 0, -500_00])
def test_a_typed_year_is_what_stands_whatever_the_prices(
    session: Session, rate: int, total: int
) -> None:
    draft = new_draft(copy_draft(session, "working", "Plan B", inputs={"rate": Decimal(rate)}))
    choose_method(session, draft, "L01", "fixed")
    edit_lines(session, draft, year_edits(session.budget(draft), "L01", total))
    assert session.budget(draft).lines["L01"].total == total


def as_merged(session: Session, *pairs: tuple[str, str]) -> None:
    """Let the first line of each pair follow the second, as only a merge can."""
    for line, other in pairs:
        session.commit([
            Edit(Address("draft_line", f"working.{line}", name), value)
            for name, value in (
                ("draft", "working"), ("line", line), ("method", "formula"), ("formula", f"={other}"),
            )
        ], "As merged")  # fmt: skip


def test_of_two_circles_each_can_be_opened_while_the_other_stands(session: Session) -> None:
    as_merged(session, ("L40", "L41"), ("L41", "L40"), ("L43", "L44"), ("L44", "L43"))
    with pytest.raises(CircleError):
        set_plan(session, "working", "L41", {"formula": "=L40*2"})
    for line in ("L44", "L40"):
        with pytest.raises(CircleError):
            session.budget()
        choose_method(session, "working", line, "fixed")
    assert session.budget().lines["L44"].method == "fixed"


@pytest.mark.parametrize("method", METHODS)
def test_a_method_can_be_chosen_in_a_circle_that_a_merge_left(
    session: Session, method: str
) -> None:
    as_merged(session, ("L40", "L41"), ("L41", "L40"))
    with pytest.raises(CircleError) as told:
        session.budget()
    assert told.value.lines == ("L40", "L41")
    if method == "formula":  # its own is found again, and so is the circle
        with pytest.raises(CircleError):
            choose_method(session, "working", "L40", method)
        return
    choose_method(session, "working", "L40", method)
    assert session.budget().lines["L40"].method == method
    session.undo()
    with pytest.raises(CircleError):
        session.budget()


def test_a_formula_is_found_again_but_what_methods_share_begins_anew(session: Session) -> None:
    set_plan(session, "working", "L40", {"method": "formula", "formula": "=L39*2"})
    for method in ("contract", "fixed", "formula"):
        choose_method(session, "working", "L40", method)
    assert session.budget().lines["L40"].months[0] == 2 * session.budget().lines["L39"].months[0]


def test_walking_through_the_methods_keeps_the_line_about_where_it_is(session: Session) -> None:
    before = session.budget().lines["L40"].total
    for method in ("volume_rate", "step", "fixed", "contract", "manual", "formula", "volume_rate"):
        plan_by_first(session, "working", "L40", method)
        found = session.budget().lines["L40"]
        assert found.problem == ""
        assert abs(found.total - before) * 100 < before, method
    assert found.overridden == frozenset()


@pytest.mark.parametrize(
    ("fields", "short", "sentence"),
    [
        ({"method": "volume_rate", "driver": "V03", "rate": Decimal("12.50")}, "V03 × 12.5", "× USD 12.5 each"),
        ({"method": "percent", "driver": "wages", "percent": Decimal(24)}, "24 % wages", "24 % of the lines"),
        ({"method": "step", "driver": "V03", "step_size": Decimal(250), "rate": 1}, "V03 ÷ 250", "every 250 of"),
        ({"method": "contract", "amount": 7_50, "start": "2026-09"}, "contract", "USD 7.50 a month from Sep 2026"),
        ({"method": "formula", "formula": "=L04*0.62"}, "=L04*0.62", "=L04*0.62"),
        ({"method": "fixed", "amount": 12_00, "spread": "working_days"}, "spread", "USD 12 a year, spread by working"),
        ({"method": "staffing", "driver": "P01", "part": "overtime"}, "P01 pay", "Overtime of"),
        ({"method": "manual"}, "by hand", "Each month set by hand"),
        ({"rate_growth_pct": Decimal(-2)}, "", "As the year before, −2 %"),
    ],
)  # fmt: skip
def test_a_plan_is_told_in_words(
    session: Session, fields: dict[str, object], short: str, sentence: str
) -> None:
    set_plan(session, "working", "L40", fields)
    found = words(session, "L40")
    assert short in found[0]
    assert sentence in found[1]


class TestFormulas:
    def test_names_are_kept_as_ids(self, session: Session) -> None:
        name = session.book.need(OperatingLine, "L04").name
        assert read_formula(session.book, f"[{name}] * 62% + v03/2") == "=L04 * 62% + V03/2"
        assert read_formula(session.book, "=12k*L04") == "=12k*L04"

    def test_all_that_can_be_named_is_offered(self, session: Session) -> None:
        offered = formula_choices(session.book)
        assert {"L04", "V03", "P01", "wages"} <= {one.written for one in offered}
        for one in offered:
            assert read_formula(session.book, one.written) == f"={one.written}"

    def test_a_line_made_here_goes_by_its_name(self, session: Session) -> None:
        """Its id is a long number that the program made, which nobody can read or type."""
        made = new_line(session, "77003", None, "Lead aprons", "expense", "x").keys
        (line,) = (key[1] for key in made if key[0] == "operating_line")
        kept = read_formula(session.book, "=[Lead aprons]*2+L40")
        assert kept == f"=[{line}]*2+L40"
        assert readable(session.book, kept) == "=[Lead aprons]*2+L40"
        assert "[Lead aprons]" in {one.written for one in formula_choices(session.book)}
        set_plan(session, "working", "L45", {"method": "formula", "formula": kept})
        assert words(session, "L45")[1] == "=[Lead aprons]*2+L40"
        new_line(session, "77004", None, "Lead aprons", "expense", "x")
        assert readable(session.book, kept) == kept  # now the name means neither
        with pytest.raises(BadInputError, match=r"account 77003.*account 77004"):
            read_formula(session.book, "=[Lead aprons]*2")

    @pytest.mark.parametrize(
        ("typed", "better"),
        [
            ("=Chest pain*2", "=[Chest pain]*2"),
            ("= L40 + chest pain / 2", "=L40 + [chest pain] / 2"),
            ("Low-dose CT*3", "=[Low-dose CT]*3"),
            ("=[Lead aprons]+Chest pain", "=[Lead aprons]+[Chest pain]"),
            ("=Chest pain+Low-dose CT", "=[Chest pain]+[Low-dose CT]"),
        ],
    )
    def test_a_name_of_several_words_is_offered_in_brackets(
        self, session: Session, typed: str, better: str
    ) -> None:
        for n, name in enumerate(("Chest pain", "Chest pain unit", "Low-dose CT", "Lead aprons")):
            new_line(session, f"7700{n}", None, name, "expense", "x")
        with pytest.raises(BadInputError) as refused:
            read_formula(session.book, typed)
        assert (
            refused.value.reason == f"a name of several words stands in square brackets: {better}"
        )
        read_formula(session.book, better)

    def test_words_that_name_nothing_are_refused_as_before(self, session: Session) -> None:
        hint = r"not complete.*A name of several words stands in square brackets, as in \[Chest pain\]\.$"
        for typed, reason in (("=Chest pain*2", hint), ("=L40 L41", "not complete")):
            with pytest.raises(BadInputError, match=reason):
                read_formula(session.book, typed)

    def test_other_names_stand_in_brackets(self) -> None:
        assert [written(name) for name in ("L04", "a_1.b:c", "L-4", "4a", "ä")] == [
            "L04", "a_1.b:c", "[L-4]", "[4a]", "[ä]",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [("=", "empty"), ("=L04*", "not complete"), ("=[No such line]", "nothing is called")],
    )
    def test_what_can_t_be_read_is_refused(self, session: Session, typed: str, reason: str) -> None:
        with pytest.raises(BadInputError, match=reason):
            read_formula(session.book, typed)

    @pytest.mark.parametrize("formula", ["=nobody", "=L04*"])
    def test_the_file_takes_no_formula_that_can_t_be_worked_out(
        self, session: Session, formula: str
    ) -> None:
        with pytest.raises(BadInputError):
            set_plan(session, "working", "L20", {"method": "formula", "formula": formula})
        assert said(session, "L20") is None

    def test_a_circle_is_told_by_names_where_ids_say_nothing(self, session: Session) -> None:
        made = new_line(session, "77003", None, "Lead aprons", "expense", "x").keys
        (line,) = (key[1] for key in made if key[0] == "operating_line")
        set_plan(session, "working", "L45", {"method": "formula", "formula": f"=[{line}]*2"})
        with pytest.raises(BadInputError, match="circle: Lead aprons → L45 → Lead aprons"):
            set_plan(session, "working", line, {"method": "formula", "formula": "=L45"})

    def test_a_circle_is_refused_with_its_path(self, session: Session) -> None:
        set_plan(session, "working", "L20", {"method": "formula", "formula": "=L21"})
        with pytest.raises(BadInputError, match="L21 → L20 → L21"):
            set_plan(session, "working", "L21", {"method": "formula", "formula": "=L20"})

    def test_a_line_that_a_formula_names_is_missed_where_a_merge_took_it(
        self, session: Session
    ) -> None:
        set_plan(session, "working", "L20", {"method": "formula", "formula": "=L40*2"})
        session.commit([Edit(Address("operating_line", "L40", DELETED), value=True)], "Merged")
        assert "L40" in session.budget().lines["L20"].problem


class TestSpreads:
    def test_weights_of_nothing_are_refused(self, session: Session) -> None:
        key = ("draft_line", "working.L20")
        edits = [FieldEdit(*key, "weights", Decimal(0), p) for p in ("2026-07", "2026-08")]
        edits += [FieldEdit(*key, "method", "fixed"), FieldEdit(*key, "spread", "weights")]
        with pytest.raises(BadInputError, match="all zero"):
            set_fields(session, edits)

    def test_a_locked_month_keeps_what_it_held_when_the_year_changes(
        self, session: Session
    ) -> None:
        set_plan(session, "working", "L20", {"method": "fixed", "amount": 1_200_00})
        lock_months(session, "working", "L20", ["2026-07"], locked=True)
        set_field(session, ("draft_line", "working.L20"), "amount", 2_300_00)
        assert session.budget().lines["L20"].months == (100_00, *[200_00] * 11)
        lock_months(session, "working", "L20", ["2026-07"], locked=False)
        assert session.budget().lines["L20"].total == 2_300_00
        session.undo()
        assert session.budget().lines["L20"].months[0] == 100_00

    def test_unlocking_gives_a_figure_that_was_typed_back(self, session: Session) -> None:
        set_plan(session, "working", "L20", {"method": "fixed", "amount": 1_200_00})
        edit_lines(session, "working", [MonthEdit("L20", "2026-07", 700_00)])
        both = ["2026-07", "2026-08", "2026-09"]
        lock_months(session, "working", "L20", both, locked=True)
        edit_lines(session, "working", [MonthEdit("L20", "2026-09", 900_00)])
        lock_months(session, "working", "L20", both, locked=False)
        months = session.budget().lines["L20"].months
        assert (months[0], months[2]) == (700_00, 900_00)  # typed before, and while it was locked
        plan = said(session, "L20")
        assert plan is not None
        assert plan.months.get("2026-08") is None
        assert not any(plan.locked.values())
        assert not any(plan.locked_at.values())


def test_a_typed_year_is_the_amount_of_a_line_that_is_planned_by_one(session: Session) -> None:
    set_plan(session, "working", "L20", {"method": "fixed", "amount": 1_200_00})
    edit_lines(session, "working", year_edits(session.budget(), "L20", 2_400_00))
    assert session.budget().lines["L20"].months == (200_00,) * 12
    assert said(session, "L20").months == {}  # type: ignore[union-attr]


def test_a_typed_year_goes_around_locked_months(session: Session) -> None:
    lock_months(session, "working", "L40", ["2026-07", "2026-08"], locked=True)
    before = session.budget().lines["L40"].months
    edit_lines(session, "working", year_edits(session.budget(), "L40", 9_000_000_00))
    after = session.budget().lines["L40"]
    assert after.months[:2] == before[:2]
    assert after.total == 9_000_000_00
    lock_months(session, "working", "L40", session.budget().periods, locked=True)
    with pytest.raises(BadInputError, match="every month is locked"):
        year_edits(session.budget(), "L40", 1_00)


def test_every_part_of_a_plan_is_the_same_after_opening_again(tmp_path: Path) -> None:
    with closing(files.demo(tmp_path / "example.dyad")) as made:
        set_plan(made, "working", "L20", {"method": "fixed", "amount": 1_200_00})
        lock_months(made, "working", "L20", ["2026-07"], locked=True)
        lock_months(made, "working", "L21", ["2026-08"], locked=True)
        lock_months(made, "working", "L21", ["2026-08"], locked=False)
        key = ("draft_line", "working.L20")
        set_field(made, key, "weights", Decimal(2), slot="2026-07")
        set_field(made, key, "steps", 5, slot="2026-07")
        set_field(made, ("draft", "working"), "inputs", Decimal(3), slot="volume")
        before, lines = said(made, "L20"), made.budget().lines
    with closing(Session.open(tmp_path / "example.dyad")) as again:
        assert said(again, "L20") == before
        assert again.budget().lines == lines


def test_a_position_can_t_end_before_it_begins(session: Session) -> None:
    set_field(session, ("position", "P01"), "start", "2026-10")
    with pytest.raises(BadInputError, match="would end in Aug 2026, before it begins in Oct 2026"):
        set_field(session, ("position", "P01"), "end", "2026-08")


def test_plans_are_written_and_read_again(session: Session, tmp_path: Path) -> None:
    set_plan(session, "working", "L20", {"method": "formula", "formula": "=L04*0.62"})
    set_plan(session, "working", "L21", {"method": "contract", "amount": 5_00, "start": "2026-09"})
    set_field(session, ("draft_line", "working.L21"), "steps", 700, slot="2027-01")
    set_field(session, ("planning", "planning"), "holidays", "Independence Day", slot="2026-07-03")
    set_field(session, ("planning", "planning"), "hours_per_fte", Decimal(1950))
    set_field(session, ("position", "P01"), "vacancy_pct", Decimal(5))
    text = tmp_path / "out.yaml"
    text.write_text(files.dump(session), encoding="utf-8")
    loaded, _report = files.load(text, tmp_path / "again.dyad")
    with closing(loaded) as again:
        assert again.budget().lines == session.budget().lines
        assert files.dump(again) == files.dump(session)


def test_a_year_of_which_every_month_is_locked_takes_no_other_amount(session: Session) -> None:
    choose_method(session, "working", "L20", "fixed")
    periods = months(session.book.only(Partnership).budget_start or "")
    lock_months(session, "working", "L20", periods, locked=True)
    total = session.budget().lines["L20"].total
    with pytest.raises(BadInputError, match="every month is locked"):
        set_plan(session, "working", "L20", {"amount": total + 100})
    set_plan(session, "working", "L20", {"amount": total})
    assert session.budget().lines["L20"].total == total


@pytest.mark.parametrize(
    ("hand", "words"),
    [
        (0, "Counts as nothing: it needs"),
        (1, "Counts as nothing but its 1 month by hand: it needs"),
        (12, "Its months are set by hand; its plan lacks something: it needs"),
    ],
)
def test_what_a_plan_lacks_is_told_with_what_stands_by_hand(
    session: Session, hand: int, words: str
) -> None:
    set_plan(session, "working", "L20", {"method": "contract"})
    for period in months(session.book.only(Partnership).budget_start or "")[:hand]:
        edit_lines(session, "working", [MonthEdit("L20", period, 1000_00)])
    assert problem_words(session.budget().lines["L20"]).startswith(words)
    assert [line.line_id for line in unplanned(session.budget())] == ["L20"] * (hand < 12)
