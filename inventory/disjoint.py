"""Whether two paths lead from a node to two different targets and share no other node on the way. Pure.

The second is an augmenting path on the node-split graph (Ford and Fulkerson; Bhandari, "Survivable
Networks", 1999). Both are found by breadth-first searches that stop at the first target: near targets
are found near.
"""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import pairwise

type _State = tuple[int, bool]
"""A node, and whether it may be left in any direction (True), or only back along the first path."""


def count_to_two(around: Sequence[Collection[int]], source: int, targets: Collection[int]) -> int:
    """Return how many such paths there are, 0, 1 or 2. `around` are each node's neighbours; the source is no target."""
    first = _search(source, lambda node: around[node], lambda node: node in targets and node != source)
    if first is None:
        return 0
    after = dict(pairwise(first))
    before = {next_one: node for node, next_one in pairwise(first)}
    on_first = set(first)

    def following(state: _State) -> Iterable[_State]:
        node, is_free = state
        if is_free:
            for other in around[node]:
                if other != source and other != after.get(node):
                    yield other, other not in on_first
        if node in before:
            yield before[node], True

    second = _search((source, True), following, lambda state: state[0] in targets and state[0] not in on_first)
    return 1 if second is None else 2


def first_way(around: Callable[[int], Iterable[int]], source: int, targets: Collection[int]) -> list[int] | None:
    """Return the nodes of a path with the fewest steps from the source to a target, None where none is reached."""
    return _search(source, around, lambda node: node in targets)


def _search[Node: Hashable](
    source: Node, around: Callable[[Node], Iterable[Node]], is_target: Callable[[Node], bool]
) -> list[Node] | None:
    """The nodes of a path with the fewest steps from the source to a target, None where none is reached."""
    before: dict[Node, Node | None] = {source: None}
    queue = deque([source])
    while queue:
        node = queue.popleft()
        if is_target(node):
            return _trail(before, node)
        for other in around(node):
            if other not in before:
                before[other] = node
                queue.append(other)
    return None


def _trail[Node](before: dict[Node, Node | None], last: Node) -> list[Node]:
    found = [last]
    while (node := before[found[-1]]) is not None:
        found.append(node)
    return found[::-1]
