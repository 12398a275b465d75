"""What the file is called inside: its marks, the names of the typed tables, and the hash of their shape.

Apart from ``tables``, which makes the tables with SQLAlchemy: opening a file needs only these names, and a window
that opens one must not wait for a library that it doesn't use yet.
"""

import hashlib

from dyad_desktop.domain.registry import KINDS

APPLICATION_ID = 0x44594144
"""``DYAD``: marks the SQLite file as a workspace."""
FILE_VERSION = 1
"""Version of the sacred tables; a file with a higher one is from a newer application."""

KIND_TABLES: dict[str, str] = {kind: f"kind_{kind}" for kind in KINDS}
"""The typed table of each kind: id, order_key, then a column a field in the registry's order."""

VIEWS = ("entity", "history", "contest", *KIND_TABLES.values())
"""Tables that are made of the log and can be made again."""


def columns_of(kind: str) -> tuple[str, ...]:
    """Return the columns of a kind's typed table."""
    return ("id", "order_key", *KINDS[kind].fields)


WORKING = "what both had stood alone"
"""The rule by which a contested register has its working value: another one has it reckoned again."""


def projection_shape() -> bytes:
    """Return a hash of the typed tables' shape and defaults: a file whose tables differ gets them made again."""
    text = f"{WORKING};" + ";".join(
        f"{kind}({','.join(f'{f.name} {f.type.value} {f.slot}' for f in spec.fields.values())}){spec.cls(id='')}"
        for kind, spec in sorted(KINDS.items())
    )
    return hashlib.sha256(text.encode()).digest()
