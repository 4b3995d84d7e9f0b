"""Whether things of the plant can be had in a window, other people's holds aside. Pure but for `must_be_current`."""

from collections.abc import Iterable, Iterator, Sequence

from inventory.consents import ConsentGap
from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.plant import Cable, Duct, PositionRef, StrandRef, StrandState
from inventory.plant_map import Plant
from inventory.readiness import why_not_there
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.errors import InventoryReplaced
from provisioning.store.work import UnitOfWork


def why_not_strands(plant: Plant, strands: Sequence[StrandRef], window: Window) -> tuple[str, ...]:
    """Why these strands cannot be had in a window, with the cables and ducts they lie in; () where they can."""
    found = dict.fromkeys(why for strand in strands for why in _why_not_strand(plant, strand))
    cables = dict.fromkeys(strand.cable for strand in strands if strand.cable in plant.cables)
    return (*found, *why_not_cables(plant, cables, window))


def why_not_cables(plant: Plant, cables: Iterable[str], window: Window) -> tuple[str, ...]:
    """Why these cables and the ducts they lie in cannot be used in a window: not there, or without a consent."""
    assets = assets_of(plant, cables)
    reasons = [why for asset in assets if (why := why_not_there(asset, window.first))]
    return (*reasons, *map(words_of_gap, plant.consents.gaps((asset.ref for asset in assets), window)))


def assets_of(plant: Plant, cables: Iterable[str]) -> list[Cable | Duct]:
    """These cables, and the ducts they lie in, each once."""
    kept = tuple(dict.fromkeys(cables))
    ducts = dict.fromkeys(duct for cable in kept for duct in plant.ducts_of(cable))
    return [*(plant.cables[cable] for cable in kept), *(plant.ducts[duct] for duct in ducts)]


def words_of_gap(gap: ConsentGap) -> str:
    """What consent is missing, and the nearest one there is, as the end of a sentence."""
    if gap.nearest is None:
        return f"{gap.asset} never had a consent"
    nearest = gap.nearest
    return f"{gap.asset} has no consent {gap.wanted}: {nearest.code} of {nearest.grantor} is {nearest.window}"


def why_not_positions(plant: Plant, positions: Iterable[PositionRef]) -> Iterator[str]:
    """Why ODF positions cannot be had. Raises: UnknownThing."""
    for position in positions:
        if position not in plant.positions:
            raise UnknownThing("position", str(position))
        if position in plant.patch_at:
            yield f"position {position} is patched"


def why_not_ports(snapshot: Snapshot, plant: Plant, ports: Iterable[PortRef]) -> Iterator[str]:
    """Why ports cannot be had. Raises: UnknownThing."""
    linked = {end for link in snapshot.inventory.links for end in (link.a, link.z)}
    handed_over = {handover.port for handover in snapshot.inventory.handovers}
    for port in ports:
        if port not in snapshot.ports:
            raise UnknownThing("port", str(port))
        if port in linked or port in plant.patches_of_port:
            yield f"port {port} is linked or patched"
        elif port in handed_over:
            yield f"port {port} is a handover"


def _why_not_strand(plant: Plant, ref: StrandRef) -> Iterator[str]:
    strand = plant.strands.get(ref)
    if strand is None:
        yield f"strand {ref} is not there"
    elif strand.state is not StrandState.USABLE:
        yield f"strand {ref} is {strand.state}"
    elif ref in plant.lit_strands:
        yield f"strand {ref} is patched to a port of the network"


def must_be_current(work: UnitOfWork, snapshot: Snapshot) -> None:
    """Keep the inventory as it is until the transaction ends; what is chosen from this snapshot is then so.

    Raises: InventoryReplaced, where it was replaced since: choose anew from a new snapshot.
    """
    if work.holds.lock_inventory() != snapshot.revision and snapshot.revision:
        raise InventoryReplaced
