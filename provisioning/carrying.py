"""Paths that the plant carries: links whose strands are whole, lose little enough, and lie where they may.

Only the links of the path that would be taken are looked at: where one is unfit it is left out and
the search goes on, so the path that is found is the shortest of those whose every link is fit. What
was found of a link is kept with its snapshot. A link of whose ports none is patched is not judged:
an inventory without plant, or a part of it that is not surveyed yet, is sold as it always was.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from weakref import WeakKeyDictionary

from inventory.devices import PortRef
from inventory.errors import StrandLoop
from inventory.graph import NetworkPath, PathHop, graph_of
from inventory.link_check import check_link, fibres_of
from inventory.links import Link
from inventory.optics import LossFigures
from inventory.plant import StrandRef
from inventory.plant_errors import LinkUnfit
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.orders import Reason
from provisioning.plant_state import assets_of, words_of_gap
from provisioning.protecting import NOT_PROTECTED, nothing_to_protect, protected_between, single_links, why_unprotected

CONSENT_MISSING = "consent-missing"
_CONSENT_NEXT = "Renew or obtain the consent, or wait until another way is there."


@dataclass(frozen=True, slots=True)
class Carrying:
    """The day the plant must carry a path from, and what light loses."""

    day: date
    figures: LossFigures


@dataclass(frozen=True, slots=True)
class CarriedPath:
    """The shortest path that is carried, and what it ends at; None where there is none.

    `left_out` says of each link that a shorter path would have used why the plant does not carry it.
    `strands` are those the path's links are lit on in order, fibre by fibre, and `loss_db` what the worst
    fibre of any one link loses: () and None where the plant of no link is known. `protected_between` are the
    first and the last device of what goes on when any one cable of it is cut.
    """

    path: NetworkPath | None
    target: str | None
    left_out: Mapping[str, Reason] = field(default_factory=dict)
    strands: tuple[StrandRef, ...] = ()
    loss_db: float | None = None
    protected_between: tuple[str, ...] = ()


def carried_path(
    snapshot: Snapshot,
    a_device: str,
    targets: Collection[str],
    cir_mbps: int,
    committed_mbps: Mapping[str, int],
    carrying: Carrying | None,
    *,
    protected: bool = False,
) -> CarriedPath:
    """Search from a device to the nearest of some, over links with room that the plant carries.

    Without `carrying` the plant is not asked whether it carries a link. A `protected` path has between switches only
    links that no one cut takes: where there is none, `left_out` says why of the links of the shortest other one.

    Raises: UnknownThing.
    """
    if not protected:
        return _search(snapshot, a_device, targets, (cir_mbps, committed_mbps), carrying, frozenset())
    singles = single_links(snapshot)
    found = _search(snapshot, a_device, targets, (cir_mbps, committed_mbps), carrying, singles, protected=True)
    return found if found.path is not None else _why_none(snapshot, a_device, targets, committed_mbps, cir_mbps, found)


def _search(
    snapshot: Snapshot,
    a_device: str,
    targets: Collection[str],
    room: tuple[int, Mapping[str, int]],
    carrying: Carrying | None,
    avoid: frozenset[str],
    *,
    protected: bool = False,
) -> CarriedPath:
    """`room` is what must be left on every link in Mbit/s, and what is committed on them."""
    graph = graph_of(snapshot)
    left_out: dict[str, Reason] = {}
    while True:
        barred = avoid | left_out.keys()
        reach = graph.reach(a_device, bandwidth_mbps=room[0], committed_mbps=room[1], avoid=barred)
        target = reach.nearest(targets)
        if target is None:
            return CarriedPath(None, None, left_out)
        path = reach.path_to(target)
        looks = [(hop, _look_at(snapshot, hop.link_code, carrying)) for hop in path.hops] if carrying else []
        unfit = {hop.link_code: look.reason for hop, look in looks if look.reason is not None}
        if protected:
            unfit |= _unprotected(snapshot, path, dict(looks))
        if not unfit:
            strands = tuple(strand for hop, look in looks for strand in look.strands_from(hop.out_port))
            losses = [look.loss_db for _, look in looks if look.loss_db is not None]
            between = protected_between(snapshot, path) if protected else ()
            if protected and not between:
                return CarriedPath(None, None, left_out | {"": nothing_to_protect(a_device, target)})
            return CarriedPath(path, target, left_out, strands, max(losses, default=None), between)
        left_out |= unfit


def _unprotected(snapshot: Snapshot, path: NetworkPath, looks: Mapping[PathHop, "_Look"]) -> dict[str, Reason]:
    """Of the links of a path between switches: why one cut could take them, or already has."""
    found: dict[str, Reason] = {}
    for hop in path.hops:
        look = looks.get(hop)
        reason = why_unprotected(snapshot, hop.link_code) or next(iter(look.lost if look else ()), None)
        if reason is not None:
            found[hop.link_code] = replace(reason, code=NOT_PROTECTED)
    return found


def _why_none(
    snapshot: Snapshot,
    a_device: str,
    targets: Collection[str],
    committed_mbps: Mapping[str, int],
    cir_mbps: int,
    found: CarriedPath,
) -> CarriedPath:
    """The links of the shortest path with room that is not protected, and why each of them is not."""
    reach = graph_of(snapshot).reach(a_device, bandwidth_mbps=cir_mbps, committed_mbps=committed_mbps)
    target = reach.nearest(targets)
    if target is None:
        return found
    hops = reach.path_to(target).hops
    why = {hop.link_code: reason for hop in hops if (reason := why_unprotected(snapshot, hop.link_code)) is not None}
    return CarriedPath(None, None, {**why, **found.left_out})


def why_not_carried(snapshot: Snapshot, link_code: str, carrying: Carrying) -> Reason | None:
    """Why the plant does not carry a link on the day, None where it does or where its plant is not known."""
    return _look_at(snapshot, link_code, carrying).reason


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found of a link: why it is unfit, or its fibres from `a` on and what the worst of them loses."""

    reason: Reason | None = None
    a: PortRef | None = None
    fibres: tuple[tuple[StrandRef, ...], ...] = ()
    loss_db: float | None = None
    lost: tuple[Reason, ...] = ()
    """Why members of a port-channel do not carry it; the others do."""

    def strands_from(self, port: PortRef) -> tuple[StrandRef, ...]:
        return tuple(strand for fibre in self.fibres for strand in (fibre if port == self.a else fibre[::-1]))


