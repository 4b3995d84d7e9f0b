"""Open vSwitch for one namespace: a database and a switch of its own, told what to do over the database's socket.

The sockets are files, so everything is asked from the root namespace; the switch alone runs in its own.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from automation.twin.ovs.programs import SCHEMA, run

_FIRST_ROW = (
    '["Open_vSwitch", {"op": "insert", "table": "Open_vSwitch", "row": {"other_config":'
    # Two tags are parsed only when it is told so; one revalidator is enough for a device of the twin.
    ' ["map", [["vlan-limit", "2"], ["n-revalidator-threads", "1"], ["n-handler-threads", "1"]]]}}]'
)


def make_template(folder: Path) -> Path:
    """Make the empty database that every switch begins with, and return its path."""
    template = folder / "template.db"
    if not template.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        run("ovsdb-tool", "create", str(template), SCHEMA)
        run("ovsdb-tool", "transact", str(template), _FIRST_ROW)
    return template


@dataclass(frozen=True, slots=True)
class OpenVswitch:
    """The Open vSwitch of one namespace; all its files are in `folder`."""

    namespace: str
    folder: Path

    def start(self, template: Path) -> None:
        """Start database and switch, and return when both answer. Raises: TwinProgramFailed."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(template, self.folder / "conf.db")
        run(
            "ovsdb-server",
            str(self.folder / "conf.db"),
            f"--remote=punix:{self._database}",
            *self._daemon("ovsdb-server"),
            environment=self.environment,
        )
        switch = ("ovs-vswitchd", f"unix:{self._database}", *self._daemon("ovs-vswitchd"))
        run("ip", "netns", "exec", self.namespace, *switch, environment=self.environment)

    @property
    def environment(self) -> dict[str, str]:
        return {name: str(self.folder) for name in ("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR")}

    def change(self, words: tuple[str, ...]) -> str:
        """Do all of it or nothing, and return what was said when the switch does it. Raises: TwinProgramFailed."""
        if not words:
            return ""
        return run("ovs-vsctl", f"--db=unix:{self._database}", "--timeout=10", *words, environment=self.environment)

    def flows(self, *words: str) -> str:
        """Ask or tell a bridge by OpenFlow 1.3, which knows meters. Raises: TwinProgramFailed."""
        return run("ovs-ofctl", "-O", "OpenFlow13", *words, environment=self.environment)

    @property
    def _database(self) -> Path:
        return self.folder / "db.sock"

    def _daemon(self, name: str) -> tuple[str, ...]:
        return (
            f"--pidfile={self.folder / name}.pid",
            f"--unixctl={self.folder / name}.ctl",
            f"--log-file={self.folder / name}.log",
            "-vconsole:off",
            "-vsyslog:off",
            "-vfile:warn",
            "--detach",
            "--no-chdir",
        )
