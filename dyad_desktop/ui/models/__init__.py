"""Qt models over frozen data."""
