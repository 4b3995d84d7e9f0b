"""Routes over the plant: what was asked for, and the answer. `inventory.routing` finds them."""

from dataclasses import dataclass, field

from inventory.consents import ConsentGap
from inventory.plant import AssetRef, PositionRef, StrandRef
from inventory.plant_errors import gaps_by_consent, listed
from inventory.windows import Window


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """From a place to another, with `strands` free strands side by side all the way in every day of the window.

    `avoid` are assets and risks the route must not use. `max_loss_db` bounds each leg. With
    `diverse`, two legs that share nothing but the places at their ends.
    """

    a_place: str
    z_place: str
    window: Window
    strands: int = 1
    diverse: bool = False
    avoid: frozenset[AssetRef] = field(default=frozenset())
    max_loss_db: float | None = None


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """When the exact search gives up: after so many branches, seconds, or at once where so many arcs are left."""

    branches: int = 2_000
    seconds: float = 10.0
    arcs: int = 4_000


@dataclass(frozen=True, slots=True)
class Span:
    """One hop of a route, from a place where strands can be reached to the next: its ducts in order, and the
    cables that lie in exactly these and have enough free strands."""

    ducts: tuple[str, ...]
    cables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One leg. `places` are where its spans join, both ends included: one more than there are spans.

    `length_m` is metres of strand (ducts and slack), `loss_db` what that, its joints and two connectors lose.
    """

    places: tuple[str, ...]
    spans: tuple[Span, ...]
    length_m: float
    loss_db: float

    @property
    def ducts(self) -> tuple[str, ...]:
        return tuple(duct for span in self.spans for duct in span.ducts)


@dataclass(frozen=True, slots=True)
class BarredPair:
    """Two legs that nobody may have for want of consents: what is missing, and the little that they would share."""

    gaps: tuple[ConsentGap, ...]
    shared: tuple[AssetRef, ...]

    @property
    def sentence(self) -> str:
        """What the consents would change."""
        less = f"only {listed([str(asset) for asset in self.shared])}" if self.shared else "nothing"
        return f"A pair that shares {less} needs a consent for {gaps_by_consent(self.gaps)}."


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """One leg, or two. Of two: `shared` is what both use other than the end places (empty: they are diverse), and
    `separation_m` the smallest distance between them away from the ends (None with one leg, or where a leg has
    nothing away from them), `closest` a duct of each leg that are as near each other as that. `barred` says of two
    that share something which consents a better pair lacks.

    `is_exact` says that no better answer exists; where the search was cut off it is False. `method` names it.
    """

    legs: tuple[Route, ...]
    shared: tuple[AssetRef, ...]
    separation_m: float | None
    is_exact: bool
    method: str
    closest: tuple[str, str] | None = None
    barred: BarredPair | None = None


@dataclass(frozen=True, slots=True)
class StrandLeg:
    """A leg down to its strands: what a service holds. Each fibre is a row of strands from `a_place` to `z_place`.

    `new_splices` are the joins that a person must still make: (strand, strand, place). `positions` are
    those of ODFs that the fibres end at, `new_positions` those where a person must still put an end.
    """

    a_place: str
    z_place: str
    fibres: tuple[tuple[StrandRef, ...], ...]
    ducts: tuple[str, ...]
    length_m: float
    loss_db: float
    new_splices: tuple[tuple[StrandRef, StrandRef, str], ...] = ()
    positions: tuple[PositionRef, ...] = ()
    new_positions: tuple[tuple[StrandRef, PositionRef], ...] = ()
