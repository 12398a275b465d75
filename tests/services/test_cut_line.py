from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, Criterion
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.services import capital, files
from dyad_desktop.services.cut_line import moved_since, moved_since_agreed, moves
from dyad_desktop.services.editing import set_field

REQUESTS = [
    CapitalRequest(id="C1", title="CT scanner", cost=600_000_00, scores={"A/safety": 5}),
    CapitalRequest(id="C2", title="Beds", cost=300_000_00, scores={"A/safety": 4}),
    CapitalRequest(id="C3", title="Roof", cost=200_000_00, scores={"A/safety": 3}),
]
POLICY = CapitalPolicy(id="capital_policy", envelope=1_000_000_00)
BOOK = Book.of(
    [
        Partnership(id="partnership", currency="USD"),
        Partner(id="A"),
        Criterion(id="safety", weight=Decimal(100)),
        POLICY,
        *REQUESTS,
    ]
)


def with_request(number: int, **changed: Any) -> Book:  # noqa: ANN401
    request = replace(REQUESTS[number], **changed)
    return BOOK.with_entities([(("capital_request", request.id), request)])


def with_policy(**changed: Any) -> Book:  # noqa: ANN401
    policy = replace(POLICY, **changed)
    return BOOK.with_entities([(("capital_policy", "capital_policy"), policy)])


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (lambda: BOOK, []),
        (lambda: with_policy(envelope=1_050_000_00), []),
        (
            lambda: with_request(1, cost=420_000_00),
            ["Beds fell below the line: what it asks for rose by US$ 120,000."],
        ),
        (
            lambda: with_request(0, cost=800_000_00),
            ["Beds fell below the line: what stands before it changed."],
        ),
        (
            lambda: with_policy(envelope=700_000_00),
            [
                "Beds fell below the line: the envelope no longer reaches it.",
                "The envelope fell by US$ 300,000.",
            ],
        ),
        (
            lambda: with_policy(envelope=None),
            [
                "Roof rose above the line: the envelope reaches it now.",
                "The envelope was taken away.",
            ],
        ),
        (
            lambda: with_request(2, mandatory=True),
            [
                "Roof rose above the line: it became mandatory.",
                "Beds fell below the line: what stands before it changed.",
            ],
        ),
        (
            lambda: with_request(2, scores={"A/safety": 5}, priority=1),
            [
                "Roof rose above the line: its score went from 3.00 to 5.00.",
                "Beds fell below the line: what stands before it changed.",
            ],
        ),
        (
            lambda: with_request(1, status="declined"),
            [
                "Beds no longer asks for money: it is declined.",
                "Roof rose above the line: what stands before it changed.",
            ],
        ),
        (
            lambda: BOOK.with_entities([(("capital_request", "C2"), None)]),
            [
                "Roof rose above the line: what stands before it changed.",
                "Beds was withdrawn; it stood above the line.",
            ],
        ),
    ],
)
def test_what_moved_the_line_is_told_in_sentences(now: Callable[[], Book], said: list[str]) -> None:
    assert list(moves(BOOK, now())) == said


def test_a_new_request_says_where_it_stands() -> None:
    new = CapitalRequest(id="C9", title="Pumps", cost=1, mandatory=True)
    book = BOOK.with_entities([(("capital_request", "C9"), new)])
    assert moves(BOOK, book) == ("Pumps is new, above the line.",)


def test_another_way_to_rank_is_a_reason() -> None:
    book = with_policy(rank_by="npv")
    assert moves(BOOK, book)[-1] == "Requests are ranked by net present value instead of score."


def test_it_is_told_since_the_draft_was_agreed(tmp_path: Path) -> None:
    session = files.demo(tmp_path / "example.dyad")
    assert moved_since_agreed(session, "working") is None
    set_field(session, ("draft", "working"), "state", "agreed")
    capital.set_envelope(session, 4_000_000_00)
    moved = moved_since_agreed(session, "working")
    assert moved is not None
    assert moved.sentences[-1] == "The envelope fell by US$ 5,000,000."
    session.close()


def test_it_is_told_since_a_moment_of_the_log(tmp_path: Path) -> None:
    session = files.demo(tmp_path / "example.dyad")
    cut = dict(session.file.past.now())
    assert moved_since(session, cut) == ()
    capital.set_envelope(session, 4_000_000_00)
    assert moved_since(session, cut)[-1] == "The envelope fell by US$ 5,000,000."
    session.close()
