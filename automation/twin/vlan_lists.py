"""Lists of VLAN IDs as EOS writes them: `10-12,20`. IDs are IEEE 802.1Q VLAN IDs, 1 to 4094."""

from collections.abc import Iterable

LOWEST = 1
HIGHEST = 4094
EVERY_VLAN = frozenset(range(LOWEST, HIGHEST + 1))


def parse_vlans(text: str) -> frozenset[int] | None:
    """Return the IDs of a list like `10-12,20`; None where it is not one, or leaves 1 to 4094."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        bounds = (first, last if dash else first)
        if not all(bound.isascii() and bound.isdigit() and len(bound) <= 4 for bound in bounds):
            return None
        low, high = int(bounds[0]), int(bounds[1])
        if not LOWEST <= low <= high <= HIGHEST:
            return None
        found.update(range(low, high + 1))
    return frozenset(found)


def compress(ids: Iterable[int]) -> str:
    """Return the shortest list, as EOS prints it: ascending, three or more (and two) in a row as a range."""
    runs: list[tuple[int, int]] = []
    for number in sorted(ids):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)
