"""Whether what a link carries goes on when any one of its cables is cut. Pure.

A link between two port-channels does (IEEE 802.1AX), as far as no one cut takes two of its members: no duct may lie
under more than one. Where the strands of a member lie must be known; what nobody knows is no diversity. Bridges,
chambers and entries that ducts share are told by a diversity certificate, and not asked for here: the members of a
link end in the same two rooms.
"""

from itertools import combinations

from inventory.links import Link
from inventory.plant_map import Plant


def why_not_protected(plant: Plant, link: Link) -> str:
    """Why one cut could take a link, in words that follow its code; "" where none could."""
    members = plant.members.get(link.code, ())
    if len(members) < 2:
        return "is a single cable"
    ducts = {member.code: _ducts_under(plant, member) for member in members}
    unknown = [code for code, found in ducts.items() if not found]
    if unknown:
        return f"has a member, {unknown[0]}, of which nobody knows where it lies"
    for (one, its), (other, others) in combinations(ducts.items(), 2):
        shared = sorted(its & others)
        if shared:
            more = f" and {len(shared) - 1} more" if len(shared) > 1 else ""
            return f"has two members, {one} and {other}, in one duct: {shared[0]}{more}"
    return ""


def _ducts_under(plant: Plant, member: Link) -> frozenset[str]:
    """The ducts that the strands of a member lie in; none where they, or where a cable lies, are not known."""
    cables = {strand.cable for fibre in plant.rows_of(member) for strand in fibre}
    found = {cable: plant.ducts_of(cable) for cable in cables}
    return frozenset(duct for ducts in found.values() for duct in ducts) if all(found.values()) else frozenset()
