"""Many requests at once over real HTTP: the same key is one order, and nobody waits for nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from tests.web_town import BUSINESS, Town
from web.server import serve

ORDER = {
    "product": "access-eline",
    "uprn": BUSINESS,
    "handover": "alpha-quay",
    "bandwidth_mbps": 500,
    "term_months": 12,
}
AT_ONCE = 16


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine, listen_port=0)


def place_at_once(town: Town, keys: list[str]) -> list[requests.Response]:
    running = serve(town.app, town.settings)
    token = town.machine("anna").token

    def place(key: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return requests.post(f"{running.url}/api/v1/orders", json=ORDER, headers=headers, timeout=60)

    with ThreadPoolExecutor(len(keys)) as pool:
        answers = list(pool.map(place, keys))
    running.close()
    return answers


def test_one_key_sent_many_times_at_once_is_one_order(town: Town) -> None:
    answers = place_at_once(town, ["the-same"] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [what for what, _ in town.jobs.asked] == ["activate"]


def test_many_orders_at_once_are_all_taken(town: Town) -> None:
    answers = place_at_once(town, [f"key-{number}" for number in range(AT_ONCE)])
    assert {answer.status_code for answer in answers} == {201}
    assert len(front_desk.orders(town.tools, SYSTEM).orders) == AT_ONCE
