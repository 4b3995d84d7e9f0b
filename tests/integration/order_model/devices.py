"""Devices that also put one circuit in the place of another, and that fail at the call they are told to."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Finding, Proof, Refusal, Rehearsal
from automation.intents import CircuitIntent
from automation.verifying import Check
from tests.integration.walking import AS_FOUND, Devices

FINE, REFUSES, AWAY, LOST = "fine", "refuses", "away", "lost"
OUTCOMES = (FINE, REFUSES, AWAY, LOST)
"""What comes of a call: LOST did what it was asked, and then could not say so."""


@dataclass
class ReplacingDevices(Devices):
    """As `Devices`; `next_calls` says what comes of each of the next calls, and all is fine after them."""

    next_calls: deque[str] = field(default_factory=deque)

    def rehearse(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Rehearsal:
        refusals = self._trouble(_names(intents, before), self.refusing, self._outcome())
        if refusals:
            return Rehearsal((), refusals)
        if action is not ChangeAction.REPLACE:
            return super().rehearse(intents, action)
        return Rehearsal(tuple(_replacement(name, intents, before) for name in _names(intents, before)), ())

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        names = tuple(change.device for change in changes)
        outcome = self._outcome()
        refusals = self._trouble(names, self.refusing | self.refusing_to_deploy, outcome)
        if refusals and outcome != LOST:
            return DeployReport(undone=names, refusals=refusals)
        for change in changes:
            self._put(change)
        if refusals:
            return DeployReport(uncertain=names, refusals=refusals)
        return DeployReport(confirmed=names, diffs=tuple((name, "+vlan") for name in names))

    def prove(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Proof:
        is_seen = self._outcome() == FINE
        findings = [self._look(intent, action, is_seen=is_seen) for intent in intents]
        kept = {(intent.device, intent.label) for intent in intents}
        gone = [each for each in before if (each.device, each.label) not in kept]
        findings += [self._look(intent, ChangeAction.REMOVE, is_seen=is_seen) for intent in gone]
        return Proof(tuple(findings))

    def _look(self, intent: CircuitIntent, action: ChangeAction, *, is_seen: bool) -> Finding:
        found = self.running.get(intent.device, {}).get(intent.label)
        is_there = found is not None and _said(found) == _said(intent)
        ok = is_seen and intent.device not in self.blind | self.away
        ok = ok and (found is None if action is ChangeAction.REMOVE else is_there)
        return Finding(intent.device, "vlan", ok, "as intended" if ok else "not as intended")

    def _outcome(self) -> str:
        return self.next_calls.popleft() if self.next_calls else FINE

    def _trouble(self, names: Sequence[str], refusing: set[str], outcome: str) -> tuple[Refusal, ...]:
        if outcome == REFUSES:
            refusing = {*refusing, *names[-1:]}
        refusals = self._refusals(names, refusing)
        if outcome in {AWAY, LOST}:
            return (*refusals, *(Refusal(name, "device-unreachable", "does not answer") for name in names[:1]))
        return refusals

    def _put(self, change: DeviceChange) -> None:
        labels = self.running.setdefault(change.device, {})
        if change.action is ChangeAction.REMOVE:
            for intent in change.intents:
                assert intent.uni is None or intent.label not in labels or intent.uni.idle_lines == AS_FOUND
                labels.pop(intent.label, None)
            return
        for intent in change.before:
            labels.pop(intent.label, None)
        labels.update({intent.label: intent for intent in change.intents})
        ports = [(intent.uni.port, intent.uni.c_vlan) for intent in labels.values() if intent.uni is not None]
        assert len(ports) == len(set(ports)), f"{change.device} has two circuits at one UNI"


def _names(intents: Sequence[CircuitIntent], before: Sequence[CircuitIntent]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(intent.device for intent in (*intents, *before)))


def _replacement(name: str, after: Sequence[CircuitIntent], before: Sequence[CircuitIntent]) -> DeviceChange:
    mine = tuple(intent for intent in after if intent.device == name)
    were = tuple(intent for intent in before if intent.device == name)
    commands = f"replace {[_said(each) for each in were]} by {[_said(each) for each in mine]}"
    idle_lines = AS_FOUND if any(intent.uni is not None for intent in mine) else ()
    return DeviceChange(name, ChangeAction.REPLACE, commands, "+vlan", mine, idle_lines, were)


def _said(intent: CircuitIntent) -> CircuitIntent:
    """The intent without what its port was before, which no device shows."""
    return intent if intent.uni is None else replace(intent, uni=replace(intent.uni, idle_lines=()))
