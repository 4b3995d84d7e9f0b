"""`neutralhost twin` as a person or a script runs it, with packets: up, look, cut, exec, probe, killed, down."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.birth.command import CommandProber
from automation.birth.prober import ProbeTask, When
from automation.twin.ovs.naming import Naming
from automation.twin.ovs.network import NAMESPACES
from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import replace_inventory
from tests.system.packets import HOME_UNI, ISP_PORT, inner, skip_without_packets

pytestmark = pytest.mark.system
skip_without_packets()

RUN = (sys.executable, "-c", "from provisioning.cli.main import run; run()")


class Terminal:
    """Where commands are typed."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "NEUTRALHOST_VAR": str(folder),
            "NEUTRALHOST_DATABASE_URL": url,
            "NEUTRALHOST_DEVICE_PASSWORD": "twin-only",
            "NEUTRALHOST_EAPI_PORT": "28080",
            "NEUTRALHOST_NETCONF_PORT": "28830",
            "NEUTRALHOST_UBUS_PORT": "28443",
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RUN, "twin", *words], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )

    def namespaces(self) -> list[str]:
        prefix = Naming.of(self.folder / "twin-up").prefix
        return [one.name for one in NAMESPACES.iterdir() if one.name.startswith(prefix)] if NAMESPACES.is_dir() else []

    def processes(self) -> list[str]:
        mark = f"{Naming.of(self.folder / 'twin-up').run_folder}/"
        return [line for line in subprocess.check_output(["ps", "-eo", "args"], text=True).splitlines() if mark in line]


@pytest.fixture(scope="module")
def terminal(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    engine = open_engine(module_database_url)
    replace_inventory(engine, inner())
    let_go(engine)
    found = Terminal(tmp_path_factory.mktemp("var"), module_database_url)
    yield found
    found.run("down")


def test_a_twin_is_up_looked_at_cut_measured_killed_and_taken_down(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = terminal.run("up", "--backend", "ovs", "--part", "inner", "--json")
    assert up.returncode == 0, up.stderr
    assert {device["answers"] for device in json.loads(up.stdout)["devices"]} == {True}

    again = terminal.run("up")
    assert (again.returncode, "is up already (ovs, process" in again.stderr) == (1, True)

    code = terminal.run("exec", "ho-quayside-1", "--", "sh", "-c", "ip -o link show net0 >/dev/null && exit 7")
    assert code.returncode == 7
    assert terminal.run("exec", "nowhere", "--", "true").returncode == 1

    assert terminal.run("cut", "sw-moss-side-1:Ethernet49").returncode == 0
    links = json.loads(terminal.run("status", "--json").stdout)["links"]
    assert [link["code"] for link in links if link["state"] != "up"] == ["moss-side-1--science-park-1"]
    carrier = terminal.run("exec", "sw-science-park-1", "--", "cat", "/sys/class/net/et53/operstate")
    assert carrier.stdout.strip() in {"down", "lowerlayerdown"}
    assert terminal.run("repair", "moss-side-1--science-park-1").returncode == 0

    task = ProbeTask("S-1", When.AFTER, HOME_UNI, ISP_PORT, True, 1000, None, None, 20, 0, 1518, 0.2, True, ())
    words = " ".join(f"'{word}'" for word in (*RUN, "twin", "probe"))
    for name, text in terminal.environment.items():
        if name.startswith("NEUTRALHOST_"):
            monkeypatch.setenv(name, text)
    probed = CommandProber(words, 60.0).probe(task)
    assert (probed.sent, probed.lost) == (20, 20)  # nothing was ordered there: nothing passes

    server = json.loads((terminal.folder / "twin-up" / "state.json").read_text())["pid"]
    os.kill(server, signal.SIGKILL)
    assert terminal.run("status").returncode == 1
    assert terminal.namespaces()

    down = terminal.run("down", "--json")
    assert (down.returncode, json.loads(down.stdout)) == (0, {"was_up": True, "left": []})
    assert (terminal.namespaces(), terminal.processes()) == ([], [])
    assert terminal.run("down").returncode == 0
