"""The operating budget: lines, volumes and positions as sheets, computed as you type."""
