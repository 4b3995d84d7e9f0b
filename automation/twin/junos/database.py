"""The configuration database of one simulated device: candidate, committed, lock, commit confirmed, rollbacks.

NETCONF XML Management Protocol Developer Guide:

- "Lock and Unlock the Candidate Configuration": one session holds the lock; it is refused where another holds it
  or where the candidate has changes that nobody committed; the holder's end, or its unlock, discards its changes.
- "Commit the Candidate Configuration Only After Confirmation": without another commit within so many minutes the
  device goes back to what was committed before by itself; a further commit keeps it.
- `<load-configuration>` changes the one candidate all sessions share, and a commit commits all of it.
- A commit is kept at once (`juniper.conf`): there is no startup configuration to save. Up to 49 older ones stay.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from automation.twin.junos.check import check
from automation.twin.junos.compare import compare
from automation.twin.junos.grammar import Kind
from automation.twin.junos.refusals import Refused, RpcError, refuse
from automation.twin.junos.text import commands, statements
from automation.twin.junos.tree import Node, as_text, empty, put, take, ways
from automation.twin.sessions import CallLater, CommitCounts, Timer

ROLLBACKS = 49
LOADED = ("load-configuration-results",)
COMMITTED = ("commit-results", "routing-engine")


@dataclass(frozen=True, slots=True)
class User:
    """Who is connected, over what, as which process of the device."""

    name: str
    session: int
    since_s: float

    @property
    def words(self) -> str:
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(self.since_s))
        return f"{self.name} terminal  (pid {self.session}) on since {since}"


@dataclass(frozen=True, slots=True)
class Commit:
    """One line of `show system commit`. `minutes` where it had to be confirmed, `log` is what the user said."""

    at_s: float
    user: str
    client: str
    minutes: int | None = None
    log: str = ""


@dataclass(slots=True)
class _Pending:
    before: Node
    timer: Timer


@dataclass(slots=True)
class Database:
    """What the device is configured to do, and is about to be. `changed` is called behind every new committed text."""

    epoch: Callable[[], float]
    call_later: CallLater
    changed: Callable[[], None]
    refuses: Sequence[re.Pattern[str]] = ()
    minute_s: Callable[[], float] = lambda: 60.0
    committed: Node = field(default_factory=empty)
    candidate: Node = field(default_factory=empty)
    older: list[Node] = field(default_factory=list)
    history: list[Commit] = field(default_factory=list)
    counts: CommitCounts = field(default_factory=CommitCounts)
    holder: User | None = None
    pending: _Pending | None = None

    @property
    def is_modified(self) -> bool:
        return self.candidate != self.committed

    def boot(self, text: str) -> tuple[str, ...]:
        """Take a text for what was committed last. Returns the statements that are none, which it lost."""
        self._stop_timer()
        self.committed, lost = parsed(text)
        self.candidate, self.holder = self.committed.copy(), None
        return lost

    def boot_again(self) -> None:
        """Boot what was committed. A commit that waits for its confirmation goes on waiting."""
        self.candidate, self.holder = self.committed.copy(), None

    def lock(self, user: User) -> None:
        """Raises: Refused."""
        self._must_be_free(user)
        if self.is_modified and self.holder is None:
            raise refuse("configuration database modified")
        self.holder = user

    def unlock(self, user: User) -> None:
        """Discards what is not committed. Raises: Refused."""
        if self.holder != user:
            raise refuse("Configuration database is not open")
        self.holder, self.candidate = None, self.committed.copy()

    def end(self, user: User) -> None:
        """The user's session is over, however it ended."""
        if self.holder == user:
            self.unlock(user)

    def load_text(self, user: User, text: str, *, whole: bool) -> None:
        """Merge curly text into the candidate, or let it take the candidate's place. Raises: Refused."""
        self._must_be_free(user)
        found: list[tuple[str, tuple[str, ...], bool]] = [
            ("set", words, opens) for words, opens in _reading(lambda: list(statements(text)))
        ]
        if whole:
            self.candidate = empty()
        self._load(found)

    def load_set(self, user: User, text: str) -> None:
        """Do `set` and `delete` lines on the candidate. Raises: Refused."""
        self._must_be_free(user)
        self._load([(verb, words, False) for verb, words in _reading(lambda: list(commands(text)))])

    def load_words(self, user: User, found: Sequence[tuple[str, ...]], *, whole: bool) -> None:
        """Say statements given as words, as XML is read. Raises: Refused."""
        self._must_be_free(user)
        if whole:
            self.candidate = empty()
        self._load([("set", words, True) for words in found])

    def load_rollback(self, user: User, number: int) -> None:
        """Let an older configuration, or with 0 the committed one, take the candidate's place. Raises: Refused."""
        self._must_be_free(user)
        self.candidate = self._older(number).copy()

    def diff(self, number: int = 0) -> str:
        """`show | compare rollback NUMBER`. Raises: Refused."""
        return compare(self._older(number), self.candidate)

    def commit(self, user: User, client: str, *, minutes: int | None = None, log: str = "") -> None:
        """Put the candidate in force; with `minutes`, until then unless there is another commit. Raises: Refused."""
        self._must_be_free(user)
        self.check()
        going_back = self.pending is not None and self.candidate == self.pending.before
        before = self.pending.before if self.pending else self.committed
        waited = self.pending is not None
        self._stop_timer()
        self._put_in_force(Commit(self.epoch(), user.name, client, minutes, log))
        if minutes is not None:
            timer = self.call_later(minutes * self.minute_s(), self._time_is_up)
            self.pending = _Pending(before.copy(), timer)
        self._count(minutes, waited=waited, going_back=going_back)

    def check(self) -> None:
        """Raises: Refused."""
        errors = check(self.candidate)
        if errors:
            raise Refused((*errors, RpcError("configuration check-out failed")), COMMITTED)

    def switch_off(self) -> None:
        self._stop_timer()

    def _count(self, minutes: int | None, *, waited: bool, going_back: bool) -> None:
        if minutes is not None:
            self.counts.timed += 1
        elif going_back:
            self.counts.aborted += 1
        elif waited:
            self.counts.confirmed += 1
        else:
            self.counts.commits += 1

    def _must_be_free(self, user: User) -> None:
        if self.holder is not None and self.holder != user:
            raise refuse(f"configuration database locked by:\n  {self.holder.words}\n      exclusive")

    def _load(self, found: Sequence[tuple[str, tuple[str, ...], bool]]) -> None:
        """Do all that can be done, as Junos does, and refuse with all that could not."""
        errors: list[RpcError] = []
        for verb, words, opens in found:
            try:
                self._do(verb, words, opens=opens, errors=errors)
            except Refused as refusal:
                errors += refusal.errors
        if errors:
            raise Refused(tuple(errors), LOADED)

    def _do(self, verb: str, words: tuple[str, ...], *, opens: bool, errors: list[RpcError]) -> None:
        line = " ".join((verb, *words))
        if any(pattern.search(line) for pattern in self.refuses):
            raise refuse("syntax error", words[-1])
        for way in ways(self.candidate.schema, words, deleting=opens or verb == "delete"):
            if verb == "delete":
                warning = take(self.candidate, way)
                errors += [warning] if warning else []
            elif not opens or way[-1].schema.kind is not Kind.LEVEL:
                put(self.candidate, way)

    def _older(self, number: int) -> Node:
        if number == 0:
            return self.committed
        if number > len(self.older):
            raise refuse(f"rollback {number} does not exist")
        return self.older[number - 1]

    def _put_in_force(self, commit: Commit) -> None:
        self.older = [self.committed, *self.older][:ROLLBACKS]
        self.committed = self.candidate.copy()
        self.history = [commit, *self.history][: ROLLBACKS + 1]
        self.changed()

    def _time_is_up(self) -> None:
        if self.pending is None:
            return
        self.candidate, self.pending = self.pending.before.copy(), None
        self.counts.reverted += 1
        self._put_in_force(Commit(self.epoch(), "root", "other"))

    def _stop_timer(self) -> None:
        if self.pending is not None:
            self.pending.timer.cancel()
        self.pending = None


def parsed(text: str) -> tuple[Node, tuple[str, ...]]:
    """Curly text as a tree, and what of it is no statement. Raises: Refused (its braces do not fit)."""
    root, lost = empty(), []
    for words, opens in statements(text):
        try:
            for way in ways(root.schema, words, deleting=opens):
                if not opens or way[-1].schema.kind is not Kind.LEVEL:
                    put(root, way)
        except Refused:
            lost += [] if opens else [" ".join(words)]
    return root, tuple(lost)


def text_of(root: Node) -> str:
    return as_text(root)


def _reading[T](read: Callable[[], list[T]]) -> Iterator[T]:
    try:
        yield from read()
    except Refused as refusal:
        raise Refused(refusal.errors, LOADED) from None
