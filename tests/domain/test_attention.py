from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.attention import Notice, attention
from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.check_ins import latest_check_in
from dyad_desktop.domain.explaining import unexplained
from dyad_desktop.domain.goals import CheckIn, Goal, Measure, Occurrence, Rebase
from dyad_desktop.domain.initiatives import Initiative, Milestone
from dyad_desktop.domain.meetings import Action, Decision
from dyad_desktop.domain.operating import WORKING_DRAFT, DraftLine
from dyad_desktop.domain.partnership import Charter, Partnership
from dyad_desktop.domain.pulse import PulseRound
from dyad_desktop.domain.redefining import Redefined, question
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.domain.schema import Entity
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure

TODAY = "2026-10-31"


def notices(*changes: Entity, today: str = TODAY) -> tuple[Notice, ...]:
    book = example_book().with_entities(((KIND_OF[type(one)], one.id), one) for one in changes)
    return attention(book, compute_budget(book, WORKING_DRAFT), plan_all(book)[0], today)


def about(found: tuple[Notice, ...], kind: str) -> dict[str, Notice]:
    return {one.id: one for one in found if one.kind == kind}


@pytest.fixture(scope="module")
def found() -> tuple[Notice, ...]:
    return notices()


def test_the_most_pressing_stands_first_and_nothing_twice(found: tuple[Notice, ...]) -> None:
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    keys = [(one.kind, one.id) for one in found]
    assert len(keys) == len(set(keys))
    assert {one.group for one in found} == {"settle", "off_path", "waiting", "due"}


def test_measures_say_latest_and_target(found: tuple[Notice, ...]) -> None:
    measures = about(found, "measure")
    notice = measures["M3.1"]
    assert notice.title == "Third next available new-patient visit: 21 days, target 14"
    assert (notice.status, notice.who, notice.group) == ("off_track", "B", "off_path")
    assert measures["M8.1"].status == "at_risk"
    assert "M1.1" not in measures


def test_what_is_said_by_old_limits_is_called_so(found: tuple[Notice, ...]) -> None:
    measures = about(found, "measure")
    assert measures["M6.2"].detail == (
        "A shift of 20 months below the mean: improving, by old limits"
    )
    assert measures["M8.1"].detail == "No special cause since Apr 2026"
    # What improves by old limits alone isn't put behind what doesn't.
    assert measures["M4.2"].weight == measures["M8.1"].weight


def test_a_line_whose_plan_lacks_something_is_told_first_of_the_lines() -> None:
    bare = DraftLine(id="working.L20", draft=WORKING_DRAFT, line="L20", method="contract")
    notice = about(notices(bare), "operating_line")["L20"]
    assert notice.title.endswith(" counts as nothing")
    assert notice.detail.startswith("Its plan lacks something: ")
    assert (notice.group, notice.status) == ("off_path", "off_track")


def test_a_judgement_that_differs_from_the_rule_is_held_up(found: tuple[Notice, ...]) -> None:
    goals = about(found, "goal")
    assert set(goals) == {"G1", "G5"}
    assert goals["G1"].detail == "Your judgement: on track; its measures: off track"
    assert goals["G1"].group == "settle"


def test_a_judgement_of_one_is_not_called_that_of_both() -> None:
    alone = CheckIn(
        id="C", goal="G1", date="2026-11-05", status="on_track", confidence={"B": 8}, order="Z"
    )
    detail = about(notices(alone), "goal")["G1"].detail
    assert detail == "Marcus’s judgement: on track; its measures: off track"


@pytest.mark.parametrize(
    ("goal", "words", "detail"),
    [
        ("G1", ("on_track", "off_track"), "Priya: on track (9); Marcus: off track (3); its measures: off track"),
        ("G1", ("off_track", "at_risk"), "Priya: off track (9); Marcus: at risk (3); its measures: off track"),
        ("G9", ("on_track", "at_risk"), "Priya: on track (9); Marcus: at risk (3)"),
        ("G9", ("achieved", "at_risk"), "Priya: achieved (9); Marcus: at risk (3)"),
    ],
)  # fmt: skip
def test_partners_who_see_a_goal_apart_settle_it_together(
    goal: str, words: tuple[str, str], detail: str
) -> None:
    said = CheckIn(
        id="C", goal=goal, date="2026-11-05", status=words[0], order="Z",
        confidence={"A": 9, "B": 3}, says=dict(zip("AB", words, strict=True)),
    )  # fmt: skip
    notice = about(notices(Goal(id="G9", title="New", lead="A"), said), "goal")[goal]
    assert (notice.group, notice.detail) == ("settle", f"You see it apart. {detail}")


