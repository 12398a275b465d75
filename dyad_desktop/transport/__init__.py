"""How commits travel between two computers: bundles, a shared folder, the local network.

May import: ``replication``, ``domain``, ``errors``, ``resource``, ``cryptography``, ``spake2``, ``zeroconf``,
``pyrage`` and the standard library. Never a database or a window.
"""
