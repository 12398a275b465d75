"""Travelling in the window: dialogs of pairing, and the commands for bundles, folder and network.

May import: the shared widgets, ``hub`` and ``desk``; no page, and nothing of the shell.
"""
