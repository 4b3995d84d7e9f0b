"""The facts of assets that a proof of diversity rests on, as certificates list them. Pure.

What does not bear on where a leg lies (how full a bore is, who uses a cable, what a splice loses) is left out, so that
it can change without a certificate being looked at again. An asset is written "kind:code", as `AssetRef` is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from inventory.plant import AssetKind, BoreRef, Point, StrandRef
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot
from provisioning.verify_certificate import fingerprint

MM = 1000
RISKS = frozenset({AssetKind.CORRIDOR.value, AssetKind.BRIDGE.value, AssetKind.ENTRY.value})
"""What ducts share and name; it has no facts of its own."""

type Facts = Mapping[str, Any]
type Found = tuple[str, Facts]
"""An asset's owner, and its facts."""


class AssetFacts(dict[str, Facts]):
    """The facts of each asset of one snapshot, read at the first look. A KeyError names one that is not there."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._plant = plant_of(snapshot)
        self._owners: dict[str, str] = {}

    def __missing__(self, asset: str) -> Facts:
        kind, _, code = asset.partition(":")
        found = _READERS[kind](self._snapshot, self._plant, code)
        if found is None:
            raise KeyError(asset)
        self._owners[asset], self[asset] = found
        return found[1]

    def entry(self, asset: str) -> dict[str, Any]:
        """An asset as a certificate lists it. Raises: KeyError."""
        facts = self[asset]
        listed = {"asset": asset, "owner": self._owners[asset], "facts": facts}
        return {**listed, "fingerprint": fingerprint(listed)}

    def fingerprint(self, asset: str) -> str | None:
        """What its facts come to now; None where it is not there any more."""
        try:
            return str(self.entry(asset)["fingerprint"])
        except KeyError:
            return None


def is_risk(asset: str) -> bool:
    """Whether it is one of the things that only ducts name."""
    return asset.partition(":")[0] in RISKS


def millimetres(point: Point) -> list[int]:
    """A position in whole millimetres."""
    return [round(point[0] * MM), round(point[1] * MM)]


def _place(snapshot: Snapshot, _plant: Plant, code: str) -> Found | None:
    place = snapshot.places.get(code)
    if place is None:
        return None
    return place.owner, {"name": place.name, "position_mm": millimetres((place.easting_m, place.northing_m))}


def _duct(_snapshot: Snapshot, plant: Plant, code: str) -> Found | None:
    duct = plant.ducts.get(code)
    if duct is None:
        return None
    return duct.owner, {
        "a_place": duct.a_place,
        "z_place": duct.z_place,
        "route_mm": [millimetres(point) for point in duct.route],
        "status": duct.status.value,
        "corridor": duct.corridor,
        "bridge": duct.bridge,
        "a_entry": duct.a_entry,
        "z_entry": duct.z_entry,
    }


def _bore(_snapshot: Snapshot, plant: Plant, code: str) -> Found | None:
    ref = BoreRef(*_numbered(code))
    duct = plant.ducts.get(ref.duct)
    if duct is None or ref not in plant.bores:
        return None
    return duct.owner, {"duct": ref.duct}


def _cable(_snapshot: Snapshot, plant: Plant, code: str) -> Found | None:
    cable = plant.cables.get(code)
    if cable is None:
        return None
    return cable.owner, {
        "a_place": cable.a_place,
        "z_place": cable.z_place,
        "status": cable.status.value,
        "bores": [str(bore) for bore in plant.route_of.get(code, ())],
    }


def _strand(_snapshot: Snapshot, plant: Plant, code: str) -> Found | None:
    ref = StrandRef(*_numbered(code))
    cable = plant.cables.get(ref.cable)
    if cable is None or ref not in plant.strands:
        return None
    return cable.owner, {"cable": ref.cable}


def _numbered(code: str) -> tuple[str, int]:
    thing, _, number = code.rpartition(":")
    return thing, int(number)


_READERS: Mapping[str, Callable[[Snapshot, Plant, str], Found | None]] = {
    AssetKind.PLACE.value: _place,
    AssetKind.DUCT.value: _duct,
    AssetKind.BORE.value: _bore,
    AssetKind.CABLE.value: _cable,
    AssetKind.STRAND.value: _strand,
}
