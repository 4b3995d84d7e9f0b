"""`neutralhost demo` at a terminal: it stays up, answers, and stops at once on Ctrl-C, leaving nothing behind."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

pytestmark = pytest.mark.system

COLUMNS = 80


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Terminal:
    """A terminal of 80 columns in which a command runs, and all that was written to it."""

    def __init__(self, folder, *words):
        ours, theirs = pty.openpty()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEUTRALHOST_")}
        self.text = ""
        self.descriptor = ours
        self.running = subprocess.Popen(
            words,
            cwd=folder,
            env=environment | {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS)},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def read_until(self, words, within_s):
        until = time.monotonic() + within_s
        while words not in self.text and time.monotonic() < until:
            if select.select([self.descriptor], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.descriptor, 65536).decode(errors="replace")
                except OSError:  # the other end is closed: the command has ended
                    break
        assert words in self.text, self.text[-2000:]

    def close(self):
        if self.running.poll() is None:
            self.running.kill()
            self.running.wait()
        os.close(self.descriptor)


@pytest.fixture
def terminal(tmp_path):
    ports = [free_port(), free_port()]
    words = [sys.executable, "-c", "from provisioning.cli.main import run; run()", "demo"]
    found = Terminal(tmp_path, *words, "--port", str(ports[0]), "--device-port", str(ports[1]))
    found.url = f"http://127.0.0.1:{ports[0]}"
    found.ports = ports
    yield found
    found.close()


def test_a_demo_at_a_terminal_shows_an_order_answers_and_stops_on_ctrl_c(terminal, tmp_path):
    terminal.read_until("Ctrl-C stops everything.", within_s=300)

    assert requests.get(f"{terminal.url}/readyz", timeout=10).status_code == 200
    assert "neutralhost_" in requests.get(f"{terminal.url}/metrics", timeout=10).text
    assert requests.get(f"{terminal.url}/", timeout=10).status_code == 200
    assert "\x1b[32m" in terminal.text
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.text)
    assert max(len(line.rstrip("\r")) for line in shown.replace("\r", "\n").split("\n")) <= COLUMNS
    assert ssid_ordered(tmp_path) == "completed"
    assert in_second_terminal(tmp_path, "twin", "cut", "corridor-1--noma-1")["state"] == "cut"
    seen = in_second_terminal(tmp_path, "twin", "status")
    assert all(device["answers"] for device in seen["devices"])
    assert [link["code"] for link in seen["links"] if link["state"] != "up"] == ["corridor-1--noma-1"]

    asked_at = time.monotonic()
    terminal.running.send_signal(signal.SIGINT)

    assert terminal.running.wait(60) == 0
    assert time.monotonic() - asked_at < 10
    terminal.read_until("Stopped.", within_s=30)
    assert "Traceback" not in terminal.text
    for port in terminal.ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def test_twin_down_ends_a_demo_as_ctrl_c_would(terminal, tmp_path):
    terminal.read_until("Ctrl-C stops everything.", within_s=300)

    assert in_second_terminal(tmp_path, "twin", "down") == {"was_up": True, "left": []}

    assert terminal.running.wait(60) == 0
    terminal.read_until("Stopped.", within_s=30)
    assert "Traceback" not in terminal.text


def ssid_ordered(folder):
    """The state of an order for an SSID, placed and approved in a second terminal, once it has ended."""
    asked = ("order", "ssid", "Quayside", "dxp-hulme", "--isp", "quayside", "--handover", "ho-quayside-1")
    order_id = in_second_terminal(folder, *asked, "--security", "open")["order"]["id"]
    until = time.monotonic() + 180
    is_approved = False
    while time.monotonic() < until:
        story = in_second_terminal(folder, "order", "show", order_id)
        order = story["order"]
        if order["waits_for"] == "approval" and not is_approved:
            in_second_terminal(folder, "order", "approve", order_id, "--digest", story["plan_digest"])
            is_approved = True
        if order["state"] in {"completed", "failed", "rejected"}:
            return order["state"]
    return "open still"


def in_second_terminal(folder, *words):
    program = [sys.executable, "-c", "from provisioning.cli.main import run; run()", *words, "--json"]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_second_demo_on_the_same_folder_is_refused_in_one_sentence(terminal, tmp_path):
    terminal.read_until("Database", within_s=180)

    done = subprocess.run(
        [sys.executable, "-c", "from provisioning.cli.main import run; run()", "demo", "--port", str(free_port())],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert done.returncode == 1
    assert "A demo is already running on var." in done.stderr
