"""The workspace file: one SQLite file that holds the log, and everything that can be made from it again.

May import: SQLAlchemy, ``sqlcipher3`` (the one SQLite library for every workspace), ``zstandard``,
``keyring``, ``platformdirs``, ``replication``, ``domain``, ``errors``. Never Qt or matplotlib.

Decisions
---------
* ``log`` + ``segment`` + ``seal`` are sacred and versioned. ``entity`` (register documents), ``journal``,
  ``history``, ``contest``, ``actor`` and the typed tables of each kind are views of them: rebuilt when their
  shape changes, compared by ``check``.
* WAL with ``synchronous=FULL``: a commit that was acknowledged is on the disk. The lock is exclusive: one
  window writes one file, a second says so.
* A delivery from another copy goes in whole or not at all (``merge``): verified, causes before effects, folded in
  the stored form. The journal and the history of a large one follow at the next look or at close: what is on the
  disk by then is the log and the registers.
* Commits that don't count (of a lost laptop, or for a newer version) stay in the log and travel on; only the fold
  passes them over.
* SQLAlchemy makes the tables (``tables``) when a file is made or its views are made anew. Opening, reading and
  the fold of a commit use the DBAPI connection: importing SQLAlchemy takes longer than opening the file.
* Private keys never enter the file; see ``keys``.
"""
