"""Put changes on real devices: rehearse, commit with a timer, verify, confirm; or take all back.

The order of things, and what is undone when, is told in docs/explanation/deploy.md.
"""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

import structlog

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
from automation.errors import (
    AutomationError,
    ChangedSinceApproval,
    CheckFailed,
    DeviceUnreachable,
    NotApplied,
)
from automation.facts import DeviceFacts, Looked, read_facts
from automation.hosts import HostAddress
from automation.intents import Intent, with_idle_lines
from automation.meaning import meaning
from automation.planning import plan_change, plan_undo
from automation.platform import Can, needs_of
from automation.platforms import must_be_able, platform_of
from automation.proof import prove_device
from automation.scanning import Audit, Expectations, audit_of, scan
from automation.settings import AutomationSettings
from automation.speech.speech import Device, Step
from automation.texts import NornirTexts
from automation.verifying import Check, Look, Seen, failed_checks
from inventory.errors import UnknownThing

_log = structlog.get_logger(__name__)
_SETTLE_S = 5.0  # how long a port may take to come up again, and a neighbour to be heard, after a commit
_LOOK_AGAIN_S = 0.5
_NO_ADDRESS = "the inventory has no management address for it, or nothing here speaks its platform"


@dataclass(frozen=True, slots=True)
class _Staged:
    """One device, ready: `diff` is what its loaded session would change, "" where nothing had to be loaded;
    `before` is what it said and showed just before."""

    diff: str
    before: DeviceFacts


