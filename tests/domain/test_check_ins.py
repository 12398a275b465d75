"""What each partner last said of a goal."""

from dyad_desktop.domain.check_ins import Confidence, Said, Word, said_in
from dyad_desktop.domain.goals import CheckIn

BOTH = ("A", "B")
JULY = CheckIn(id="1", goal="G", date="2026-07-31", status="on_track", confidence={"A": 8, "B": 7})
OCTOBER = CheckIn(
    id="2", goal="G", date="2026-10-31", status="at_risk", confidence={"B": 5}, says={"B": "at_risk"}
)  # fmt: skip


def said(*check_ins: CheckIn) -> Said:
    found = said_in(check_ins, BOTH)
    assert found is not None
    return found


def test_one_partners_check_in_leaves_the_others_confidence() -> None:
    found = said(OCTOBER, JULY)
    assert found.confidence == {"A": Confidence(8, "2026-07-31"), "B": Confidence(5, "2026-10-31")}
    assert (found.pair, found.now) == ("", {"B": "at_risk"})
    assert found.before == {"A": Word("on_track", "2026-07-31")}


def test_the_pair_says_what_both_said() -> None:
    assert said(JULY).pair == "on_track"
    assert said_in([], BOTH) is None


def test_two_check_ins_of_one_day_are_two_words() -> None:
    mine = CheckIn(id="3", goal="G", date="2026-10-31", status="off_track", says={"A": "off_track"})
    assert said(JULY, mine, OCTOBER).now == {"A": "off_track", "B": "at_risk"}
    assert said(JULY, mine, OCTOBER).pair == ""


def test_a_check_in_that_names_nobody_is_the_word_of_all() -> None:
    bare = CheckIn(id="4", goal="G", date="2026-10-31", status="dropped")
    assert said(bare).pair == "dropped"
    assert said(JULY, bare).confidence["A"].day == "2026-07-31"


def test_differing_words_of_one_check_in_are_both_kept() -> None:
    both = CheckIn(
        id="5", goal="G", date="2026-10-31", status="at_risk", confidence={"B": 5, "A": 3},
        says={"A": "off_track"},
    )  # fmt: skip
    assert said(both).now == {"A": "off_track", "B": "at_risk"}
