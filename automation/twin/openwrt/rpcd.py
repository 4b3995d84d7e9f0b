"""What rpcd does: sessions with rights, changes staged in a session, and an apply that goes back by itself.

Written from rpcd's own uci.c and session.c (OpenWrt, rpcd.git) as far as the documentation ("rpcd", "ubus
session", "uci" pages of the OpenWrt wiki) leaves it open, and from what was measured against a real rpcd:

- what `set`, `add` and `delete` do is staged in the session, and seen in it only;
- an apply with a rollback keeps a copy of the files in memory, commits, and starts a timer; while it runs every
  other apply, commit and revert is denied, and so is a confirm by another session;
- a login by the user whose apply is pending gets that session again, so that one who reconnects can confirm;
- at the timer's end, or by `rollback`, the files go back, and what was staged is staged again;
- nothing of an apply that is pending outlives a reboot, but the files, which are on flash: the change stays.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from automation.dialects.openwrt.account import PACKAGES, READS, WRITES
from automation.sha512_crypt import matches
from automation.twin.eapi import Credentials
from automation.twin.faults import Faults
from automation.twin.openwrt.files import (
    DENIED,
    INVALID,
    NO_DATA,
    NO_METHOD,
    NOT_FOUND,
    OK,
    UNKNOWN_ERROR,
    Change,
    Files,
    Refused,
    option_changes,
    section_changes,
    with_changes,
)
from automation.twin.sessions import CallLater, CommitCounts, Timer
from automation.uci import UciCommand, Verb

type Arguments = dict[str, Any]
type Answer = dict[str, Any]

UNAUTHENTICATED = "0" * 32
DEFAULT_SESSION_S = 300.0  # RPC_DEFAULT_SESSION_TIMEOUT
DEFAULT_APPLY_S = 60.0  # RPC_APPLY_TIMEOUT
# The one account's rights: these methods, and of the configuration these packages.
GRANTED = {name: frozenset((*READS.get(name, ()), *WRITES.get(name, ()))) for name in {**READS, **WRITES}}


@dataclass(slots=True)
class RpcSession:
    """One login. `staged` is in order."""

    sid: str
    user: str
    timeout_s: float
    last_used_s: float
    values: dict[str, Any] = field(default_factory=dict)
    staged: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class _Apply:
    """An apply that waits to be confirmed: what the files and the session were before."""

    session: RpcSession
    files: Files
    staged: list[Change]
    timer: Timer


@dataclass(slots=True)
class Rpcd:
    """The daemon of one device that is switched on. `files` are on flash; `written` is told whenever they change."""

    credentials: Credentials
    files: Files
    faults: Faults
    clock: Callable[[], float]
    call_later: CallLater
    written: Callable[[], None]
    sessions: dict[str, RpcSession] = field(default_factory=dict)
    pending: _Apply | None = None
    counts: CommitCounts = field(default_factory=CommitCounts)

    def forget_all(self) -> None:
        """Lose every session and the copy an apply would go back to: the files stay as they are."""
        self.sessions.clear()
        if self.pending is not None:
            self.pending.timer.cancel()
            self.pending = None

    def is_admitted(self, sid: str, name: str, method: str) -> bool:
        """Whether uhttpd lets this session call the method at all."""
        if (name, method) == ("session", "login"):
            return True
        session = self.session(sid)
        return session is not None and (name not in GRANTED or method in GRANTED[name] or name == "uci")

    def session(self, sid: str) -> RpcSession | None:
        """A session that is not over; asking for it keeps it alive."""
        found = self.sessions.get(sid)
        if found is None:
            return None
        now = self.clock()
        if now - found.last_used_s > found.timeout_s:
            del self.sessions[sid]
            return None
        found.last_used_s = now
        return found

    def call(self, sid: str, method: str, arguments: Arguments) -> tuple[int, Answer]:
        """Do one method of `uci` or `session` and return ubus's code with its answer."""
        try:
            if method == "session.login":
                return OK, self._login(arguments)
            session = self.session(sid)
            if session is None or method not in _METHODS:
                return NO_METHOD, {}
            return OK, _METHODS[method](self, session, arguments)
        except Refused as refused:
            return refused.code, {}

    def _login(self, arguments: Arguments) -> Answer:
        user, password = arguments.get("username"), arguments.get("password")
        if not isinstance(user, str) or not isinstance(password, str):
            raise Refused(INVALID)
        if not self._is_account(user, password):
            raise Refused(DENIED)
        session = self._session_for(user, float(arguments.get("timeout", DEFAULT_SESSION_S)))
        return {"ubus_rpc_session": session.sid, "timeout": int(session.timeout_s), "data": {"username": user}}

    def _is_account(self, user: str, password: str) -> bool:
        """By the logins in package rpcd; a device without that package was set up by hand, with the fleet's account."""
        if "rpcd" in self.files:
            logins = [kept.options for kept in self.files["rpcd"].values() if kept.type == "login"]
            return any(
                one.get("username") == user and matches(password, str(one.get("password", ""))) for one in logins
            )
        expected = f"{self.credentials.username}\0{self.credentials.password.get_secret_value()}"
        return hmac.compare_digest(f"{user}\0{password}".encode(), expected.encode())

    def _session_for(self, user: str, timeout_s: float) -> RpcSession:
        if self.pending is not None and self.pending.session.user == user:
            self.pending.session.last_used_s = self.clock()
            return self.sessions.setdefault(self.pending.session.sid, self.pending.session)
        session = RpcSession(secrets.token_hex(16), user, timeout_s, self.clock())
        self.sessions[session.sid] = session
        return session

    def destroy(self, session: RpcSession, _arguments: Arguments) -> Answer:
        del self.sessions[session.sid]
        return {}

    def remember(self, session: RpcSession, arguments: Arguments) -> Answer:
        values = arguments.get("values")
        if not isinstance(values, dict):
            raise Refused(INVALID)
        session.values.update(values)
        return {}

    def recall(self, session: RpcSession, arguments: Arguments) -> Answer:
        keys = arguments.get("keys")
        wanted = keys if isinstance(keys, list) else list(session.values)
        return {"values": {key: session.values[key] for key in wanted if key in session.values}}

    def access(self, _session: RpcSession, arguments: Arguments) -> Answer:
        methods = GRANTED.get(str(arguments.get("object")), frozenset())
        return {"access": arguments.get("scope", "ubus") == "ubus" and arguments.get("function") in methods}

    def get(self, session: RpcSession, arguments: Arguments) -> Answer:
        sections = self._seen_by(session)[self._package(arguments)]
        shown = {
            name: {".anonymous": kept.anonymous, ".type": kept.type, ".name": name, ".index": index}
            | {option: value if isinstance(value, str) else list(value) for option, value in kept.options.items()}
            for index, (name, kept) in enumerate(sections.items())
        }
        if "section" not in arguments:
            return {"values": shown}
        name, option = str(arguments["section"]), arguments.get("option")
        if name not in shown or (option is not None and option not in shown[name]):
            raise Refused(NOT_FOUND)
        return {"values": shown[name]} if option is None else {"value": shown[name][option]}

    def changes(self, session: RpcSession, arguments: Arguments) -> Answer:
        found: dict[str, list[list[str]]] = {}
        for change in session.staged:
            found.setdefault(change.package, []).append(change.told())
        if "config" in arguments:
            return {"changes": found.get(self._package(arguments), [])}
        return {"changes": found}

    def configs(self, _session: RpcSession, _arguments: Arguments) -> Answer:
        return {"configs": sorted(self.files)}

    def add(self, session: RpcSession, arguments: Arguments) -> Answer:
        package, kind = self._package(arguments), arguments.get("type")
        name = arguments.get("name")
        if not isinstance(kind, str) or not isinstance(name, str):
            raise Refused(INVALID)  # a section without a name is never asked for here
        self._may(UciCommand(Verb.SET, package, name, value=kind))
        draft = [*session.staged, *section_changes(self._seen_by(session), package, name, kind)]
        self._stage(session, draft, package, name, arguments.get("values") or {})
        return {"section": name}

    def set(self, session: RpcSession, arguments: Arguments) -> Answer:
        package, name, values = self._package(arguments), arguments.get("section"), arguments.get("values")
        if not isinstance(name, str) or not isinstance(values, dict):
            raise Refused(INVALID)
        self._stage(session, list(session.staged), package, name, values)
        return {}

    def _stage(self, session: RpcSession, draft: list[Change], package: str, name: str, values: Answer) -> None:
        kept = with_changes(self.files, draft)[package].get(name)
        if kept is None:
            raise Refused(NOT_FOUND)
        for option, value in values.items():
            for text in value if isinstance(value, list) else [value]:
                self._may(UciCommand(Verb.SET, package, name, str(option), str(text)))
            draft += option_changes(kept.type, kept.options.get(option), (package, name, str(option)), value)
        session.staged = draft

    def delete(self, session: RpcSession, arguments: Arguments) -> Answer:
        package, name = self._package(arguments), arguments.get("section")
        kept = self._seen_by(session)[package].get(str(name))
        if kept is None:
            raise Refused(NOT_FOUND)
        options = arguments.get("options", [arguments["option"]] if "option" in arguments else [""])
        for option in options:
            self._may(UciCommand(Verb.DELETE, package, str(name), str(option)))
            if option and option not in kept.options:
                raise Refused(NOT_FOUND)
        session.staged += [Change("remove", package, str(name), str(option)) for option in options]
        return {}

    def revert(self, session: RpcSession, arguments: Arguments) -> Answer:
        package = self._not_pending(arguments)
        session.staged = [change for change in session.staged if change.package != package]
        return {}

    def commit(self, session: RpcSession, arguments: Arguments) -> Answer:
        package = self._not_pending(arguments)
        mine = [change for change in session.staged if change.package == package]
        session.staged = [change for change in session.staged if change.package != package]
        if mine:
            self._write(with_changes(self.files, mine))
            self.counts.commits += 1
        return {}

    def _not_pending(self, arguments: Arguments) -> str:
        """Denied while an apply is pending, before anything else is looked at (rpc_uci_revert_commit)."""
        if self.pending is not None:
            raise Refused(DENIED)
        if "config" not in arguments:
            raise Refused(INVALID)
        return self._package(arguments)

    def apply(self, session: RpcSession, arguments: Arguments) -> Answer:
        rollback = arguments.get("rollback") is True
        if self.pending is not None:
            raise Refused(DENIED)
        if not session.staged:
            raise Refused(NO_DATA)
        before, staged = self.files, session.staged
        session.staged = []
        if rollback:
            wait_s = float(arguments.get("timeout", DEFAULT_APPLY_S))
            self.pending = _Apply(session, before, staged, self.call_later(wait_s, self._time_is_up))
            self.counts.timed += 1
        else:
            self.counts.commits += 1
        self._write(with_changes(before, staged))
        return {}

    def confirm(self, session: RpcSession, _arguments: Arguments) -> Answer:
        self._pending_of(session).timer.cancel()
        self.pending = None
        self.counts.confirmed += 1
        return {}

    def rollback(self, session: RpcSession, _arguments: Arguments) -> Answer:
        self._pending_of(session).timer.cancel()
        self._go_back()
        self.counts.aborted += 1
        return {}

    def _pending_of(self, session: RpcSession) -> _Apply:
        if self.pending is None:
            raise Refused(NO_DATA)
        if self.pending.session is not session:
            raise Refused(DENIED)
        return self.pending

    def _time_is_up(self) -> None:
        self._go_back()
        self.counts.reverted += 1

    def _go_back(self) -> None:
        if self.pending is not None:
            back, self.pending = self.pending, None
            back.session.staged = back.staged + back.session.staged
            self._write(back.files)

    def _write(self, files: Files) -> None:
        self.files = files
        self.written()

    def _seen_by(self, session: RpcSession) -> Files:
        return with_changes(self.files, session.staged)

    def _package(self, arguments: Arguments) -> str:
        """The package asked for. Raises: Refused, where there is none or the account has no right to it."""
        package = arguments.get("config")
        if not isinstance(package, str):
            raise Refused(INVALID)
        if package not in PACKAGES:
            raise Refused(DENIED)
        if package not in self.files:
            raise Refused(NOT_FOUND)
        return package

    def _may(self, command: UciCommand) -> None:
        """Raises: Refused, where the faults say so, or a text could not be written as one line."""
        if not command.value.isprintable():
            raise Refused(INVALID)
        if any(pattern.search(str(command)) for pattern in self.faults.refuses):
            raise Refused(UNKNOWN_ERROR)


_METHODS: dict[str, Callable[[Rpcd, RpcSession, Arguments], Answer]] = {
    "session.destroy": Rpcd.destroy,
    "session.set": Rpcd.remember,
    "session.get": Rpcd.recall,
    "session.access": Rpcd.access,
    "uci.get": Rpcd.get,
    "uci.changes": Rpcd.changes,
    "uci.configs": Rpcd.configs,
    "uci.add": Rpcd.add,
    "uci.set": Rpcd.set,
    "uci.delete": Rpcd.delete,
    "uci.revert": Rpcd.revert,
    "uci.commit": Rpcd.commit,
    "uci.apply": Rpcd.apply,
    "uci.confirm": Rpcd.confirm,
    "uci.rollback": Rpcd.rollback,
}
