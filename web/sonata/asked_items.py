"""The items of a request, each with its place in the body: what they ask for in our words."""

from collections.abc import Sequence

from web.sonata.common import ProductAction
from web.sonata.faults import Code, wrong
from web.sonata.operation import SonataCall
from web.sonata.products import AskedProduct, ProductSent, asked_product

type ItemSent = tuple[str, ProductAction, ProductSent]


def asked_items(call: SonataCall, sent: Sequence[ItemSent], path: str) -> dict[str, AskedProduct]:
    """Each item's product by the item's id. Only what is to be added can be qualified and quoted.

    Raises: PayloadRefused, with the place: two items of one id, another action, or a product we do not sell like that.
    """
    snapshot, catalogue = call.tools.load_snapshot(), call.tools.catalogue
    found: dict[str, AskedProduct] = {}
    for number, (key, action, product) in enumerate(sent):
        place = f"{path}/{number}"
        if key in found:
            raise wrong(Code.INVALID_VALUE, f"{place}/id", "another item has this id")
        if action is not ProductAction.ADD:
            why = "only what is to be added is qualified and quoted here; the catalogue says what a change costs"
            raise wrong(Code.OTHER_ISSUE, f"{place}/action", why)
        found[key] = asked_product(snapshot, catalogue, product, f"{place}/product")
    return found
