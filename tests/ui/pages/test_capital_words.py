from decimal import Decimal

import pytest

from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.services import capital, sealing
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.portfolio import portfolio
from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages.capital import portfolio_view
from dyad_desktop.ui.pages.capital.model import CapitalModel, sentence
from dyad_desktop.ui.pages.capital.returns_card import payback_texts, years_text
from dyad_desktop.ui.pages.capital.seal_words import explanation, state
from dyad_desktop.ui.pages.capital.warnings import warnings_of


def test_each_step_of_blind_scoring_has_its_words(session: Session) -> None:
    made = next(iter(capital.new_request(session, "Pumps").keys))[1]

    def words() -> tuple[str, str, str]:
        request = session.book.need(CapitalRequest, made)
        said = explanation(session, request).partition(" On a laptop")[0]
        return state(session, request, "A"), state(session, request, "B"), said

    def done(mark: int) -> None:
        for criterion in session.book.all(Criterion):
            sealing.mark(session, made, criterion.id, mark)
        sealing.finish(session, made)

    own = "Your marks stay on this laptop. Marcus can’t see them, nor you theirs."
    assert words() == ("not begun", "not done yet", own)
    sealing.mark(session, made, "safety", 4)
    assert words()[0] == "1 of 5 marked"
    done(4)
    sealed = (
        "Your marks are sealed: only a fingerprint of them travels. They open when Marcus is done."
    )
    assert words() == ("done, sealed", "not done yet", sealed)
    session.write_as("B")
    last = "Your marks stay on this laptop until you are done; everyone else is, so all marks open then."
    assert words() == ("done, sealed", "not begun", last)
    done(2)
    mine = "Everyone is done. Your marks are open; Priya’s open once they write here again."
    assert words() == ("done, sealed", "done, sealed", mine)
    session.write_as("A")
    theirs = "Everyone is done. Your marks open now, and travel with the next exchange."
    assert words()[2] == theirs
    sealing.open_due(session)
    assert words() == ("open", "open", "All marks opened as they were sealed.")


@pytest.mark.parametrize(
    ("envelope", "said"),
    [
        (None, "The best set is worth"),  # it leaves out what is worth less than nothing
        (0, "Mandatory requests alone ask for US$ 3.56 m more than the envelope."),
        (20_000_000_00, "The best set is worth"),
    ],
)
def test_the_portfolio_says_what_the_best_set_does(
    session: Session, envelope: int | None, said: str
) -> None:
    capital.set_envelope(session, envelope)
    found = portfolio(session.book)
    text = portfolio_view.sentence(session.book, found).replace("\u00a0", " ")
    assert text.startswith(said)


def test_the_heading_calls_requests_by_their_titles(session: Session) -> None:
    found = portfolio(session.book)
    text = portfolio_view.sentence(session.book, found)
    more, fewer = (
        next(one.ranked.request for one in found.differ if one.in_best is best)
        for best in (True, False)
    )
    assert f"It takes “{more.title}” instead of “{fewer.title}”." in text
    assert more.id not in text


def test_a_long_title_is_cut_in_the_heading_and_whole_in_its_tooltip(session: Session) -> None:
    found = portfolio(session.book)
    chosen = next(one.ranked.request for one in found.differ if one.in_best)
    title = "Clinic conversion, " + "twenty-four examination rooms with everything " * 3
    set_field(session, ("capital_request", chosen.id), "title", title.strip())
    found = portfolio(session.book)
    text = portfolio_view.sentence(session.book, found)
    assert "“Clinic conversion, twenty-four examination rooms with…”" in text
    assert portfolio_view.exchanged(session.book, found).startswith(
        f"Takes {title.strip()}\nLeaves"
    )


def test_of_many_requests_the_heading_names_some_and_counts_the_others(session: Session) -> None:
    capital.set_envelope(session, None)
    found = portfolio(session.book)
    fewer = [one for one in found.differ if not one.in_best]
    assert len(fewer) > 3
    text = portfolio_view.names(session.book, fewer)
    assert text.endswith(f" and {len(fewer) - 2} more")
    assert text.count("“") == 2


