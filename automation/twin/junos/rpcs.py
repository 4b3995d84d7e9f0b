"""What one NETCONF session of a simulated Junos device asks for, and is answered. No network in here.

NETCONF XML Management Protocol Developer Guide, and RFC 6241 sections 7 and 8 for the standard's own operations.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from automation.twin.junos.database import Database, User, text_of
from automation.twin.junos.refusals import Refused, refuse
from automation.twin.junos.show import SHOWS, View
from automation.twin.junos.tree import Node, as_set
from automation.twin.junos.xml import NotXml, configuration, element, errors, local, message, read, reply, words_of

_CLIENT = "netconf"
CAPABILITIES = (
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:netconf:capability:validate:1.0",
    "http://xml.juniper.net/netconf/junos/1.0",
    "http://xml.juniper.net/dmi/system/1.0",
)
BASE_1_1 = "urn:ietf:params:netconf:base:1.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `committed` where that says a commit was done, `ends` where the session is over behind it."""

    message: bytes
    committed: bool = False
    ends: bool = False


@dataclass(slots=True)
class Rpcs:
    """One session's operations on its device. `kill` ends another session by its number."""

    user: User
    view: View
    kill: Callable[[int], bool] = field(default=lambda _session: False)

    @property
    def database(self) -> Database:
        return self.view.database

    def speaks_chunks(self) -> bool:
        """NETCONF guide, "Configure RFC-Compliant NETCONF Sessions": base:1.1 only where that is configured."""
        netconf = self.database.committed.find("system", "services", "netconf")
        return netconf is not None and netconf.child("rfc-compliant") is not None

    def hello(self) -> bytes:
        capabilities = (*CAPABILITIES, *([BASE_1_1] if self.speaks_chunks() else []))
        made = element("hello", "", element("capabilities", "", *(element("capability", one) for one in capabilities)))
        made.append(element("session-id", str(self.user.session)))
        return message(made)

    def answer(self, asking: bytes) -> Answer:
        """Raises: NotXml."""
        rpc = read(asking)
        asked = next(iter(rpc), None)
        if local(rpc) != "rpc" or asked is None:
            raise NotXml(f"a <{local(rpc)}> where an <rpc> with an operation should be")
        message_id, name = rpc.get("message-id"), local(asked)
        try:
            content = self._do(name, asked)
        except Refused as refusal:
            found = errors(refusal)
            return Answer(reply(message_id, found if isinstance(found, list) else [found]))
        return Answer(
            reply(message_id, [content] if content is not None else []),
            committed=name in ("commit-configuration", "commit") and asked.find("{*}check") is None,
            ends=name == "close-session",
        )

    def _do(self, name: str, asked: Element) -> Element | None:
        if name in SHOWS:
            return SHOWS[name](self.view, asked)
        if name not in _OPERATIONS:
            raise refuse("syntax error", name)
        return _OPERATIONS[name](self, asked)


def _lock(rpcs: Rpcs, _asked: Element) -> Element:
    rpcs.database.lock(rpcs.user)
    return element("ok")


def _unlock(rpcs: Rpcs, _asked: Element) -> Element:
    rpcs.database.unlock(rpcs.user)
    return element("ok")


def _close(_rpcs: Rpcs, _asked: Element) -> Element:
    return element("ok")


def _kill(rpcs: Rpcs, asked: Element) -> Element:
    number = (asked.findtext("{*}session-id") or "").strip()
    if not number.isdecimal() or not rpcs.kill(int(number)):
        raise refuse("invalid session-id", number)
    return element("ok")


def _get_configuration(rpcs: Rpcs, asked: Element) -> Element:
    database = rpcs.database
    if asked.get("compare") == "rollback":
        diff = database.diff(_number(asked.get("rollback")))
        return element("configuration-information", "", element("configuration-output", f"\n{diff}"))
    committed = asked.get("database") == "committed"
    root = database.committed if committed else database.candidate
    match asked.get("format", "xml"):
        case "text":
            return element("configuration-text", f"\n{_banner(database, committed=committed)}{text_of(root)}")
        case "set":
            return element("configuration-set", as_set(root))
        case "xml":
            return configuration(root, asked.find("{*}configuration"))
        case other:
            raise refuse("syntax error", other)


