"""Order of things that need each other, and the circle when there is none."""

from collections.abc import Iterable, Mapping, Sequence


def in_order(
    nodes: Sequence[str], needs: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the nodes with each after all that it needs, and a circle when that is impossible.

    The second part is empty, or names nodes that need each other in turn, the first again at the
    end; the order is then incomplete. Needs that are no nodes are left out. (Kahn's algorithm, so
    that a long chain can't exhaust the stack.)
    """
    known = set(nodes)
    open_needs = {node: {need for need in needs.get(node, ()) if need in known} for node in nodes}
    needed_by: dict[str, list[str]] = {}
    for node in nodes:
        for need in open_needs[node]:
            needed_by.setdefault(need, []).append(node)
    order = [node for node in nodes if not open_needs[node]]
    for node in order:  # grows while it is walked
        for waiting in needed_by.get(node, ()):
            open_needs[waiting].discard(node)
            if not open_needs[waiting]:
                order.append(waiting)
    left = {node for node, open_ in open_needs.items() if open_}
    return tuple(order), _circle(left, needs) if left else ()


def circle_through(some: Iterable[str], needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a circle in which one of some nodes stands, that one first and again at the end; else nothing.

    There may be circles elsewhere.
    """
    left = _left(_left(set(needs), needs), _turned(needs))
    for node in sorted(left.intersection(some)):
        came: dict[str, str] = {}
        queue = [node]
        for one in queue:  # grows while it is walked
            for need in needs.get(one, ()):
                if need in left and need not in came:
                    came[need] = one
                    queue.append(need)
        if node in came:
            path = [node, came[node]]
            while path[-1] != node:
                path.append(came[path[-1]])
            return tuple(reversed(path))
    return ()


def _left(nodes: set[str], needs: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the nodes that stand in a circle, or need one that does."""
    order, _ = in_order(tuple(nodes), {node: needs.get(node, ()) for node in nodes})
    return nodes.difference(order)


def _turned(needs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node, others in needs.items():
        for other in others:
            found.setdefault(other, []).append(node)
    return found


def _circle(left: set[str], needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Walk along needs from any node that is left: each has one, so the walk meets itself."""
    path = [min(left)]
    while path[-1] not in path[:-1]:
        path.append(min(need for need in needs[path[-1]] if need in left))
    circle = path[path.index(path[-1]) : -1]
    first = circle.index(min(circle))
    circle = circle[first:] + circle[:first]
    return (*circle, circle[0])
