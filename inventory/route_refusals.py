"""Why there is no route: the first cause without which there would be one, with what it bars on the shortest such way.

Consents first, then what is not there yet, then strands, then what was to be avoided. Where no one
cause alone explains it all are set aside together, and the first that bars anything is named.
"""

from collections.abc import Collection, Iterator, Sequence

from inventory.consents import ConsentGap
from inventory.errors import InventoryError
from inventory.plant import AssetKind, AssetRef, Cable, Duct
from inventory.plant_errors import Avoided, ConsentMissing, NoRoute, PlantNotReady, StrandsExhausted
from inventory.readiness import why_not_there
from inventory.span_graph import Flags
from inventory.span_offer import Cause, Offer
from inventory.span_paths import spans_along
from inventory.suurballe import tree


def why_none(offer: Offer) -> InventoryError:
    """The error that says why no route joins the request's two places."""
    for relaxed in (*((cause,) for cause in Cause), tuple(Cause)):
        spans = _way(offer, relaxed)
        if spans is None:
            continue
        barring = next((cause for cause in relaxed if _barred(offer, cause, spans)), None)
        if barring is not None:
            return _REFUSALS[barring](offer, spans)
    return NoRoute(offer.request.a_place, offer.request.z_place)


def _way(offer: Offer, relaxed: Collection[Cause]) -> list[int] | None:
    """The spans of the shortest way were it not for these causes; None where there is none even so."""
    numbers, request = offer.graph.numbers, offer.request
    network = offer.network(relaxed)
    nodes = tree(network, numbers[request.z_place]).path_from(numbers[request.a_place])
    return None if nodes is None else spans_along(network, nodes).tolist()


def _barred(offer: Offer, cause: Cause, spans: Sequence[int]) -> list[int]:
    """Those of these spans that a cause bars, or whose every cable it helps to bar."""
    barred = offer.span_bars.get(cause)
    usable = offer.usable_cables()
    return [
        span
        for span in spans
        if (barred is not None and barred[span])
        or (not any(usable[each] for each in _cables(offer, span)) and any(_bars(offer, cause)[_cables(offer, span)]))
    ]


def _bars(offer: Offer, cause: Cause) -> Flags:
    return offer.cable_bars[cause]


def _cables(offer: Offer, span: int) -> range:
    return range(int(offer.graph.cable_starts[span]), int(offer.graph.cable_starts[span + 1]))


def _consents(offer: Offer, spans: Sequence[int]) -> InventoryError:
    request = offer.request
    return ConsentMissing(request.a_place, request.z_place, request.window, consent_gaps(offer, spans))


def consent_gaps(offer: Offer, spans: Sequence[int]) -> tuple[ConsentGap, ...]:
    """What consents are missing for these spans, each asset once: of those that can be used nothing is."""
    plant, window = offer.graph.plant, offer.request.window
    gaps: dict[AssetRef, ConsentGap] = {}
    for span in _barred(offer, Cause.CONSENT, spans):
        row = offer.graph.spans[span]
        cables = (AssetRef(AssetKind.CABLE, cable) for cable in row.cables)
        for gap in plant.consents.gaps((*offer.graph.assets_of(row), *cables), window):
            gaps[gap.asset] = gap
    return tuple(gaps.values())


def _readiness(offer: Offer, spans: Sequence[int]) -> InventoryError:
    request, plant = offer.request, offer.graph.plant
    reasons: dict[str, str] = {}
    for span in _barred(offer, Cause.READY, spans):
        row = offer.graph.spans[span]
        assets: list[Cable | Duct] = [plant.ducts[duct] for duct in row.ducts]
        assets += [plant.cables[cable] for cable in row.cables]
        for asset in assets:
            reason = why_not_there(asset, request.window.first)
            if reason:
                reasons[str(asset.ref)] = reason
    return PlantNotReady(request.a_place, request.z_place, request.window, tuple(reasons), tuple(reasons.values()))


def _strands(offer: Offer, spans: Sequence[int]) -> InventoryError:
    request = offer.request
    rows = (offer.graph.spans[span] for span in _barred(offer, Cause.STRANDS, spans))
    full = tuple(f"{row.a} to {row.z} (cable {', '.join(row.cables)})" for row in rows)
    return StrandsExhausted(request.a_place, request.z_place, request.window, request.strands, full)


def _avoided(offer: Offer, spans: Sequence[int]) -> InventoryError:
    request = offer.request
    barred = set(_barred(offer, Cause.AVOID, spans))
    found = tuple(str(asset) for asset in sorted(request.avoid) if barred & set(_spans_barred_by(offer, asset)))
    return Avoided(request.a_place, request.z_place, found)


def _spans_barred_by(offer: Offer, asset: AssetRef) -> Iterator[int]:
    only = offer.avoiding(asset)
    cables = offer.graph.cable_spans[only.cables]
    strands = (offer.graph.cable_numbers.get(strand.cable) for strand in only.strands)
    yield from (int(span) for span in only.spans.nonzero()[0])
    yield from (int(span) for span in cables)
    yield from (int(offer.graph.cable_spans[cable]) for cable in strands if cable is not None)


_REFUSALS = {
    Cause.CONSENT: _consents,
    Cause.READY: _readiness,
    Cause.STRANDS: _strands,
    Cause.AVOID: _avoided,
}
