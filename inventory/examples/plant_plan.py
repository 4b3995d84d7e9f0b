"""The hand-chosen part of the example's plant: junctions, the roads ducts follow, their owners and their risks.

Junctions stand at roughly the real position of what they are named after. Whose ducts lie there,
how, and since when is made up. Dates are seen from late 2026.
"""

from dataclasses import dataclass, field
from datetime import date

from inventory.plant import AssetStatus

GINNEL, TOWPATH, HEALTH, WEAVERS = "ginnel", "towpath-ducts", "mosswater-health", "weavers-rest"

JUNCTIONS: dict[str, tuple[str, float, float]] = {
    "st-peters": ("St Peter's Square", 383_850, 397_850),
    "piccadilly": ("Piccadilly", 384_600, 398_000),
    "oxford-whitworth": ("Oxford Road at Whitworth Street", 383_950, 397_450),
    "university": ("Oxford Road at the university", 384_650, 396_500),
    "grafton": ("Grafton Street", 384_620, 396_020),
    "hathersage": ("Hathersage Road", 384_500, 395_500),
    "upper-brook": ("Upper Brook Street", 385_050, 396_650),
    "deansgate": ("Deansgate at Castlefield", 383_400, 397_550),
    "victoria": ("Victoria Station", 384_050, 399_000),
    "cornbrook": ("Cornbrook", 382_600, 396_900),
    "trafford-bar": ("Trafford Bar", 382_250, 396_000),
    "ardwick-green": ("Ardwick Green", 385_150, 397_350),
    "pin-mill-brow": ("Pin Mill Brow", 385_700, 397_750),
    "new-islington": ("New Islington", 385_350, 398_250),
    "sportcity": ("Sportcity", 386_950, 398_650),
    "clayton": ("Clayton", 387_900, 398_350),
    "openshaw": ("Openshaw", 388_300, 397_500),
    "droylsden": ("Droylsden", 390_100, 398_200),
    "audenshaw": ("Audenshaw", 391_000, 397_350),
    "ashton-moss": ("Ashton Moss", 392_300, 398_750),
    "guide-bridge": ("Guide Bridge", 392_500, 397_500),
    "dukinfield": ("Dukinfield", 394_500, 397_500),
    "flowery-field": ("Flowery Field", 394_600, 396_000),
    "stalybridge-west": ("Stalybridge West", 395_300, 398_800),
    "belle-vue": ("Belle Vue", 387_600, 396_250),
    "miles-platting": ("Miles Platting", 386_000, 399_400),
    "newton-heath": ("Newton Heath", 388_000, 400_000),
    "collyhurst": ("Collyhurst", 385_200, 400_000),
    "queens-road": ("Queens Road", 384_500, 400_100),
    "crumpsall": ("Crumpsall", 384_700, 402_000),
    "moston": ("Moston", 387_300, 401_700),
    "rusholme": ("Rusholme", 385_550, 395_100),
    "fallowfield": ("Fallowfield", 385_350, 393_750),
    "kingsway": ("Kingsway", 386_300, 394_300),
    "burnage": ("Burnage", 386_400, 392_700),
    "didsbury": ("Didsbury", 384_800, 391_400),
    "parrs-wood": ("Parrs Wood", 385_300, 390_400),
    "west-didsbury": ("West Didsbury", 384_000, 391_700),
    "mauldeth": ("Princess Road at Mauldeth Road", 383_400, 393_500),
    "southern-cemetery": ("Southern Cemetery", 383_100, 392_300),
    "mersey-north": ("Princess Parkway, north of the Mersey", 382_900, 390_900),
    "northenden-west": ("Princess Parkway, south of the Mersey", 382_850, 390_300),
    "northenden": ("Northenden", 383_500, 390_000),
    "sharston": ("Sharston", 383_900, 388_700),
    "cheadle": ("Cheadle Bridge", 385_500, 389_200),
    "chorlton": ("Chorlton", 381_800, 393_700),
    "jacksons-boat": ("Jackson's Boat", 382_100, 391_500),
    "sale-water-park": ("Sale Water Park", 381_900, 390_800),
    "northern-moor": ("Northern Moor", 381_500, 389_600),
    "roundthorn": ("Roundthorn", 381_300, 387_800),
    "woodhouse-park": ("Woodhouse Park", 382_900, 386_200),
    "shadowmoss": ("Shadowmoss", 381_950, 385_950),
    "peel-hall": ("Peel Hall", 382_150, 386_350),
    "heald-green": ("Heald Green", 384_600, 386_500),
    "styal-road": ("Styal Road", 383_300, 384_700),
    "airport-south": ("Airport south side", 382_000, 384_600),
}
"""Chambers by name: title, easting and northing in metres. Their code is "ch-" and the name."""


