"""Files in and out: plain text (YAML), the finance workbook (XLSX), and observations from CSV and workbooks.

Pure over records and books. May import: PyYAML, ``msgspec``, XlsxWriter, python-calamine, ``domain``,
``replication.order``, ``errors``. Never a database or a window.

Decisions
---------
* ``workspace_file`` walks the registry: a field that the domain declares is read, checked and written
  without a line here. What the schema doesn't know is kept as JSON text and reported.
* Numbers are read as ``Decimal`` or ``int``, never ``float``. Aliases are refused: they are how a small file
  becomes a large one.
"""
