"""What forms carry, checked with the same models as the API's bodies: one rule for both faces."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from provisioning.orders import OrderRequest
from web.api.asked import OrderBody
from web.api.fields import IDEMPOTENCY_KEY, PRINTABLE
from web.api.routes import faults
from web.request_errors import BodyInvalid

ORDER_FIELDS = ("product", "uprn", "handover", "reference")
ORDER_NUMBERS = ("bandwidth_mbps", "term_months")


def order_request(sent: Mapping[str, str]) -> OrderRequest:
    """Read an order from a form's or query's fields.

    Raises:
        BodyInvalid: a field is missing or not what it should be.
    """
    fields: dict[str, object] = {name: sent.get(name, "").strip() for name in ORDER_FIELDS}
    fields |= {name: whole_number(sent.get(name, "")) for name in ORDER_NUMBERS}
    try:
        return OrderBody.model_validate(fields).noun()
    except ValidationError as invalid:
        raise BodyInvalid(faults(invalid)) from None


def whole_number(text: str) -> int | str:
    """The number a text spells in plain digits, or the text itself for the model to refuse."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) else text


def idempotency_key(sent: Mapping[str, str]) -> str:
    """Raises: BodyInvalid: the hidden field is not as we wrote it."""
    key = sent.get("key", "")
    if not re.fullmatch(IDEMPOTENCY_KEY.strip("^$"), key):
        raise BodyInvalid(["key: open the form again"])
    return key


def sentence(sent: Mapping[str, str], name: str, most: int) -> str:
    """A line of text somebody typed.

    Raises: BodyInvalid: it is empty, too long, or holds control characters.
    """
    text = " ".join(sent.get(name, "").split())
    if not 0 < len(text) <= most or not re.fullmatch(PRINTABLE.strip("^$"), text):
        raise BodyInvalid([f"{name}: 1 to {most} printable characters"])
    return text


def optional(sent: Mapping[str, str], name: str, most: int) -> str:
    """One line of text, or "". Raises: BodyInvalid."""
    return sentence(sent, name, most) if sent.get(name, "").strip() else ""