@dataclass(frozen=True, slots=True)
class Road:
    """A way that ducts follow, from waypoint to waypoint (a junction's name, or an exchange's code).

    `trunk` and `distribution` are the strands of the cables along it, 0 where there is none.
    `bridges` are by the waypoint before the bridge. `grant` names its consent (`permits`).
    """

    code: str
    title: str
    waypoints: tuple[str, ...]
    trunk: int = 0
    distribution: int = 48
    owner: str = GINNEL
    corridor: str = ""
    bridges: dict[str, str] = field(default_factory=dict)
    grant: str = "highway"
    status: AssetStatus = AssetStatus.LIVE
    ready_from: date | None = None


ROADS = (
    Road(
        "oxford-road",
        "Oxford Road, the Corridor duct of 2010",
        ("st-peters", "oxford-whitworth", "dx-corridor", "university", "dx-health"),
        trunk=144,
        distribution=96,
        owner=TOWPATH,
        corridor="corridor-duct-2010",
        bridges={"oxford-whitworth": "bridge-medlock-oxford-road"},
        grant="corridor-duct",
        ready_from=date(2010, 6, 1),
    ),
    Road(
        "heat-network",
        "Corridor heat network",
        ("dx-corridor", "dx-science-park", "grafton", "dx-health"),
        trunk=144,
        distribution=0,
        corridor="corridor-heat-network",
        grant="heat-network",
        ready_from=date(2024, 3, 1),
    ),
    Road(
        "health-zone",
        "Health zone",
        ("dx-health", "hathersage", "dxp-moss-side"),
        trunk=144,
        distribution=96,
        owner=HEALTH,
        grant="health-zone",
        ready_from=date(2024, 6, 1),
    ),
    Road(
        "princess-parkway",
        "Princess Parkway",
        (
            "dxp-moss-side",
            "mauldeth",
            "southern-cemetery",
            "mersey-north",
            "northenden-west",
            "dxp-benchill",
            "dx-wythenshawe",
        ),
        trunk=144,
        bridges={"mersey-north": "bridge-mersey-princess-parkway"},
        ready_from=date(2024, 11, 1),
    ),
    Road(
        "airport-spine",
        "Woodhouse Park",
        ("dx-wythenshawe", "woodhouse-park", "dx-airport-city"),
        trunk=144,
        bridges={"woodhouse-park": "bridge-m56-junction-5"},
        grant="airport",
        ready_from=date(2025, 2, 1),
    ),
    Road(
        "tram-airport",
        "Airport tram line",
        (
            "cornbrook",
            "trafford-bar",
            "chorlton",
            "jacksons-boat",
            "sale-water-park",
            "northern-moor",
            "roundthorn",
            "dx-wythenshawe",
            "peel-hall",
            "shadowmoss",
            "dx-airport-city",
        ),
        trunk=96,
        distribution=24,
        corridor="tram-airport-line",
        bridges={"jacksons-boat": "bridge-mersey-jacksons-boat", "shadowmoss": "bridge-m56-junction-5"},
        grant="tram",
        ready_from=date(2025, 9, 1),
    ),
    Road(
        "tram-ashton",
        "Ashton tram line",
        ("piccadilly", "new-islington", "sportcity", "clayton", "droylsden", "ashton-moss", "dx-tameside"),
        trunk=96,
        distribution=24,
        corridor="tram-ashton-line",
        bridges={"droylsden": "bridge-m60-ashton-moss"},
        grant="tram",
    ),
    Road(
        "tram-city",
        "Second city tram crossing",
        ("st-peters", "piccadilly", "dx-noma"),
        trunk=96,
        distribution=24,
        corridor="tram-second-city",
        grant="tram",
    ),
    Road(
        "deansgate",
        "Deansgate",
        ("dxp-hulme", "deansgate", "victoria", "dx-noma"),
        trunk=96,
        bridges={"dxp-hulme": "bridge-medlock-deansgate"},
    ),
    Road("whitworth-street", "Whitworth Street", ("deansgate", "oxford-whitworth", "piccadilly")),
    Road("corporation-street", "Corporation Street", ("st-peters", "victoria")),
    Road(
        "stretford-road",
        "Stretford Road",
        ("dx-corridor", "dxp-hulme", "cornbrook"),
        trunk=96,
        owner=WEAVERS,
        grant="housing",
    ),
    Road("boundary-lane", "Boundary Lane", ("dxp-hulme", "dx-science-park"), trunk=96),
    Road("royce-road", "Royce Road", ("dxp-hulme", "dxp-moss-side")),
    Road("lloyd-street", "Lloyd Street", ("dx-science-park", "dxp-moss-side"), trunk=96),
    Road("brunswick-street", "Brunswick Street", ("dx-science-park", "university", "upper-brook"), trunk=96),
    Road(
        "upper-brook-street",
        "Upper Brook Street",
        ("ardwick-green", "upper-brook", "dx-health"),
        trunk=96,
        bridges={"ardwick-green": "bridge-medlock-upper-brook-street"},
    ),
    Road("london-road", "London Road", ("piccadilly", "ardwick-green", "dxp-ardwick"), trunk=96),
    Road("great-ancoats-street", "Great Ancoats Street", ("new-islington", "dxp-ancoats", "dx-noma"), trunk=96),
    Road(
        "pin-mill-brow",
        "Pin Mill Brow",
        ("dxp-ardwick", "pin-mill-brow", "new-islington"),
        bridges={"pin-mill-brow": "bridge-medlock-pin-mill-brow"},
    ),
    Road("ashton-old-road", "Ashton Old Road", ("pin-mill-brow", "openshaw", "audenshaw", "guide-bridge"), trunk=96),
    Road("guide-lane", "Guide Lane", ("dxp-denton", "guide-bridge", "dx-tameside"), trunk=96),
    Road("stockport-road", "Stockport Road", ("dxp-ardwick", "dxp-longsight", "dxp-levenshulme"), trunk=96),
    Road("plymouth-grove", "Plymouth Grove", ("dx-health", "dxp-longsight"), trunk=96),
    Road("dickenson-road", "Dickenson Road", ("rusholme", "dxp-longsight", "belle-vue")),
    Road(
        "hyde-road",
        "Hyde Road",
        ("dxp-ardwick", "belle-vue", "dxp-gorton", "dxp-denton", "dxp-hyde"),
        trunk=96,
        bridges={"dxp-gorton": "bridge-m60-denton", "dxp-denton": "bridge-tame-denton"},
    ),
    Road("alan-turing-way", "Alan Turing Way", ("belle-vue", "dxp-beswick", "sportcity", "miles-platting")),
    Road("cross-lane", "Cross Lane", ("dxp-gorton", "openshaw")),
    Road(
        "ashton-canal",
        "Ashton Canal towpath",
        ("new-islington", "dxp-beswick", "clayton"),
        owner=TOWPATH,
        corridor="ashton-canal",
        grant="canal",
    ),
    Road(
        "rochdale-canal",
        "Rochdale Canal towpath",
        ("new-islington", "miles-platting", "newton-heath"),
        owner=TOWPATH,
        corridor="rochdale-canal",
        grant="canal",
    ),
    Road("oldham-road", "Oldham Road", ("dxp-ancoats", "miles-platting", "dx-sharp"), trunk=96),
    Road("droylsden-road", "Droylsden Road", ("dx-sharp", "newton-heath", "droylsden"), trunk=96),
    Road(
        "rochdale-road",
        "Rochdale Road",
        ("dx-noma", "collyhurst", "dxp-harpurhey"),
        trunk=96,
        bridges={"dx-noma": "bridge-irk-collyhurst"},
    ),
    Road(
        "cheetham-hill-road",
        "Cheetham Hill Road",
        ("victoria", "queens-road", "dxp-cheetham-hill"),
        trunk=96,
        bridges={"victoria": "bridge-irk-victoria"},
    ),
    Road("queens-road", "Queens Road", ("queens-road", "collyhurst", "miles-platting")),
    Road("crumpsall-lane", "Crumpsall Lane", ("dxp-cheetham-hill", "crumpsall", "dxp-harpurhey"), trunk=96),
    Road("moston-lane", "Moston Lane", ("dxp-harpurhey", "moston", "dx-sharp"), trunk=96),
    Road("wilmslow-road", "Wilmslow Road", ("dx-health", "rusholme", "fallowfield", "dxp-withington"), trunk=96),
    Road("didsbury-road", "Wilmslow Road, Didsbury", ("dxp-withington", "didsbury", "parrs-wood")),
    Road(
        "palatine-road",
        "Palatine Road",
        ("dxp-withington", "west-didsbury", "northenden", "sharston", "dx-wythenshawe"),
        trunk=96,
        bridges={"west-didsbury": "bridge-mersey-palatine-road"},
    ),
    Road("longley-lane", "Longley Lane", ("northenden-west", "northenden")),
    Road("hollyhedge-road", "Hollyhedge Road", ("dxp-benchill", "sharston"), owner=WEAVERS, grant="housing"),
    Road("barlow-moor-road", "Barlow Moor Road", ("chorlton", "southern-cemetery", "west-didsbury")),
    Road("wilbraham-road", "Wilbraham Road", ("chorlton", "mauldeth", "fallowfield")),
    Road("moseley-road", "Moseley Road", ("fallowfield", "kingsway", "dxp-levenshulme")),
    Road("kingsway", "Kingsway", ("kingsway", "burnage", "parrs-wood")),
    Road("upper-chorlton-road", "Upper Chorlton Road", ("trafford-bar", "dxp-moss-side")),
    Road(
        "king-street",
        "King Street, Dukinfield",
        ("dx-tameside", "dukinfield", "flowery-field", "dxp-hyde"),
        bridges={"dx-tameside": "bridge-tame-alma"},
    ),
    Road(
        "stamford-street",
        "Stamford Street",
        ("dx-tameside", "stalybridge-west", "dxp-stalybridge"),
        bridges={"stalybridge-west": "bridge-tame-stalybridge"},
    ),
    Road(
        "styal-road",
        "Styal Road",
        ("sharston", "heald-green", "styal-road", "airport-south", "dx-airport-city"),
        trunk=96,
        grant="styal",
        status=AssetStatus.PLANNED,
        ready_from=date(2027, 9, 1),
    ),
    Road(
        "cheadle-bridge",
        "Cheadle Bridge",
        ("parrs-wood", "cheadle", "sharston"),
        trunk=96,
        bridges={"parrs-wood": "bridge-mersey-cheadle"},
        status=AssetStatus.BUILDING,
        ready_from=date(2027, 3, 1),
    ),
    Road(
        "tame-valley",
        "Tame Valley",
        ("dxp-stalybridge", "dukinfield"),
        status=AssetStatus.PROPOSED,
        ready_from=date(2028, 4, 1),
    ),
    Road(
        "mancunian-way",
        "Mancunian Way",
        ("dxp-hulme", "ardwick-green"),
        distribution=0,
        owner=TOWPATH,
        status=AssetStatus.RETIRED,
        ready_from=date(1999, 5, 1),
    ),
)
"""In the order they are laid."""

