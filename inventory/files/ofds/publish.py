"""An inventory in the words of the Open Fibre Data Standard 0.4: nodes, spans, organisations, wayleaves. Pure.

A node is a place where a duct ends, a span is a duct: that is where a route lies, and where owner,
status and wayleaves differ from the next. `docs/reference/ofds.md` says what stands in which field.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid5

from inventory.consents import Consent
from inventory.files.ofds.around import cables_by_duct, consents_by_duct, grantor_ids, grouped
from inventory.files.ofds.words import COUNTRY, CRS84, NETWORKS, NODE_WORDS, SCHEMA_LINK, STATUS
from inventory.geography import to_wgs84_exact
from inventory.places import Place
from inventory.plant import Bore, Cable, Duct, Point
from inventory.snapshot import Inventory

type Json = dict[str, Any]

METRES_A_KM = 1_000
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Publication:
    """An inventory about to be published, with the indexes that takes. Things come out one by one: a city is large."""

    inventory: Inventory
    name: str
    published: date

    def network(self) -> Json:
        """The network without its nodes and spans."""
        return {
            "id": str(uuid5(NETWORKS, self.name)),
            "name": self.name,
            **_if_any(organisations=list(self.organisations()), wayleaves=list(self.wayleaves())),
            "publicationDate": self.published.isoformat(),
            "crs": dict(CRS84),
            "language": "en",
            "links": [dict(SCHEMA_LINK)],
        }

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places that are published: those a duct ends at. The standard has no node without a span."""
        ends = {end for duct in self.inventory.ducts for end in (duct.a_place, duct.z_place)}
        return tuple(place for place in self.inventory.places if place.code in ends)

    def nodes(self) -> Iterator[Json]:
        """Every published place."""
        return map(self.node, self.places)

    def spans(self) -> Iterator[Json]:
        """Every duct."""
        return map(self.span, self.inventory.ducts)

    def node(self, place: Place) -> Json:
        """One place as a node."""
        words = NODE_WORDS[place.kind]
        has_devices = place.code in self._with_devices
        return {
            "id": place.code,
            "name": place.name,
            "location": {"type": "Point", "coordinates": _position((place.easting_m, place.northing_m))},
            "address": {"locality": place.area, "country": COUNTRY},
            **_if_any(type=list(words.types)),
            **_if_any(
                supportingInfrastructure=_if_any(
                    type=words.infrastructure, description=words.description, owner=self._reference(place.owner)
                )
            ),
            "accessPoint": has_devices,
            **_if_any(networkProviders=self._references([place.operator] if has_devices else [])),
        }

    def span(self, duct: Duct) -> Json:
        """One duct as a span."""
        return {
            "id": duct.code,
            "status": STATUS[duct.status],
            **_if_any(readyForServiceDate=duct.ready_from.isoformat() if duct.ready_from else ""),
            "start": duct.a_place,
            "end": duct.z_place,
            "directed": False,
            "route": {"type": "LineString", "coordinates": [_position(point) for point in duct.route]},
            "deployment": ["belowGround"],
            "supportingInfrastructure": {
                "type": "duct",
                **_if_any(owner=self._reference(duct.owner)),
                **self._room(duct),
            },
            **self._fibre(duct),
            **_if_any(wayleaves=[consent.code for consent in self._consents.get(duct.code, ())]),
            "countries": [COUNTRY],
        }

    def organisations(self) -> Iterator[Json]:
        """Who has a part in what is published, and each part."""
        for code, parts in sorted(grouped(self._parts()).items()):
            if code:
                yield {**self._reference(code), "roles": sorted(set(parts))}

    def wayleaves(self) -> Iterator[Json]:
        """Every consent that covers a duct."""
        for consent in self.inventory.consents:
            if consent.code in self._metres_by_consent:
                yield self._wayleave(consent)

    def _wayleave(self, consent: Consent) -> Json:
        metres = self._metres_by_consent[consent.code]
        return {
            "id": consent.code,
            "grantor": self._reference(self._grantors[consent.grantor]),
            "term": _term(consent),
            "cost": {
                "recurring": True,
                **_if_any(perMetre=_per_metre(consent.yearly_pence, metres)),
            },
        }

    def _room(self, duct: Duct) -> Json:
        bores = self._bores.get(duct.code, [])
        if not bores:
            return {}
        count = f"{len(bores)} bore{'s' if len(bores) > 1 else ''}"
        return {"description": count, "spareCapacity": any(_has_room(bore) for bore in bores)}

    def _fibre(self, duct: Duct) -> Json:
        cables = self._cables.get(duct.code, [])
        if not cables:
            return {}
        owners = {cable.owner for cable in cables}
        users = sorted({cable.used_by for cable in cables})
        return {
            **_if_any(transmissionMediumOwner=self._reference(min(owners)) if len(owners) == 1 else None),
            **_if_any(networkProviders=self._references(users)),
            "transmissionMedium": ["fibre"],
            "fibreCount": sum(cable.strand_count for cable in cables),
            "fibreLength": round(len(cables) * duct.length_m / METRES_A_KM, 6),
        }

    def _reference(self, code: str) -> Json:
        return {"id": code, **_if_any(name=self._names.get(code))} if code else {}

    def _references(self, codes: Iterable[str]) -> list[Json]:
        return [self._reference(code) for code in codes if code]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        named = {organisation.code: organisation.name for organisation in self.inventory.organisations}
        return named | {code: name for name, code in self._grantors.items()}

    @cached_property
    def _with_devices(self) -> frozenset[str]:
        return frozenset(device.place_code for device in self.inventory.devices if device.place_code)

    @cached_property
    def _bores(self) -> Mapping[str, list[Bore]]:
        return grouped((bore.ref.duct, bore) for bore in self.inventory.bores)

    @cached_property
    def _cables(self) -> Mapping[str, list[Cable]]:
        return cables_by_duct(self.inventory)

    @cached_property
    def _consents(self) -> Mapping[str, list[Consent]]:
        return consents_by_duct(self.inventory)

    @cached_property
    def _metres_by_consent(self) -> Mapping[str, float]:
        lengths = {duct.code: duct.length_m for duct in self.inventory.ducts}
        covers = ((consent.code, lengths[duct]) for duct, consents in self._consents.items() for consent in consents)
        return {code: sum(metres) for code, metres in grouped(covers).items()}

    @cached_property
    def _grantors(self) -> Mapping[str, str]:
        return grantor_ids(self.inventory)

    def _parts(self) -> Iterator[tuple[str, str]]:
        """Each organisation named in a node, span or wayleave, with its part in it."""
        for owner in (*(place.owner for place in self.places), *(duct.owner for duct in self.inventory.ducts)):
            yield owner, "supportingInfrastructureOwner"
        for place in self.places:
            if place.code in self._with_devices:
                yield place.operator, "networkProvider"
        for cables in self._cables.values():
            for cable in cables:
                yield cable.owner, "transmissionMediumOwner"
                yield cable.used_by, "networkProvider"
        for consent in self.inventory.consents:
            if consent.code in self._metres_by_consent:
                yield self._grantors[consent.grantor], "wayleaveGrantor"


def _if_any(**fields: Any) -> Json:
    """The fields that hold something: the standard has no empty text, list or object."""
    return {name: value for name, value in fields.items() if value}


def _position(point: Point) -> list[float]:
    latitude, longitude = to_wgs84_exact(*point)
    return [longitude, latitude]


def _has_room(bore: Bore) -> bool:
    return bore.fill_percent < bore.fill_limit_percent


def _term(consent: Consent) -> Json:
    if consent.last_day is None:
        return {"indefinite": True}
    days = (consent.last_day - consent.first_day).days + 1
    return {"indefinite": False, **_if_any(years=round(days / DAYS_A_YEAR))}


def _per_metre(yearly_pence: int, metres: float) -> Json:
    return {"amount": round(yearly_pence / 100 / metres, 4), "currency": "GBP"} if metres > 0 else {}
