"""Whether what a link carries goes on when any one of its cables is cut. Pure.

A link between two port-channels does (IEEE 802.1AX), as far as no one cut takes two of its members: no duct may lie
under more than one, and no bridge or corridor (tram tracks, a heat network) may have ducts of more than one. Where the
strands of a member lie must be known; what nobody knows is no diversity. Chambers and entries that ducts share are told
by a diversity certificate, and not asked for here: the members of a link end in the same two rooms.
"""

from itertools import combinations

from inventory.links import Link
from inventory.plant import AssetKind, AssetRef
from inventory.plant_map import Plant

_IN_ONE = {
    AssetKind.DUCT: "in one duct",
    AssetKind.BRIDGE: "over one bridge",
    AssetKind.CORRIDOR: "along one corridor",
}
"""What one cut takes whole, by how it is said; the nearest cause first."""


def why_not_protected(plant: Plant, link: Link) -> str:
    """Why one cut could take a link, in words that follow its code; "" where none could."""
    members = plant.members.get(link.code, ())
    if len(members) < 2:
        return "is a single cable"
    risks = {member.code: _risks_under(plant, member) for member in members}
    unknown = [code for code, found in risks.items() if not found]
    if unknown:
        return f"has a member, {unknown[0]}, of which nobody knows where it lies"
    for (one, its), (other, others) in combinations(risks.items(), 2):
        shared = its & others
        for kind, words in _IN_ONE.items():
            if codes := sorted(risk.code for risk in shared if risk.kind is kind):
                more = f" and {len(codes) - 1} more" if len(codes) > 1 else ""
                return f"has two members, {one} and {other}, {words}: {codes[0]}{more}"
    return ""


def _risks_under(plant: Plant, member: Link) -> frozenset[AssetRef]:
    """The ducts that the strands of a member lie in, and the bridges and corridors of these.

    None where the strands, or where a cable lies, are not known.
    """
    cables = {strand.cable for fibre in plant.rows_of(member) for strand in fibre}
    found = {cable: plant.ducts_of(cable) for cable in cables}
    if not all(found.values()):
        return frozenset()
    ducts = (plant.duct(code) for codes in found.values() for code in codes)
    return frozenset(risk for duct in ducts for risk in (duct.ref, *duct.risks) if risk.kind in _IN_ONE)
