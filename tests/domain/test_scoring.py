import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.scoring import (
    compare,
    is_done,
    is_hidden,
    is_open,
    may_open,
    must_say_seen,
    opened_marks,
    opening,
    seal,
    seal_problem,
    seals_seen,
    weights_problem,
)

PARTNERS = [Partner(id="A"), Partner(id="B")]
CRITERIA = [
    Criterion(id="safety", weight=Decimal(60)),
    Criterion(id="money", weight=Decimal(40)),
    Criterion(id="beauty", weight=Decimal(0)),
]
marks = st.dictionaries(st.sampled_from(["safety", "money", "beauty"]), st.integers(1, 5))


def book(request: CapitalRequest) -> Book:
    return Book.of([*PARTNERS, *CRITERIA, request])


def a_request(**fields: object) -> CapitalRequest:
    return CapitalRequest(id="C1", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (["60", "40"], ""),
        (["33.4", "33.3", "33.3"], ""),
        (["60", "30"], "The weights sum to 90, 10 too little; together they are 100."),
        (["100", "0.5"], "The weights sum to 100.5, 0.5 too much; together they are 100."),
        ([], "The weights sum to 0, 100 too little; together they are 100."),
    ],
)
def test_weights_sum_to_a_hundred(weights: list[str], said: str) -> None:
    criteria = [Criterion(id=f"c{n}", weight=Decimal(w)) for n, w in enumerate(weights)]
    assert weights_problem(criteria) == said


def test_marks_are_open_once_every_partner_gave_some() -> None:
    one = {"A/safety": 4, "A/money": 5}
    alone, both = a_request(scores=one), a_request(scores={**one, "B/safety": 3})
    assert not is_open(book(alone), alone)
    assert compare(book(alone), alone) == ()
    assert is_open(book(both), both)
    assert is_done(book(both), both, "A")
    assert not is_done(book(both), both, "B")


def test_only_anothers_marks_of_a_request_that_is_not_open_are_hidden() -> None:
    alone = a_request(scores={"A/safety": 4})
    at = ("capital_request", "C1", "scores", "A/safety")
    assert is_hidden(book(alone), at, "B")
    assert is_hidden(book(alone), at, "")
    assert not is_hidden(book(alone), at, "A")
    assert not is_hidden(book(alone), ("capital_request", "C1", "cost", ""), "B")
    assert not is_hidden(book(alone), ("capital_request", "C9", "scores", "A/safety"), "B")
    both = a_request(scores={"A/safety": 4, "B/safety": 1})
    assert not is_hidden(book(both), at, "B")


def test_marks_are_opened_only_when_every_partner_is_done() -> None:
    sealed = a_request(score_seals={"A": "x"})
    assert not may_open(book(sealed), sealed, "A")
    both = a_request(score_seals={"A": "x", "B": "y"})
    for who in "AB":
        assert may_open(book(both), both, who, here=True)
        assert must_say_seen(book(both), both, who)
        assert not may_open(book(both), both, who)
    seen = replace(both, score_seen={"B": seals_seen(both)})
    assert may_open(book(seen), seen, "A")
    assert not may_open(book(seen), seen, "B")
    assert not must_say_seen(book(seen), seen, "B")
    again = replace(seen, score_seals={"A": "z", "B": "y"})
    assert not may_open(book(again), again, "A")
    given_away = replace(both, score_salts={"A": "s;safety=1"})
    assert not may_open(book(given_away), given_away, "A")
    plain = a_request(scores={"B/safety": 1, "B/money": 2}, score_seals={"A": "x"})
    assert may_open(book(plain), plain, "A")


def test_the_criterion_furthest_apart_comes_first() -> None:
    request = a_request(
        scores={"A/safety": 4, "B/safety": 3, "A/money": 1, "B/money": 5, "A/beauty": 2},
        agreed_scores={"money": 3},
    )
    rows = compare(book(request), request)
    assert [(row.criterion, row.marks, row.apart, row.agreed) for row in rows] == [
        ("money", (1, 5), 4, 3),
        ("safety", (4, 3), 1, None),
        ("beauty", (2, None), 0, None),
    ]


@given(marks, st.text("0123456789abcdef", min_size=32, max_size=32))
def test_an_opening_says_the_marks_and_the_seal_holds_it(given: dict[str, int], salt: str) -> None:
    opened = opening(salt, given)
    assert opened_marks(opened) == given
    sealed = seal("w", "C1", "A", opened)
    expected = hashlib.sha256(f"dyad-score/1\nw\nC1\nA\n{opened}".encode()).hexdigest()
    assert sealed == expected
    request = a_request(
        scores={f"A/{name}": mark for name, mark in given.items()},
        score_seals={"A": sealed},
        score_salts={"A": opened},
    )
    assert seal_problem("w", request, "A") == ""
    assert seal_problem("other", request, "A") == "differ from the seal"
    assert seal_problem("w", request, "B") == ""
    later = replace(request, scores={**request.scores, "A/late": 1})
    assert seal_problem("w", later, "A") == "changed after the seal was opened"
    forged = replace(request, score_salts={"A": opening(salt, {**given, "late": 1})})
    assert seal_problem("w", forged, "A") == "differ from the seal"


@given(marks, marks)
def test_the_order_of_marking_does_not_show_in_the_seal(
    one: dict[str, int], other: dict[str, int]
) -> None:
    backwards = dict(reversed(one.items()))
    assert opening("s", one) == opening("s", backwards)
    assert (opening("s", one) == opening("s", other)) == (one == other)
