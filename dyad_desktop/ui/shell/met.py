"""What the strip says of the other laptop."""

import time

from dyad_desktop.domain.book import Book
from dyad_desktop.services.together import Laptop, Met, apart, first_name, place_of
from dyad_desktop.ui.pages import PAGES

TITLES = {entry.name: entry.title for entry in PAGES}


def met_text(book: Book, laptop: Laptop) -> str:
    """Return ``Marcus in Operating budget, L17``, or ``Marcus · met 2 h ago · 3 changes to send``."""
    name = first_name(book, laptop.partner)
    if laptop.connected:
        presence = laptop.presence
        return f"{name} {place_of(book, presence, TITLES) if presence is not None else 'here'}"
    return f"{name} · {apart(laptop, time.time_ns() // 1_000_000)}"


def others_text(book: Book, met: Met, laptop: Laptop) -> str:
    """Return which further partners lack something, beside the one whose laptop is told: ``Chidi lacks 3 changes``."""
    lacking: dict[str, int] = {}
    for one in met.laptops:
        if one.partner not in (met.owner, laptop.partner):
            lacking[one.partner] = min(one.ahead, lacking.get(one.partner, one.ahead))
    told = (
        f"{first_name(book, who)} lacks {count:,} change{'s' * (count > 1)}"
        for who, count in sorted(lacking.items())
        if count
    )
    return " · ".join(told)