type _Looks = dict[str, _Look]

_looks: WeakKeyDictionary[Snapshot, dict[Carrying, _Looks]] = WeakKeyDictionary()


def _look_at(snapshot: Snapshot, link_code: str, carrying: Carrying) -> _Look:
    """What is found of a link on that day; other days are forgotten, for orders are for today."""
    kept = _looks.setdefault(snapshot, {}).get(carrying)
    if kept is None:
        _looks[snapshot] = {carrying: (kept := {})}
    if link_code not in kept:
        kept[link_code] = _look(plant_of(snapshot), snapshot.links[link_code], carrying)
    return kept[link_code]


def _look(plant: Plant, link: Link, carrying: Carrying) -> _Look:
    """Of a link between two port-channels: of its members that carry it; where none does, why the first does not."""
    looks = [_look_at_cable(plant, cable, carrying) for cable in plant.cables_of(link)]
    fit = [look for look in looks if look.reason is None]
    if not fit or len(looks) == 1:
        return looks[0]
    fibres = tuple(fibre for look in fit for fibre in look.fibres)
    losses = (look.loss_db for look in fit if look.loss_db is not None)
    lost = tuple(look.reason for look in looks if look.reason is not None)
    return _Look(None, link.a, fibres, max(losses, default=None), lost)


def _look_at_cable(plant: Plant, link: Link, carrying: Carrying) -> _Look:
    if not (plant.patches_of_port.get(link.a) or plant.patches_of_port.get(link.z)):
        return _Look()
    try:
        budgets = check_link(plant, link, carrying.figures, carrying.day)
    except (LinkUnfit, StrandLoop) as error:
        return _Look(Reason(error.code, error.sentence, error.next_step))
    fibres = tuple(
        tuple(step for step in fibre.steps if isinstance(step, StrandRef)) for fibre in fibres_of(plant, link)
    )
    missing = _consent_missing(plant, link, fibres, carrying.day)
    return _Look(missing, link.a, fibres, max((budget.loss_db for budget in budgets), default=None))


def _consent_missing(plant: Plant, link: Link, fibres: tuple[tuple[StrandRef, ...], ...], day: date) -> Reason | None:
    assets = assets_of(plant, (strand.cable for fibre in fibres for strand in fibre))
    gaps = plant.consents.gaps((asset.ref for asset in assets), Window(day))
    if not gaps:
        return None
    words = "; ".join(map(words_of_gap, gaps))
    return Reason(CONSENT_MISSING, f"Link {link.code} lies where it may not on {day}: {words}.", _CONSENT_NEXT)
