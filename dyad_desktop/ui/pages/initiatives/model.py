"""The sheets of the page: milestones (the Gantt as a table) and risks."""

from collections.abc import Mapping
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import days_between
from dyad_desktop.domain.initiatives import Initiative, Milestone, Risk
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.schedule import Plan
from dyad_desktop.services.initiative_summary import risk_score, risk_word, slip_words
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.fields import FieldColumn, FieldsModel
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.initiatives.rows import marks_of

_SHORT = 6
_TONES = {"high": ("■", "off_track"), "medium": ("▲", "at_risk"), "low": ("●", "on_track")}


class OwnedModel(FieldsModel):
    """Base of sheets whose things have an owner, shown by initials in the partner's colour."""

    def __init__(self, book: Book, columns: list[Column]) -> None:
        super().__init__(book, columns, Unit(1, show.exponent(book)))

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows; an owner by initials."""
        if self.columns[column].key == "owner" and self.rows[row].look == "line":
            partner = self.book.get(Partner, self.value(row, column))
            return partner.initials if partner else ""
        return super().text(row, column)

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with; an owner by first name."""
        if self.columns[column].key == "owner":
            partner = self.book.get(Partner, self.value(row, column))
            return partner.first_name if partner else ""
        return super().edit_text(row, column)

    def tone(self, row: int, column: int) -> str:
        """Return the owner's colour."""
        if self.columns[column].key == "owner" and self.rows[row].look == "line":
            partners = sorted(partner.id for partner in self.book.all(Partner))
            owner = self.value(row, column)
            return f"partner{partners.index(owner)}" if owner in partners else ""
        return ""


class MilestonesModel(OwnedModel):
    """Milestones by initiative with the dates that the plan gives them."""

    kind = "milestone"

    def __init__(self, book: Book, plans: Mapping[str, Plan]) -> None:
        super().__init__(book, [
            FieldColumn("title", "Milestone", 250, numeric=False, field="title"),
            FieldColumn("owner", "Owner", 50, numeric=False, look="tone", field="owner"),
            FieldColumn("duration", "Workdays", 66, field="duration_workdays"),
            Column("start", "Start", 92, numeric=False),
            Column("finish", "Finish", 92, numeric=False),
            Column("baseline", "Baseline", 92, numeric=False, look="muted"),
            Column("slip", "Against baseline", 110, numeric=False, look="tone"),
            FieldColumn("percent", "Done %", 54, field="percent"),
            FieldColumn("status", "Status", 84, numeric=False, field="status"),
            Column("critical", "Critical", 56, numeric=False, tip="Without slack: it moves the end"),
            FieldColumn("not_before", "Not before", 90, numeric=False, look="muted", field="not_before"),
            FieldColumn("actual", "Finished on", 90, numeric=False, look="muted", field="actual_finish"),
        ])  # fmt: skip
        self.show(book, plans)

    def show(self, book: Book, plans: Mapping[str, Plan]) -> None:
        """Show a newer book."""
        self.book, self._plans = book, plans
        self.refold()

    def refold(self) -> None:
        """Make the rows of the initiatives that are open."""
        rows: list[Row] = []
        for one in self.book.all(Initiative):
            rows.append(Row(("initiative", one.id), "group", 1, one.id))
            if one.id not in self.folded:
                rows += [
                    Row((self.kind, milestone.id), "line", 1, one.id)
                    for milestone in self.book.children(Milestone, one.id)
                ]
        self.replace_rows(rows)

    def quiet(self, row: int) -> bool:
        """Return whether a milestone is done."""
        return getattr(self.entity(row), "status", "") == "done" and self.rows[row].look == "line"

    def computed_text(self, row: int, key: str) -> str:
        """Return the dates of a milestone, or an initiative's title and end."""
        entity = self.entity(row)
        if isinstance(entity, Initiative):
            plan = self._plans.get(entity.id)
            finish = plan.forecast_finish if plan else None
            return {"title": entity.title, "finish": show.day(finish) if finish else ""}.get(
                key, ""
            )
        if not isinstance(entity, Milestone):
            return ""
        plan = self._plans.get(entity.initiative)
        found = plan.forecast.get(entity.id) if plan else None
        if key == "baseline":
            return show.day(entity.baseline_finish) if entity.baseline_finish else ""
        if found is None:
            return ""
        if key == "slip":
            days = _slip(entity, found.finish)
            return f"{'▲ ' if days > 0 else '● '}{slip_words(days)}" if days else ""
        texts = {"start": show.day(found.start), "finish": show.day(found.finish)}
        return texts.get(key, "yes" if key == "critical" and found.critical else "")

    def tone(self, row: int, column: int) -> str:
        """Return that later is at risk."""
        if self.columns[column].key == "slip":
            text = self.computed_text(row, "slip")
            return "at_risk" if text.startswith("▲") else "on_track" if text else ""
        return super().tone(row, column)


