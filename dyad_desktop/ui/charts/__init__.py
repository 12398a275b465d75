"""Charts: matplotlib for what is large, QPainter for what stands in rows."""
