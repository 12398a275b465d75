"""How two partners' changes become one partnership, as pure functions.

May import: the standard library, ``msgspec`` (canonical bytes), ``cryptography`` (signatures), ``domain``,
``errors``. Never a database, a window, a clock, a disk or chance.

Decisions
---------
* A field (and each slot of a keyed field) is a multi-value register. A write names the writes it replaces;
  the *heads* are the writes that no known write names. Two heads of different value are a disagreement.
* A commit's bytes are kept verbatim and chained by SHA-256 per actor; signatures (seals) cover the chain.
* Clocks and version vectors order delivery and history. They never decide which value stands.
"""
