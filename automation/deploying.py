"""One deploy, from the first read to the last confirmation: who is told what in which order, and who is sent back.

Told with its reasons in docs/explanation/deploy.md.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Finding, Refusal
from automation.devices import OpenDevices, answered, refused
from automation.errors import (
    AutomationError,
    ChangedSinceApproval,
    CheckFailed,
    DeviceUnreachable,
    HarmsWhatStands,
    NotApplied,
    NotAsPromised,
    NotCabledAsDesigned,
    NoTimeLeft,
)
from automation.facts import DeviceFacts, heard_by, read_facts
from automation.meaning import meaning
from automation.naming import must_be_itself
from automation.planning import plan_change, plan_undo
from automation.promise import unpromised
from automation.settings import AutomationSettings
from automation.speech.speech import Device
from automation.standing import NONE_STANDING, NOTHING_STANDS, Standing, miscabled, no_longer_said, touched_cables
from automation.verifying import Check, Look, Seen, failed_checks

_log = structlog.get_logger(__name__)
_SETTLE_S = 5.0  # how long a port may take to come up again, and a neighbour to be heard, after a commit
_LOOK_AGAIN_S = 0.5
_KEPT_FOR_CONFIRMING = 0.1  # the share of the timers' time that must be left when the first device is confirmed


@dataclass(frozen=True, slots=True)
class _Staged:
    """One device, ready: `diff` is what its loaded session would change, "" where nothing had to be loaded;
    `before` is what it said and showed just before, and `promise` the diff as the device gave it, secrets and all."""

    diff: str
    before: DeviceFacts
    promise: str = field(default="", repr=False)


class Deploy:
    """One deploy, from the first read to the last confirmation."""

    def __init__(
        self,
        devices: OpenDevices,
        changes: Mapping[str, DeviceChange],
        settings: AutomationSettings,
        look: Look,
        standing: Mapping[str, Standing] = NONE_STANDING,
        known: Collection[str] = (),
    ) -> None:
        self._known = known
        self._devices = devices
        self._changes = changes
        self._settings = settings
        self._look = look
        self._standing = standing

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
        commit, began = partial(self._commit, ready=ready, revert_after_s=revert_after_s), time.monotonic()
        refusals = refused(self._devices.each(commit, sent)) or self._verify_all(sent, ready, checks)
        refusals = refusals or _in_time(sent, time.monotonic() - began, revert_after_s)
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

        Raises: OtherDevice, ChangedSinceApproval, and what planning and speaking to the device raise.
        """
        change = self._changes[device.name]
        log_leftovers(device.name, device.speech.free(device, self._settings.busy_wait_s))
        before = read_facts(device)
        must_be_itself(device.name, before.running, self._known)
        plan = plan_change(device.dialect, before.running, change)
        if not plan.commands:
            return _Staged("", before)
        if plan.commands != change.commands or plan.idle_lines != change.idle_lines:
            raise ChangedSinceApproval(device.name)
        promise = _load_approved(device, change)
        diff = device.dialect.without_secrets(promise)
        standing = self._standing.get(device.name, NOTHING_STANDS)
        with ExitStack() as on_fault:
            on_fault.callback(device.speech.discard, device)
            _must_be_cabled(device, before, replace(change, diff=promise), standing)
            on_fault.pop_all()
        return _Staged(diff, before, promise)

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
            refusals = refused(self._devices.each(partial(self._verify, ready=ready), sent))
            for check in checks:
                refusals = refusals or check(self._look)
            on_fault.pop_all()
        return refusals

    def _verify(self, device: Device, *, ready: Mapping[str, _Staged]) -> None:
        """Read again, over the driver that holds the pending commit; then open another one beside it.

        Raises: NotApplied, NotAsPromised, HarmsWhatStands, CheckFailed; DeviceUnreachable, where no new connection
            can be had.
        """
        before = ready[device.name].before
        until = time.monotonic() + _SETTLE_S
        while True:
            now = read_facts(device)
            self._must_say_it(device, now.running, before.running)
            self._must_say_no_more(device, now.running, ready[device.name])
            wrong = failed_checks(Seen(before, now))
            if not wrong:
                self._devices.reach_anew(device.name)
                return
            if time.monotonic() >= until:
                raise CheckFailed(device.name, wrong)
            time.sleep(_LOOK_AGAIN_S)

    def _must_say_it(self, device: Device, running: str, before: str | None = None) -> None:
        """Raises: NotApplied, where something is left to do.

        Of given lines: where the text is what it was; where that is not known, where they would still change it.
        """
        change = self._changes[device.name]
        if change.action.is_given and before is None:
            left = device.dialect.without_secrets(loaded(device, change.commands, change.action))
            device.speech.discard(device)
        elif change.action.is_given:
            left = change.commands if device.dialect.same(running, before or "") else ""
        else:
            left = plan_change(device.dialect, running, change).commands
        if left:
            shown = device.dialect.without_secrets(left)
            raise NotApplied(device.name, [line.strip() for line in shown.splitlines()])

    def _must_say_no_more(self, device: Device, running: str, staged: _Staged) -> None:
        """Of given lines: exactly what was promised, and all that stands beside them.

        Raises: NotAsPromised, HarmsWhatStands.
        """
        change, before = self._changes[device.name], staged.before.running
        if not change.action.is_given:
            return
        wrong = unpromised(device.dialect, before, staged.promise, running)
        if wrong:
            raise NotAsPromised(device.name, wrong)
        standing = self._standing.get(device.name, NOTHING_STANDS)
        lost = [each.detail for each in no_longer_said(device.dialect, before, running, change, standing)]
        if lost:
            raise HarmsWhatStands(device.name, lost)

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
        if loaded(device, plan.commands, change.action):
            device.speech.commit_for_good(device)
        else:
            device.speech.discard(device)


