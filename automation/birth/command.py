"""A probe that is a program of the operator's: the task as JSON on its standard input, what it counted on its output.

Whatever an operator has (a test head's API, Y.1731 or TWAMP sessions, a reflector on the NTE) is asked by a short
program of theirs. docs/how-to/birth-certificate.md has the shapes and one to begin with.
"""

import json
import shlex
import subprocess
from dataclasses import asdict
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from automation.birth.prober import Probed, ProbeTask, RateStep, When, nothing_probed
from automation.redaction import printable
from inventory.devices import PortRef

_log = structlog.get_logger(__name__)
SHORT = 80  # characters of what a program said that are repeated
LONGEST_WHY = 300
LONGEST_SSID = 32
LONGEST_REALM = 253  # RFC 7542, 2.2: a domain name
_MOST = 10**12
_COUNT = Field(None, ge=0, le=_MOST)
_VLAN = Field(ge=0, le=4095)


class _Stray(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    port: str = Field(pattern=r"^[^:\s]{1,64}:\S{1,64}$", description="DEVICE:PORT")
    frames: int = Field(ge=0, le=_MOST)


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    percent_of_cir: int = Field(ge=1, le=100)
    rate_mbps: float = Field(ge=0, le=_MOST)
    offered_mbps: float | None = Field(None, ge=0, le=_MOST)


class ProbedJson(BaseModel):
    """What a program answers; every field may be left out. What has no end does not fit into a signed document."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    sent: int | None = _COUNT
    lost: int | None = _COUNT
    delay_us: float | None = Field(None, ge=0, le=_MOST)
    rate_mbps: float | None = Field(None, ge=0, le=_MOST)
    largest_frame_bytes: int | None = _COUNT
    tags: tuple[tuple[int, int], ...] | None = Field(None, max_length=4)
    strays: tuple[_Stray, ...] | None = Field(None, max_length=1000)
    steps: tuple[_Step, ...] | None = Field(None, max_length=20)
    method: str = Field("", max_length=SHORT)
    why_not: dict[str, Annotated[str, Field(max_length=LONGEST_WHY)]] = Field(default_factory=dict, max_length=20)

    def probed(self) -> Probed:
        strays = None if self.strays is None else tuple((_port_ref(one.port), one.frames) for one in self.strays)
        return Probed(
            self.sent,
            self.lost,
            self.delay_us,
            self.rate_mbps,
            self.largest_frame_bytes,
            self.tags,
            strays,
            printable(self.method) if self.method else "",
            tuple((name, printable(why)) for name, why in self.why_not.items()),
            None if self.steps is None else tuple(RateStep(**dict(one)) for one in self.steps),
        )


def task_json(task: ProbeTask) -> str:
    """The task as a program is given it: ports as DEVICE:PORT, everything else as it is called in `ProbeTask`."""
    said = asdict(task) | {
        "uni": str(task.uni),
        "far_end": str(task.far_end),
        "neighbours": [str(port) for port in task.neighbours],
    }
    return json.dumps(said)


def read_probed(text: str) -> Probed:
    """What a program answered. Raises: ValidationError."""
    return ProbedJson.model_validate_json(text).probed()


class CommandProber:
    """Asks a program. What goes wrong with it is an answer too: nothing was measured, and why."""

    def __init__(self, command: str, timeout_s: float) -> None:
        self._command = tuple(shlex.split(command))
        self._timeout_s = timeout_s

    def probe(self, task: ProbeTask) -> Probed:
        try:
            done = subprocess.run(  # the operator's own setting, split without a shell
                self._command,
                input=task_json(task),
                capture_output=True,
                text=True,
                timeout=self._timeout_s + (task.seconds if task.when is When.IN_USE else 0.0),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            return self._nothing(task, type(error).__name__)
        if done.returncode:
            return self._nothing(task, f"exit code {done.returncode}, its words are in the log", _shortly(done.stderr))
        try:
            return read_probed(done.stdout)
        except ValidationError as error:
            return self._nothing(task, f"its answer was not understood: {_shortly(error.errors()[0]['msg'])}")

    def _nothing(self, task: ProbeTask, why: str, words: str = "") -> Probed:
        """`why` goes into the certificate, which an ISP reads; the program's own `words` are the operator's."""
        _log.warning("probe failed", service=task.service, when=task.when.value, why=why, words=words)
        return nothing_probed(f"the probe failed ({why})")


def _shortly(text: str) -> str:
    lines = text.strip().splitlines()
    return printable(lines[-1])[:SHORT] if lines else "it said nothing"


def _port_ref(text: str) -> PortRef:
    device, _, port = text.partition(":")
    return PortRef(device, port)


class _TaskJson(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str
    when: When
    uni: str
    far_end: str
    is_handover: bool
    s_vlan: int = _VLAN
    c_vlan: int | None
    z_c_vlan: int | None
    cir_mbps: int
    eir_mbps: int
    frame_bytes: int
    seconds: float
    in_service: bool
    neighbours: tuple[str, ...]
    ssid: str = Field("", max_length=LONGEST_SSID)
    steps: tuple[Annotated[int, Field(ge=1, le=100)], ...] = Field((), max_length=20)
    realm: str = Field("", max_length=LONGEST_REALM)
    shares: str = ""


def read_task(text: str) -> ProbeTask:
    """A task as a program written in Python reads it. Raises: ValidationError."""
    read = _TaskJson.model_validate_json(text)
    ports = {"uni": _port_ref(read.uni), "far_end": _port_ref(read.far_end)}
    return ProbeTask(**dict(read) | ports | {"neighbours": tuple(map(_port_ref, read.neighbours))})
