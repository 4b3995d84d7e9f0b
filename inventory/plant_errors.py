"""Why the plant could not carry something, or a question about it could not be answered.

InventoryError
└── PlantError
    ├── CoverageMissing          nobody has looked at all premises yet
    ├── TargetUnclear            a text that names more than one thing to cut
    ├── CircleInvalid            three numbers that are no point and radius
    ├── CircleOutsideBritain     a point that is not in Great Britain
    ├── AssetUnclear             a text that names a duct and a cable, or a place as well
    ├── CableSizeUnknown         so many strands in one cable that nobody usually makes
    ├── EndUnclear               a text that names no end of a strand, port, position, link or service
    ├── RouteRefused             no route as it was asked for
    │   ├── SamePlace            from a place to itself
    │   ├── NoRoute              the whole plant does not join the two places
    │   ├── ConsentMissing       they would be joined, were there more consents
    │   ├── PlantNotReady        they would be, over ducts or cables that are not there yet
    │   ├── StrandsExhausted     they would be, over cables without enough free strands
    │   ├── Avoided              they would be, over what was to be avoided
    │   └── LossTooHigh          every route loses more light than it may
    └── LinkUnfit                a link whose strands cannot carry its light
        ├── LinkNotCarried       strands from port to port are missing, not built yet, or gone
        ├── StrandFaulty         one of them is faulty, or set aside by its owner
        └── LossOverBudget       more light is lost on the way than its optic allows
"""

from collections.abc import Sequence

from inventory.consents import Consent, ConsentGap
from inventory.errors import InventoryError, quoted, shortened
from inventory.windows import Window


class PlantError(InventoryError):
    """The plant cannot carry it, or the question about it has no answer."""

    code = "plant-error"


class EndUnclear(PlantError):
    """What should be traced was not said in one of the forms there are."""

    code = "end-unclear"
    next_step = "Give strand:CABLE:NUMBER, DEVICE:PORT, ODF:NUMBER, a link's code or a service's id."

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} {why}.", text=shortened(text))


class AssetUnclear(PlantError):
    """What was asked about has several meanings."""

    code = "asset-unclear"
    next_step = "Say which: duct:CODE, cable:CODE or place:CODE."

    def __init__(self, text: str, kinds: Sequence[str]) -> None:
        self.text = text
        self.kinds = tuple(kinds)
        super().__init__(f"{quoted(text)} is the code of a {' and of a '.join(kinds)}.", text=shortened(text))


class CableSizeUnknown(PlantError):
    """How thick a cable of so many strands is, is not known."""

    code = "cable-size-unknown"
    next_step = "Give its diameter in millimetres."

    def __init__(self, strands: int, most: int) -> None:
        self.strands = strands
        self.most = most
        super().__init__(
            f"Usual cables have 1 to {most} strands, not {strands}: how thick this one is, is not known.",
            strands=strands,
            most=most,
        )


class CoverageMissing(PlantError):
    """Nobody has looked yet at what all premises could have."""

    code = "coverage-missing"
    next_step = "Run `neutralhost coverage refresh`, then ask again."

    def __init__(self) -> None:
        super().__init__("The coverage of all premises has not been worked out yet.")


class TargetUnclear(PlantError):
    """What is to be cut has two meanings."""

    code = "target-unclear"
    next_step = "Say which: duct:CODE or place:CODE."

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} is the code of a duct and of a place.", text=shortened(text))


class CircleInvalid(PlantError):
    """A point and radius that are none."""

    code = "circle-invalid"
    next_step = "Give EASTING,NORTHING,RADIUS in metres of the British national grid, such as 384050,396900,25."

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} is no circle: {why}.", text=shortened(text))


class CircleOutsideBritain(PlantError):
    """A point that is not in Great Britain."""

    code = "circle-outside-britain"
    next_step = "Give EASTING,NORTHING,RADIUS in metres of the British national grid, such as 384050,396900,25."

    def __init__(self, text: str, hint: str) -> None:
        self.text = text
        super().__init__(f"{quoted(text)} is not in Great Britain; {hint}.", text=shortened(text))


class LinkUnfit(PlantError):
    """The strands of a link cannot carry its light."""

    code = "link-unfit"


class LinkNotCarried(LinkUnfit):
    """Strands that should join a link's two ports are missing, not built yet, or gone."""

    code = "link-not-carried"
    next_step = "Patch and splice its strands from port to port, or record in the inventory that they are."

    def __init__(self, link: str, reason: str) -> None:
        self.link = link
        self.reason = reason
        super().__init__(f"Link {link} is not carried: {reason}.", link=link, reason=reason)


class StrandFaulty(LinkUnfit):
    """A strand of a link is faulty, or set aside by its owner."""

    code = "strand-faulty"
    next_step = "Mend the strand, or move the link to another one."

    def __init__(self, link: str, strand: str, state: str) -> None:
        self.link = link
        self.strand = strand
        self.state = state
        super().__init__(f"Link {link} is on strand {strand}, which is {state}.", link=link, strand=strand, state=state)


class LossOverBudget(LinkUnfit):
    """More light is lost on the way than the optic allows. Losses in dB."""

    code = "loss-over-budget"
    next_step = "Choose an optic with a larger budget or a shorter way, or mend the joint that loses most."

    def __init__(self, link: str, optic: str, budget_db: float, loss_db: float, items: Sequence[str]) -> None:
        self.link = link
        self.optic = optic
        self.budget_db = budget_db
        self.loss_db = loss_db
        self.items = tuple(items)
        super().__init__(
            f"Link {link} loses {loss_db:.2f} dB, and {optic} allows {budget_db:.2f} dB: {', '.join(items)}.",
            link=link,
            optic=optic,
            budget_db=budget_db,
            loss_db=round(loss_db, 2),
            over_by_db=round(loss_db - budget_db, 2),
            items=self.items,
        )