def test_a_figure_to_date_is_told_with_the_target_to_date_that_judged_it() -> None:
    figures = (40, 82, 119, 160, 205, 238, 280, 317, 355, 398)  # January to October
    measure = a_measure(
        *figures, id="M9.1", goal="G1", title="Cases", direction="up", unit="cases",
        target=Decimal(40), span="year_to_date", aggregation="sum",
    )  # fmt: skip
    calendar = replace(example_book().only(Partnership), start_month=1)
    notice = about(notices(measure, calendar), "measure")["M9.1"]
    assert notice.title == "Cases: 398 cases, target 400 to date"
    assert notice.status == "off_track"


def test_rare_events_and_corridors_say_how_they_stand() -> None:
    goal = Goal(id="G9", title="New", lead="A")
    rare = Measure(
        id="M9", goal="G9", title="Days between falls", unit="days", chart="t", target=Decimal(30)
    )
    days = ("2026-08-01", "2026-09-30", "2026-10-10")
    events = [Occurrence(id=day, measure="M9", date=day) for day in days]
    between = Measure(
        id="M10", goal="G9", title="Beds in use", direction="within", target_low=Decimal(20), target=Decimal(28),
        values={"2026-10": Decimal(31)}, chart="run",
    )  # fmt: skip
    found = about(notices(goal, rare, *events, between), "measure")
    assert found["M9"].title == "Days between falls: 10 days, target 30"
    assert found["M10"].title == "Beds in use: 31, target 20 to 28"


def test_a_goal_without_measures_speaks_for_itself() -> None:
    goal = Goal(id="G9", title="New", lead="A")
    said = CheckIn(id="c", goal="G9", date="2026-10-01", status="at_risk", note="Late.")
    notice = about(notices(goal, said), "goal")["G9"]
    assert (notice.title, notice.detail, notice.group) == ("New: at risk", "Late.", "off_path")


def test_a_goal_that_was_dropped_is_quiet() -> None:
    said = CheckIn(id="c", goal="G3", date="2026-11-01", status="dropped")
    found = notices(said)
    assert "M3.1" not in about(found, "measure")
    assert "G3" not in about(found, "goal")


def test_a_definition_that_changed_asks_both() -> None:
    book = example_book()
    asked = {"M1.1": Redefined("M1.1", ("definition", "unit"), ("B",), 0)}
    found = attention(book, compute_budget(book, WORKING_DRAFT), plan_all(book)[0], TODAY, asked)
    [notice] = [one for one in found if one.kind == "measure" and one.group == "waiting"]
    assert notice.title == f"{book.need(Measure, 'M1.1').title}: defined anew; new limits?"
    assert notice.detail.startswith("Marcus changed its definition and unit after values")
    assert notice.who is None


def test_new_limits_wait_for_those_who_did_not_agree() -> None:
    measure = example_book().need(Measure, "M1.1")
    asked = Rebase(
        id="R", measure="M1.1", period="2026-03", reason="Second room", agreed={"A": "2026-03"}
    )
    notice = about(notices(asked), "rebase")["R"]
    assert notice.title == f"New limits proposed for {measure.title} from Mar 2026: agree?"
    assert (notice.group, notice.who) == ("waiting", "B")
    assert notice.detail.startswith("Second room; waits for ")
    moved = replace(asked, agreed={"A": "2026-02"})
    assert about(notices(moved), "rebase")["R"].who is None
    agreed = replace(asked, agreed={"A": "2026-03", "B": "2026-03"})
    assert not about(notices(agreed), "rebase")


def test_of_two_check_ins_of_one_day_the_later_written_is_the_newer() -> None:
    loaded = [CheckIn(id=f"G1.check_in-{n}", goal="G1", date="2026-10-31", status="on_track", order=f"{n:02}")
              for n in (2, 10)]  # fmt: skip
    early = CheckIn(
        id="01890000-0000-7000-8000-000000000000",
        goal="G1",
        date="2026-10-31",
        status="at_risk",
        order="Z9",
    )
    late = CheckIn(
        id="01990000-0000-7000-8000-000000000000",
        goal="G1",
        date="2026-10-31",
        status="off_track",
        order="Z1",
    )
    assert latest_check_in(Book.of(loaded), "G1") == loaded[1]
    assert latest_check_in(Book.of([*loaded, early]), "G1") == early
    assert latest_check_in(Book.of([late, early, *loaded]), "G1") == late
    earlier_day = replace(late, date="2026-10-30")
    assert latest_check_in(Book.of([earlier_day, *loaded]), "G1") == loaded[1]


def test_lines_over_budget_wait_for_an_explanation(found: tuple[Notice, ...]) -> None:
    lines = about(found, "operating_line")
    assert set(lines) == {"L28", "L43"}
    title = lines["L28"].title
    assert title.startswith("Agency and traveller staff: USD ")
    assert title.endswith(" (31 %) over budget, year to date")
    said = DraftLine(
        id="working.L28", draft=WORKING_DRAFT, line="L28", explanation="Two hires start in January."
    )
    assert set(about(notices(said), "operating_line")) == {"L43"}
    book = example_book()
    waiting = unexplained(book, compute_budget(book, WORKING_DRAFT))
    assert {one.line for one in waiting} == set(lines)


