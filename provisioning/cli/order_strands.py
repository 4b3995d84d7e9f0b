"""`neutralhost order strands`: a pair of strands between two places."""

import uuid
from datetime import UTC, datetime

from inventory.windows import Window
from provisioning import front_desk
from provisioning.catalogue import Catalogue
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.order import follow_to_its_end, print_order
from provisioning.cli.output import current_output
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest
from provisioning.wanted import StrandsWanted


def strands(
    a_place: str,
    z_place: str,
    isp_code: str,
    diverse: bool,
    first_day: datetime | None,
    last_day: datetime | None,
    max_loss_db: float | None,
    term_months: int,
    product: str | None,
    reference: str,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    output = current_output()
    wanted = StrandsWanted(a_place, z_place, window_of(first_day, last_day), diverse, max_loss_db)
    with open_house() as house:
        chosen = product or _first_product(house.tools.catalogue)
        request = OrderRequest(chosen, "", "", 0, term_months, reference, wanted)
        key = idempotency_key or str(uuid.uuid4())
        order, is_new = front_desk.place_order(house.tools, SYSTEM, request, idempotency_key=key, isp_code=isp_code)
        output.say(f"Order {order.id} was {'placed' if is_new else 'placed before with this key'}.")
        if not follow:
            output.answer({"order": order, "new": is_new}, lambda: print_order(order, output))
            return EXIT_DONE
        return follow_to_its_end(house, order.id, output, None)


def window_of(first_day: datetime | None, last_day: datetime | None) -> Window:
    """The days that were asked for; from today on where no first one was. Raises: DatesReversed."""
    first = (first_day or datetime.now(UTC)).date()
    return Window(first, None if last_day is None else last_day.date())


def _first_product(catalogue: Catalogue) -> str:
    if not catalogue.strand_products:
        raise InputRefused("The catalogue has no strands, so --product must be given.")
    return catalogue.strand_products[0].code
