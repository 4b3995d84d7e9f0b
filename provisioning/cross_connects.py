"""Cross-connects: a patch between two positions or ports in one exchange. Check, design, and what is to be done. Pure.

An end that another ISP uses needs that ISP's consent; one that the co-operative itself uses does not.
"""

from collections.abc import Collection, Iterator

from inventory.devices import PortRef, PortRole
from inventory.errors import UnknownThing
from inventory.places import PlaceKind
from inventory.plant import PositionRef
from inventory.plant_map import Plant, plant_of
from inventory.plant_use import PlantUse
from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand, FarIsp
from provisioning.errors import RequestInvalid
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.product_errors import EndUnfit
from provisioning.wanted import CrossConnectWanted

type End = PositionRef | PortRef


def parse_end(field: str, text: str) -> End:
    """An end from its text: `odf:number` is a position, anything else with a colon a port, `device:name`.

    Raises: RequestInvalid.
    """
    first, colon, last = text.rpartition(":")
    if not (first and colon and last and text.isprintable()):
        raise RequestInvalid(field, "an end is a position such as odf-quay-1:12, or a port such as sw-quay:Ethernet1")
    if last.isdecimal() and last.isascii() and len(last) < 10:
        return PositionRef(first, int(last))
    return PortRef(first, last)


def place_of(snapshot: Snapshot, end: End) -> str:
    """The place an end is at. Raises: UnknownThing."""
    if isinstance(end, PortRef):
        if end not in snapshot.ports:
            raise UnknownThing("port", str(end))
        return snapshot.device(end.device).place_code or ""
    plant = plant_of(snapshot)
    if end not in plant.positions:
        raise UnknownThing("position", str(end))
    return plant.odfs[end.odf].place


def isp_of(snapshot: Snapshot, end: End) -> str:
    """The ISP whose end it is, "" where it is the co-operative's own or nobody's. The end is known."""
    if isinstance(end, PortRef):
        own = (handover.isp_code for handover in snapshot.inventory.handovers if handover.port == end)
        return next(own, "")
    user = snapshot.organisations.get(plant_of(snapshot).odfs[end.odf].used_by)
    return user.code if user is not None and user.is_isp else ""


def check_cross_connect(snapshot: Snapshot, isp_code: str, wanted: CrossConnectWanted) -> None:
    """Whether this ISP may ask for it: one end at least is its own.

    Raises: RequestInvalid, UnknownThing.
    """
    if wanted.a == wanted.z:
        raise RequestInvalid("z", "both ends are the same")
    for end in (wanted.a, wanted.z):
        place_of(snapshot, end)
    if isp_code not in {isp_of(snapshot, wanted.a), isp_of(snapshot, wanted.z)}:
        raise RequestInvalid("a", "neither end is yours: one must be on a panel that you use, or a handover of yours")


def design_cross_connect(snapshot: Snapshot, use: PlantUse, isp_code: str, wanted: CrossConnectWanted) -> HandDesign:
    """Return the patch, what to do for it, and whose consent it needs. `use` holds positions and ports.

    Raises: EndUnfit, UnknownThing.
    """
    places = {place_of(snapshot, end) for end in (wanted.a, wanted.z)}
    reason = next(_why_not(snapshot, use, wanted, places), None)
    if reason is not None:
        raise EndUnfit(reason)
    ends = (wanted.a, wanted.z)
    others = [FarIsp(isp, words_of(end)) for end in ends if (isp := isp_of(snapshot, end)) not in {"", isp_code}]
    place = snapshot.place(places.pop())
    return HandDesign(
        ByHand(
            tasks=_tasks(plant_of(snapshot), wanted, place.code),
            removal=(f"Take the jumper off {words_of(wanted.a)} and {words_of(wanted.z)} at {place.code}.",),
            positions=tuple(end for end in ends if isinstance(end, PositionRef)),
            ports=tuple(end for end in ends if isinstance(end, PortRef)),
            far_isp=others[0] if others else None,
            facts={"exchange": f"{place.name} ({place.code})", "a": words_of(wanted.a), "z": words_of(wanted.z)},
        ),
        wanted.window,
    )


def words_of(end: End) -> str:
    """An end as people say it."""
    return f"{'port' if isinstance(end, PortRef) else 'position'} {end}"


def _why_not(
    snapshot: Snapshot, use: PlantUse, wanted: CrossConnectWanted, places: Collection[str]
) -> Iterator[Reason]:
    if len(places) > 1:
        words = f"{words_of(wanted.a)} and {words_of(wanted.z)} are in different places: {', '.join(sorted(places))}"
        yield Reason("two-places", f"A cross-connect stays in one exchange: {words}.", "Order a dark fibre pair.")
    for place in sorted(places):
        if place not in snapshot.places or snapshot.places[place].kind is not PlaceKind.DX:
            words = f"{place or 'The place of one end'} is no Digital Exchange."
            yield Reason("no-exchange", words, "Choose ends in a Digital Exchange.")
    for end in (wanted.a, wanted.z):
        yield from _why_not_end(snapshot, use, wanted, end)


def _why_not_end(snapshot: Snapshot, use: PlantUse, wanted: CrossConnectWanted, end: End) -> Iterator[Reason]:
    plant = plant_of(snapshot)
    other, name = "Choose another end.", _begun(words_of(end))
    if isinstance(end, PortRef):
        is_patched, holds = end in plant.patches_of_port, use.ports.get(end, ())
        if snapshot.ports[end].role is not PortRole.HANDOVER:
            yield Reason("port-of-network", f"{name} is the network's own, and no handover.", other)
    else:
        is_patched, holds = end in plant.patch_at, use.positions.get(end, ())
    if is_patched:
        yield Reason("end-patched", f"{name} is patched already.", other)
    if any(hold.window.overlaps(wanted.window) for hold in holds):
        yield Reason("end-held", f"{name} is held on a day of {wanted.window}.", other)


def _tasks(plant: Plant, wanted: CrossConnectWanted, place: str) -> tuple[str, ...]:
    dark = [end for end in (wanted.a, wanted.z) if isinstance(end, PositionRef) and end not in plant.strand_behind]
    checks = [f"Check that what leads to the back of {words_of(end)} is there and clean." for end in dark]
    return (
        *checks,
        f"Patch {words_of(wanted.a)} to {words_of(wanted.z)} at {place}.",
        f"Label both ends of the jumper: {wanted.a} - {wanted.z}.",
    )


def _begun(words: str) -> str:
    return words[0].upper() + words[1:]
