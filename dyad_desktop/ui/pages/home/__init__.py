"""Home: what needs the two of you, and what changed."""
