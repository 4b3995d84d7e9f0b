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
from automation.hosts import HostAddress, open_nornir
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


class OpenDevices:
    """The devices of one run. A driver is opened when its device is first spoken to, and stays open."""

    def __init__(self, nornir: Nornir, opener: Opener) -> None:
        self._nornir = nornir
        self._opener = opener

    def each[T](self, step: Step[T], names: Iterable[str]) -> Answers[T]:
        """Do the step on these devices, in parallel. A fault of ours (any other exception) is raised."""
        wanted = frozenset(names)
        if not wanted:
            return {}
        chosen = self._nornir.filter(filter_func=lambda host: host.name in wanted)
        results = chosen.run(task=_run_step, opener=self._opener, step=step)
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
    with run_under_way() as opener:
        devices = OpenDevices(open_nornir(hosts.values(), settings), opener)
        try:
            yield devices
        finally:
            devices.close()


def _run_step[T](task: Task, opener: Opener, step: Callable[[Device], T]) -> Result:
    name = task.host.name
    try:
        platform = platform_of(task.host.platform or "", name)
        with speaking_to(name):
            driver = task.host.get_connection(CONNECTION_NAME, task.nornir.config)
        return Result(host=task.host, result=step(Device(name, driver, opener, platform.dialect, platform.speech)))
    except AutomationError as error:
        return Result(host=task.host, result=error)
    except NeutralhostError as error:
        return Result(host=task.host, result=_Raised(error))


def _close(task: Task) -> Result:
    with suppress(AutomationError), speaking_to(task.host.name):
        _close_host(task.host)
    return Result(host=task.host)


def _close_host(host: Host) -> None:
    host.close_connections()
