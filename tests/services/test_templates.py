"""A partnership from each template: complete, in order, and with no figure that isn't the pair's."""

from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Initiative, Milestone
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.partnership import Charter, DecisionRight, Partner, Partnership
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.files import dump, load
from dyad_desktop.services.templates import NewPartnership, create_partnership, templates

IDS = [template.id for template in templates()]


def _wish(template: str = IDS[0], **changed: object) -> NewPartnership:
    fields = {
        "template": template,
        "title": "Our service",
        "name_a": "Ana Alvarez",
        "name_b": "Ben Bauer",
        "organisation": "Larkhaven",
        "currency": "EUR",
        "start_month": 7,
        "today": "2026-11-02",
        **changed,
    }
    return NewPartnership(**fields)  # type: ignore[arg-type]  # a table of texts and one number


@pytest.mark.parametrize("template", IDS)
def test_each_template(template: str, tmp_path: Path) -> None:
    session = create_partnership(tmp_path / "new.dyad", _wish(template))
    book = session.book
    assert [partner.name for partner in book.all(Partner)] == ["Ana Alvarez", "Ben Bauer"]
    assert book.only(Charter).purpose
    assert book.all(DecisionRight)
    assert book.all(Goal)
    assert all(not measure.values for measure in book.all(Measure))
    assert book.all(OperatingLine) == ()
    assert not plan_all(book)[1]
    assert {one.initiative for one in book.all(Milestone)} <= {i.id for i in book.all(Initiative)}
    assert session.check() == []
    session.close()


@pytest.mark.parametrize("template", IDS)
def test_its_text_loads_again(template: str, tmp_path: Path) -> None:
    session = create_partnership(tmp_path / "new.dyad", _wish(template))
    text = dump(session)
    (tmp_path / "new.yaml").write_text(text, encoding="utf-8")
    again, report = load(tmp_path / "new.yaml", tmp_path / "again.dyad")
    assert report.unknown == ()
    assert dump(again) == text
    again.close()
    session.close()


@pytest.mark.parametrize(
    ("start", "budget", "name"),
    [(7, "2027-07", "FY28"), (1, "2027-01", "FY27"), (10, "2027-10", "FY28")],
)
def test_the_fiscal_year_after_this_one(start: int, budget: str, name: str, tmp_path: Path) -> None:
    session = create_partnership(tmp_path / "new.dyad", _wish(start_month=start))
    meta = session.book.only(Partnership)
    session.close()
    assert (meta.budget_start, meta.budget_year) == (budget, name)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name_a", " ", "physician co-leader is missing"),
        ("name_b", "", "administrative co-leader is missing"),
        ("title", "", "partnership is missing"),
        ("template", "none", "no template"),
    ],
)
def test_what_is_missing_is_said(field: str, value: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "new.dyad"
    with pytest.raises(BadInputError, match=says):
        create_partnership(path, _wish(**{field: value}))
    assert not path.exists()
