"""Values and times as people read them: what ``services.wording`` says, and what only a screen needs."""

import datetime
import re
from typing import TYPE_CHECKING

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import Slot, field_spec
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.wording import (
    MINUS,
    MONTHS,
    NOTHING,
    currency_sign,
    day,
    exponent,
    field_title,
    money,
    number,
    partner_name,
    value_text,
    words,
)

__all__ = [
    "MINUS",
    "NOTHING",
    "currency_sign",
    "day",
    "exponent",
    "field_title",
    "moment",
    "money",
    "month_of",
    "number",
    "partner_name",
    "placed",
    "register_title",
    "sentence",
    "short_day",
    "value_text",
    "weekday_day",
    "words",
]

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book

_FIELD = re.compile(r"(?P<kind>[a-z_]+) (?P<id>\S+) (?P<field>[a-z_]+)(?:/(?P<slot>\S+))?")
"""How the commands say where an edit is refused."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def sentence(said: object, after: str = "") -> str:
    """Return an error's words as a sentence with a capital in front and one stop at its end, and what follows from it.

    What follows (``Nothing was created.``) is left out when the error says as much itself.
    """
    text = str(said).strip()
    stop = "" if text.endswith(("?", "!")) else "."
    text = f"{text[:1].upper()}{text[1:].rstrip('.')}{stop}"
    told = "Nothing was" in text and after.startswith("Nothing was")
    return f"{text} {after}" if after and not told else text


def placed(book: "Book", error: BadInputError) -> str:
    """Return an error's words behind its place: a field's as people call thing and field, any other as it is."""
    from dyad_desktop.services.disagreements import field_name  # noqa: PLC0415 - after the first paint

    found = _FIELD.fullmatch(error.place)
    thing = _named(book, found["kind"], found["id"]) if found and found["kind"] in KINDS else ""
    if found is None or not thing:
        return str(error)
    at = Address(found["kind"], found["id"], found["field"], found["slot"] or "")
    return f"{thing}, {field_name(book, at)}: {error.reason}"


def register_title(book: "Book", at: Address) -> str:
    """Return what a register is called in a line: whose it is, where each partner has their own."""
    from dyad_desktop.services.disagreements import field_name  # noqa: PLC0415 - as above

    spec = field_spec(at.kind, at.field)
    if spec is None or spec.slot not in (Slot.PARTNER, Slot.CRITERION):
        return field_title(at.field, at.slot)
    name = field_name(book, at)
    return name[:1].lower() + name[1:]


def _named(book: "Book", kind: str, name: str) -> str:
    """Return what people call a thing, or what one is about that only comes into being; empty when there is neither."""
    if book.entity(kind, name) is not None and kind != "draft_line":
        return book.label(kind, name)
    spec = KINDS[kind]
    parts = name.split(".", max(0, len(spec.natural) - 1))
    if not spec.natural or len(parts) < len(spec.natural):
        return ""
    target = spec.fields[spec.natural[-1]].target or ""
    return book.label(target, parts[-1]) if book.entity(target, parts[-1]) is not None else ""


def short_day(text: str | None, seen_from: str = "") -> str:
    """Return ``31 Oct`` of an ISO date, with its year when that is another than that of ``seen_from``."""
    if not text:
        return NOTHING
    return day(text).rsplit(" ", 1)[0] if text[:4] == (seen_from or text)[:4] else day(text)


def weekday_day(text: str | None, seen_from: str = "") -> str:
    """Return ``Tue 3 Nov`` of an ISO date, with its year when that is another than that of ``seen_from``."""
    if not text:
        return NOTHING
    return f"{_WEEKDAYS[datetime.date.fromisoformat(text).weekday()]} {short_day(text, seen_from)}"


def month_of(wall_ms: int) -> str:
    """Return the ISO month, here, of a time of the log."""
    then = datetime.datetime.fromtimestamp(wall_ms / 1000, datetime.UTC).astimezone()
    return then.strftime("%Y-%m")


def moment(wall_ms: int, now_ms: int | None = None) -> str:
    """Return a time of the log as local text: ``14:10``, ``Wed 14:10`` or ``12 Oct 2026``."""
    then = datetime.datetime.fromtimestamp(wall_ms / 1000, datetime.UTC).astimezone()
    now = (
        datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC).astimezone()
        if now_ms
        else datetime.datetime.now().astimezone()
    )
    days = (now.date() - then.date()).days
    if days == 0:
        return then.strftime("%H:%M")
    if 0 < days < 7:
        return then.strftime("%a %H:%M")
    return f"{then.day} {MONTHS[then.month - 1]} {then.year}"
