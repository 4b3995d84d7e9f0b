"""Put changes on real devices: rehearse, commit with a timer, verify, confirm; or take all back.

The order of things, and what is undone when, is told in docs/explanation/deploy.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog

from automation import tasks
from automation.change_plan import (
    ChangeAction,
    DeployReport,
    DeviceChange,
    Finding,
    Proof,
    Refusal,
    Rehearsal,
)
from automation.devices import Answers, OpenDevices, answered, open_devices, refused
from automation.drift import drift
from automation.errors import (
    AutomationError,
    ChangedSinceApproval,
    DeviceUnreachable,
    NotApplied,
)
from automation.hosts import HostAddress
from automation.intents import CircuitIntent
from automation.ownership import RunningConfig
from automation.planning import check_bounds, with_idle_lines
from automation.proof import prove_device
from automation.redaction import without_secrets
from automation.replacing import plan_change, plan_undo
from automation.settings import AutomationSettings
from automation.tasks import Device, Step
from inventory.errors import UnknownThing

_log = structlog.get_logger(__name__)
_NO_ADDRESS = "the inventory has no management address for it, or nothing here speaks its platform"


@dataclass(frozen=True, slots=True)
class _Staged:
    """One device, ready: `diff` is what its loaded session would change, "" where nothing had to be loaded;
    `running` is what it said just before."""

    diff: str
    running: RunningConfig


class NornirDeployer:
    """The `Deployer` that speaks to devices, through Nornir and NAPALM's own drivers."""

    def __init__(self, hosts: Callable[[], Mapping[str, HostAddress]], settings: AutomationSettings) -> None:
        self._hosts = hosts
        self._settings = settings

    def rehearse(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Rehearsal:
        wanted = _changes_wanted(intents, action, before)
        answers = self._ask(wanted, lambda device: self._rehearse_one(device, wanted[device.name]))
        rehearsal = Rehearsal(tuple(answered(answers).values()), refused(answers))
        _log.info("rehearsed", action=action.value, devices=list(wanted), refused=_names(rehearsal.refusals))
        return rehearsal

    def deploy(self, changes: Sequence[DeviceChange], revert_after_s: int) -> DeployReport:
        by_name = {change.device: _complete(change) for change in changes}
        hosts, missing = self._reach(by_name)
        if missing:
            report = DeployReport(refusals=refused(missing))
        else:
            with open_devices(hosts, self._settings) as devices:
                report = _Deploy(devices, by_name, self._settings).run(revert_after_s)
        _log.info(
            "deployed",
            confirmed=list(report.confirmed),
            unchanged=list(report.unchanged),
            undone=list(report.undone),
            uncertain=list(report.uncertain),
            refused=_names(report.refusals),
        )
        return report

    def prove(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Proof:
        wanted = _changes_wanted(intents, action, before)

        def look(device: Device) -> tuple[Finding, ...]:
            change = wanted[device.name]
            running, ports = tasks.running_config(device), tasks.interfaces(device)
            return prove_device(running, ports, change.intents, action, change.before)

        answers = self._ask(wanted, look)
        unread = [Finding(away.device, "answers", False, away.reason) for away in refused(answers)]
        return Proof((*unread, *(finding for findings in answered(answers).values() for finding in findings)))

    def audit(self, intents: Sequence[CircuitIntent], devices: Sequence[str]) -> tuple[Finding, ...]:
        by_device = _by_device(intents)
        answers = self.running_configs([*by_device, *devices])
        why_unread = {away.device: away.reason for away in refused(answers)}
        return drift({**dict.fromkeys(devices, ()), **by_device}, answered(answers), why_unread)

    def running_config(self, device: str) -> str:
        hosts = self._hosts()
        if device not in hosts:
            raise UnknownThing("device", device)
        answer = self.running_configs([device])[device]
        if isinstance(answer, AutomationError):
            raise answer
        return without_secrets(answer)

    def running_configs(self, names: Iterable[str]) -> Answers[str]:
        """What many devices say now, secrets included: for the audit's eyes, not for people's."""
        return self._ask(names, tasks.running_config)

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        # A driver that opens has had an answer to `show version`.
        answers = answered(self._ask(devices, lambda device: device.name))
        return {name: name in answers for name in devices}

    def _rehearse_one(self, device: Device, wanted: DeviceChange) -> DeviceChange:
        aborted = tasks.free_device(device, self._settings.busy_wait_s)
        _log_leftovers(device.name, aborted)
        plan = plan_change(tasks.running_config(device), wanted)
        diff = _try_out(device, plan.commands) if plan.commands else ""
        return replace(wanted, commands=plan.commands, diff=diff, intents=plan.intents, idle_lines=plan.idle_lines)

    def _ask[T](self, names: Iterable[str], step: Step[T]) -> Answers[T]:
        """One step on these devices, opened for it and closed after it."""
        hosts, answers = self._reach(names)
        with open_devices(hosts, self._settings) as devices:
            return {**answers, **devices.each(step, hosts)}

    def _reach(self, names: Iterable[str]) -> tuple[dict[str, HostAddress], dict[str, AutomationError]]:
        """The addresses of these devices, and a reason for each that has none."""
        hosts = self._hosts()
        wanted = tuple(dict.fromkeys(names))
        known = {name: hosts[name] for name in wanted if name in hosts}
        return known, {name: DeviceUnreachable(name, _NO_ADDRESS) for name in wanted if name not in hosts}


class _Deploy:
    """One deploy, from the first read to the last confirmation."""

    def __init__(self, devices: OpenDevices, changes: Mapping[str, DeviceChange], settings: AutomationSettings) -> None:
        self._devices = devices
        self._changes = changes
        self._settings = settings

    def run(self, revert_after_s: int) -> DeployReport:
        staged = self._devices.each(self._stage, self._changes)
        ready = answered(staged)
        diffs = {name: answer.diff for name, answer in ready.items()}
        sent = [name for name, diff in diffs.items() if diff]
        # What an earlier, interrupted run of this same change had confirmed is sent back with the rest.
        applied = [name for name, diff in diffs.items() if not diff and self._changes[name].commands]
        if refused(staged):
            self._devices.each(tasks.take_back, sent)
            return self._undo([], applied, refused(staged))
        for step in (partial(self._commit, ready=ready, revert_after_s=revert_after_s), self._verify):
            refusals = refused(self._devices.each(step, sent))
            if refusals:
                return self._undo(sent, applied, refusals)
        refusals = refused(self._devices.each(self._confirm, sent)) + refused(self._devices.each(tasks.save, applied))
        if refusals:
            return self._undo([], [*sent, *applied], refusals)
        return DeployReport(
            confirmed=tuple(sent),
            unchanged=tuple(name for name in diffs if name not in sent),
            diffs=tuple((name, diffs[name]) for name in sent),
        )

    def _stage(self, device: Device) -> _Staged:
        """Load exactly what was approved, where it is still what has to be done.

        Raises: ChangedSinceApproval, and what planning and speaking to the device raise.
        """
        change = self._changes[device.name]
        _log_leftovers(device.name, tasks.free_device(device, self._settings.busy_wait_s))
        running = tasks.running_config(device)
        plan = plan_change(running, change)
        if not plan.commands:
            return _Staged("", RunningConfig(running))
        if plan.commands != change.commands or plan.idle_lines != change.idle_lines:
            raise ChangedSinceApproval(device.name)
        check_bounds(change.commands, (*change.before, *change.intents))
        diff = tasks.load(device, change.commands)
        if not diff:
            raise NotApplied(device.name, change.commands.splitlines())
        return _Staged(diff, RunningConfig(running))

    def _commit(self, device: Device, *, ready: Mapping[str, _Staged], revert_after_s: int) -> None:
        """Commit, unless somebody has changed the device since the session was opened.

        A session is a copy of the running-config, and its commit puts the copy in force (EOS User
        Manual, Configure Session): what was changed meanwhile, by hand, would be lost.
        """
        if RunningConfig(tasks.running_config(device)).blocks != ready[device.name].running.blocks:
            raise ChangedSinceApproval(device.name)
        tasks.commit(device, revert_after_s)

    def _verify(self, device: Device) -> None:
        """Read again, over the driver that holds the pending commit. Raises: NotApplied."""
        change = self._changes[device.name]
        left = plan_change(tasks.running_config(device), change)
        if left.commands:
            raise NotApplied(device.name, [line.strip() for line in left.commands.splitlines()])

    def _confirm(self, device: Device) -> None:
        """Confirm; where the answer was lost, look whether it was heard, and confirm again if not."""
        try:
            tasks.confirm(device)
        except DeviceUnreachable:
            if tasks.is_pending(device):
                tasks.confirm(device)
            else:
                self._verify(device)
                tasks.save(device)

    def _undo(self, pending: Sequence[str], kept: Sequence[str], refusals: tuple[Refusal, ...]) -> DeployReport:
        """Send all back: abort what is `pending`, do the opposite where the change may have been `kept`."""
        aborted = self._devices.each(tasks.take_back, pending)
        reversed_ = self._devices.each(self._reverse, kept)
        lost = [name for name, answer in {**aborted, **reversed_}.items() if isinstance(answer, AutomationError)]
        return DeployReport(
            undone=tuple(answered(aborted)) + tuple(answered(reversed_)),
            uncertain=tuple(lost),
            refusals=_with_kept(refusals, refused(reversed_)),
        )

    def _reverse(self, device: Device) -> None:
        """Take the change off again: by its own timer's abort where that still runs, else by the opposite plan."""
        tasks.take_back(device)
        change = self._changes[device.name]
        plan = plan_undo(tasks.running_config(device), change)
        if plan.commands:
            tasks.load(device, plan.commands)
            tasks.commit_for_good(device)


def _try_out(device: Device, commands: str) -> str:
    """Load, compare and discard. Raises: NotApplied where the device sees no difference though we do."""
    diff = tasks.load(device, commands)
    tasks.discard(device)
    if not diff:
        raise NotApplied(device.name, commands.splitlines())
    return diff


def _with_kept(refusals: tuple[Refusal, ...], kept: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """The refusals, and each device that may have kept the change: no timer runs there, so it must be said."""
    names = {away.device for away in kept}
    words = "The change was confirmed there, or may have been, and could not be taken back."
    return tuple(reason for reason in refusals if reason.device not in names) + tuple(
        replace(away, reason=f"{words} {away.reason}") for away in kept
    )


def _complete(change: DeviceChange) -> DeviceChange:
    return replace(change, intents=with_idle_lines(change.intents, change.idle_lines))


def _changes_wanted(
    intents: Sequence[CircuitIntent], action: ChangeAction, before: Sequence[CircuitIntent]
) -> dict[str, DeviceChange]:
    """A change for every device that either set knows, before anything of it is planned."""
    now, then = _by_device(intents), _by_device(before)
    return {
        name: DeviceChange(name, action, "", "", tuple(now.get(name, ())), before=tuple(then.get(name, ())))
        for name in dict.fromkeys((*now, *then))
    }


def _by_device(intents: Sequence[CircuitIntent]) -> dict[str, list[CircuitIntent]]:
    found: dict[str, list[CircuitIntent]] = {}
    for intent in intents:
        found.setdefault(intent.device, []).append(intent)
    return found


def _names(refusals: Iterable[Refusal]) -> list[str]:
    return [reason.device for reason in refusals]


def _log_leftovers(device: str, aborted: Sequence[str]) -> None:
    if aborted:
        _log.warning("aborted sessions left behind by a run that was killed", device=device, sessions=list(aborted))
