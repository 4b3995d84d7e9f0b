"""`neutralhost demo --sandbox` as an ISP's developer uses it: order, make it fail, reset."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

pytestmark = pytest.mark.system

COMMAND = [sys.executable, "-c", "from provisioning.cli.main import run; run()"]
UP_WITHIN_S = 300
ENDS_WITHIN_S = 180


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("NEUTRALHOST_")}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    port = free_port()
    words = [*COMMAND, "demo", "--sandbox", "--port", str(port), "--device-port", str(free_port())]
    with (folder / "out.txt").open("w") as out:
        running = subprocess.Popen(words, cwd=folder, env=clean_environment(), stdout=out, stderr=out)
    try:
        until = time.monotonic() + UP_WITHIN_S
        while "Ctrl-C stops everything." not in (folder / "out.txt").read_text():
            assert running.poll() is None, (folder / "out.txt").read_text()
            assert time.monotonic() < until, (folder / "out.txt").read_text()
            time.sleep(0.2)
        yield Sandbox(folder, f"http://127.0.0.1:{port}")
    finally:
        running.send_signal(signal.SIGINT)
        try:
            assert running.wait(90) == 0
        finally:
            running.kill()


class Sandbox:
    def __init__(self, folder, url):
        self.folder = folder
        self.url = url
        self.isps = json.loads((folder / "var" / "sandbox" / "sandbox.json").read_text())

    def command(self, *words):
        done = subprocess.run(
            [*COMMAND, "sandbox", *words, "--json"],
            cwd=self.folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=UP_WITHIN_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def call(self, method, path, isp, body=None, key=None):
        headers = {"Authorization": f"Bearer {isp['token']}"} | ({"Idempotency-Key": key} if key else {})
        return requests.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=30)

    def cease(self, isp, service):
        placed = self.call("POST", f"/services/{service}/cease", isp, {}, key=f"cease-{service}-{time.monotonic_ns()}")
        assert placed.status_code == 201, placed.text
        return placed.json()["id"]

    def ended(self, isp, order_id):
        until = time.monotonic() + ENDS_WITHIN_S
        while True:
            order = self.call("GET", f"/orders/{order_id}", isp).json()
            if order["state"] in ("completed", "failed", "rejected", "cancelled"):
                return order
            assert time.monotonic() < until, order
            time.sleep(0.2)


def test_an_isp_finds_services_makes_them_fail_and_gets_them_back_by_a_reset(sandbox):
    isp = sandbox.isps[0]
    first, second = isp["services"]
    assert sandbox.call("GET", f"/services/{first}", isp).json()["state"] == "active"

    sandbox.command("fail", "devices-refuse")
    refused = sandbox.ended(isp, sandbox.cease(isp, first))
    assert refused["state"] == "failed"
    assert sandbox.call("GET", f"/services/{first}", isp).json()["state"] == "active"

    sandbox.command("heal")
    assert sandbox.ended(isp, sandbox.cease(isp, second))["state"] == "completed"
    assert sandbox.call("GET", f"/services/{second}", isp).json()["state"] == "terminated"

    sandbox.command("reset")
    assert sandbox.call("GET", f"/services/{second}", isp).json()["state"] == "active"
    assert sandbox.ended(isp, sandbox.cease(isp, second))["state"] == "completed"


def test_a_client_meets_an_api_that_is_away_and_comes_back(sandbox):
    isp = sandbox.isps[0]
    sandbox.command("fail", "api-unavailable", "--times", "2")

    codes = [sandbox.call("GET", "/me", isp).status_code for _ in range(3)]

    assert codes == [503, 503, 200]
