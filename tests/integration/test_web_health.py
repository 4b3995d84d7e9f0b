"""What Prometheus, a load balancer and an operator ask the web process."""

import re
from datetime import datetime, timedelta

import pytest
import requests
from sqlalchemy import Engine

from inventory.errors import DatabaseUnavailable
from monitoring.metrics import Metrics
from provisioning import front_desk
from tests.web_town import Town
from web import server
from web.app import create_app


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def test_it_is_ready_while_the_database_answers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = town.app.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready", "checks": {"database": "ok", "worker": "ok"}}

    def away(tools: object) -> None:
        raise DatabaseUnavailable("sqlite:///x.db", "it is locked")

    monkeypatch.setattr(front_desk, "check_ready", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "it is locked" in answer.text
    assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_while_no_worker_is_seen(town: Town) -> None:
    seen: list[datetime | None] = [None]
    client = create_app(town.tools, town.settings, worker_seen=lambda: seen[0]).test_client()
    assert client.get("/readyz").status_code == 503
    seen[0] = town.clock.at
    assert client.get("/readyz").status_code == 200
    town.clock.at += timedelta(days=1, minutes=2)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert re.search(r"for 865\d\d seconds", answer.text)


def test_it_says_so_in_json_where_the_worker_cannot_be_asked_for(town: Town) -> None:
    def away() -> datetime:
        raise DatabaseUnavailable("postgresql://somewhere/nh", "it does not answer")

    answer = create_app(town.tools, town.settings, worker_seen=away).test_client().get("/readyz")
    assert (answer.status_code, answer.mimetype) == (503, "application/json")
    assert "it does not answer" in answer.text
    assert "somewhere" not in answer.text


def test_metrics_are_told_without_the_orders_while_the_database_is_away(town: Town) -> None:
    def away() -> dict[str, int]:
        raise DatabaseUnavailable("postgresql://somewhere/nh", "it does not answer")

    metrics = Metrics()
    metrics.watch_orders(away)
    answer = create_app(town.tools, town.settings, metrics=metrics).test_client().get("/metrics")
    assert answer.status_code == 200
    assert "neutralhost_worker_heartbeat_timestamp_seconds" in answer.text
    assert "neutralhost_orders{" not in answer.text
    assert "somewhere" not in answer.text


def test_requests_are_measured_by_route_and_never_by_address(town: Town) -> None:
    metrics = Metrics()
    client = create_app(town.tools, town.settings, metrics=metrics).test_client()
    client.get("/orders/O-1")
    client.get("/made-up-address")
    client.open("/api/v1/me", method="BREW")
    told = client.get("/metrics").text
    assert (
        'neutralhost_http_request_seconds_count{method="GET",route="/orders/<name:order_id>",status="303"} 1.0' in told
    )
    assert 'route="unmatched",status="404"' in told
    assert 'method="other"' in told
    assert "O-1" not in told
    assert "made-up" not in told


def test_it_is_served_over_http_and_frees_its_port(town: Town) -> None:
    running = server.start(town.tools, listen_host="127.0.0.1", listen_port=0, cookies_secure=False)
    port = int(running.url.rsplit(":", 1)[1])
    assert requests.get(f"{running.url}/healthz", timeout=5).json() == {"status": "alive"}
    assert "Server" not in requests.get(f"{running.url}/sign-in", timeout=5).headers
    running.close()
    again = server.start(town.tools, listen_host="127.0.0.1", listen_port=port, cookies_secure=False)
    assert requests.get(f"{again.url}/healthz", timeout=5).status_code == 200
    again.close()


def test_a_browser_that_keeps_its_connection_open_does_not_keep_the_server_up(town: Town) -> None:
    running = server.start(town.tools, listen_port=0, cookies_secure=False)
    with requests.Session() as browser:
        assert browser.get(f"{running.url}/healthz", timeout=5).status_code == 200
        running.close()
        assert not running.thread.is_alive()
        with pytest.raises(requests.ConnectionError):
            browser.get(f"{running.url}/healthz", timeout=5)


def test_it_says_who_holds_an_address_that_is_taken(town: Town) -> None:
    running = server.start(town.tools, listen_port=0, cookies_secure=False)
    with pytest.raises(OSError, match="in use"):
        server.start(town.tools, listen_port=int(running.url.rsplit(":", 1)[1]), cookies_secure=False)
    running.close()


def test_forwarded_addresses_are_believed_only_behind_a_proxy_of_ours(engine: Engine) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost"}
    town = Town(engine, cookies_secure=True)
    alone = town.app.test_client().get("/sign-in", headers=forwarded)
    behind = create_app(town.tools, town.settings.model_copy(update={"proxy_hops": 1})).test_client()
    assert "Strict-Transport-Security" not in alone.headers
    assert "Strict-Transport-Security" in behind.get("/sign-in", headers=forwarded).headers
