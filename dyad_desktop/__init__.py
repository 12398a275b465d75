"""Dyad Desktop: two leaders, one service, one file, no server.

Rooms and the direction of imports (left never imports right)::

    errors, resource, collector <- domain <- replication <- (store | exchange) <- services <- ui <- app <- __main__, cli

One idea carries everything: the log of signed commits is the truth, all else is a view of it.
"""

__version__ = "0.1.0"