def _slip(milestone: Milestone, finish: str) -> int:
    return days_between(milestone.baseline_finish, finish) if milestone.baseline_finish else 0


class RisksModel(OwnedModel):
    """Risks, issues and assumptions of all initiatives, the highest score first."""

    kind = "risk"

    def __init__(self, book: Book) -> None:
        super().__init__(book, [
            FieldColumn("text", "What may happen", 236, numeric=False, field="text"),
            Column("mark", "Mark", 48, numeric=False, look="muted", tip="What the map beneath calls it"),
            Column("initiative", "Initiative", 64, numeric=False, look="muted"),
            FieldColumn("kind", "Kind", 66, numeric=False, field="kind"),
            FieldColumn("probability", "Likely", 44, field="probability", tip="Probability, 1 rare to 5 high"),
            FieldColumn("impact", "Impact", 50, field="impact", tip="Impact, 1 slight to 5 high"),
            Column("score", "Score", 92, numeric=False, look="tone", tip="Probability times impact, to 25"),
            FieldColumn("response", "Response", 68, numeric=False, field="response"),
            FieldColumn("mitigation", "What we do", 200, numeric=False, field="mitigation"),
            FieldColumn("owner", "Owner", 46, numeric=False, look="tone", field="owner"),
            FieldColumn("status", "Status", 52, numeric=False, field="status"),
        ])  # fmt: skip
        self.show(book)

    def show(self, book: Book) -> None:
        """Show a newer book, sorted by score."""
        self.book = book
        self._marks = marks_of(book.all(Risk))
        risks = sorted(book.all(Risk), key=lambda risk: (-(risk_score(risk) or 0), risk.order))
        self.replace_rows([Row((self.kind, risk.id)) for risk in risks])

    def quiet(self, row: int) -> bool:
        """Return whether a risk is closed."""
        return str(getattr(self.entity(row), "status", "")).lower() == "closed"

    def computed_text(self, row: int, key: str) -> str:
        """Return the initiative and the score in words."""
        risk = self.entity(row)
        if key == "mark":
            return self._marks.get(risk.id, "")
        if key == "initiative":
            long = len(risk.initiative) > _SHORT
            return self.book.label("initiative", risk.initiative) if long else risk.initiative
        score = risk_score(risk)
        shape = _TONES.get(risk_word(score), ("○", ""))[0]
        return (
            f"{shape} {risk_word(score)}"
            if score is None
            else f"{shape} {score} {risk_word(score)}"
        )

    def computed_number(self, row: int, key: str) -> Decimal | None:
        """Return the score."""
        score = risk_score(self.entity(row)) if key == "score" else None
        return None if score is None else Decimal(score)

    def tone(self, row: int, column: int) -> str:
        """Return how high a score is."""
        if self.columns[column].key == "score":
            return _TONES.get(risk_word(risk_score(self.entity(row))), ("", ""))[1]
        return super().tone(row, column)