SHOWN_ASSETS = 10  # how many assets an error lists; its attribute has them all
SHOWN_OF_CONSENT = 3


class RouteRefused(PlantError):
    """There is no route as it was asked for, from `a_place` to `z_place`."""

    code = "route-refused"


class SamePlace(RouteRefused):
    """A route from a place to itself."""

    code = "same-place"
    next_step = "Name two different places."

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"A route cannot begin and end at the same place, {quoted(place)}.", place=shortened(place))


class NoRoute(RouteRefused):
    """The cables of the whole plant, whatever their state, do not join the two places."""

    code = "no-route"
    next_step = "A cable must be laid first: `neutralhost capacity` says where there is room for one."

    def __init__(self, a_place: str, z_place: str) -> None:
        self.a_place = a_place
        self.z_place = z_place
        super().__init__(
            f"No cables join {a_place} and {z_place}, other than through buildings that others stand in.",
            a_place=a_place,
            z_place=z_place,
        )


class ConsentMissing(RouteRefused):
    """No route; the shortest way that lacks nothing but consents has these `gaps`."""

    code = "consent-missing"
    next_step = "Renew or obtain the consent, ask for other days, or wait until another way is there."

    def __init__(self, a_place: str, z_place: str, window: Window, gaps: Sequence[ConsentGap]) -> None:
        self.gaps = tuple(gaps)
        lacking = listed([_gap(gap) for gap in gaps])
        super().__init__(
            f"No route from {a_place} to {z_place} {window}: the best way needs a consent for {lacking}.",
            a_place=a_place,
            z_place=z_place,
            window=str(window),
            assets=[str(gap.asset) for gap in gaps[:SHOWN_ASSETS]],
            consents=[gap.nearest.code for gap in gaps[:SHOWN_ASSETS] if gap.nearest is not None],
        )


class PlantNotReady(RouteRefused):
    """No route; on the shortest way that lacks nothing else these `assets` are not there yet. `reasons` says why."""

    code = "plant-not-ready"
    next_step = "Ask for a later day, or have what is planned built sooner."

    def __init__(
        self, a_place: str, z_place: str, window: Window, assets: Sequence[str], reasons: Sequence[str]
    ) -> None:
        self.assets = tuple(assets)
        self.reasons = tuple(reasons)
        super().__init__(
            f"No route from {a_place} to {z_place} {window}: on the best way {listed(reasons)}.",
            a_place=a_place,
            z_place=z_place,
            window=str(window),
            assets=self.assets[:SHOWN_ASSETS],
        )


class StrandsExhausted(RouteRefused):
    """No route; on the shortest way that lacks nothing else these `spans` have too few free strands."""

    code = "strands-exhausted"
    next_step = "Ask for fewer strands or other days, or lay a cable where it is full."

    def __init__(self, a_place: str, z_place: str, window: Window, strands: int, spans: Sequence[str]) -> None:
        self.spans = tuple(spans)
        super().__init__(
            f"No route from {a_place} to {z_place} {window}: the best way has fewer than {strands}"
            f" strand{'' if strands == 1 else 's'} free in {listed(spans)}.",
            a_place=a_place,
            z_place=z_place,
            window=str(window),
            strands=strands,
            spans=self.spans[:SHOWN_ASSETS],
        )


class Avoided(RouteRefused):
    """No route; the shortest way that lacks nothing else uses `assets` that were to be avoided."""

    code = "avoided"
    next_step = "Take something off the list of what is to be avoided."

    def __init__(self, a_place: str, z_place: str, assets: Sequence[str]) -> None:
        self.assets = tuple(assets)
        super().__init__(
            f"No route from {a_place} to {z_place}: the best way uses {listed(assets)}, which is to be avoided.",
            a_place=a_place,
            z_place=z_place,
            assets=self.assets[:SHOWN_ASSETS],
        )


class LossTooHigh(RouteRefused):
    """Every route loses more than it may; `least_db` is what the best one loses (of two legs: the worse one)."""

    code = "loss-too-high"
    next_step = "Choose an optic that allows more, or another place."

    def __init__(self, a_place: str, z_place: str, max_loss_db: float, least_db: float) -> None:
        self.max_loss_db = max_loss_db
        self.least_db = least_db
        super().__init__(
            f"Every way from {a_place} to {z_place} loses more than {max_loss_db:.2f} dB; the best loses"
            f" {least_db:.2f} dB.",
            a_place=a_place,
            z_place=z_place,
            max_loss_db=max_loss_db,
            least_db=round(least_db, 2),
        )


def _gap(gap: ConsentGap) -> str:
    return f"{gap.asset} ({'it never had one' if gap.nearest is None else _dated(gap.nearest)})"


def _dated(consent: Consent) -> str:
    until = "without an end" if consent.last_day is None else f"to {consent.last_day}"
    return f"consent {consent.code} of {consent.grantor} is from {consent.first_day} {until}"


def gaps_by_consent(gaps: Sequence[ConsentGap]) -> str:
    """The nearest consents of assets that lack one, with their dates, each after the first few assets that it is of."""
    assets: dict[Consent | None, list[str]] = {}
    for gap in gaps:
        assets.setdefault(gap.nearest, []).append(str(gap.asset))
    return listed(
        [
            f"{listed(names, SHOWN_OF_CONSENT)} ({'never had one' if consent is None else _dated(consent)})"
            for consent, names in assets.items()
        ]
    )


def listed(names: Sequence[str], most: int = SHOWN_ASSETS) -> str:
    """The first of these names, and how many more there are."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return f"{shown} and {more} more" if more > 0 else shown
