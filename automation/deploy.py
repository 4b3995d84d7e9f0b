"""Put changes on real devices: rehearse, commit with a timer, verify, confirm; or take all back.

The order of things, and what is undone when, is told in docs/explanation/deploy.md.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

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
from automation.deploying import Deploy, harms, loaded, log_leftovers
from automation.devices import Answers, OpenDevices, answered, open_devices, refused
from automation.errors import (
    AutomationError,
    DeviceUnreachable,
    NotApplied,
)
from automation.facts import Looked, read_facts
from automation.hosts import HostAddress
from automation.intents import Intent, with_idle_lines
from automation.naming import must_be_itself
from automation.planning import plan_change
from automation.platform import Can, needs_of
from automation.platforms import must_be_able, platform_of
from automation.proof import prove_device
from automation.scanning import Audit, Expectations, audit_of, scan
from automation.settings import AutomationSettings
from automation.speech.speech import Device, Step
from automation.standing import NONE_STANDING, NOTHING_STANDS, Standing
from automation.texts import NornirTexts
from automation.verifying import Check, Look
from inventory.errors import UnknownThing

_log = structlog.get_logger(__name__)
_NO_ADDRESS = "the inventory has no management address for it, or nothing here speaks its platform"


class NornirDeployer:
    """The `Deployer` that speaks to devices, through Nornir and NAPALM's own drivers."""

    def __init__(self, hosts: Callable[[], Mapping[str, HostAddress]], settings: AutomationSettings) -> None:
        self._hosts = hosts
        self._settings = settings

    def rehearse(self, intents: Sequence[Intent], action: ChangeAction, *, before: Sequence[Intent] = ()) -> Rehearsal:
        return self.rehearse_changes(tuple(_changes_wanted(intents, action, before).values()))

    def rehearse_changes(
        self, changes: Sequence[DeviceChange], standing: Mapping[str, Standing] = NONE_STANDING
    ) -> Rehearsal:
        wanted, known = {change.device: change for change in changes}, self._hosts().keys()
        answers = self._ask(
            wanted,
            lambda device: self._rehearse_one(
                device, wanted[device.name], standing.get(device.name, NOTHING_STANDS), known
            ),
            _needs_of_changes(wanted),
        )
        answers_of_all = answered(answers).values()
        findings = tuple(finding for _, found in answers_of_all for finding in found)
        rehearsal = Rehearsal(tuple(change for change, _ in answers_of_all), refused(answers), findings)
        _log.info("rehearsed", devices=list(wanted), refused=_names(rehearsal.refusals))
        return rehearsal

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: Mapping[str, Standing] = NONE_STANDING,
    ) -> DeployReport:
        by_name = {change.device: _complete(change) for change in changes}
        hosts, missing = self._reach(by_name, _needs_of_changes(by_name))
        if missing:
            report = DeployReport(refusals=refused(missing))
        else:
            with open_devices(hosts, self._settings) as devices:
                look, known = self._look_over(devices, hosts), self._hosts().keys()
                run = Deploy(devices, by_name, self._settings, look, standing, known)
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

    def _rehearse_one(
        self, device: Device, wanted: DeviceChange, standing: Standing, known: Collection[str]
    ) -> tuple[DeviceChange, tuple[Finding, ...]]:
        aborted = device.speech.free(device, self._settings.busy_wait_s)
        log_leftovers(device.name, aborted)
        running = device.speech.running_config(device)
        must_be_itself(device.name, running, known)
        plan = plan_change(device.dialect, running, wanted)
        promise = _try_out(device, plan.commands, wanted.action) if plan.commands else ""
        diff = device.dialect.without_secrets(promise)
        change = replace(
            wanted,
            commands=plan.commands,
            diff=diff,
            intents=plan.intents,
            idle_lines=plan.idle_lines,
            # What came by since it was proposed is in its diff, and so must be in its way back.
            undo=running if diff and wanted.action is ChangeAction.WHOLE else wanted.undo,
            lines=len(running.splitlines()),
        )
        return change, harms(device, running, replace(change, diff=promise), standing) if diff else ()

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
            return {**answers, **devices.each_once(step, hosts)}

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


def _try_out(device: Device, commands: str, action: ChangeAction) -> str:
    """Load, compare and discard; the device's own diff, secrets and all.

    Raises: NotApplied where the device sees no difference though we do.
    """
    diff = loaded(device, commands, action)
    device.speech.discard(device)
    if not diff and not action.is_given:
        raise NotApplied(device.name, commands.splitlines())
    return diff


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
