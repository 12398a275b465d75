"""History: every write of a thing, or every commit; what was then, and bringing it back."""