class NornirDeployer:
    """The `Deployer` that speaks to devices, through Nornir and NAPALM's own drivers."""

    def __init__(self, hosts: Callable[[], Mapping[str, HostAddress]], settings: AutomationSettings) -> None:
        self._hosts = hosts
        self._settings = settings

    def rehearse(self, intents: Sequence[Intent], action: ChangeAction, *, before: Sequence[Intent] = ()) -> Rehearsal:
        return self.rehearse_changes(tuple(_changes_wanted(intents, action, before).values()))

    def rehearse_changes(self, changes: Sequence[DeviceChange]) -> Rehearsal:
        wanted = {change.device: change for change in changes}
        answers = self._ask(
            wanted, lambda device: self._rehearse_one(device, wanted[device.name]), _needs_of_changes(wanted)
        )
        rehearsal = Rehearsal(tuple(answered(answers).values()), refused(answers))
        _log.info("rehearsed", devices=list(wanted), refused=_names(rehearsal.refusals))
        return rehearsal

    def deploy(
        self, changes: Sequence[DeviceChange], revert_after_s: int, checks: Sequence[Check] = ()
    ) -> DeployReport:
        by_name = {change.device: _complete(change) for change in changes}
        hosts, missing = self._reach(by_name, _needs_of_changes(by_name))
        if missing:
            report = DeployReport(refusals=refused(missing))
        else:
            with open_devices(hosts, self._settings) as devices:
                run = _Deploy(devices, by_name, self._settings, self._reachable_anew, self._look_over(devices, hosts))
                report = run.run(_in_steps(revert_after_s, hosts.values()), checks)
        _log.info(
            "deployed",
            confirmed=list(report.confirmed),
            unchanged=list(report.unchanged),
            undone=list(report.undone),
            uncertain=list(report.uncertain),
            refused=_names(report.refusals),
        )
        return report

    def prove(self, intents: Sequence[Intent], action: ChangeAction, *, before: Sequence[Intent] = ()) -> Proof:
        wanted = _changes_wanted(intents, action, before)

        def look(device: Device) -> tuple[Finding, ...]:
            change = wanted[device.name]
            running, ports = device.speech.running_config(device), device.speech.interfaces(device)
            return prove_device(device.dialect, running, ports, change)

        answers = self._ask(wanted, look)
        unread = [Finding(away.device, "answers", False, away.reason) for away in refused(answers)]
        return Proof((*unread, *(finding for findings in answered(answers).values() for finding in findings)))

    def audit(self, expected: Expectations) -> Audit:
        texts = NornirTexts(self._hosts, self._settings)
        answers = texts.each(
            expected.devices,
            lambda read: scan(read, expected.devices[read.device], expected.seen.get(read.device), expected.key),
        )
        return audit_of(expected, answers)

    def running_config(self, device: str) -> str:
        hosts = self._hosts()
        if device not in hosts:
            raise UnknownThing("device", device)
        answer = self.running_configs([device])[device]
        if isinstance(answer, AutomationError):
            raise answer
        return platform_of(hosts[device].platform, device).dialect.without_secrets(answer)

    def running_configs(self, names: Iterable[str]) -> Answers[str]:
        """What many devices say now, secrets included: for the audit's eyes, not for people's."""
        return self._ask(names, lambda device: device.speech.running_config(device))

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        # A driver that opens has had an answer to `show version`.
        answers = answered(self._ask(devices, lambda device: device.name))
        return {name: name in answers for name in devices}

    def _rehearse_one(self, device: Device, wanted: DeviceChange) -> DeviceChange:
        aborted = device.speech.free(device, self._settings.busy_wait_s)
        _log_leftovers(device.name, aborted)
        running = device.speech.running_config(device)
        plan = plan_change(device.dialect, running, wanted)
        diff = _try_out(device, plan.commands, wanted.action) if plan.commands else ""
        return replace(
            wanted,
            commands=plan.commands,
            diff=diff,
            intents=plan.intents,
            idle_lines=plan.idle_lines,
            lines=len(running.splitlines()),
        )

    def _reachable_anew(self, names: Iterable[str]) -> tuple[Refusal, ...]:
        """Open each device once more, beside the driver that holds its pending commit: can a new connection be had?"""
        return refused(self._ask(names, lambda device: device.name))

    def _look_over(self, devices: OpenDevices, hosts: Mapping[str, HostAddress]) -> Look:
        """Read devices: those of a deploy over the drivers that hold its commits."""

        def look(names: Sequence[str]) -> Looked:
            ours = [name for name in names if name in hosts]
            others = [name for name in names if name not in hosts]
            return {**devices.each(read_facts, ours), **(self._ask(others, read_facts) if others else {})}

        return look

    def _ask[T](
        self, names: Iterable[str], step: Step[T], needs: Mapping[str, frozenset[Can]] | None = None
    ) -> Answers[T]:
        """One step on these devices, opened for it and closed after it."""
        hosts, answers = self._reach(names, needs or {})
        with open_devices(hosts, self._settings) as devices:
            return {**answers, **devices.each(step, hosts)}

    def _reach(
        self, names: Iterable[str], needs: Mapping[str, frozenset[Can]]
    ) -> tuple[dict[str, HostAddress], dict[str, AutomationError]]:
        """The addresses of these devices, and a reason for each that has none, or cannot do what is needed of it."""
        hosts = self._hosts()
        known: dict[str, HostAddress] = {}
        missing: dict[str, AutomationError] = {}
        for name in dict.fromkeys(names):
            try:
                known[name] = _able(name, hosts, needs.get(name, frozenset()))
            except AutomationError as error:
                missing[name] = error
        return known, missing