def _banner(database: Database, *, committed: bool) -> str:
    """The comment above a configuration: it says when, and so is never the same twice."""
    newest = next(iter(database.history), None)
    at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(newest.at_s if newest else database.epoch()))
    return f"## Last commit: {at} by {newest.user if newest else 'root'}\n" if committed else f"## Last changed: {at}\n"


def _get_config(rpcs: Rpcs, asked: Element) -> Element:
    """RFC 6241 section 7.1."""
    of_candidate = asked.find("{*}source/{*}candidate") is not None
    root: Node = rpcs.database.candidate if of_candidate else rpcs.database.committed
    return element("data", "", configuration(root, asked.find("{*}filter/{*}configuration")))


def _load_configuration(rpcs: Rpcs, asked: Element) -> Element:
    database, user = rpcs.database, rpcs.user
    if asked.get("rollback") is not None:
        database.load_rollback(user, _number(asked.get("rollback")))
        return element("load-configuration-results", "", element("ok"))
    action, whole = asked.get("action", "merge"), asked.get("action") in ("override", "update")
    text, lines = asked.find("{*}configuration-text"), asked.find("{*}configuration-set")
    inner = asked.find("{*}configuration")
    if lines is not None and action == "set":
        database.load_set(user, lines.text or "")
    elif text is not None and action != "set":
        database.load_text(user, text.text or "", whole=whole)
    elif inner is not None:
        database.load_words(user, tuple(words_of(inner, database.candidate.schema)), whole=whole)
    else:
        raise refuse("syntax error", "load-configuration")
    return element("load-configuration-results", "", element("ok"))


def _commit_configuration(rpcs: Rpcs, asked: Element) -> Element | None:
    """Junos's own commit: `confirm-timeout` is in minutes, 10 where it is not said."""
    if asked.find("{*}check") is not None:
        rpcs.database.check()
        return _done("commit-check-success")
    minutes = None
    if asked.find("{*}confirmed") is not None:
        minutes = _number(asked.findtext("{*}confirm-timeout") or "10", 1, 65535)
    rpcs.database.commit(rpcs.user, _CLIENT, minutes=minutes, log=(asked.findtext("{*}log") or "").strip())
    return _done("commit-success")


def _done(how: str) -> Element:
    engine = element("routing-engine", "", element("name", "re0"), element(how), style="show-name")
    return element("commit-results", "", engine)


def _commit(rpcs: Rpcs, asked: Element) -> Element:
    """RFC 6241 section 8.4: here `confirm-timeout` is in seconds, 600 where it is not said."""
    minutes = None
    if asked.find("{*}confirmed") is not None:
        seconds = _number(asked.findtext("{*}confirm-timeout") or "600", 1, 65535 * 60)
        minutes = -(-seconds // 60)
    rpcs.database.commit(rpcs.user, _CLIENT, minutes=minutes)
    return element("ok")


def _discard(rpcs: Rpcs, _asked: Element) -> Element:
    rpcs.database.load_rollback(rpcs.user, 0)
    return element("ok")


def _validate(rpcs: Rpcs, _asked: Element) -> Element:
    rpcs.database.check()
    return element("ok")


_OPERATIONS: dict[str, Callable[[Rpcs, Element], Element | None]] = {
    "lock-configuration": _lock,
    "lock": _lock,
    "unlock-configuration": _unlock,
    "unlock": _unlock,
    "get-configuration": _get_configuration,
    "get-config": _get_config,
    "load-configuration": _load_configuration,
    "commit-configuration": _commit_configuration,
    "commit": _commit,
    "discard-changes": _discard,
    "validate": _validate,
    "close-session": _close,
    "kill-session": _kill,
}
OPERATIONS = tuple(sorted((*_OPERATIONS, *SHOWS)))


def _number(text: str | None, lowest: int = 0, highest: int = 49) -> int:
    text = (text or "0").strip()
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise refuse(f"Value {text} is not within range ({lowest}..{highest})", text)
    return int(text)
