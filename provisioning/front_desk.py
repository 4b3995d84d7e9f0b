"""What people and machines may ask for: the one door that CLI, API and portal share.

Every function takes the tools and who is asking, decides whether they may, and answers or
raises one of our errors. Another ISP's order or service is one that does not exist.
"""

from dataclasses import dataclass

from provisioning.orders import Order, OrderDiff, OrderEvent


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order with its life so far. `diffs` is empty for an ISP: device text is the operator's."""

    order: Order
    events: tuple[OrderEvent, ...]
    diffs: tuple[OrderDiff, ...]
    steps: tuple[str, ...]  # every step of its workflow, in order


# Signatures agreed first, bodies by their owner:
#
# products(tools) -> tuple[Product, ...]
# find_premises(tools, who, *, postcode: str | None, text: str | None, limit: int) -> tuple[Premises, ...]
# handovers(tools, who) -> tuple[Handover, ...]                an ISP's own; the operator's: all
# qualify(tools, who, QualificationRequest) -> Qualification
# place_order(tools, who, OrderRequest, *, idempotency_key: str, isp_code: str | None = None) -> tuple[Order, bool]
#                                           True where new; the operator may order for an ISP by isp_code
# cease_service(tools, who, service_id, *, idempotency_key: str) -> tuple[Order, bool]
# order(tools, who, order_id) -> Order
# order_story(tools, who, order_id, *, after: int = 0) -> OrderStory
# orders(tools, who, *, state=None, awaiting_approval=None, cursor=None, limit=50) -> OrderPage
# approve(tools, who, order_id, *, digest: str | None = None) -> Order       operator only
# decline(tools, who, order_id, *, reason: str) -> Order                     operator only
# service(tools, who, service_id) -> Service
# services(tools, who, *, state=None, cursor=None, limit=50) -> ServicePage
# audit(tools, who, service_ids: Sequence[str] = ()) -> tuple[Finding, ...]  operator only
# sign_in(tools, name, password) -> tuple[str, Principal]       the session secret, shown once to the browser
# session(tools, secret) -> Principal | None ; sign_out(tools, secret) -> None
# create_user(tools, who, name, role: Role, isp_code: str | None, password: str) -> User
# users(tools, who) -> tuple[User, ...] ; set_password(tools, who, name, password) -> None
# create_token(tools, who, user_name, label, expires_at: datetime | None) -> tuple[str, ApiToken]   "nh_<key>.<secret>"
# tokens(tools, who) -> tuple[ApiToken, ...] ; revoke_token(tools, who, key) -> None
# principal_of_token(tools, text) -> Principal                 raises TokenInvalid
# SYSTEM: Principal                                            the command line on this machine
