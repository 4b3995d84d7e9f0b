"""The tests of one circuit while its change is on all devices and nothing is confirmed yet: a `Check` of a deploy."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from automation.birth.designed import DesignedCircuit
from automation.birth.judging import isolated, judge_devices, unsettled
from automation.birth.probe_judging import judge_isolation, judge_probed
from automation.birth.prober import Prober, ProbeTask, When
from automation.birth.results import Limits, TestKind, TestResult, failed
from automation.change_plan import DeviceChange, Finding, Refusal
from automation.errors import AutomationError
from automation.facts import DeviceFacts, Looked
from automation.proof import prove_device

FAILED = "birth-test-failed"
"""The code of the refusals of this check."""
_POLL_S = 0.5
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Testing:
    """How a circuit is tested. `required` kinds must be measured; any other must pass where it can be.

    `settle_s` is how long a port may take to come up, or a neighbour to be heard; `probe_s` how long frames are sent
    for each measurement. `in_service`: a subscriber's traffic is on the circuit while it is tested.
    """

    __test__ = False

    required: frozenset[TestKind] = frozenset()
    limits: Limits = field(default_factory=Limits)
    settle_s: float = 10.0
    probe_s: float = 5.0
    in_service: bool = False


class BirthCheck:
    """Tests one circuit, and keeps what came of it in `results`: () until it was tested, or was found not to be fit."""

    name = "birth certificate"

    def __init__(
        self,
        circuit: DesignedCircuit,
        changes: Iterable[DeviceChange],
        prober: Prober,
        testing: Testing,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._circuit = circuit
        self._changes = {change.device: change for change in changes}
        self._prober = prober
        self._testing = testing
        self._sleep = sleep
        self._before: tuple[TestResult, ...] = ()
        self.results: tuple[TestResult, ...] = ()

    def before(self, findings: Sequence[Finding]) -> tuple[TestResult, ...]:
        """Look at isolation before anything is changed; the failures. `findings` are of a look at the devices."""
        probed = self._prober.probe(self._task(When.BEFORE))
        kind = TestKind.ISOLATION_BEFORE
        self._before = (*isolated(kind, self._circuit, findings), *judge_isolation(kind, probed))
        wrong = failed(self._before)
        self.results = self._before if wrong else ()
        return wrong

    def __call__(self, look: Callable[[Sequence[str]], Looked]) -> tuple[Refusal, ...]:
        """Test everything; a refusal for each test that keeps the service from being handed over."""
        on_devices = self._settled(look)
        probed = self._prober.probe(self._task(When.AFTER))
        by_frames = judge_probed(self._circuit, probed, self._testing.limits)
        isolation = judge_isolation(TestKind.ISOLATION, probed)
        self.results = in_order((*self._before, *on_devices, *by_frames, *isolation))
        wrong = failed(self.results, self._testing.required)
        _log.info("tested", service=self._circuit.label, tests=len(self.results), failed=len(wrong))
        return tuple(Refusal(_device_of(one, self._circuit), FAILED, one.sentence) for one in wrong)

    def _settled(self, look: Callable[[Sequence[str]], Looked]) -> tuple[TestResult, ...]:
        """The devices' results, read again for a while where a port or a neighbour may still be coming."""
        waits = max(0, round(self._testing.settle_s / _POLL_S))
        for _ in range(waits):
            results = self._on_devices(look(self._circuit.devices))
            if not unsettled(results):
                return results
            self._sleep(_POLL_S)
        return self._on_devices(look(self._circuit.devices))

    def _on_devices(self, looked: Looked) -> tuple[TestResult, ...]:
        findings = [finding for one in looked.values() for finding in self._findings(one)]
        findings += [Finding(name, "answers", False, str(one)) for name, one in _unread(looked).items()]
        return judge_devices(self._circuit, looked, findings, self._testing.limits)

    def _findings(self, facts: DeviceFacts | AutomationError) -> tuple[Finding, ...]:
        if isinstance(facts, AutomationError) or facts.device not in self._changes:
            return ()
        return prove_device(facts.dialect, facts.running, facts.ports, self._changes[facts.device])

    def _task(self, when: When) -> ProbeTask:
        circuit = self._circuit
        return ProbeTask(
            service=circuit.label,
            when=when,
            uni=circuit.uni,
            far_end=circuit.far_end,
            is_handover=circuit.is_handover,
            s_vlan=circuit.s_vlan,
            c_vlan=circuit.c_vlan,
            z_c_vlan=circuit.z_c_vlan,
            cir_mbps=circuit.cir_mbps,
            eir_mbps=circuit.eir_mbps,
            frame_bytes=self._testing.limits.frame_bytes,
            seconds=self._testing.probe_s,
            in_service=self._testing.in_service,
            neighbours=circuit.neighbours,
        )


def in_order(results: Collection[TestResult]) -> tuple[TestResult, ...]:
    """Results by their kinds, in the order in which these are told."""
    return tuple(one for kind in TestKind for one in results if one.kind is kind)


def _unread(looked: Looked) -> Mapping[str, AutomationError]:
    return {name: one for name, one in looked.items() if isinstance(one, AutomationError)}


def _device_of(result: TestResult, circuit: DesignedCircuit) -> str:
    """The device a result is about; the UNI's, where it is about the whole circuit."""
    name = result.subject.partition(":")[0]
    return name if name in circuit.devices else circuit.uni.device
