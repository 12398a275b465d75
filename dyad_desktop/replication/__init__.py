"""How two partners' changes become one partnership, as pure functions.

May import: the standard library, ``msgspec`` (canonical bytes), ``zstandard`` (messages), ``cryptography``
(signatures), ``domain``, ``errors``. Never a database, a window, a clock, a disk or chance.

Decisions
---------
* A field (and each slot of a keyed field) is a multi-value register. A write names the writes it replaces;
  the *heads* are the writes that no known write names. Two heads of different value are a disagreement.
* A commit's bytes are kept verbatim and chained by SHA-256 per actor; signatures (seals) cover the chain.
* A deletion names every write that stands in its entity: with one that it didn't see, the entity is "deleted, but
  edited" and stays.
* A chain that was written on twice is a tree; the ids of its branches follow from the commits alone
  (``branches``), so every copy keeps both under the same names.
* A change that comes from elsewhere passes ``validity``: the registry of kinds is the whitelist. What a newer
  version wrote into fields unknown here is kept and forwarded.
* Clocks and version vectors order delivery and history. They never decide which value stands.
"""
