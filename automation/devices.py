"""Many open devices at once: a step is done on all of them in parallel, and each answers or gives a reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from nornir.core import Nornir
from nornir.core.inventory import Host
from nornir.core.task import Result, Task
from nornir_napalm.plugins.connections import CONNECTION_NAME

from automation.change_plan import Refusal
from automation.errors import AutomationError
from automation.hosts import HostAddress, fresh_host, open_nornir, threads_for
from automation.platforms import platform_of
from automation.sessions import Opener, run_under_way
from automation.settings import AutomationSettings
from automation.speech.speech import Device, Step, speaking_to
from inventory.errors import NeutralhostError

type Answers[T] = dict[str, T | AutomationError]


@dataclass(frozen=True, slots=True)
class _Raised:
    """A sentence of ours that is nobody's answer. It is carried, not raised: Nornir logs what is raised, in full."""

    error: NeutralhostError


def answered[T](answers: Mapping[str, T | AutomationError]) -> dict[str, T]:
    return {name: answer for name, answer in answers.items() if not isinstance(answer, AutomationError)}


def refused[T](answers: Mapping[str, T | AutomationError]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(name, answer.code, str(answer))
        for name, answer in answers.items()
        if isinstance(answer, AutomationError)
    )


@dataclass(frozen=True, slots=True)
class _Asked[T]:
    """What every device of a run is asked, by whom, and what is done with its driver behind it."""

    step: Step[T]
    opener: Opener
    then: Callable[[Host], None]


class OpenDevices:
    """The devices of one run. A driver is opened when its device is first spoken to, and stays open.

    Where a run has more devices than are spoken to at a time, those that wait for the next step let go of what they
    can have again: no run holds more connections of such drivers than it has workers.
    """

    def __init__(self, nornir: Nornir, opener: Opener, fresh: Callable[[str], Host], workers: int) -> None:
        self._nornir = nornir
        self._opener = opener
        self._fresh = fresh
        self._is_wide = len(nornir.inventory.hosts) > workers

    def each[T](self, step: Step[T], names: Iterable[str]) -> Answers[T]:
        """Do the step on these devices, in parallel. A fault of ours (any other exception) is raised."""
        return self._each(_Asked(step, self._opener, _let_rest if self._is_wide else _keep), names)

    def each_once[T](self, step: Step[T], names: Iterable[str]) -> Answers[T]:
        """As `each`, of devices that are asked nothing else: each is closed as soon as it has answered."""
        return self._each(_Asked(step, self._opener, _close_host), names)

    def reach_anew(self, name: str) -> None:
        """Open a device once more, beside the driver that is open: can a new connection be had?

        Raises: DeviceUnreachable and what `speaking_to` raises.
        """
        fresh = self._fresh(name)
        try:
            with speaking_to(name):
                fresh.get_connection(CONNECTION_NAME, self._nornir.config)
        finally:
            _close_host(fresh)

    def _each[T](self, asked: _Asked[T], names: Iterable[str]) -> Answers[T]:
        wanted = frozenset(names)
        if not wanted:
            return {}
        chosen = self._nornir.filter(filter_func=lambda host: host.name in wanted)
        results = chosen.run(task=_run_step, asked=asked)
        for result in results.values():
            if result[0].exception is not None:
                raise result[0].exception
            if isinstance(result[0].result, _Raised):
                raise result[0].result.error
        return {name: result[0].result for name, result in results.items()}

    def close(self) -> None:
        """Close what is open. NAPALM aborts an unfinished session as it closes; a device that is away keeps its own."""
        if self._nornir.inventory.hosts:
            self._nornir.run(task=_close, on_failed=True)


@contextmanager
def open_devices(hosts: Mapping[str, HostAddress], settings: AutomationSettings) -> Iterator[OpenDevices]:
    with run_under_way() as opener, threads_for(hosts.values(), settings) as threads:
        nornir = open_nornir(hosts.values(), settings, threads)
        devices = OpenDevices(nornir, opener, lambda name: fresh_host(hosts[name], settings), threads.num_workers)
        try:
            yield devices
        finally:
            devices.close()


def _run_step[T](task: Task, asked: _Asked[T]) -> Result:
    name = task.host.name
    try:
        platform = platform_of(task.host.platform or "", name)
        with speaking_to(name):
            driver = task.host.get_connection(CONNECTION_NAME, task.nornir.config)
        device = Device(name, driver, asked.opener, platform.dialect, platform.speech)
        return Result(host=task.host, result=asked.step(device))
    except AutomationError as error:
        return Result(host=task.host, result=error)
    except NeutralhostError as error:
        return Result(host=task.host, result=_Raised(error))
    finally:
        asked.then(task.host)


def _keep(_host: Host) -> None:
    pass


def _let_rest(host: Host) -> None:
    if CONNECTION_NAME in host.connections:
        platform_of(host.platform or "", host.name).speech.let_rest(host.connections[CONNECTION_NAME].connection)


def _close(task: Task) -> Result:
    _close_host(task.host)
    return Result(host=task.host)


def _close_host(host: Host) -> None:
    with suppress(AutomationError), speaking_to(host.name):
        host.close_connections()
