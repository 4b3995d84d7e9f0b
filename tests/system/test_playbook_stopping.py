"""Ctrl-C in the middle of a playbook, in a process of its own; and what a terminal shows meanwhile."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack

import pytest

from tests.integration.running import PASSWORD, running
from tests.integration.street import street

pytestmark = pytest.mark.system

# As in a terminal: whoever runs the tests in the background has Ctrl-C ignored, and that is inherited.
RUN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from provisioning.cli.main import run
run()
"""
SLOW = """
import os
import time
from provisioning.playbooks import DeviceResult, Playbook, Report, Verdict
from provisioning.playbooks import running

running.AT_A_TIME = 1

def run(context, values):
    def look(device):
        context.reads.reachable([device.name])
        print("BEGUN", flush=True)
        enough = time.monotonic() + float(os.environ["TAKES_S"])
        while time.monotonic() < enough and not context.stopped:
            time.sleep(0.01)
        return DeviceResult(device.name, Verdict.CHANGED, "finished")

    results = context.each(look)
    return Report(f"{context.stopped and 'stopped' or 'not stopped'}", results)

PLAYBOOK = Playbook("slow", "Take its time.", run)
"""


@pytest.fixture
def process(database_url, tmp_path):
    """How to start `neutralhost` in a process of its own, beside the devices of a street."""
    folder = tmp_path / "playbooks"
    folder.mkdir(mode=0o755)
    (folder / "slow.py").write_text(SLOW)
    with running(database_url, street(homes=2), works=False) as town:
        environment = os.environ | {
            "NEUTRALHOST_VAR": str(tmp_path / "var"),
            "NEUTRALHOST_TOKEN_PEPPER": "pepper",
            "NEUTRALHOST_DEVICE_PASSWORD": PASSWORD.get_secret_value(),
            "NEUTRALHOST_DATABASE_URL": database_url,
            "NEUTRALHOST_EAPI_TRANSPORT": "http",
            "NEUTRALHOST_EAPI_PORT": str(town.fleet.port),
            "NEUTRALHOST_PLAYBOOKS_FOLDER": str(folder),
        }

        def start(*arguments, takes_s, **more):
            """Each device takes so long, or until somebody stops the run."""
            command = [sys.executable, "-c", RUN, *arguments]
            its = environment | {"TAKES_S": str(takes_s)}
            process = subprocess.Popen(command, env=its, cwd=tmp_path, text=True, **more)
            ends.callback(process.wait, 10)
            ends.callback(process.kill)
            for stream in (process.stdout, process.stderr):
                ends.callback(stream.close if stream else lambda: None)
            return process

        with ExitStack() as ends:
            yield start


def test_ctrl_c_finishes_what_was_begun_begins_nothing_new_and_says_what_stands(process):
    started = process("playbook", "run", "slow", "--json", takes_s=60, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdout.readline() == "BEGUN\n"
    started.send_signal(signal.SIGINT)
    printed, told = started.communicate(timeout=120)

    assert started.returncode == 130, printed + told
    assert "nothing new is begun, and what was begun is brought to its end" in told
    document = json.loads(printed)
    assert (document["stopped"], document["says"]) == (True, "stopped")
    assert [(each["verdict"], each["what"]) for each in document["results"]] == [
        ("changed", "finished"),
        *[("skipped", "stopped before it was begun")] * 3,
    ]


def test_a_terminal_shows_who_is_at_work_and_keeps_every_result_once(process):
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read():
        try:
            while piece := os.read(ours, 65_536):
                shown.append(piece)
        except OSError:  # the other end is closed
            return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    started = process("playbook", "run", "slow", "--limit", "nte-*", takes_s=1.5, stdout=theirs, stderr=theirs)
    assert started.wait(timeout=120) == 0
    os.close(theirs)
    reader.join(10)
    os.close(ours)

    text = b"".join(shown).decode()
    assert "0 of 2 done" in text
    assert "1 of 2 done" in text
    assert text.count("finished") == 2
    assert text.rstrip().endswith("not stopped")
