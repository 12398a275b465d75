"""Initiatives: the list, the Gantt with its critical path, and the risks."""