def test_one_slip_stands_for_those_that_follow_it(found: tuple[Notice, ...]) -> None:
    milestones = about(found, "milestone")
    assert set(milestones) == {"I1.5", "I3.5", "I4.4", "I5.6", "I6.5"}
    notice = milestones["I4.4"]
    assert notice.title == "Construction slips 35 days"
    assert "critical path; 4 more slip" in notice.detail
    assert notice.who == "B"


def test_a_milestone_past_its_finish_is_overdue(found: tuple[Notice, ...]) -> None:
    later = about(notices(today="2026-11-30"), "milestone")
    assert later["I3.5"].title == "Recovery plan after vacancies: 3 days overdue"
    assert later["I3.5"].status == "off_track"
    done = replace(example_book().need(Milestone, "I3.5"), status="done")
    assert "I3.5" not in about(notices(done, today="2026-11-30"), "milestone")
    closed = replace(example_book().need(Initiative, "I3"), phase="closed")
    assert "I3.5" not in about(notices(closed), "milestone")


def test_decisions_wait_for_whom_they_wait(found: tuple[Notice, ...]) -> None:
    decisions = about(found, "decision")
    assert decisions["DC08"].detail == "Waits for Marcus"
    assert decisions["DC08"].who == "B"
    assert decisions["DC07"].detail == "Escalated, answer by 14 Nov 2026"
    assert (decisions["DC04"].status, decisions["DC04"].group) == ("overdue", "due")
    fresh = Decision(id="D", title="New", review_on="2026-11-07", state="agreed")
    open_ = Decision(id="E", title="Other", state="open")
    more = about(notices(fresh, open_), "decision")
    assert more["D"].status == "due"
    assert (more["E"].detail, more["E"].who) == ("Waits for both", None)


def test_the_pulse_waits_for_who_has_not_answered(found: tuple[Notice, ...]) -> None:
    notice = about(found, "pulse_round")["PR3"]
    assert (notice.title, notice.who) == ("Pulse, Oct 2026: waits for Marcus", "B")
    answered = PulseRound(id="PR3", opened=None, state="open", answered_by=("A", "B"))
    assert about(notices(answered), "pulse_round")["PR3"].title == (
        "Pulse: all answered, open it together"
    )


def test_scores_far_apart_are_one_notice() -> None:
    book = example_book()
    changes = []
    for key in ("C03", "C05", "C06", "C07"):
        request = book.need(CapitalRequest, key)
        apart = {"A/safety": 5, "B/safety": 2}
        changes.append(replace(request, scores={**request.scores, **apart}))
    notice = about(notices(*changes), "capital_request")["C03"]
    assert notice.title == "Capital ranking: 4 requests are scored 2 or more apart"
    assert notice.detail.endswith(" and 1 more")
    assert about(notices(), "capital_request") == {}


def test_actions_are_listed_when_due_within_a_week(found: tuple[Notice, ...]) -> None:
    actions = about(found, "action")
    assert set(actions) == {"A03", "A05", "A12", "A07", "A09"}
    assert (actions["A12"].status, actions["A12"].detail) == ("overdue", "Was due 9 Oct 2026")
    assert (actions["A07"].status, actions["A07"].who) == ("due", "A")
    today = Action(id="X", text="Call", owner="A", due=TODAY)
    assert about(notices(today), "action")["X"].status == "due"


def test_the_charter_is_due_for_review_ninety_days_before(found: tuple[Notice, ...]) -> None:
    assert about(found, "charter")["charter"].detail == "Due 15 Jan 2027"
    assert about(notices(today="2026-10-17"), "charter") == about(found, "charter")
    assert about(notices(today="2026-10-16"), "charter") == {}
    assert about(notices(today="2027-02-01"), "charter")["charter"].status == "overdue"


def test_an_empty_partnership_needs_nothing() -> None:
    book = example_book()
    kept = Book.of([one for one in (book.entity("partnership", "partnership"),) if one])
    assert attention(kept, compute_budget(kept, WORKING_DRAFT), {}, TODAY) == ()
    charter = Charter(id="charter", review_on=None)
    measure = Measure(id="M", goal="none")
    more = Book.of([*kept.all(Partnership), charter, measure])
    assert attention(more, compute_budget(more, WORKING_DRAFT), {}, TODAY) == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("span",), "Marcus changed what a value covers after"),
        (("unit", "span"), "Marcus changed its unit and what a value covers after"),
    ],
)
def test_what_a_value_covers_is_called_so(fields: tuple[str, ...], said: str) -> None:
    assert question(example_book(), Redefined("M1.1", fields, ("B",), 0)).startswith(said)
