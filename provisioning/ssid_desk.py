"""The desk of hosted SSIDs that are sold: what an ISP may have otherwise of one."""

from pydantic import SecretStr

from provisioning.changing_ssids import SsidChange
from provisioning.deeds import acts
from provisioning.discretion import order_for_isp
from provisioning.isps import Principal
from provisioning.orders import Order
from provisioning.policy import Action, must
from provisioning.rights import LONGEST_KEY, must_be_text
from provisioning.tools import Tools
from provisioning.workflows.accept_ssid_change import accept_ssid_change


@acts("change an SSID", "service", "service_id", says=("change.ssid", "change.area", "change.security"))
def change_ssid(
    tools: Tools,
    who: Principal,
    service_id: str,
    change: SsidChange,
    *,
    passphrase: SecretStr | None = None,
    idempotency_key: str,
) -> tuple[Order, bool]:
    """Order another name, passphrase, security or area for an active SSID, in the S-VLAN it has; True where new.

    Raises: Forbidden, RequestInvalid, UnknownService, WrongState, NotModifiable, SsidAsItIs, SsidInvalid,
        IdempotencyConflict.
    """
    must(who, Action.PLACE_ORDERS)
    must_be_text("idempotency_key", idempotency_key, LONGEST_KEY)
    placed, is_new = accept_ssid_change(tools, who, service_id, change, passphrase, idempotency_key)
    return placed if who.is_operator else order_for_isp(placed), is_new
