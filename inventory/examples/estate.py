"""The hand-chosen part of the Manchester example: which places there are, who is a member, what joins what.

Places are real ones of the city's digital strategy, at roughly their real position (British
national grid, metres). Members, equipment and everything sold are made up.
"""

from dataclasses import dataclass

from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind

NORTH, CENTRE, SOUTH, TAMESIDE = "North Manchester", "Central Manchester", "South Manchester", "Tameside"


def _dx(name: str, title: str, area: str, easting_m: float, northing_m: float, zone: str) -> Place:
    return Place(f"dx-{name}", title, PlaceKind.DX, area, easting_m, northing_m, zone)


def _dxp(name: str, area: str, easting_m: float, northing_m: float, zone: str) -> Place:
    title = f"{name.replace('-', ' ').title()} neighbourhood exchange"
    return Place(f"dxp-{name}", title, PlaceKind.DXP, area, easting_m, northing_m, zone)


EXCHANGES = (
    _dx("science-park", "Manchester Science Park exchange", CENTRE, 384_200, 396_300, "centre-a"),
    _dx("corridor", "Corridor exchange, Oxford Road", CENTRE, 384_050, 396_900, "centre-b"),
    _dx("health", "Health zone exchange, Manchester Royal Infirmary", CENTRE, 385_050, 395_950, "centre-a"),
    _dx("wythenshawe", "Wythenshawe exchange", SOUTH, 382_500, 386_900, "south"),
    _dx("airport-city", "Airport City exchange", SOUTH, 382_200, 385_200, "south"),
    _dx("noma", "NOMA exchange, Angel Square", CENTRE, 384_400, 399_000, "centre-b"),
    _dx("sharp", "Sharp Project exchange", NORTH, 387_000, 400_500, "north"),
    _dx("tameside", "Tameside exchange, Ashton", TAMESIDE, 393_900, 398_900, "tameside"),
)

NEIGHBOURHOODS = (
    _dxp("ardwick", CENTRE, 385_700, 397_200, "centre-a"),
    _dxp("hulme", CENTRE, 383_500, 396_600, "centre-b"),
    _dxp("moss-side", CENTRE, 383_600, 395_500, "centre-b"),
    _dxp("longsight", CENTRE, 386_500, 395_900, "centre-a"),
    _dxp("gorton", CENTRE, 388_700, 396_300, "centre-a"),
    _dxp("ancoats", CENTRE, 385_200, 398_700, "centre-b"),
    _dxp("beswick", CENTRE, 386_500, 398_200, "centre-a"),
    _dxp("cheetham-hill", NORTH, 384_500, 400_900, "north"),
    _dxp("harpurhey", NORTH, 386_100, 401_400, "north"),
    _dxp("levenshulme", SOUTH, 387_600, 394_400, "centre-a"),
    _dxp("benchill", SOUTH, 383_000, 388_500, "south"),
    _dxp("withington", SOUTH, 384_900, 392_900, "south"),
    _dxp("denton", TAMESIDE, 392_200, 395_500, "tameside"),
    _dxp("hyde", TAMESIDE, 394_900, 394_900, "tameside"),
    _dxp("stalybridge", TAMESIDE, 396_400, 398_600, "tameside"),
)

POSTCODE_DISTRICTS = {  # the outward half only: the inward half of each premises cannot exist
    "dx-science-park": "M15",
    "dx-corridor": "M1",
    "dx-health": "M13",
    "dx-wythenshawe": "M22",
    "dx-airport-city": "M90",
    "dx-noma": "M4",
    "dx-sharp": "M40",
    "dx-tameside": "OL6",
    "dxp-ardwick": "M12",
    "dxp-hulme": "M15",
    "dxp-moss-side": "M14",
    "dxp-longsight": "M13",
    "dxp-gorton": "M18",
    "dxp-ancoats": "M4",
    "dxp-beswick": "M11",
    "dxp-cheetham-hill": "M8",
    "dxp-harpurhey": "M9",
    "dxp-levenshulme": "M19",
    "dxp-benchill": "M22",
    "dxp-withington": "M20",
    "dxp-denton": "M34",
    "dxp-hyde": "SK14",
    "dxp-stalybridge": "SK15",
}


def switch_name(place_code: str, number: int = 1) -> str:
    """The name of a place's switch, such as "sw-science-park-1"."""
    return f"sw-{place_code.split('-', 1)[1]}-{number}"


SWITCHES_AT = {"dx-science-park": 2, "dxp-stalybridge": 0}  # elsewhere one
UNLINKED = "dxp-hyde"  # its fibre is not lit yet: what it serves has no path

TRUNKS: tuple[tuple[str, str, int], ...] = (  # between exchanges: switch, switch, Mbit/s
    ("sw-science-park-1", "sw-science-park-2", 100_000),
    ("sw-science-park-1", "sw-corridor-1", 100_000),
    ("sw-science-park-2", "sw-health-1", 100_000),
    ("sw-corridor-1", "sw-health-1", 100_000),
    ("sw-corridor-1", "sw-noma-1", 100_000),
    ("sw-science-park-2", "sw-noma-1", 100_000),
    ("sw-noma-1", "sw-sharp-1", 100_000),
    ("sw-sharp-1", "sw-tameside-1", 10_000),
    ("sw-health-1", "sw-tameside-1", 10_000),
    ("sw-health-1", "sw-wythenshawe-1", 100_000),
    ("sw-wythenshawe-1", "sw-airport-city-1", 100_000),
    ("sw-science-park-1", "sw-airport-city-1", 100_000),
)

