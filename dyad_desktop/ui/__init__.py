"""The window: Qt widgets that show a ``Book`` and ask services for changes.

May import: PySide6, matplotlib (in ``charts`` only, and only after the first window has painted), ``services``,
``domain``, ``replication`` (its plain types), ``transport`` (addresses and pairing's events), ``errors``,
``resource``. Never SQLAlchemy or ``store``.

Decisions
---------
* ``desk.Desk`` is all that a page knows: the book, one gate for commands (``do``), and the bus that tells
  what changed. Database work runs in a one-worker executor; results come back through one relay.
* The shell paints before any heavy library is imported: modules that the shell imports at the top import
  only Qt; pages are imported by name when they are first shown.
* Colours, sizes and fonts are in ``tokens`` and nowhere else.
* A page folder is ``page.py`` (layout, wiring), and as needed ``model.py``, ``form.py``, ``chart.py``.
"""