SPINE = frozenset({"heat-network", "health-zone", "princess-parkway", "airport-spine"})
"""The roads of the spine from the science park to the airport: links take it before they take others."""

APART = {  # links that are to keep away from the others of their group, in the order of the links
    "sharp-1--tameside-1": "east",
    "health-1--tameside-1": "east",
    "health-1--wythenshawe-1": "south",
    "wythenshawe-1--airport-city-1": "south",
    "science-park-1--airport-city-1": "south",
}
STREETS_OF_OTHERS = {  # an exchange whose streets' ducts belong to somebody else, and what permits these
    "dxp-hulme": (WEAVERS, "housing"),
    "dxp-benchill": (WEAVERS, "housing"),
    "dx-health": (HEALTH, "health-zone"),
}
SET_ASIDE_TUBE = frozenset({"oxford-road"})  # its owner keeps the last tube of each cable to itself
FULL = frozenset({"whitworth-street", "royce-road"})  # nothing is left on these: their owner keeps what is unlit

OUTSKIRTS = (  # junctions that boroughs are joined to
    "crumpsall",
    "moston",
    "newton-heath",
    "droylsden",
    "ashton-moss",
    "flowery-field",
    "stalybridge-west",
    "guide-bridge",
    "parrs-wood",
    "sharston",
    "chorlton",
    "trafford-bar",
    "cornbrook",
    "sale-water-park",
    "roundthorn",
    "woodhouse-park",
)
