"""What an ISP may read of its own order: nothing of another's, and no address of the operator's. Pure.

A refusal quotes devices and NetBox as they answered, so that an engineer can act on it. To an ISP
the id of a service or order that is not this order's says something of another ISP, and a URL
says where the operator's NetBox is. Both are told in general words instead.
"""

import re
from dataclasses import replace

from provisioning.orders import Order, OrderEvent, Reason
from provisioning.references import ALPHABET, RANDOM_CHARACTERS

_REFERENCE = re.compile(rf"(?:nh-)?([ORS])-[{ALPHABET}]{{{RANDOM_CHARACTERS}}}(?![0-9A-Za-z])")
_ADDRESS = re.compile(r"https?://[^\s'\"<>]+[^\s'\"<>.,;:)]")
_GENERAL = {"O": "another order", "R": "a reservation", "S": "another service"}


def order_for_isp(order: Order) -> Order:
    """The order with its reasons as its ISP may read them."""
    return replace(order, reasons=tuple(_reason(reason, _own(order)) for reason in order.reasons))


def event_for_isp(event: OrderEvent, order: Order) -> OrderEvent:
    """One event of the order as its ISP may read it; a fact that is only an address is left out."""
    own = _own(order)
    facts = {name: text_for_isp(value, own) for name, value in event.facts.items() if not _ADDRESS.fullmatch(value)}
    return replace(event, text=text_for_isp(event.text, own), facts=facts)


def text_for_isp(text: str, own: frozenset[str]) -> str:
    """The text without addresses, and without ids other than its `own`."""

    def generally(match: re.Match[str]) -> str:
        return match[0] if match[0].removeprefix("nh-") in own else _GENERAL[match[1]]

    return _REFERENCE.sub(generally, _ADDRESS.sub("an address of the operator's", text))


def _own(order: Order) -> frozenset[str]:
    return frozenset(filter(None, (order.id, order.service_id)))


def _reason(reason: Reason, own: frozenset[str]) -> Reason:
    return replace(reason, sentence=text_for_isp(reason.sentence, own), next_step=text_for_isp(reason.next_step, own))
