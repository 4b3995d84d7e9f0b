"""What a sandbox begins with: for each ISP a user, a token, and services on the devices, ordered like any other."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic, sleep

from inventory.confidence import Confidence
from inventory.snapshot import Snapshot
from provisioning import front_desk
from provisioning.cli.errors import SeedingFailed
from provisioning.cli.output import Output
from provisioning.front_desk import SYSTEM
from provisioning.isps import Role
from provisioning.orders import ENDED, Order, OrderRequest, OrderState
from provisioning.policy import CLIENT_SCOPES
from provisioning.qualification import QualificationRequest
from provisioning.tools import Tools

SERVICES_EACH = 2
PRODUCT, TERM_MONTHS = "access-eline", 12
WAIT_S = 120.0
LABEL = "sandbox"
PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class Seeded:
    """What one ISP has from the start."""

    isp_code: str
    user_name: str
    token: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    handover: str
    services: tuple[str, ...]


def seed(tools: Tools, output: Output) -> tuple[Seeded, ...]:
    """Make everybody and everything a sandbox begins with, and wait until the services are active.

    Raises: SeedingFailed.
    """
    snapshot = tools.load_snapshot()
    served = _free_premises(tools, snapshot)
    orders: dict[str, list[Order]] = {}
    handovers = {handover.isp_code: handover.code for handover in reversed(snapshot.inventory.handovers)}
    for isp_code, handover in sorted(handovers.items()):
        orders[isp_code] = [_order(tools, isp_code, handover, next(served)) for _ in range(SERVICES_EACH)]
    found = []
    for isp_code, placed in orders.items():
        services = tuple(_delivered(tools, order) for order in placed)
        name, token = _sign_in(tools, isp_code)
        secret, client = front_desk.create_client(tools, SYSTEM, isp_code, LABEL, CLIENT_SCOPES)
        found.append(Seeded(isp_code, name, token, client.id, secret, handovers[isp_code], services))
    count = sum(len(one.services) for one in found)
    output.say(f"Seeded: {len(found)} ISPs, {count} services on the devices.")
    return tuple(found)


def _free_premises(tools: Tools, snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    """UPRN and speed of premises that can be served at once. Raises: SeedingFailed, where there are no more."""
    offer = tools.catalogue.product(PRODUCT).offers[0]
    for premises in snapshot.inventory.premises:
        if snapshot.ntes_at(premises.uprn):
            asked = QualificationRequest(PRODUCT, premises.uprn, offer.bandwidth_mbps, None)
            if front_desk.qualify(tools, SYSTEM, asked).confidence is Confidence.GREEN:
                yield premises.uprn, offer.bandwidth_mbps
    raise SeedingFailed("too few premises can be served at once")


def _order(tools: Tools, isp_code: str, handover: str, where: tuple[str, int]) -> Order:
    uprn, bandwidth_mbps = where
    request = OrderRequest(PRODUCT, uprn, handover, bandwidth_mbps, TERM_MONTHS, f"seed-{isp_code}")
    return front_desk.place_order(tools, SYSTEM, request, idempotency_key=f"seed-{uprn}", isp_code=isp_code)[0]


def _delivered(tools: Tools, order: Order) -> str:
    """The service of an order that a worker has completed. Raises: SeedingFailed."""
    until = monotonic() + WAIT_S
    while (now := front_desk.order(tools, SYSTEM, order.id)).state not in ENDED and monotonic() < until:
        sleep(0.05)
    if now.state is not OrderState.COMPLETED or now.service_id is None:
        raise SeedingFailed(f"order {order.id} is {now.state}")
    return now.service_id


def _sign_in(tools: Tools, isp_code: str) -> tuple[str, str]:
    name = f"{isp_code}-orders"
    if name not in {user.name for user in front_desk.users(tools, SYSTEM)}:
        front_desk.create_user(tools, SYSTEM, name, Role.ISP_ADMIN, isp_code, secrets.token_urlsafe(PASSWORD_BYTES))
    return name, front_desk.create_token(tools, SYSTEM, name, LABEL, None)[0]
