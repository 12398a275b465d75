"""Performance: every measure in a row, one large, and the money so far."""
