"""`neutralhost twin exec` and `twin probe`: inside the running packet twin, from its places."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from automation.birth.command import read_task
from automation.birth.prober import Probed, ProbeTask
from automation.twin.control import ask_twin
from automation.twin.errors import TwinForwardsNothing
from automation.twin.ovs.plan import End
from automation.twin.ovs.probes import OvsProber
from automation.twin.ovs.programs import require_packets
from inventory.devices import PortRef
from inventory.errors import UnknownThing
from provisioning.cli.errors import InputRefused
from provisioning.cli.twin_asked import twin_folder

IP = "/usr/sbin/ip"
_LONGEST_TASK = 1_000_000


def exec_in(place: str, words: tuple[str, ...]) -> None:
    """Become the command, inside the place: its exit code is ours.

    Raises: TwinIsNotUp, TwinForwardsNothing, TwinNeedsRoot, UnknownThing.
    """
    state = ask_twin(twin_folder(), {"do": "status"})
    namespace = namespace_of(state, place)
    require_packets()
    sys.stdout.flush()
    program = IP if Path(IP).exists() else "ip"
    os.execvp(program, [program, "netns", "exec", namespace, *words])  # noqa: S606 - what the user typed, by intent


def namespace_of(state: dict[str, Any], place: str) -> str:
    """Where a device, premises or handover is. Raises: TwinForwardsNothing, UnknownThing."""
    if state["backend"] == "memory":
        raise TwinForwardsNothing("run a command inside a place")
    for one in (*state["devices"], *state["places"]):
        if one["name"] == place:
            found: str = one["namespace"]
            return found
    raise UnknownThing("device, premises (UPRN) or handover in the twin", place)


def probe() -> None:
    """Measure one circuit: the task as JSON on standard input, what was counted as JSON on standard output."""
    state = ask_twin(twin_folder(), {"do": "status"})
    if state["backend"] == "memory":
        raise TwinForwardsNothing("send frames")
    require_packets()
    task = task_of(sys.stdin.buffer.read(_LONGEST_TASK).decode(errors="replace"))
    namespaces = {one["name"]: one["namespace"] for one in state["devices"]}
    click.echo(probed_json(OvsProber([_end(one) for one in state["places"]], namespaces).probe(task)))


def task_of(text: str) -> ProbeTask:
    """The task on standard input. Raises: InputRefused, with the first fault."""
    try:
        return read_task(text)
    except ValidationError as wrong:
        fault = wrong.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        said = f"{where}: {fault['msg']}" if where else fault["msg"]
        raise InputRefused(f"What came on standard input is no task of a probe ({said}).") from None


def probed_json(probed: Probed) -> str:
    """What was counted, as `automation.birth.command` reads it."""
    strays = [{"port": str(port), "frames": frames} for port, frames in probed.strays or ()]
    said = asdict(probed) | {"strays": None if probed.strays is None else strays, "why_not": dict(probed.why_not)}
    return json.dumps(said)


def _end(place: dict[str, Any]) -> End:
    device, _, port = place["port"].partition(":")
    is_handover = place["kind"] == "handover"
    return End(place["name"], place["namespace"], place["interface"], PortRef(device, port), is_handover)
