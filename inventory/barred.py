"""A pair of legs that would share less, were it not for consents: what an answer that shares something owes. Pure.

The legs are searched again as if every consent held. A span that wants for one is a detour there
(`DETOUR_M`), so that the better pair needs a consent only where it is better for it. The search is
cut off in half the time: any pair that shares less says why.
"""

from dataclasses import replace

import numpy as np

from inventory.diverse import PairSearch, Sharing, loss_bound
from inventory.route_refusals import consent_gaps
from inventory.routes import BarredPair, RouteAnswer, SearchLimits
from inventory.span_offer import UNITS_PER_CM, Cause, Network, Offer
from inventory.span_paths import Losses, refs, spans_along
from inventory.suurballe import tree

DETOUR_M = 10_000
"""How many metres the search goes out of its way to avoid a span without a consent."""


def barred_pair(
    offer: Offer, losses: Losses, network: Network, ends: tuple[int, int], limits: SearchLimits, answer: RouteAnswer
) -> BarredPair | None:
    """What a pair that shares less than the answer's lacks, None where consents make no difference.

    `network` is the one that the answer was found in.
    """
    relaxed = offer.network((Cause.CONSENT,))
    if not answer.shared or len(relaxed.kept) == len(network.kept):
        return None
    sharing = Sharing(offer.graph, _with_detours(relaxed, network))
    first = tree(sharing.network, ends[1])
    found = PairSearch(sharing, first, ends, loss_bound(offer, losses, relaxed, ends)).run(
        replace(limits, seconds=limits.seconds / 2)
    )
    shared = refs(offer.graph, sharing.between(found.legs))
    if len(shared) >= len(answer.shared):
        return None
    spans = dict.fromkeys(span for leg in found.legs for span in spans_along(relaxed, leg).tolist())
    return BarredPair(consent_gaps(offer, tuple(spans)), shared)


def _with_detours(relaxed: Network, network: Network) -> Network:
    """The relaxed network, in which what the other one lacks is longer."""
    is_barred = relaxed.carries & ~np.isin(relaxed.kept, network.kept)
    return replace(relaxed, weights=relaxed.weights + is_barred * float(DETOUR_M * 100 * UNITS_PER_CM))
