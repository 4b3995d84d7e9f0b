"""Run a playbook: rights first, then a row in the audit trail, then its function with what it may use."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pkgutil import resolve_name
from threading import Event
from types import ModuleType
from typing import Concatenate, Protocol, cast

from automation.change_plan import DeviceChange, Rehearsal
from automation.errors import AutomationError
from automation.facts import DeviceFacts
from automation.fitness import Fitness
from automation.hosts import host_addresses
from automation.limit import choose
from automation.platforms import platform_of
from inventory.devices import Device
from inventory.errors import NeutralhostError
from inventory.snapshot import Snapshot
from provisioning import backup_desk, change_plan_desk, detour_desk, device_desk, drift_desk, front_desk
from provisioning.change_plans import PLAN_ENDED, ChangePlan, PlanKind
from provisioning.deeds import about, acts
from provisioning.isps import Principal
from provisioning.playbook_errors import (
    DryRun,
    LimitNotTaken,
    NotAtTheDesk,
    NotReady,
    PlaybookFailed,
    PlaybookValueInvalid,
)
from provisioning.playbooks.finding import BUILT_IN, Found, line_in
from provisioning.playbooks.rehearsing import report_of
from provisioning.playbooks.shape import Context, DeviceResult, Playbook, Reads, Report, Run, Values, Verdict
from provisioning.policy import must
from provisioning.tools import Tools

DESKS = (front_desk, backup_desk, change_plan_desk, detour_desk, device_desk, drift_desk)
AT_A_TIME = 50  # devices; what speaks to them has a limit of its own


class Watcher(Protocol):
    """Who is told while a playbook runs. Called from many threads, one call at a time for each device."""

    def chosen(self, devices: Sequence[str]) -> None:
        """These are the devices it is about."""

    def begun(self, device: str) -> None:
        """A device is being worked on now."""

    def ended(self, result: DeviceResult) -> None:
        """A device is done."""

    def working(self, what: str) -> None:
        """This is being done now."""


class NobodyWatches:
    """For tests and for the clock."""

    def chosen(self, devices: Sequence[str]) -> None: ...

    def begun(self, device: str) -> None: ...

    def ended(self, result: DeviceResult) -> None: ...

    def working(self, what: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants run: which playbook, with what, on which devices."""

    found: Found
    values: Mapping[str, object]
    limits: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def name(self) -> str:
        return self.found.playbook.name

    @property
    def said(self) -> str:
        """The parameters as the audit trail keeps them: those given, no secret."""
        secrets = self.found.playbook.secrets
        given = ((name, value) for name, value in self.values.items() if value not in (None, False, ()))
        return ", ".join(f"{name}={'...' if name in secrets else _written(value)}" for name, value in given)


