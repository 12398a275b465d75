"""A grid with the habits of a spreadsheet, over any ``SheetModel``.

``panel.Sheet`` is what pages use: the view with its frozen first column, the totals that never scroll away,
the bar to find in, and the line with sum, mean and count. Painting is our own (one pass over the visible cells);
everything else is a ``QTableView``, so that a screen reader finds a table.

Other rows are always a reset, never rows that are inserted or removed: a model's figures are newer than its rows by
then, and Qt asks for cells while rows go. ``staying.Staying`` keeps the place over it.
"""
