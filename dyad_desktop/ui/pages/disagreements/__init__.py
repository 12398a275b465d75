"""Disagreements: what the partners hold apart, side by side, and every way to settle it."""
