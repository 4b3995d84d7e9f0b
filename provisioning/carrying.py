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

from inventory.devices import PortRef
from inventory.errors import StrandLoop
from inventory.graph import NetworkPath, graph_of
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
    fibre of any one link loses: () and None where the plant of no link is known.
    """

    path: NetworkPath | None
    target: str | None
    left_out: Mapping[str, Reason] = field(default_factory=dict)
    strands: tuple[StrandRef, ...] = ()
    loss_db: float | None = None


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
        if carrying is None:
            return CarriedPath(path, target, left_out)
        looks = [(hop, _look_at(snapshot, hop.link_code, carrying)) for hop in path.hops]
        unfit = {hop.link_code: look.reason for hop, look in looks if look.reason is not None}
        if not unfit:
            strands = tuple(strand for hop, look in looks for strand in look.strands_from(hop.out_port))
            losses = [look.loss_db for _, look in looks if look.loss_db is not None]
            return CarriedPath(path, target, left_out, strands, max(losses, default=None))
        left_out |= unfit


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
