"""The example's consents: who permits the ducts to be where they are, from when to when, and for how much a year.

Grantors are made up, or named after what they do. Several end inside two years from late 2026.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from inventory.consents import Consent, ConsentCover
from inventory.examples.ground import Way
from inventory.plant import AssetKind, AssetRef, AssetStatus


@dataclass(frozen=True, slots=True)
class Grant:
    """One kind of permission. With `per_area` each area has its own. `yearly_pence` is for one of them."""

    code: str
    grantor: str
    land: str
    term: str
    first_day: date
    last_day: date | None
    yearly_pence: int
    per_area: bool = False


GRANTS = (
    Grant(
        "highway",
        "Highway authority",
        "adopted streets",
        "street works licence, until further notice",
        date(2010, 1, 1),
        None,
        1_250_000,
        True,
    ),
    Grant(
        "drops",
        "Owners of the buildings served",
        "private land up to the building",
        "wayleave, 15 years",
        date(2022, 4, 1),
        date(2037, 3, 31),
        310_000,
        True,
    ),
    Grant(
        "corridor-duct",
        "Towpath Ducts Mutual",
        "Corridor duct of 2010, Oxford Road",
        "duct sharing agreement, 18 years",
        date(2010, 6, 1),
        date(2028, 5, 31),
        4_800_000,
    ),
    Grant(
        "heat-network",
        "Corridor Heat Partnership (made up)",
        "heat network trench, Science Park to the health zone",
        "wayleave, 4 years",
        date(2024, 1, 1),
        date(2027, 12, 31),
        1_900_000,
    ),
    Grant(
        "health-zone",
        "Mosswater Health Trust",
        "hospital campus",
        "wayleave, 10 years",
        date(2022, 1, 1),
        date(2031, 12, 31),
        900_000,
    ),
    Grant(
        "tram",
        "Tram authority",
        "tramside cable routes",
        "licence, 2 years",
        date(2025, 4, 1),
        date(2027, 3, 31),
        2_600_000,
    ),
    Grant(
        "airport",
        "Airport estate (made up)",
        "airport land south of the M56",
        "wayleave, 5 years",
        date(2023, 11, 1),
        date(2028, 10, 31),
        3_400_000,
    ),
    Grant(
        "canal",
        "Canal trust (made up)",
        "Rochdale and Ashton Canal towpaths",
        "wayleave, 21 years",
        date(2013, 9, 1),
        date(2034, 8, 31),
        700_000,
    ),
    Grant(
        "housing",
        "Weavers Rest Housing Association",
        "estate roads in Hulme and Benchill",
        "wayleave, 7 years",
        date(2022, 7, 1),
        date(2029, 6, 30),
        0,
    ),
    Grant(
        "styal",
        "Styal Parish land (made up)",
        "fields between Heald Green and the airport",
        "wayleave, 10 years",
        date(2027, 8, 1),
        date(2037, 7, 31),
        450_000,
    ),
)
LEASED_FROM = date(2023, 7, 1)
LEASES = (  # the exchange, who lets the room, until when, and for how much a year
    ("dxp-gorton", "Weavers Rest Housing Association", date(2028, 6, 30), 840_000),
    ("dxp-benchill", "Weavers Rest Housing Association", date(2029, 6, 30), 620_000),
    ("dx-noma", "Square estate (made up)", date(2033, 6, 30), 3_900_000),
)
_BY_CODE = {grant.code: grant for grant in GRANTS}


def permit(ways: Iterable[Way], area_of_place: dict[str, str]) -> tuple[list[Consent], list[ConsentCover]]:
    """The consents for these ways' ducts. What is only proposed has none yet."""
    consents: dict[str, Consent] = {}
    covers: list[ConsentCover] = []
    for way in ways:
        if way.status is AssetStatus.PROPOSED:
            continue
        grant = _BY_CODE[way.grant]
        for duct in way.ducts:
            consent = _consent(grant, area_of_place[duct.a_place])
            consents[consent.code] = consent
            covers.append(ConsentCover(consent.code, AssetRef(AssetKind.DUCT, duct.code)))
    return list(consents.values()), covers


def _consent(grant: Grant, area: str) -> Consent:
    suffix = f"-{area.lower().replace(' ', '-')}" if grant.per_area else ""
    land = f"{grant.land}, {area}" if grant.per_area else grant.land
    return Consent(
        f"consent-{grant.code}{suffix}",
        grant.grantor,
        land,
        grant.term,
        grant.first_day,
        grant.last_day,
        grant.yearly_pence,
    )


def leases() -> Iterator[tuple[Consent, ConsentCover]]:
    """The leases of rooms that exchanges are in."""
    for place, grantor, last_day, yearly_pence in LEASES:
        name = place.split("-", 1)[1]
        consent = Consent(
            f"consent-lease-{name}", grantor, f"room at {place}", "lease", LEASED_FROM, last_day, yearly_pence
        )
        yield consent, ConsentCover(consent.code, AssetRef(AssetKind.PLACE, place))
