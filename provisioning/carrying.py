"""Paths that the plant carries: links whose strands are whole, lose little enough, and lie where they may.

Only the links of the path that would be taken are looked at: where one is unfit it is left out and
the search goes on, so the path that is found is the shortest of those whose every link is fit. What
was found of a link is kept with its snapshot. A link of whose ports none is patched is not judged:
an inventory without plant, or a part of it that is not surveyed yet, is sold as it always was.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from inventory.errors import StrandLoop
from inventory.graph import NetworkPath, PathHop, graph_of
from inventory.link_check import check_link, fibres_of, link_budget
from inventory.links import Link
from inventory.optics import LossFigures
from inventory.plant import StrandRef
from inventory.plant_errors import LinkUnfit
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.orders import Reason
from provisioning.plant_state import assets_of, words_of_gap

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
    """

    path: NetworkPath | None
    target: str | None
    left_out: Mapping[str, Reason] = field(default_factory=dict)


def carried_path(
    snapshot: Snapshot,
    a_device: str,
    targets: Collection[str],
    cir_mbps: int,
    committed_mbps: Mapping[str, int],
    carrying: Carrying | None,
) -> CarriedPath:
    """Search from a device to the nearest of some, over links with room that the plant carries.

    Without `carrying` the plant is not asked. Raises: UnknownThing.
    """
    graph = graph_of(snapshot)
    left_out: dict[str, Reason] = {}
    while True:
        reach = graph.reach(a_device, bandwidth_mbps=cir_mbps, committed_mbps=committed_mbps, avoid=frozenset(left_out))
        target = reach.nearest(targets)
        if target is None:
            return CarriedPath(None, None, left_out)
        path = reach.path_to(target)
        unfit = {} if carrying is None else _unfit(snapshot, path, carrying)
        if not unfit:
            return CarriedPath(path, target, left_out)
        left_out |= unfit


def strands_of_path(snapshot: Snapshot, path: NetworkPath) -> tuple[StrandRef, ...]:
    """The strands of each link of a path in order, fibre by fibre; none of a link whose plant is not known."""
    plant = plant_of(snapshot)
    return tuple(strand for hop in path.hops for strand in _strands_of_hop(plant, snapshot.links[hop.link_code], hop))


def loss_of_path(snapshot: Snapshot, path: NetworkPath, figures: LossFigures) -> float | None:
    """What the worst fibre of any one link loses, in dB; None where no link's plant is known."""
    plant = plant_of(snapshot)
    links = (snapshot.links[hop.link_code] for hop in path.hops)
    known = (link for link in links if plant.patches_of_port.get(link.a))
    return max((budget.loss_db for link in known for budget in link_budget(plant, link, figures)), default=None)


def why_not_carried(snapshot: Snapshot, link_code: str, carrying: Carrying) -> Reason | None:
    """Why the plant does not carry a link on the day, None where it does or where its plant is not known."""
    kept = _kept_for(snapshot, carrying)
    if link_code not in kept:
        kept[link_code] = _look(plant_of(snapshot), snapshot.links[link_code], carrying)
    return kept[link_code]


type _Found = dict[str, Reason | None]

_found: WeakKeyDictionary[Snapshot, dict[Carrying, _Found]] = WeakKeyDictionary()


def _kept_for(snapshot: Snapshot, carrying: Carrying) -> _Found:
    """What was found of links on that day; other days are forgotten, for orders are for today."""
    by_day = _found.setdefault(snapshot, {})
    kept = by_day.get(carrying)
    if kept is None:
        _found[snapshot] = {carrying: (kept := {})}
    return kept


def _unfit(snapshot: Snapshot, path: NetworkPath, carrying: Carrying) -> dict[str, Reason]:
    found = ((hop.link_code, why_not_carried(snapshot, hop.link_code, carrying)) for hop in path.hops)
    return {code: reason for code, reason in found if reason is not None}


def _look(plant: Plant, link: Link, carrying: Carrying) -> Reason | None:
    if not (plant.patches_of_port.get(link.a) or plant.patches_of_port.get(link.z)):
        return None
    try:
        check_link(plant, link, carrying.figures, carrying.day)
    except (LinkUnfit, StrandLoop) as error:
        return Reason(error.code, error.sentence, error.next_step)
    return _consent_missing(plant, link, carrying.day)


def _consent_missing(plant: Plant, link: Link, day: date) -> Reason | None:
    strands = (step for fibre in fibres_of(plant, link) for step in fibre.steps if isinstance(step, StrandRef))
    assets = assets_of(plant, (strand.cable for strand in strands))
    gaps = plant.consents.gaps((asset.ref for asset in assets), Window(day))
    if not gaps:
        return None
    words = "; ".join(map(words_of_gap, gaps))
    return Reason(CONSENT_MISSING, f"Link {link.code} lies where it may not on {day}: {words}.", _CONSENT_NEXT)


def _strands_of_hop(plant: Plant, link: Link, hop: PathHop) -> tuple[StrandRef, ...]:
    if not plant.patches_of_port.get(link.a):
        return ()
    fibres = (tuple(step for step in each.steps if isinstance(step, StrandRef)) for each in fibres_of(plant, link))
    is_forward = hop.out_port == link.a
    return tuple(strand for fibre in fibres for strand in (fibre if is_forward else fibre[::-1]))