def test_a_payback_that_is_undone_never_stands_bare() -> None:
    assert years_text(Decimal("0.43")) == "0.4 years"
    said = "0.4 years, but not for good: falls behind again in year 2"
    assert years_text(Decimal("0.43"), 2) == said


def test_of_a_request_without_figures_no_payback_is_told(session: Session) -> None:
    made = next(iter(capital.new_request(session, "Pumps").keys))[1]

    def told() -> tuple[str, str, str]:
        book = session.book
        found = capital.details_of(book, book.need(CapitalRequest, made))
        model = CapitalModel(book, capital.capital_plan(book))
        row = next(n for n, one in enumerate(model.rows) if one.key[1] == made)
        return (*payback_texts(found), model.computed_text(row, "payback"))

    assert told() == ("—", "—", "")
    set_field(session, ("capital_request", made), "annual_benefit", 1_000_00)
    assert told() == ("0.0 years", "0.0 years", "0.0")  # for nothing it gives something at once
    set_field(session, ("capital_request", made), "annual_benefit", 0)
    set_field(session, ("capital_request", made), "annual_operating_cost", 1_000_00)
    assert told() == ("never", "never", "never")


def test_the_list_says_that_a_payback_is_not_for_good(session: Session) -> None:
    set_field(session, ("capital_request", "C01"), "cost", 1000_00)
    for field in ("annual_benefit", "annual_operating_cost"):
        set_field(session, ("capital_request", "C01"), field, 0)
    set_field(session, ("capital_request", "C01"), "useful_life_years", 2)
    for year, benefit in (("1", 2300_00), ("2", -1320_00)):
        set_field(session, ("capital_request", "C01"), "benefit_by_year", benefit, slot=year)
    book = session.book
    model = CapitalModel(book, capital.capital_plan(book))
    row = next(n for n, one in enumerate(model.rows) if one.key == ("capital_request", "C01"))
    assert model.computed_text(row, "payback") == "not for good"


def _model(session: Session) -> tuple[CapitalModel, int]:
    model = CapitalModel(session.book, capital.capital_plan(session.book))
    return model, next(n for n, one in enumerate(model.rows) if one.key[1] == "C14")


def test_a_request_below_the_threshold_is_marked_and_still_ranks(session: Session) -> None:
    model, row = _model(session)
    assert "▲" not in model.text(row, 0)
    set_field(session, capital.POLICY, "capitalisation_threshold", 5_000_00)
    set_field(session, ("capital_request", "C14"), "cost", 4_999_99)
    model, row = _model(session)
    said = "below the capitalisation threshold of 5,000: an operating expense by your rule"
    assert "▲" in model.text(row, 0)
    assert said in model.tip(row, 0)
    assert said in model.speech(row, 0)
    set_field(session, ("capital_request", "C14"), "cost", 5_000_00)
    model, row = _model(session)
    assert "▲" not in model.text(row, 0)


def test_an_approved_request_below_the_cut_line_is_marked(session: Session) -> None:
    set_field(session, ("capital_request", "C14"), "status", "approved")
    capital.set_envelope(session, 5_000_000_00)
    model, row = _model(session)
    assert "▲" in model.text(row, 0)
    assert "approved, but below the cut line" in model.tip(row, 0)
    assert sentence(session.book, model.plan, {}).endswith(
        "▲\u00a03 approved requests stand below it."
    )
    capital.set_envelope(session, None)
    model, row = _model(session)
    assert "▲" not in model.text(row, 0)


def test_a_mandatory_request_that_the_envelope_doesnt_reach_is_told(session: Session) -> None:
    capital.set_envelope(session, 3_000_000_00)
    model, _row = _model(session)
    assert "▲\u00a01 mandatory request stands below it." in sentence(session.book, model.plan, {})
    row = next(one for one in model.plan.rows if one.request.id == "C07")
    assert warnings_of(session.book, row) == [
        "mandatory, but below the cut line: the envelope doesn’t reach it"
    ]
