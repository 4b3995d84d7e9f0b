"""Configuration sessions of one device: candidates, commit timers, and what a commit does to running.

Rules of the EOS User Manual, chapter Configure Session:

- A session begins as a copy of running-config; on commit "running-config has copies of the modified
  configuration of the session, overwriting any other configuration changes made since" (`mergeOnCommit`
  is false): what somebody else changed meanwhile is lost. So is it here.
- At most 5 are pending (`maxOpenSessions`), 1 completed one is remembered (`maxSavedSessions`); a pending
  one times out after 24 hours and does not outlive a reboot.
- `commit timer` puts the session in force; a second commit in time keeps it, abort or the timer's end
  brings back what ran before.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from automation.twin.config import DeviceConfig
from automation.twin.refusals import could_not_run

MAX_PENDING = 5
MAX_COMPLETED = 1
SESSION_LIFE_S = 24 * 3600.0


class State(StrEnum):
    """As `show configuration sessions detail` of EOS 4.31 and before names them."""

    PENDING = "pending"
    COMMIT_TIMER = "pendingCommitTimer"
    COMPLETED = "completed"


class Timer(Protocol):
    """Something that will happen, unless cancelled."""

    def cancel(self) -> None: ...


type CallLater = Callable[[float, Callable[[], None]], Timer]


@dataclass(slots=True)
class Session:
    """One session. `opened_s`, `completed_s` and `revert_at_s` are seconds of the device's own clock."""

    name: str
    config: DeviceConfig
    opened_s: float
    state: State = State.PENDING
    completed_s: float | None = None
    revert_at_s: float | None = None
    before: DeviceConfig | None = None
    timer: Timer | None = None


@dataclass(slots=True)
class CommitCounts:
    """How often a device's running-config was changed through sessions, and how that ended."""

    commits: int = 0  # plain ones
    timed: int = 0  # begun with a commit timer
    confirmed: int = 0
    reverted: int = 0  # by the timer
    aborted: int = 0  # by somebody, while the timer ran
    crowded: int = 0  # sessions that were opened while another was not finished


@dataclass(slots=True)
class Sessions:
    """All sessions of one device. `set_running` puts a configuration in force."""

    set_running: Callable[[DeviceConfig], None]
    running: Callable[[], DeviceConfig]
    clock: Callable[[], float]
    call_later: CallLater
    counts: CommitCounts = field(default_factory=CommitCounts)
    by_name: dict[str, Session] = field(default_factory=dict)

    def enter(self, name: str) -> Session:
        """Open a session, or go on with it. Raises: CommandRefused."""
        self._forget_old()
        session = self.by_name.get(name)
        if session is None:
            if sum(one.state is State.PENDING for one in self.by_name.values()) >= MAX_PENDING:
                raise could_not_run(
                    "Maximum number of pending sessions has been reached. "
                    "Please commit or abort previous sessions before creating a new one."
                )
            self.counts.crowded += any(one.state is not State.COMPLETED for one in self.by_name.values())
            session = self.by_name[name] = Session(name, self.running().copy(), self.clock())
        if session.state is not State.PENDING:
            raise could_not_run(f"Cannot enter session {name} (session already completed)")
        return session

    def named(self, name: str) -> Session:
        """Raises: CommandRefused."""
        self._forget_old()
        if name not in self.by_name:
            raise could_not_run(f"Cannot find session {name}")
        return self.by_name[name]

    def commit(self, name: str) -> None:
        """Put a session in force for good, or keep one whose timer runs. Raises: CommandRefused."""
        session = self.named(name)
        if session.state is State.COMMIT_TIMER:
            self.counts.confirmed += 1
        else:
            self._put_in_force(session)
            self.counts.commits += 1
        self._complete(session)

    def commit_for(self, name: str, seconds: float) -> None:
        """Put a session in force; unless it is committed again within `seconds`, go back. Raises: CommandRefused."""
        session = self.named(name)
        if session.state is State.PENDING:
            session.before = self.running().copy()
            self._put_in_force(session)
            self.counts.timed += 1
        _stop(session)
        session.state = State.COMMIT_TIMER
        session.completed_s = self.clock()
        session.revert_at_s = self.clock() + seconds
        session.timer = self.call_later(seconds, lambda: self._time_is_up(session))

    def abort(self, name: str) -> None:
        """Forget a session; one whose timer runs is taken back at once. Raises: CommandRefused."""
        session = self.named(name)
        if session.state is State.COMMIT_TIMER:
            self.counts.aborted += 1
            self._go_back(session)
        del self.by_name[name]

    def on_timer(self) -> Session | None:
        """The session whose commit timer runs."""
        return next((one for one in self.by_name.values() if one.state is State.COMMIT_TIMER), None)

    def forget_all(self) -> None:
        """What a reboot does."""
        for session in self.by_name.values():
            _stop(session)
        self.by_name.clear()

    def _put_in_force(self, session: Session) -> None:
        other = self.on_timer()
        if session.state is State.COMPLETED:
            raise could_not_run(f"Cannot commit session {session.name} (session already completed)")
        if other is not None:
            raise could_not_run(f"Cannot commit session {session.name}: session {other.name} is pending commit timer")
        self.set_running(session.config.copy())

    def _complete(self, session: Session) -> None:
        _stop(session)
        session.state = State.COMPLETED
        session.completed_s = self.clock()
        session.before = None
        completed = [one for one in self.by_name.values() if one.state is State.COMPLETED]
        for one in sorted(completed, key=lambda one: one.completed_s or 0.0)[:-MAX_COMPLETED]:
            del self.by_name[one.name]

    def _time_is_up(self, session: Session) -> None:
        if session.state is State.COMMIT_TIMER:
            self.counts.reverted += 1
            self._go_back(session)
            self.by_name.pop(session.name, None)

    def _go_back(self, session: Session) -> None:
        _stop(session)
        if session.before is not None:
            self.set_running(session.before)

    def _forget_old(self) -> None:
        oldest = self.clock() - SESSION_LIFE_S
        for one in list(self.by_name.values()):
            if one.state is State.PENDING and one.opened_s < oldest:
                del self.by_name[one.name]


def _stop(session: Session) -> None:
    if session.timer is not None:
        session.timer.cancel()
    session.timer = None
    session.revert_at_s = None
