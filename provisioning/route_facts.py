"""What a price may need to know of the way, found on what is free now. Changes nothing."""

from provisioning.orders import OrderRequest
from provisioning.pricing import RouteFacts, needs_route
from provisioning.strand_design import design_strands
from provisioning.tools import Tools


def route_facts(tools: Tools, request: OrderRequest) -> RouteFacts | None:
    """The lengths of the legs where the price depends on them; None, and no search, where it does not.

    Raises: UnknownProduct, NoPriceList; RouteRefused, NoDiverseRoute, UnknownThing, where there is no such route.
    """
    wanted = request.strands
    if wanted is None or not needs_route(request, tools.catalogue):
        return None
    with tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use(wanted.window)
    legs = design_strands(tools.load_snapshot(), use, wanted, tools.losses)
    return RouteFacts(tuple(leg.length_m for leg in legs))