def _written(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


@acts("run a playbook", says=("asked.name", "asked.said", "asked.limits", "asked.dry_run"))
def run_playbook(
    tools: Tools, who: Principal, asked: Asked, *, watcher: Watcher | None = None, stop: Event | None = None
) -> Report:
    """Run it, and return its report. Who ran what with which parameters is in the audit trail before it begins.

    Once `stop` is set nothing new is begun, and what was begun is brought to its end.

    Raises:
        Forbidden: the right it needs.
        PlaybookValueInvalid, LimitNotTaken, LimitInvalid, LimitUnknownAttribute, LimitMatchesNothing.
        PlaybookFailed: it raised what is no error of ours.
    """
    playbook = asked.found.playbook
    must(who, playbook.needs.right)
    values = checked(playbook, asked.values)
    snapshot = tools.load_snapshot()
    devices = chosen_devices(playbook, snapshot, asked.limits)
    about("playbook", asked.name)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.commit()
    watcher = watcher or NobodyWatches()
    able, unable = apart(playbook, devices)
    context = RunningContext(tools, who, asked.dry_run, snapshot, able, watcher, stop or Event())
    watcher.chosen([result.device for result in unable])
    for result in unable:
        watcher.ended(result)
    report = _dry_or_wet(asked.found, context, values)
    return _with(report, unable)


def _dry_or_wet(found: Found, context: "RunningContext", values: Values) -> Report:
    """A dry run that came to propose a change ends there, with what the devices said to it."""
    try:
        return _run(found, context, values)
    except DryRun:
        if not context.foreseen:
            raise
        report = report_of(context.foreseen[-1])
        context.tell(*report.results)
        return report


def checked(playbook: Playbook, given: Mapping[str, object]) -> Values:
    """What it was told, with the defaults of what it was not. Raises: PlaybookValueInvalid."""
    known = {parameter.name: parameter for parameter in playbook.parameters}
    for name in given:
        if name not in known:
            raise PlaybookValueInvalid(playbook.name, name, "it takes nothing of that name")
    for parameter in playbook.parameters:
        value = given.get(parameter.name)
        if parameter.required and value in (None, "", ()):
            raise PlaybookValueInvalid(playbook.name, parameter.name, "it must be given")
        if parameter.choices and value is not None and str(value) not in parameter.choices:
            raise PlaybookValueInvalid(playbook.name, parameter.name, f"one of {', '.join(parameter.choices)}")
    empty = {name: () if parameter.many else parameter.default for name, parameter in known.items()}
    return Values(empty | {name: value for name, value in given.items() if value is not None})


def chosen_devices(playbook: Playbook, snapshot: Snapshot, limits: Sequence[str]) -> tuple[Device, ...]:
    """Those of the devices that automation speaks to which fit a limit. Raises: LimitNotTaken, LimitRefused."""
    if not playbook.about_devices and limits:
        raise LimitNotTaken(playbook.name)
    reached = host_addresses(snapshot)
    managed = [device for device in snapshot.inventory.devices if device.name in reached]
    return choose(snapshot, managed, limits)


def apart(playbook: Playbook, devices: Iterable[Device]) -> tuple[tuple[Device, ...], tuple[DeviceResult, ...]]:
    """The devices whose platform can do what the playbook needs, and a result for each that cannot."""
    able: list[Device] = []
    unable: list[DeviceResult] = []
    for device in devices:
        lacks = sorted(playbook.needs.can - platform_of(device.platform, device.name).can)
        if lacks:
            unable.append(DeviceResult(device.name, Verdict.SKIPPED, f"{device.platform} cannot: {', '.join(lacks)}"))
        else:
            able.append(device)
    return tuple(able), tuple(unable)


def _with(report: Report, unable: tuple[DeviceResult, ...]) -> Report:
    if not unable:
        return report
    return Report(report.says, (*report.results, *unable), report.tables, report.document, report.is_pending)


def _run(found: Found, context: Context, values: Values) -> Report:
    playbook = found.playbook
    run = cast("Run", resolve_name(playbook.run)) if isinstance(playbook.run, str) else playbook.run
    if found.source == BUILT_IN:
        return run(context, values)
    try:
        report = run(context, values)
    except NeutralhostError:
        raise
    except Exception as error:  # somebody else's file: its fault must not be told as one of ours
        line = line_in(error, found.source)
        where = f"{found.source}, line {line}" if line else found.source
        raise PlaybookFailed(playbook.name, f"{type(error).__name__}: {error}".rstrip(": "), where) from error
    if not isinstance(report, Report):
        raise PlaybookFailed(playbook.name, f"it returned a {type(report).__name__}, not a Report", found.source)
    return report


@dataclass(frozen=True)
class RunningContext:
    """What a playbook is given; see `shape.Context`."""

    _tools: Tools = field(repr=False)
    who: Principal
    dry_run: bool
    snapshot: Snapshot = field(repr=False)
    devices: tuple[Device, ...]
    _watcher: Watcher
    _stop: Event
    foreseen: list[change_plan_desk.Foreseen] = field(default_factory=list, repr=False)

    @property
    def reads(self) -> Reads:
        return DeviceReads(self._tools)

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def each(
        self, work: Callable[[Device], DeviceResult], devices: Iterable[Device] | None = None
    ) -> tuple[DeviceResult, ...]:
        wanted = tuple(self.devices if devices is None else devices)
        if not wanted:
            return ()
        self._watcher.chosen([device.name for device in wanted])
        with ThreadPoolExecutor(min(AT_A_TIME, len(wanted))) as pool:
            futures = [pool.submit(self._do, work, device) for device in wanted]
        return tuple(_results(futures))

    def _do(self, work: Callable[[Device], DeviceResult], device: Device) -> DeviceResult:
        if self.stopped:
            result = DeviceResult(device.name, Verdict.SKIPPED, "stopped before it was begun")
        else:
            self._watcher.begun(device.name)
            try:
                result = work(device)
            except AutomationError as error:
                result = DeviceResult(device.name, Verdict.FAILED, str(error))
        self._watcher.ended(result)
        return result

    def tell(self, *results: DeviceResult) -> None:
        self._watcher.chosen([result.device for result in results])
        for result in results:
            self._watcher.ended(result)

    def working(self, what: str) -> None:
        self._watcher.working(what)

    def ask[**P, R](
        self, function: Callable[Concatenate[Tools, Principal, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        name = getattr(function, "__name__", "")
        if not any(_offers(desk, name, function) for desk in DESKS):
            raise NotAtTheDesk(name or repr(function))
        return function(self._tools, self.who, *args, **kwargs)

    def propose_change(
        self, kind: PlanKind, changes: Sequence[DeviceChange], *, why: str, approve: bool = False
    ) -> ChangePlan:
        if self.dry_run:
            if changes:
                self.foreseen.append(self.ask(change_plan_desk.foresee_change, changes))
            raise DryRun(f"a plan to {why}")
        plan = change_plan_desk.propose_change(self._tools, self.who, kind, changes, why=why)
        return self.see_through(plan, approve=approve)

    def see_through(self, plan: ChangePlan, *, approve: bool = False) -> ChangePlan:
        plan = self._wait(plan)
        if approve and plan.awaits_approval and not self.stopped:
            change_plan_desk.approve_plan(self._tools, self.who, plan.id, plan.digest)
            plan = self._wait(plan)
        return plan

    def _wait(self, plan: ChangePlan) -> ChangePlan:
        """Until it has ended or waits for a person. Stopping the playbook stops the waiting: a worker has the plan."""
        while True:
            self.working(f"change plan {plan.id}: {plan.waits or plan.state.value}")
            plan = change_plan_desk.wait_for_plan(self._tools, self.who, plan.id, _LOOK_S)
            if plan.state in PLAN_ENDED or plan.awaits_approval or self.stopped:
                return plan
            if not any(worker.alive for worker in front_desk.workers(self._tools, self.who)):
                raise NotReady(f"Plan {plan.id} goes on by itself", [f"No worker is alive: it is {plan.state.value}."])
            time.sleep(_PAUSE_S)


@dataclass(frozen=True, slots=True)
class DeviceReads:
    """The devices, for reading; see `shape.Reads`. The deployer that can write is not handed on."""

    _tools: Tools = field(repr=False)

    def running_config(self, device: str) -> str:
        return self._tools.deployer.running_config(device)

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        return self._tools.deployer.reachable(devices)

    def rehearse(self, changes: Sequence[DeviceChange]) -> Rehearsal:
        return self._tools.deployer.rehearse_changes(changes)

    def facts(self, device: str) -> DeviceFacts:
        return self._tools.reader.facts(device)

    def fitness(self, device: str) -> Fitness:
        return self._tools.reader.fitness(device)


_PAUSE_S = 0.1  # where a plan waits for another that has its devices
_LOOK_S = 1.0  # how often it is looked, while a plan is waited for, whether somebody wants to stop


def _offers(desk: ModuleType, name: str, function: object) -> bool:
    """Whether a desk lets this be asked: what it lists, or else its own public functions."""
    listed = getattr(desk, "__all__", None)
    is_own = not name.startswith("_") and getattr(function, "__module__", "") == desk.__name__
    offered: object = getattr(desk, name, None)
    return offered is function and (is_own if listed is None else name in listed)


def _results(futures: Iterable[Future[DeviceResult]]) -> Iterator[DeviceResult]:
    return (future.result() for future in futures)
