"""A worker that walks a real order on simulated devices tells a real listener of it, in order."""

import json
import time
from collections.abc import Iterator

import pytest

from provisioning import front_desk
from provisioning.changes import ChangeKind
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest
from tests.integration.receivers import Receiver, listening
from tests.integration.running import Running, running
from tests.integration.street import HANDOVER, street, uprn_of


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def town(database_url: str, receiver: Receiver) -> Iterator[Running]:
    with running(database_url, street(homes=1), webhook_allow=receiver.allowed, webhooks_every_s=0.05) as found:
        yield found


def test_an_order_is_told_from_its_acceptance_to_its_end_and_its_history_says_the_same(
    town: Running, receiver: Receiver
) -> None:
    tools = town.house.tools
    front_desk.add_listener(tools, SYSTEM, receiver.url, isp_code="quayside")
    request = OrderRequest("access-eline", uprn_of(1), HANDOVER, 100, 12, "")
    order, _ = front_desk.place_order(tools, SYSTEM, request, idempotency_key="k", isp_code="quayside")

    until = time.monotonic() + 30
    while not any(f"{order.id} completed" in line for line in told(receiver)) and time.monotonic() < until:
        time.sleep(0.05)

    states = [line.split(" ")[1] for line in told(receiver) if line.startswith(order.id)]
    assert states == ["acknowledged", "inProgress", "completed"]
    history = front_desk.history(tools, SYSTEM, ChangeKind.ORDER, order.id)
    assert [(change.now, change.by) for change in history] == [
        ("acknowledged", "system"),
        ("inProgress", "rule"),
        ("completed", "rule"),
    ]
    assert any(line.startswith("S-") and line.endswith(" active") for line in told(receiver))


def told(receiver: Receiver) -> list[str]:
    data = [json.loads(body)["data"] for body in list(receiver.bodies)]
    return [f"{each['id']} {each['now']}" for each in data]