class _Deploy:
    """One deploy, from the first read to the last confirmation."""

    def __init__(
        self,
        devices: OpenDevices,
        changes: Mapping[str, DeviceChange],
        settings: AutomationSettings,
        reach_anew: Callable[[Iterable[str]], tuple[Refusal, ...]],
        look: Look,
    ) -> None:
        self._devices = devices
        self._changes = changes
        self._settings = settings
        self._reach_anew = reach_anew
        self._look = look

    def run(self, revert_after_s: int, checks: Sequence[Check] = ()) -> DeployReport:
        staged = self._devices.each(self._stage, self._changes)
        ready = answered(staged)
        diffs = {name: answer.diff for name, answer in ready.items()}
        sent = [name for name, diff in diffs.items() if diff]
        # What an earlier, interrupted run of this same change had confirmed is sent back with the rest.
        applied = [name for name, diff in diffs.items() if not diff and self._changes[name].changes_something]
        if refused(staged):
            self._devices.each(_take_back, sent)
            return self._undo([], applied, refused(staged))
        commit = partial(self._commit, ready=ready, revert_after_s=revert_after_s)
        refusals = refused(self._devices.each(commit, sent)) or self._verify_all(sent, ready, checks)
        if refusals:
            return self._undo(sent, applied, refusals)
        refusals = refused(self._devices.each(self._confirm, sent)) + refused(self._devices.each(_save, applied))
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
        _log_leftovers(device.name, device.speech.free(device, self._settings.busy_wait_s))
        before = read_facts(device)
        plan = plan_change(device.dialect, before.running, change)
        if not plan.commands:
            return _Staged("", before)
        if plan.commands != change.commands or plan.idle_lines != change.idle_lines:
            raise ChangedSinceApproval(device.name)
        return _Staged(_load_approved(device, change), before)

    def _commit(self, device: Device, *, ready: Mapping[str, _Staged], revert_after_s: int) -> None:
        """Commit, unless somebody has changed the device since the session was opened.

        A session is a copy of the running-config, and its commit puts the copy in force (EOS User
        Manual, Configure Session): what was changed meanwhile, by hand, would be lost.
        """
        if not device.dialect.same(device.speech.running_config(device), ready[device.name].before.running):
            raise ChangedSinceApproval(device.name)
        device.speech.commit(device, revert_after_s)

    def _verify_all(
        self, sent: Sequence[str], ready: Mapping[str, _Staged], checks: Sequence[Check]
    ) -> tuple[Refusal, ...]:
        """All that is looked at while the timers run: each device, whether it can be reached anew, and the checks."""
        with ExitStack() as on_fault:
            on_fault.callback(self._devices.each, _take_back, sent)
            refusals = refused(self._devices.each(partial(self._verify, ready=ready), sent)) or self._reach_anew(sent)
            for check in checks:
                refusals = refusals or check(self._look)
            on_fault.pop_all()
        return refusals

    def _verify(self, device: Device, *, ready: Mapping[str, _Staged]) -> None:
        """Read again, over the driver that holds the pending commit. Raises: NotApplied, CheckFailed."""
        before = ready[device.name].before
        until = time.monotonic() + _SETTLE_S
        while True:
            now = read_facts(device)
            self._must_say_it(device, now.running, before.running)
            wrong = failed_checks(Seen(before, now))
            if not wrong:
                return
            if time.monotonic() >= until:
                raise CheckFailed(device.name, wrong)
            time.sleep(_LOOK_AGAIN_S)

    def _must_say_it(self, device: Device, running: str, before: str | None = None) -> None:
        """Raises: NotApplied, where something is left to do; of given lines: where the text is what it was."""
        change = self._changes[device.name]
        if change.action.is_given:
            left = change.commands if before is not None and device.dialect.same(running, before) else ""
        else:
            left = plan_change(device.dialect, running, change).commands
        if left:
            raise NotApplied(device.name, [line.strip() for line in left.splitlines()])

    def _confirm(self, device: Device) -> None:
        """Confirm; where the answer was lost, look whether it was heard, and confirm again if not."""
        try:
            device.speech.confirm(device)
        except DeviceUnreachable:
            if device.speech.is_pending(device):
                device.speech.confirm(device)
            else:
                self._must_say_it(device, device.speech.running_config(device))
                device.speech.save(device)

    def _undo(self, pending: Sequence[str], kept: Sequence[str], refusals: tuple[Refusal, ...]) -> DeployReport:
        """Send all back: abort what is `pending`, do the opposite where the change may have been `kept`."""
        aborted = self._devices.each(self._reverse, pending)
        reversed_ = self._devices.each(self._reverse, kept)
        lost = [name for name, answer in {**aborted, **reversed_}.items() if isinstance(answer, AutomationError)]
        return DeployReport(
            undone=tuple(answered(aborted)) + tuple(answered(reversed_)),
            uncertain=tuple(lost),
            refusals=_with_kept(refusals, refused(reversed_)),
        )

    def _reverse(self, device: Device) -> None:
        """Take the change off again: by its own timer's abort where that still runs, else by the opposite plan.

        A device that booted meanwhile may have kept what was pending (OpenWrt does), or not have it (EOS).
        """
        if device.speech.take_back(device):
            return
        change = self._changes[device.name]
        plan = plan_undo(device.dialect, device.speech.running_config(device), change)
        if not plan.commands:
            return
        if _loaded(device, plan.commands, change.action):
            device.speech.commit_for_good(device)
        else:
            device.speech.discard(device)


