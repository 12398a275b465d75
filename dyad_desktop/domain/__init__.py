"""The dyad's world as frozen dataclasses and pure rules.

May import: the standard library, ``errors``. Never a database, a window, a clock, a disk or chance:
times and ids are passed in, so that every figure can be computed again by anyone.

Decisions
---------
* A *kind* is one dataclass. Its fields carry a ``FieldSpec`` (value type, slot type, merge policy, place in
  the YAML file); the registry that merging, storage, validation and the file formats use is derived from
  them, so a new field is one line.
* Money is an ``int`` of minor units, other figures are ``Decimal``; no ``float`` holds a planned amount.
* A ``Book`` is one immutable picture of the whole partnership. Rules are functions from a ``Book`` to
  frozen results; nothing here changes anything.
"""

from dyad_desktop.domain import registry as registry
