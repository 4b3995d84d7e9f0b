"""Prove that a service's two legs share nothing but their ends, and sign it. Pure.

What is proved is read from the plant anew, from the strands that the service holds: cable, bores, ducts, their ends
and the risks they share. Positions in a certificate are whole millimetres of the British grid, so that everybody
reads the same numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from inventory.plant import AssetKind, Point
from inventory.routes import StrandLeg
from inventory.separation import separation
from inventory.snapshot import Snapshot
from provisioning.certificate_errors import LegNotTraced, NoSecondLeg, NotDiverse
from provisioning.certificate_facts import MM, AssetFacts, is_risk, millimetres
from provisioning.certificate_key import SigningKey
from provisioning.certificates import LEGS, Certificate, CertificateState
from provisioning.services import Service
from provisioning.verify_certificate import (
    FORMAT,
    assets_of,
    canonical,
    common_ends,
    leg_faults,
    near_end_mm,
    shared_by,
    signed_part,
)

type Entry = Mapping[str, Any]
"""One asset as a certificate lists it: `asset` ("kind:code"), `owner`, `facts`, `fingerprint`."""

type Leg = Mapping[str, Any]
"""One leg as a certificate lists it: `a_place`, `z_place`, `fibres` (rows of strands), `assets` ("kind:code")."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the plant says of two legs that share nothing: the part of a certificate that follows from it alone."""

    ends: tuple[str, ...]
    legs: tuple[Leg, ...]
    entries: tuple[Entry, ...]
    separation: Mapping[str, Any]

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Of everything on either leg, as `Certificate.fingerprints`."""
        assets = (asset for leg in self.legs for asset in leg["assets"])
        return dict.fromkeys(assets, "") | {entry["asset"]: entry["fingerprint"] for entry in self.entries}


def prove(snapshot: Snapshot, service: Service) -> Proof:
    """Show that a service's two legs share nothing but the places that both end at.

    Raises: NoSecondLeg, LegNotTraced, NotDiverse.
    """
    if len(service.legs) != LEGS:
        raise NoSecondLeg(service.id, len(service.legs))
    known = AssetFacts(snapshot)
    legs = tuple(_trace(known, service.id, number, leg) for number, leg in enumerate(service.legs, 1))
    shared = shared_by(legs)
    if shared:
        raise NotDiverse(service.id, shared)
    entries = _entries(known, service.id, legs)
    return Proof(tuple(common_ends(legs)), legs, entries, _separation(known, legs))


def issue(proof: Proof, service: Service, number: int, revision: int, at: datetime, key: SigningKey) -> Certificate:
    """Write a proof down as a certificate, and sign it."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "service": service.id,
        "isp": service.isp_code,
        "number": number,
        "issued_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "inventory_revision": revision,
        "ends": list(proof.ends),
        "legs": list(proof.legs),
        "assets": list(proof.entries),
        "shared": [],
        "separation": proof.separation,
        "key": {"algorithm": "Ed25519", "id": key.id, "public": key.public},
    }
    document = canonical({**content, "signature": key.sign(signed_part(content))}).decode()
    return Certificate(
        service_id=service.id,
        isp_code=service.isp_code,
        number=number,
        state=CertificateState.STANDING,
        since=at,
        issued_at=at,
        inventory_revision=revision,
        proved_revision=revision,
        key_id=key.id,
        document=document,
    )


def changed_assets(snapshot: Snapshot, fingerprints: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Those of these assets whose facts are no longer what their fingerprint was made from, or that are gone."""
    known = AssetFacts(snapshot)
    return frozenset(asset for asset, kept in fingerprints if kept and known.fingerprint(asset) != kept)


def _trace(known: AssetFacts, service_id: str, number: int, leg: StrandLeg) -> Leg:
    """A leg as a certificate lists it.

    Raises: LegNotTraced.
    """
    fibres = [[str(strand) for strand in fibre] for fibre in leg.fibres]
    try:
        found: Leg = {"a_place": leg.a_place, "z_place": leg.z_place, "fibres": fibres}
        found = {**found, "assets": sorted(assets_of(fibres, known))}
        why = next(leg_faults(number, found, known), "")
    except KeyError as missing:
        why = f"There is no {str(missing.args[0]).replace(':', ' ', 1)} in the plant."
    if why:
        raise LegNotTraced(service_id, number, why)
    return found


def _entries(known: AssetFacts, service_id: str, legs: Sequence[Leg]) -> tuple[Entry, ...]:
    listed = {asset: number for number, leg in enumerate(legs, 1) for asset in leg["assets"] if not is_risk(asset)}
    try:
        return tuple(known.entry(asset) for asset in sorted(listed))
    except KeyError as missing:
        asset = str(missing.args[0])
        why = f"There is no {asset.replace(':', ' ', 1)} in the plant."
        raise LegNotTraced(service_id, listed[asset], why) from None


def _separation(known: AssetFacts, legs: Sequence[Leg]) -> Mapping[str, Any]:
    """In whole millimetres, reckoned from whole millimetres: what another program finds in the certificate."""
    ends = [_metres(known[f"place:{end}"]["position_mm"]) for end in common_ends(legs)]
    near_mm = int(near_end_mm(legs, known))
    found = separation(_routes(known, legs[0]), _routes(known, legs[1]), ends, near_mm / MM)
    if found is None:
        return {"near_end_mm": near_mm, "mm": 0, "at_mm": [[0, 0], [0, 0]]}
    points = [millimetres(point) for point in (found.a_point, found.z_point)]
    return {"near_end_mm": near_mm, "mm": round(found.metres * MM), "at_mm": points}


def _routes(known: AssetFacts, leg: Leg) -> list[list[Point]]:
    ducts = (asset for asset in leg["assets"] if asset.startswith(f"{AssetKind.DUCT}:"))
    return [[_metres(point) for point in known[duct]["route_mm"]] for duct in ducts]


def _metres(point_mm: Sequence[int]) -> Point:
    return point_mm[0] / MM, point_mm[1] / MM
