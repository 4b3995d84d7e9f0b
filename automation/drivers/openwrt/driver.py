"""OpenWrt as NAPALM sees devices: rpcd's staged changes, its apply with a rollback timer, and its confirm.

How NAPALM's verbs are done (rpcd's uci.c; docs/explanation/access-points.md):

- what is in force is read in a session of its own: in the one that stages, `uci get` shows what is staged too;
- `load_merge_candidate` stages `uci batch` lines in a fresh session, all of them or none; `compare_config` is
  `uci changes`, `discard_config` is `uci revert`;
- `commit_config(revert_in=N)` is `uci apply {rollback, timeout: N}`: the device goes back by itself;
- `confirm_commit` comes over a new connection with a new login, which is handed the session whose apply is
  pending: that one who could not reach the device any more cannot confirm is the point of the timer;
- after a rollback, ours or the timer's, what was staged is staged again: it is reverted, always.

With `optional_args["secrets"]` (a `Sealer`) no secret enters or leaves the driver in clear.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from secrets import token_hex
from typing import Any

from napalm.base.base import NetworkDriver
from napalm.base.exceptions import (
    CommitError,
    ConnectionClosedException,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)

from automation.drivers.openwrt.changes import lines_of, merged
from automation.drivers.openwrt.looks import facts, interfaces, on_air, sent_on
from automation.drivers.openwrt.ubus import DENIED, INVALID, NO_DATA, SessionGone, Ubus, UbusRefused, way_to
from automation.sealing import Sealer
from automation.uci import Section, Uci, UciCommand, Value, Verb, difference, export, parse, parse_commands
from automation.uci_errors import SecretUnreadable, UciUnreadable
from automation.uci_secrets import opened, opened_commands, sealed, without_secrets

PACKAGES = ("network", "wireless")
_MARK = "neutralhost"


class OpenwrtDriver(NetworkDriver):  # type: ignore[misc]  # napalm is not typed
    """One access point. `mark` names who commits, and is kept on the device while the commit is pending."""

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        args = optional_args or {}
        self.hostname = hostname
        self.username = username
        self.password = password
        self.timeout = timeout
        self.mark = token_hex(8)
        self._port = int(args.get("port", 443))
        self._transport = str(args.get("transport", "https"))
        self._verify: bool | str = args.get("verify", True)
        self._secrets: Sealer | None = args.get("secrets")
        self._ubus: Ubus | None = None
        self._sid = ""
        self._staging = ""  # the session that holds what is loaded, "" where nothing is
        self._applied = ""  # the session whose apply we have not confirmed, "" where there is none
        self._before: Uci | None = None

    def open(self) -> None:
        self._ubus, self._sid = self._connect()

    def close(self) -> None:
        """Let go of what is loaded, take back what is not confirmed, and sign out."""
        if self._ubus is None:
            return
        try:
            if self._applied:
                self._roll_back()
            self.discard_config()
            self._call("session", "destroy", sid=self._sid)
        except (UbusRefused, ConnectionClosedException, SessionGone):
            pass  # it is over on the device already
        finally:
            self._ubus.close()
            self._ubus = None

    def is_alive(self) -> dict[str, bool]:
        if self._ubus is None:
            return {"is_alive": False}
        try:
            self._look("system", "board")
        except (OSError, UbusRefused, *_AWAY):
            return {"is_alive": False}
        return {"is_alive": True}

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        try:
            self._load(self._opened(parse_commands(_text(filename, config))))
        except (UciUnreadable, SecretUnreadable, UbusRefused) as error:
            raise MergeConfigException(str(error)) from None

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Of the packages that the account may write; sections without a name must stay as they are."""
        try:
            wanted = parse(_text(filename, config))
            wanted = opened(wanted, self._secrets) if self._secrets else wanted
            self._load(difference(self._config(self._sid), {name: wanted.get(name, ()) for name in PACKAGES}))
        except (UciUnreadable, SecretUnreadable, UbusRefused, ValueError) as error:
            raise ReplaceConfigException(str(error)) from None

    def compare_config(self) -> str:
        """What `uci changes` says, as the command line prints it, "" where nothing is loaded."""
        if not self._staging:
            return ""
        changes = self._call("uci", "changes", sid=self._staging)["changes"]
        ssids = _ssids(self._config(self._staging)) if changes else {}
        return "\n".join(lines_of(changes, ssids, self._secrets))

    def discard_config(self) -> None:
        sid, self._staging, self._applied = self._staging, "", ""
        if sid:
            self._revert(sid)

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        if message:
            raise NotImplementedError("OpenWrt keeps no message with a commit")
        if self._applied or not self._staging:
            raise CommitError("a commit waits to be confirmed" if self._applied else "nothing is loaded")
        self._before = self._config(self._sid)
        try:
            if revert_in is None:
                self._call("uci", "apply", {"rollback": False}, sid=self._staging)
                self.discard_config()
                return
            self._call("session", "set", {"values": {_MARK: self.mark}}, sid=self._staging)
            self._applied = self._staging  # the answer may be lost, and the apply heard
            self._call("uci", "apply", {"rollback": True, "timeout": revert_in}, sid=self._staging)
        except UbusRefused as refused:
            self._applied = ""
            raise CommitError(str(refused)) from None

    def has_candidate(self) -> bool:
        """Is something loaded that was not applied?"""
        return bool(self._staging) and not self._applied

    def has_pending_commit(self) -> bool:
        return bool(self._applied) and self.pending_mark() == self.mark

    def confirm_commit(self) -> None:
        """Keep what was applied, asked for over a new connection: who cannot reach the device does not confirm."""
        if not self._applied:
            raise CommitError("no commit waits to be confirmed")
        ubus, sid = self._connect()
        old, self._ubus, self._sid = self._ubus, ubus, sid
        if old is not None:
            old.close()
        try:
            self._look("system", "board")
            self._call("uci", "confirm", sid=self._sid)
        except UbusRefused as refused:
            raise CommitError(_why_not_confirmed(refused)) from None
        self._applied = self._staging = ""

    def rollback(self) -> None:
        if self._applied:
            self._roll_back()
            self.discard_config()
        elif self._before is not None:
            self._load(difference(self._config(self._sid), self._before))
            if self.compare_config():
                self.commit_config()

    def pending_mark(self) -> str | None:
        """Who has an apply pending on the device: a mark of ours, "" of somebody unknown; None where none is."""
        if not self._is_pending():
            return None
        if self._ubus is not None:
            # Ours is found by signing in: the session of a pending apply is handed to whoever is its user.
            self._sid = self._ubus.login(self.username, self.password)
        values = self._call("session", "get", {"keys": [_MARK]}, sid=self._sid).get("values", {})
        return str(values.get(_MARK, ""))

    def take_back_pending(self) -> None:
        """Roll the pending apply of our account back, whoever began it, and clean its session."""
        self._call("uci", "rollback", sid=self._sid)
        self._revert(self._sid)

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: ARG002  # NAPALM's; nothing is left out here
        sanitized: bool = False,
        format: str = "text",  # noqa: A002, ARG002  # NAPALM's; there is one format
    ) -> dict[str, str]:
        """As `uci export` prints it. What is in force is on flash: running and startup are one."""
        found = {"running": "", "candidate": "", "startup": ""}
        for kind in found:
            if retrieve in (kind, "all"):
                text = self._candidate() if kind == "candidate" else export(self._shown(self._sid))
                found[kind] = without_secrets(text) if sanitized else text
        return found

    def _candidate(self) -> str:
        """ "" where nothing is loaded, or the device has forgotten what was (it does when it boots)."""
        try:
            return export(self._shown(self._staging)) if self._staging else ""
        except SessionGone:
            return ""

    def get_facts(self) -> dict[str, Any]:
        return facts(self._look("system", "board"), self._look("system", "info"), list(self.get_interfaces()))

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        return interfaces(self._look("network.device", "status"), self._look("network.wireless", "status"))

    def get_on_air(self) -> list[dict[str, Any]]:
        """Every SSID on every radio, with who is on it (`looks.on_air`). No getter of NAPALM's says that."""

        def stations_on(name: str) -> int:
            return len(self._look("iwinfo", "assoclist", {"device": name}).get("results", ()))

        return on_air(self._look("network.wireless", "status"), self._look("network.device", "status"), stations_on)

    def get_ssids(self) -> list[dict[str, str]]:
        """Every SSID on every radio as hostapd was told to send it (`looks.sent_on`); no getter of NAPALM's either."""
        return sent_on(self._look("network.wireless", "status"))

    def _connect(self) -> tuple[Ubus, str]:
        ubus = Ubus(way_to(self.hostname, self._port, self._transport, self._verify, self.timeout))
        return ubus, ubus.login(self.username, self.password)

    def _call(self, name: str, method: str, arguments: dict[str, Any] | None = None, *, sid: str) -> dict[str, Any]:
        if self._ubus is None:
            raise ConnectionClosedException("the driver is not open")
        return self._ubus.call(sid, name, method, arguments)

    def _look(self, name: str, method: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read something; with a new login where the device has forgotten the session (it does when it boots)."""
        try:
            return self._call(name, method, arguments, sid=self._sid)
        except SessionGone:
            if self._ubus is None:
                raise
            self._sid = self._ubus.login(self.username, self.password)
            return self._call(name, method, arguments, sid=self._sid)

    def _config(self, sid: str) -> Uci:
        """The packages we have a right to, as that session sees them, secrets in clear."""
        look = self._look if sid == self._sid else lambda *asked: self._call(*asked, sid=sid)
        return {name: _sections(name, look("uci", "get", {"config": name})["values"]) for name in PACKAGES}

    def _shown(self, sid: str) -> Uci:
        config = self._config(sid)
        return sealed(config, self._secrets) if self._secrets else config

    def _opened(self, commands: Sequence[UciCommand]) -> tuple[UciCommand, ...]:
        if self._secrets is None:
            return tuple(commands)
        return opened_commands(commands, _ssids(self._config(self._sid)), self._secrets)

    def _load(self, commands: Sequence[UciCommand]) -> None:
        """Stage all, or none. Raises: UbusRefused, SessionLockedException."""
        if self._ubus is None:
            raise ConnectionClosedException("the driver is not open")
        if self._is_pending():
            raise SessionLockedException("an apply waits to be confirmed")
        self.discard_config()
        self._staging = self._ubus.login(self.username, self.password)
        try:
            for _, group in groupby(commands, key=lambda one: (one.package, one.section)):
                self._stage(tuple(group))
        except UbusRefused:
            self.discard_config()
            raise

    def _stage(self, commands: Sequence[UciCommand]) -> None:
        """Commands about one section, in as few calls as their order allows."""
        waiting: list[UciCommand] = []
        for command in commands:
            if command.verb is not Verb.DELETE:
                waiting.append(command)
                continue
            self._stage_values(waiting)
            waiting = []
            option = {"option": command.option} if command.option else {}
            asked = {"config": command.package, "section": command.section, **option}
            self._call("uci", "delete", asked, sid=self._staging)
        self._stage_values(waiting)

    def _stage_values(self, commands: Sequence[UciCommand]) -> None:
        if not commands:
            return
        first, *rest = commands
        if not first.option:
            values = merged(rest, {})
            made = {"config": first.package, "type": first.value, "name": first.section, "values": values}
            self._call("uci", "add", made, sid=self._staging)
            return
        asked = {"config": first.package, "section": first.section}
        now = self._call("uci", "get", asked, sid=self._staging)["values"]
        self._call("uci", "set", {**asked, "values": merged(commands, now)}, sid=self._staging)

    def _is_pending(self) -> bool:
        """A revert of no package at all: denied while an apply is pending, else a wrong argument (rpcd, uci.c)."""
        try:
            self._look("uci", "revert", {})
        except UbusRefused as refused:
            if refused.code not in (DENIED, INVALID):
                raise
            return refused.code == DENIED
        return False

    def _roll_back(self) -> None:
        """Take our pending apply back, and leave nothing staged. Nothing to do where it is not pending any more."""
        if self.pending_mark() == self.mark:
            self._call("uci", "rollback", sid=self._sid)

    def _revert(self, sid: str) -> None:
        """Nothing stays staged in this session, and it ends. One that the device has forgotten holds nothing."""
        try:
            for package in PACKAGES:
                self._call("uci", "revert", {"config": package}, sid=sid)
            if sid != self._sid:
                self._call("session", "destroy", sid=sid)
        except SessionGone:
            return


_AWAY = (ConnectionClosedException, SessionGone)


def _text(filename: str | None, config: str | None) -> str:
    """As NAPALM has it, a file goes before a text."""
    return Path(filename).read_text(encoding="utf-8") if filename else config or ""


def _sections(package: str, values: dict[str, dict[str, Any]]) -> tuple[Section, ...]:
    """What `uci get` answers, in the order of the file; sections without a name are counted, type by type."""
    counts: dict[str, int] = {}
    found = []
    for shown in sorted(values.values(), key=lambda one: int(one[".index"])):
        kind = str(shown[".type"])
        number = counts.get(kind, 0)
        counts[kind] = number + 1
        name = f"@{kind}[{number}]" if shown[".anonymous"] else str(shown[".name"])
        options: dict[str, Value] = {
            option: tuple(map(str, value)) if isinstance(value, list) else str(value)
            for option, value in shown.items()
            if not option.startswith(".")
        }
        found.append(Section(package, name, kind, options))
    return tuple(found)


def _ssids(config: Uci) -> dict[tuple[str, str], str]:
    return {(one.package, one.name): one.one("ssid") for one in _all(config) if "ssid" in one.options}


def _all(config: Uci) -> Iterable[Section]:
    return (section for sections in config.values() for section in sections)


def _why_not_confirmed(refused: UbusRefused) -> str:
    if refused.code == NO_DATA:
        return "nothing waits to be confirmed: the time was up, or it has booted since"
    return str(refused)