UPLINKS: tuple[tuple[str, str, int], ...] = (  # from a neighbourhood to an exchange
    ("sw-ardwick-1", "sw-science-park-2", 10_000),
    ("sw-ardwick-1", "sw-noma-1", 10_000),
    ("sw-hulme-1", "sw-science-park-1", 10_000),
    ("sw-hulme-1", "sw-corridor-1", 10_000),
    ("sw-moss-side-1", "sw-science-park-1", 10_000),
    ("sw-moss-side-1", "sw-health-1", 10_000),
    ("sw-longsight-1", "sw-health-1", 10_000),
    ("sw-longsight-1", "sw-science-park-2", 10_000),
    ("sw-gorton-1", "sw-health-1", 10_000),
    ("sw-gorton-1", "sw-tameside-1", 10_000),
    ("sw-ancoats-1", "sw-noma-1", 10_000),
    ("sw-ancoats-1", "sw-sharp-1", 10_000),
    ("sw-beswick-1", "sw-noma-1", 10_000),
    ("sw-beswick-1", "sw-sharp-1", 10_000),
    ("sw-cheetham-hill-1", "sw-noma-1", 10_000),
    ("sw-cheetham-hill-1", "sw-sharp-1", 10_000),
    ("sw-harpurhey-1", "sw-sharp-1", 10_000),
    ("sw-harpurhey-1", "sw-noma-1", 10_000),
    ("sw-levenshulme-1", "sw-health-1", 10_000),
    ("sw-levenshulme-1", "sw-science-park-2", 10_000),
    ("sw-benchill-1", "sw-wythenshawe-1", 1_000),  # alone and small: a cut or a few orders and it is full
    ("sw-withington-1", "sw-health-1", 10_000),
    ("sw-withington-1", "sw-wythenshawe-1", 10_000),
    ("sw-denton-1", "sw-tameside-1", 10_000),
    ("sw-denton-1", "sw-health-1", 10_000),
)

TWO_CABLES = (  # links that are two cables on two ways, as one: what protected circuits are put on
    "science-park-1--corridor-1",
    "science-park-2--health-1",
    "corridor-1--health-1",
    "moss-side-1--health-1",
    "longsight-1--science-park-2",
)

ISPS = (
    Organisation("quayside", "Quayside Broadband", frozenset({MemberRole.USER, MemberRole.INVESTOR}), True, "ZZQB"),
    Organisation("loomlight", "Loomlight Internet", frozenset({MemberRole.USER}), True, "ZZLL"),
    Organisation("shipcanal", "Shipcanal Telecom", frozenset({MemberRole.USER}), True, "ZZST"),
    Organisation("peppermoth", "Peppermoth Networks", frozenset({MemberRole.USER}), True, "ZZPN"),
)

OTHER_MEMBERS = (
    Organisation(
        "weavers-rest",
        "Weavers Rest Housing Association",
        frozenset({MemberRole.CONTRIBUTOR, MemberRole.INVESTOR}),
    ),
    Organisation("towpath-ducts", "Towpath Ducts Mutual", frozenset({MemberRole.CONTRIBUTOR})),
    Organisation(
        "mosswater-health",
        "Mosswater Health Trust",
        frozenset({MemberRole.CONTRIBUTOR, MemberRole.USER}),
    ),
    Organisation("spindle-credit", "Spindle Street Credit Union", frozenset({MemberRole.INVESTOR})),
    Organisation("ginnel", "Ginnel Digital Co-operative", frozenset({MemberRole.CONTRIBUTOR})),  # the operator
)


@dataclass(frozen=True, slots=True)
class HandoverPlan:
    """One handover of the example. Mbit/s; tags from `first` to `last`."""

    code: str
    isp_code: str
    place_code: str
    device: str
    port: str
    capacity_mbps: int
    first: int
    last: int


HANDOVERS = (
    HandoverPlan(
        "ho-quayside-1", "quayside", "dx-science-park", "sw-science-park-1", "Ethernet41", 100_000, 1000, 1499
    ),
    HandoverPlan("ho-quayside-2", "quayside", "dx-noma", "sw-noma-1", "Ethernet41", 10_000, 1000, 1199),
    HandoverPlan("ho-quayside-3", "quayside", "dx-tameside", "sw-tameside-1", "Ethernet41", 10_000, 1200, 1299),
    HandoverPlan("ho-loomlight-1", "loomlight", "dx-corridor", "sw-corridor-1", "Ethernet41", 100_000, 1500, 1999),
    HandoverPlan(
        "ho-loomlight-20", "loomlight", "dx-science-park", "sw-science-park-2", "Ethernet41", 100_000, 3001, 3020
    ),
    HandoverPlan(
        "ho-loomlight-2", "loomlight", "dx-airport-city", "sw-airport-city-1", "Ethernet41", 10_000, 1500, 1699
    ),
    HandoverPlan("ho-shipcanal-1", "shipcanal", "dx-sharp", "sw-sharp-1", "Ethernet41", 100_000, 2000, 2499),
    HandoverPlan("ho-shipcanal-small", "shipcanal", "dx-health", "sw-health-1", "Ethernet41", 1_000, 2500, 2599),
    HandoverPlan(
        "ho-peppermoth-1", "peppermoth", "dx-science-park", "sw-science-park-1", "Ethernet42", 10_000, 2600, 2999
    ),
    HandoverPlan(
        "ho-peppermoth-2", "peppermoth", "dx-wythenshawe", "sw-wythenshawe-1", "Ethernet41", 10_000, 2600, 2799
    ),
)

MANUFACTURER = "Loomworks (made up)"
DX_MODEL, DXP_MODEL = "LW-7256 exchange switch", "LW-7112 aggregation switch"
NTE_MODELS = {2: "LW-NT2", 4: "LW-NT4"}  # by how many UNIs
AP_MODEL = "LW-AP6 outdoor"
