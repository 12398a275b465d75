"""What people do with a partnership: a command goes in, a ``ChangeSet`` comes out.

May import: everything left of it (``store``, ``exchange``, ``transport``, ``replication``, ``domain``). Never Qt
or matplotlib: the command line, scripts and tests use the same commands as the window.

Decisions
---------
* A ``Session`` is one open workspace and the ``Book`` that shows it. Commands run on one thread; a new book
  replaces the old one only after its commit is durable, and readers on other threads keep the one they have.
* Every value is checked by its field's spec before it becomes a change; a refused command changes nothing.
* Clock and chance enter here (``local``), nothing to the left of this room asks for them.
"""
