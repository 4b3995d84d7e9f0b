"""A probe that is a program: what it is told, what it may answer, and what becomes of one that fails."""

import json
import sys
from pathlib import Path

import pytest

from automation.birth.command import CommandProber, read_probed, read_task, task_json
from automation.birth.prober import MEASURES, Probed, ProbeTask, When
from inventory.devices import PortRef

TASK = ProbeTask(
    "S-1", When.AFTER, PortRef("nte", "Ethernet1"), PortRef("dx", "Ethernet48"), True, 2001, None, 7, 100, 50,
    1522, 5.0, False, (PortRef("nte-2", "Ethernet1"),),
)  # fmt: skip


@pytest.fixture
def program(tmp_path: Path):
    def write(body: str) -> str:
        file = tmp_path / "probe.py"
        file.write_text(body)
        return f"{sys.executable} {file}"

    return write


def test_a_task_is_read_as_it_was_written():
    assert read_task(task_json(TASK)) == TASK
    assert json.loads(task_json(TASK))["uni"] == "nte:Ethernet1"


def test_a_program_is_told_the_task_and_its_answer_is_what_was_measured(program):
    probe = CommandProber(
        program(
            "import json, sys\n"
            "task = json.load(sys.stdin)\n"
            "print(json.dumps({'sent': 10, 'lost': 1, 'tags': [[0x88a8, task['s_vlan']]], 'method': 'loopback',\n"
            "  'strays': [{'port': port, 'frames': 0} for port in task['neighbours']],\n"
            "  'why_not': {'rate_mbps': 'the head has no licence\\nfor it'}}))\n"
        ),
        10.0,
    )
    found = probe.probe(TASK)
    assert found == Probed(
        10,
        1,
        tags=((0x88A8, 2001),),
        strays=((PortRef("nte-2", "Ethernet1"), 0),),
        method="loopback",
        why_not=(("rate_mbps", found.reason("rate_mbps")),),
    )
    assert "\n" not in found.reason("rate_mbps")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import sys; sys.exit('the head is away')", "exit code 1, its words are in the log"),
        ("print('{\"delay_us\": Infinity}')", "its answer was not understood"),
        ("print('{\"rate_mbps\": NaN}')", "its answer was not understood"),
        ("import json; print(json.dumps({'why_not': {'sent': 'x' * 100_000}}))", "its answer was not understood"),
        ("import json; print(json.dumps({'sent': 10 ** 30}))", "its answer was not understood"),
        ("print('not JSON')", "its answer was not understood"),
        ("print('{\"sent\": -1}')", "its answer was not understood"),
        ("print('{\"speed\": 1}')", "its answer was not understood"),
        ("import time; time.sleep(9)", "TimeoutExpired"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "UnicodeDecodeError"),
    ],
)
def test_a_program_that_fails_has_measured_nothing_and_every_figure_says_why(program, body, words):
    found = CommandProber(program(body), 0.5 if "sleep" in body else 10.0).probe(TASK)
    assert all(words in found.reason(name) for name in MEASURES)
    assert (found.sent, found.tags, found.strays) == (None, None, None)


def test_a_program_that_is_not_there_has_measured_nothing():
    assert "FileNotFoundError" in CommandProber("/no/such/probe --fast", 1.0).probe(TASK).reason("sent")


def test_an_answer_with_nothing_in_it_measures_nothing():
    assert read_probed("{}") == Probed()
    assert read_probed('{"strays": []}').strays == ()


def test_what_a_program_says_as_it_fails_is_the_operators_and_stands_in_no_certificate(program):
    found = CommandProber(program("import sys; sys.exit('401 for https://nh:s3cret@head.example')"), 10.0).probe(TASK)
    assert "s3cret" not in repr(found)