def _try_out(device: Device, commands: str, action: ChangeAction) -> str:
    """Load, compare and discard. Raises: NotApplied where the device sees no difference though we do."""
    diff = _load(device, commands, action)
    device.speech.discard(device)
    if not diff and not action.is_given:
        raise NotApplied(device.name, commands.splitlines())
    return diff


def _load_approved(device: Device, change: DeviceChange) -> str:
    """Load what was approved; "", and nothing loaded, where given lines are there already.

    Raises: ChangedSinceApproval, where the device's diff means something else by now; NotApplied, PlanOutOfBounds.
    """
    is_given = change.action.is_given
    if not is_given:
        device.dialect.check_bounds(change.commands, (*change.before, *change.intents))
    diff = _load(device, change.commands, change.action)
    if not diff and not is_given:
        raise NotApplied(device.name, change.commands.splitlines())
    if not diff or meaning(diff) != meaning(change.diff):
        device.speech.discard(device)
    if diff and meaning(diff) != meaning(change.diff):
        raise ChangedSinceApproval(device.name)
    return diff


def _load(device: Device, commands: str, action: ChangeAction) -> str:
    """The device's own diff, fit to be kept and shown."""
    return device.dialect.without_secrets(_loaded(device, commands, action))


def _loaded(device: Device, commands: str, action: ChangeAction) -> str:
    load = device.speech.load_whole if action is ChangeAction.WHOLE else device.speech.load
    return load(device, commands)


def _take_back(device: Device) -> bool:
    return device.speech.take_back(device)


def _save(device: Device) -> None:
    device.speech.save(device)


def _able(name: str, hosts: Mapping[str, HostAddress], needs: frozenset[Can]) -> HostAddress:
    """Raises: DeviceUnreachable, PlatformUnsupported, PlatformCannot."""
    if name not in hosts:
        raise DeviceUnreachable(name, _NO_ADDRESS)
    must_be_able(name, platform_of(hosts[name].platform, name), needs)
    return hosts[name]


def _needs_of_changes(changes: Mapping[str, DeviceChange]) -> dict[str, frozenset[Can]]:
    """Every change is committed with a timer, whatever it is about."""
    return {
        name: needs_of((*change.before, *change.intents))
        | {Can.COMMIT_TIMER}
        | ({Can.REPLACE} if change.action is ChangeAction.WHOLE else set())
        for name, change in changes.items()
    }


def _in_steps(revert_after_s: int, hosts: Iterable[HostAddress]) -> int:
    """The same time for all, rounded up to what each platform's timer counts in."""
    step_s = math.lcm(*(platform_of(host.platform).timer_step_s for host in hosts))
    return -(-revert_after_s // step_s) * step_s


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
    intents: Sequence[Intent], action: ChangeAction, before: Sequence[Intent]
) -> dict[str, DeviceChange]:
    """A change for every device that either set knows, before anything of it is planned."""
    now, then = _by_device(intents), _by_device(before)
    return {
        name: DeviceChange(name, action, "", "", tuple(now.get(name, ())), before=tuple(then.get(name, ())))
        for name in dict.fromkeys((*now, *then))
    }


def _by_device(intents: Sequence[Intent]) -> dict[str, list[Intent]]:
    found: dict[str, list[Intent]] = {}
    for intent in intents:
        found.setdefault(intent.device, []).append(intent)
    return found


def _names(refusals: Iterable[Refusal]) -> list[str]:
    return [reason.device for reason in refusals]


def _log_leftovers(device: str, aborted: Sequence[str]) -> None:
    if aborted:
        _log.warning("aborted sessions left behind by a run that was killed", device=device, sessions=list(aborted))
