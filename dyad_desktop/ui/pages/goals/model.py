"""What the page shows of a goal, read from the book in one go."""

from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.check_ins import Said, said_of
from dyad_desktop.domain.goals import Goal, Measure, Objective
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.measuring import series_of
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.scorecard import STATES, Reading, read_of, shown_worst
from dyad_desktop.services.rhythm import data_day, today
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.spark import POINTS
from dyad_desktop.ui.tokens import STATUS_WORDS

UNLINKED = "Not yet linked to an objective"
AHEAD = "dated after today"


@dataclass(frozen=True, slots=True)
class Person:
    """A partner with the place that gives their colour."""

    partner: Partner
    place: int


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal with all that its card says."""

    goal: Goal
    people: tuple[Person, ...]
    readings: tuple[Reading, ...]
    values: tuple[tuple[Decimal | None, ...], ...]
    """The last values of each measure."""
    said: Said | None
    initiatives: tuple[Initiative, ...]
    day: str = ""
    """The partnership's day: of its year, a date is told without the year."""
    ahead: str = ""
    """That the latest check-in is dated after today; empty when it isn't."""

    @property
    def last_said(self) -> str:
        """The day of the latest check-in in words; empty before the first."""
        if self.said is None:
            return ""
        when = f"check-in {show.short_day(self.said.day, self.day)}"
        return f"{when}, {self.ahead}" if self.ahead else when

    @property
    def rule(self) -> str:
        """The rule's colour: that of the worst measure; ``no_target`` where there is nothing to judge by."""
        return shown_worst(self.readings)

    @property
    def rule_word(self) -> str:
        """The same in words."""
        return STATUS_WORDS[self.rule][1]

    @property
    def pair(self) -> str:
        """What both last said; empty when they said nothing, one of them alone spoke, or they differ."""
        return self.said.pair if self.said else ""

    def sentence(self) -> str:
        """Return who says what, in words."""
        rule = self.rule_word
        if self.pair == self.rule:
            return f"pair and rule say {rule}"
        said = [words for _status, words in told(self.people, self.said)]
        said += said_before(self.people, self.said, self.day)
        return ", ".join([*said, f"rule says {rule}"])


@dataclass(frozen=True, slots=True)
class Group:
    """An objective (or none) with its goals."""

    objective: Objective | None
    goals: tuple[GoalView, ...]

    @property
    def title(self) -> str:
        """The heading."""
        return self.objective.title if self.objective else UNLINKED

    @property
    def counts(self) -> str:
        """How many goals there are, and how many in which state by the rule."""
        count = len(self.goals)
        if not count:
            return "no goal yet"
        states = [shown_worst(view.readings) for view in self.goals]
        parts = [
            f"{states.count(state)} {STATUS_WORDS[state][1]}" for state in STATES if state in states
        ]
        return f"{count} goal{'s' if count != 1 else ''}: {', '.join(parts)}"


def people_of(book: Book) -> tuple[Person, ...]:
    """Return the partners in alphabetical order of their ids, which gives their colours."""
    partners = sorted(book.all(Partner), key=_id)
    return tuple(Person(partner, place) for place, partner in enumerate(partners))


def _id(partner: Partner) -> str:
    return partner.id


def told(people: tuple[Person, ...], said: Said | None) -> list[tuple[str, str]]:
    """Return each status that was last said and the words for it: ``pair says at risk``, or one for each partner."""
    if said is None:
        return []
    if said.pair:
        return [(said.pair, f"pair says {STATUS_WORDS[said.pair][1]}")]
    names = {one.partner.id: one.partner.first_name for one in people}
    return [
        (status, f"{names[who]} says {STATUS_WORDS[status][1]}")
        for who, status in said.now.items()
        if who in names
    ]


def said_before(people: tuple[Person, ...], said: Said | None, seen_from: str = "") -> list[str]:
    """Return what those said earlier who didn't speak since, where it is another: ``Priya said on track, 31 Jul``."""
    before = said.before if said else {}
    return [
        f"{one.partner.first_name} said {STATUS_WORDS[word.status][1]}, {show.short_day(word.day, seen_from)}"
        for one in people
        if (word := before.get(one.partner.id)) is not None
    ]


def ahead_words(book: Book, day: str) -> str:
    """Return that a day is still to come, by the calendar and by the partnership's own date; empty of others."""
    return AHEAD if day > max(book.only(Partnership).as_of or "", today()) else ""


def spark_values(book: Book, measure: Measure) -> tuple[Decimal | None, ...]:
    """Return the last values of a measure for its sparkline; of rare events, the waits between them."""
    return series_of(book, measure).values[-POINTS:]


def goal_view(book: Book, goal: Goal) -> GoalView:
    """Return a goal with all that its card says."""
    measures = book.children(Measure, goal.id)
    said = said_of(book, goal.id)
    return GoalView(
        goal=goal,
        people=people_of(book),
        readings=tuple(read_of(book, one) for one in measures),
        values=tuple(spark_values(book, one) for one in measures),
        said=said,
        initiatives=tuple(one for one in book.all(Initiative) if goal.id in one.goals),
        day=data_day(book, today()),
        ahead=ahead_words(book, said.day) if said is not None else "",
    )


def groups_of(book: Book) -> list[Group]:
    """Return the goals by objective, in the pair's order; those without one last."""
    views = [goal_view(book, goal) for goal in book.all(Goal)]
    objectives = book.all(Objective)
    known = {objective.id for objective in objectives}
    groups = [
        Group(objective, tuple(view for view in views if view.goal.supports == objective.id))
        for objective in objectives
    ]
    loose = tuple(view for view in views if view.goal.supports not in known)
    return [*groups, Group(None, loose)] if loose else groups
