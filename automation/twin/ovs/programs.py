"""The programs of the operating system the packet twin is made with: the one door to them."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from shutil import which

from automation.twin.errors import TwinLacksPrograms, TwinNeedsRoot, TwinProgramFailed

TIMEOUT_S = 30.0
SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
# Debian's package for every program that is called; sbin is not on everybody's path.
PACKAGES: Mapping[str, str] = {
    "ip": "iproute2",
    "tc": "iproute2",
    "ovs-vsctl": "openvswitch-switch",
    "ovs-ofctl": "openvswitch-switch",
    "ovs-vswitchd": "openvswitch-switch",
    "ovsdb-server": "openvswitch-switch",
    "ovsdb-tool": "openvswitch-switch",
    "ethtool": "ethtool",
    "ping": "iputils-ping",
    "tcpdump": "tcpdump",
    "iperf3": "iperf3",
}
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def require_packets() -> None:
    """Raises: TwinNeedsRoot, TwinLacksPrograms."""
    if os.geteuid() != 0:
        raise TwinNeedsRoot
    if lacking := [name for name in PACKAGES if which(name, path=_PATH) is None]:
        raise TwinLacksPrograms(lacking, sorted({PACKAGES[name] for name in lacking}))


def run(*words: str, stdin: str = "", environment: Mapping[str, str] | None = None) -> str:
    """Run a program and return what it printed. Raises: TwinProgramFailed."""
    try:
        done = subprocess.run(
            words,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            env={**os.environ, "PATH": _PATH, **(environment or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TwinProgramFailed(words[:3], type(error).__name__) from error
    if done.returncode:
        raise TwinProgramFailed(words[:3], _last_line(done.stderr))
    return done.stdout


def ip_batch(lines: Sequence[str], *, namespace: str = "") -> None:
    """Do many `ip` commands with one program, in order. Raises: TwinProgramFailed, at the first that fails."""
    if lines:
        where = ("-n", namespace) if namespace else ()
        run("ip", *where, "-batch", "-", stdin="\n".join((*lines, "")))


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:200] if lines else "it said nothing"
