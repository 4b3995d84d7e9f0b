"""geographicSiteManagement v7 (MEF 122): where equipment and handovers of ISPs can be, and the premises we serve.

Public sites are our exchanges (DX), neighbourhood points of presence (DXP) and sites that host equipment: their id is
the place's code. Premises can be read as a site too, by their UPRN, but are not listed: there are too many.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal, cast

from pydantic import Field

from inventory.places import Place, PlaceKind
from inventory.premises import Premises
from inventory.premises_search import squeezed
from inventory.snapshot import Snapshot
from provisioning.policy import Action
from web.sonata.addresses import fielded
from web.sonata.common import UPRN, Fielded, Label, Point
from web.sonata.faults import Code, wrong
from web.sonata.matching import BRITISH_GRID
from web.sonata.operation import CREATES, READS_ONE, SonataAnswer, SonataApi, SonataCall, SonataOperation
from web.sonata.payload import Payload, SonataQuery, Text

MOST_SITES = 1000
"""A list has no pages in the standard: more than so many are refused with `tooManyRecords`."""
WORDS = {
    PlaceKind.DX: "Digital Exchange: co-location and handovers",
    PlaceKind.DXP: "Neighbourhood point of presence",
    PlaceKind.SITE: "Building with fibre in it",
    PlaceKind.COLUMN: "Column that equipment can be put on",
}


class SiteType(StrEnum):
    """MEFSiteType of the standard."""

    PUBLIC = "public"
    PRIVATE = "private"


class SiteLabel(Label):
    """GeographicAddressLabel, as a place of a site."""

    type: Literal["GeographicAddressLabel"] = "GeographicAddressLabel"


class SitePoint(Point):
    """MEFGeographicPoint, as a place of a site."""

    type: Literal["MEFGeographicPoint"] = "MEFGeographicPoint"


class SiteFielded(Fielded):
    """FieldedAddress, as a place of a site."""

    type: Literal["FieldedAddress"] = "FieldedAddress"


class Site(Payload):
    """GeographicSite of the standard."""

    id: Text
    name: Text
    description: Text
    site_type: SiteType
    company_name: Text
    type: Literal["GeographicSite"] = "GeographicSite"
    place: list[Annotated[SiteLabel | SitePoint | SiteFielded, Field(discriminator="type")]]


class SitesQuery(SonataQuery):
    """Which sites. Texts are compared without spaces and case, from the beginning."""

    company_name: Text | None = None
    customer_name: Text | None = None
    description: Text | None = None
    site_type: SiteType | None = None
    name: Text | None = None
    service_site_contact_name: Text | None = None
    address_id: Annotated[
        Text | None, Field(validation_alias="geographicAddress.id", serialization_alias="geographicAddress.id")
    ] = None
    street_nr: Text | None = None
    street_name: Text | None = None
    street_type: Text | None = None
    city: Text | None = None
    postcode: Text | None = None
    country: Text | None = None


def list_sites(call: SonataCall) -> SonataAnswer:
    """Raises: PayloadRefused, where there are more than a list holds."""
    query = cast("SitesQuery", call.query)
    snapshot = call.tools.load_snapshot()
    found = [site for site in _public(snapshot, call.seller.id) if _is_wanted(site, query)]
    if len(found) > MOST_SITES:
        raise wrong(Code.TOO_MANY_RECORDS, "", f"{len(found)} sites; narrow it down to {MOST_SITES}")
    return SonataAnswer(found, len(found))


def retrieve(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownThing, UnknownPremises."""
    snapshot, wanted = call.tools.load_snapshot(), call.path["id"]
    if wanted in snapshot.premises:
        return SonataAnswer(_premises_told(snapshot.premises[wanted], call.seller.id))
    place = snapshot.place(wanted)
    return SonataAnswer(_told(snapshot, place, call.seller.id))


def _public(snapshot: Snapshot, seller: str) -> Iterable[Site]:
    return (_told(snapshot, place, seller) for place in snapshot.inventory.places if place.kind in WORDS)


def _told(snapshot: Snapshot, place: Place, seller: str) -> Site:
    point = SitePoint(spatial_ref=BRITISH_GRID, x=f"{place.easting_m:.1f}", y=f"{place.northing_m:.1f}")
    premises = None if place.uprn is None else snapshot.premises.get(place.uprn)
    return Site(
        id=place.code,
        name=place.name,
        description=f"{WORDS.get(place.kind, place.kind.value)}, {place.area}",
        site_type=SiteType.PUBLIC,
        company_name=place.owner or seller,
        place=[point, *([] if premises is None else _addresses(premises))],
    )


def _premises_told(premises: Premises, seller: str) -> Site:
    return Site(
        id=premises.uprn,
        name=premises.address,
        description="Premises",
        site_type=SiteType.PRIVATE,
        company_name=seller,
        place=_addresses(premises),
    )


def _addresses(premises: Premises) -> list[SiteLabel | SitePoint | SiteFielded]:
    address = fielded(premises).model_dump(exclude={"type", "id", "href", "schema_location"}, exclude_none=True)
    known = {name: value for name, value in address.items() if name in SiteFielded.model_fields}
    return [SiteLabel(external_reference_id=premises.uprn, external_reference_type=UPRN), SiteFielded(**known)]


def _is_wanted(site: Site, query: SitesQuery) -> bool:
    """A site has no customer and no contact of its own; who asks for one of these gets none."""
    if query.customer_name is not None or query.service_site_contact_name is not None:
        return False
    if query.site_type not in {None, site.site_type}:
        return False
    own = ((query.name, site.name), (query.description, site.description), (query.company_name, site.company_name))
    if not all(_begins(text, wanted) for wanted, text in own):
        return False
    return _is_at(site, query)


def _is_at(site: Site, query: SitesQuery) -> bool:
    """Whether it has an address like that; a site that is no premises has none."""
    wanted = {name: value for name in ADDRESS_FIELDS if (value := getattr(query, name)) is not None}
    uprns = [place.external_reference_id for place in site.place if isinstance(place, SiteLabel)]
    if query.address_id is not None and query.address_id not in uprns:
        return False
    if not wanted:
        return True
    addresses = [place for place in site.place if isinstance(place, SiteFielded)]
    return any(
        all(_begins(getattr(address, name) or "", value) for name, value in wanted.items()) for address in addresses
    )


ADDRESS_FIELDS = ("street_nr", "street_name", "street_type", "city", "postcode", "country")


def _begins(text: str, wanted: str | None) -> bool:
    return wanted is None or squeezed(text).startswith(squeezed(wanted))


SITES = SonataApi(
    "geographicSiteManagement",
    "v7",
    "serviceability/site/geographicSiteManagement.api.yaml",
    (
        SonataOperation(
            "listGeographicSite",
            "GET",
            "/geographicSite",
            "Sites where you can be",
            list_sites,
            Site,
            CREATES,
            many=True,
            query=SitesQuery,
            action=Action.READ_CATALOGUE,
        ),
        SonataOperation(
            "retrieveGeographicSite",
            "GET",
            "/geographicSite/{id}",
            "One site, or premises by their UPRN",
            retrieve,
            Site,
            READS_ONE,
            action=Action.READ_CATALOGUE,
        ),
    ),
)
