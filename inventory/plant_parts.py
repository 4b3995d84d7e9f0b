"""The plant under some links of an inventory: all that their light goes through, and what that lies in. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from inventory.link_check import fibres_of
from inventory.links import Link
from inventory.plant import AssetKind, AssetRef, Patch, PositionRef, Splice, StrandRef
from inventory.plant_map import plant_of
from inventory.snapshot import Inventory, Snapshot


@dataclass(frozen=True, slots=True)
class Met:
    """What the light of some links meets on its way."""

    strands: frozenset[StrandRef]
    splices: frozenset[Splice]
    positions: frozenset[PositionRef]
    patches: frozenset[Patch]


def with_plant_under(part: Inventory, whole: Inventory) -> Inventory:
    """The part of a whole, with the plant that its links are lit on; a cable is there with all of its strands.

    Raises: StrandLoop.
    """
    met = _met(whole, part.links)
    cables = frozenset(strand.cable for strand in met.strands)
    closures = frozenset(splice.closure for splice in met.splices)
    odfs = frozenset(position.odf for position in met.positions)
    cable_bores = tuple(one for one in whole.cable_bores if one.cable in cables)
    ducts = frozenset(one.bore.duct for one in cable_bores)
    bores = frozenset(one.bore for one in cable_bores)
    laid = replace(
        part,
        ducts=tuple(duct for duct in whole.ducts if duct.code in ducts),
        bores=tuple(bore for bore in whole.bores if bore.ref in bores),
        cables=tuple(cable for cable in whole.cables if cable.code in cables),
        cable_bores=cable_bores,
        strands=tuple(strand for strand in whole.strands if strand.ref.cable in cables),
        closures=tuple(one for one in whole.closures if one.code in closures),
        splices=tuple(splice for splice in whole.splices if splice in met.splices),
        odfs=tuple(odf for odf in whole.odfs if odf.code in odfs),
        odf_positions=tuple(one for one in whole.odf_positions if one.ref in met.positions),
        patches=tuple(patch for patch in whole.patches if patch in met.patches),
    )
    return _with_consents(_with_places(laid, whole), whole)


def _met(whole: Inventory, links: Iterable[Link]) -> Met:
    plant = plant_of(Snapshot(whole))
    steps = [step for link in links for fibre in fibres_of(plant, link) for step in fibre.steps]
    return Met(
        frozenset(step for step in steps if isinstance(step, StrandRef)),
        frozenset(step for step in steps if isinstance(step, Splice)),
        frozenset(step for step in steps if isinstance(step, PositionRef))
        | frozenset(step.position for step in steps if isinstance(step, Patch)),
        frozenset(step for step in steps if isinstance(step, Patch)),
    )


def _with_places(part: Inventory, whole: Inventory) -> Inventory:
    """With the places at which its ducts, cables, closures and ODFs end or stand."""
    codes = {place.code for place in part.places}
    codes |= {end for duct in part.ducts for end in (duct.a_place, duct.z_place)}
    codes |= {end for cable in part.cables for end in (cable.a_place, cable.z_place)}
    codes |= {closure.place for closure in part.closures} | {odf.place for odf in part.odfs}
    return replace(part, places=tuple(place for place in whole.places if place.code in codes))


def _with_consents(part: Inventory, whole: Inventory) -> Inventory:
    kept = {
        *(AssetRef(AssetKind.DUCT, duct.code) for duct in part.ducts),
        *(AssetRef(AssetKind.PLACE, place.code) for place in part.places),
        *(AssetRef(AssetKind.CABLE, cable.code) for cable in part.cables),
        *(AssetRef(AssetKind.CLOSURE, closure.code) for closure in part.closures),
        *(AssetRef(AssetKind.ODF, odf.code) for odf in part.odfs),
    }
    covers = tuple(cover for cover in whole.consent_covers if cover.asset in kept)
    codes = {cover.consent for cover in covers}
    consents = tuple(consent for consent in whole.consents if consent.code in codes)
    return replace(part, consents=consents, consent_covers=covers)