def _load_approved(device: Device, change: DeviceChange) -> str:
    """Load what was approved and return the device's own diff; "", and nothing loaded, where given lines are there.

    Raises: ChangedSinceApproval, where the device's diff means something else by now; NotApplied, PlanOutOfBounds.
    """
    is_given = change.action.is_given
    if not is_given:
        device.dialect.check_bounds(change.commands, (*change.before, *change.intents))
    promise = loaded(device, change.commands, change.action)
    diff = device.dialect.without_secrets(promise)
    if not diff and not is_given:
        raise NotApplied(device.name, change.commands.splitlines())
    if not diff or meaning(diff) != meaning(change.diff):
        device.speech.discard(device)
    if diff and meaning(diff) != meaning(change.diff):
        raise ChangedSinceApproval(device.name)
    return promise


def _must_be_cabled(device: Device, before: DeviceFacts, change: DeviceChange, standing: Standing) -> None:
    """Raises: NotCabledAsDesigned."""
    cables = touched_cables(device.dialect, before.running, change, standing.cables) if before.neighbours else ()
    wrong = [each.detail for each in miscabled(device.name, cables, before.neighbours)]
    if wrong:
        raise NotCabledAsDesigned(device.name, wrong)


def harms(device: Device, before: str, change: DeviceChange, standing: Standing) -> tuple[Finding, ...]:
    """What a rehearsed change would harm of what stands; its diff is the device's own, secrets and all.

    Who is heard is asked only where the change touches a port whose far end is known.

    Raises: DeviceUnreachable.
    """
    is_judged = change.action.is_given and bool(standing.intents)
    promised = device.dialect.promised(before, change.diff) if is_judged else None
    lost = () if promised is None else no_longer_said(device.dialect, before, promised, change, standing)
    cables = touched_cables(device.dialect, before, change, standing.cables)
    heard = heard_by(device, {}) if cables else None
    return (*lost, *miscabled(device.name, cables, heard))


def loaded(device: Device, commands: str, action: ChangeAction) -> str:
    """Load it, and return the device's own diff, which may hold secrets."""
    load = device.speech.load_whole if action is ChangeAction.WHOLE else device.speech.load
    return load(device, commands)


def _in_time(names: Sequence[str], took_s: float, revert_after_s: int) -> tuple[Refusal, ...]:
    """Refuse all where some might go back by themselves while others are being confirmed."""
    if took_s < revert_after_s * (1 - _KEPT_FOR_CONFIRMING):
        return ()
    return refused({name: NoTimeLeft(name, took_s, revert_after_s) for name in names})


def _take_back(device: Device) -> bool:
    return device.speech.take_back(device)


def _save(device: Device) -> None:
    device.speech.save(device)


def _with_kept(refusals: tuple[Refusal, ...], kept: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """The refusals, and each device that may have kept the change: no timer runs there, so it must be said."""
    names = {away.device for away in kept}
    words = "The change was confirmed there, or may have been, and could not be taken back."
    return tuple(reason for reason in refusals if reason.device not in names) + tuple(
        replace(away, reason=f"{words} {away.reason}") for away in kept
    )


def log_leftovers(device: str, aborted: Sequence[str]) -> None:
    if aborted:
        _log.warning("aborted sessions left behind by a run that was killed", device=device, sessions=list(aborted))
