"""The tests of one service while its change is on all devices and nothing is confirmed yet: a `Check` of a deploy."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from automation.birth.designed import DesignedService, frame_bytes_of
from automation.birth.judging import isolated, judge_devices, unsettled
from automation.birth.probe_judging import CIRCUIT, judge_isolation, judge_probed
from automation.birth.prober import STEPS, Prober, ProbeTask, When
from automation.birth.results import UNMEASURED, Limits, TestKind, TestResult, Verdict, failed
from automation.change_plan import DeviceChange, Finding, Refusal
from automation.errors import AutomationError
from automation.facts import DeviceFacts, Looked
from automation.proof import prove_device
from inventory.devices import PortRef

FAILED = "birth-test-failed"
"""The code of the refusals of this check."""
MOST_ENTRIES = 3
"""From so many access points frames are sent, one after the other: a timer runs meanwhile."""
_POLL_S = 0.5
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Testing:
    """How a service is tested. `required` kinds must be measured; any other must pass where it can be.

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
    """Tests one service, and keeps what came of it in `results`: () until it was tested, or was found not to be fit."""

    name = "birth certificate"

    def __init__(
        self,
        service: DesignedService,
        changes: Iterable[DeviceChange],
        prober: Prober,
        testing: Testing,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._service = service
        self._changes = {change.device: change for change in changes}
        self._prober = prober
        self._testing = testing
        self._sleep = sleep
        self._before: tuple[TestResult, ...] = ()
        self.results: tuple[TestResult, ...] = ()

    def before(self, findings: Sequence[Finding]) -> tuple[TestResult, ...]:
        """Look at isolation before anything is changed; the failures. `findings` are of a look at the devices."""
        kind = TestKind.ISOLATION_BEFORE
        self._before = ()
        if kind in self._service.tests:
            probed = self._prober.probe(self._task(When.BEFORE, self._service.entries[0]))
            self._before = (*isolated(kind, self._service, findings), *judge_isolation(kind, probed))
        wrong = failed(self._before)
        self.results = self._before if wrong else ()
        return wrong

    def __call__(self, look: Callable[[Sequence[str]], Looked]) -> tuple[Refusal, ...]:
        """Test everything; a refusal for each test that keeps the service from being handed over."""
        on_devices = self._settled(look)
        by_frames = self._by_frames()
        self.results = complete((*self._before, *on_devices, *by_frames), self._service.tests)
        wrong = failed(self.results, self._testing.required & self._service.tests)
        _log.info("tested", service=self._service.label, tests=len(self.results), failed=len(wrong))
        return tuple(Refusal(_device_of(one, self._service), FAILED, one.sentence) for one in wrong)

    def _by_frames(self) -> tuple[TestResult, ...]:
        """What a probe counts, sent in at each entry; an SSID has many, and the first few are enough."""
        if not self._service.tests & _BY_FRAMES:
            return ()
        found: list[TestResult] = []
        entries = self._service.entries
        for entry in entries[:MOST_ENTRIES]:
            subject = CIRCUIT if len(entries) == 1 else f"{CIRCUIT} from {entry.device}"
            probed = self._prober.probe(self._task(When.AFTER, entry))
            found += judge_probed(self._service, probed, self._testing.limits, subject)
            found += judge_isolation(TestKind.ISOLATION, probed)
        return tuple(found)

    def _settled(self, look: Callable[[Sequence[str]], Looked]) -> tuple[TestResult, ...]:
        """The devices' results, read again for a while where a port or a neighbour may still be coming."""
        waits = max(0, round(self._testing.settle_s / _POLL_S))
        for _ in range(waits):
            results = self._on_devices(look(self._service.devices))
            if not unsettled(results):
                return results
            self._sleep(_POLL_S)
        return self._on_devices(look(self._service.devices))

    def _on_devices(self, looked: Looked) -> tuple[TestResult, ...]:
        findings = [finding for one in looked.values() for finding in self._findings(one)]
        findings += [Finding(name, "answers", False, str(one)) for name, one in _unread(looked).items()]
        return judge_devices(self._service, looked, findings, self._testing.limits)

    def _findings(self, facts: DeviceFacts | AutomationError) -> tuple[Finding, ...]:
        if isinstance(facts, AutomationError) or facts.device not in self._changes:
            return ()
        return prove_device(facts.dialect, facts.running, facts.ports, self._changes[facts.device])

    def _task(self, when: When, entry: PortRef) -> ProbeTask:
        testing = self._testing
        return probe_task(self._service, when, entry, testing.limits, testing.probe_s, in_service=testing.in_service)


_BY_FRAMES = frozenset({TestKind.FRAME_LOSS, TestKind.FRAME_DELAY, TestKind.INFORMATION_RATE})


def probe_task(
    service: DesignedService, when: When, entry: PortRef, limits: Limits, seconds: float, *, in_service: bool
) -> ProbeTask:
    """What a probe is asked, frames being sent in at `entry`."""
    return ProbeTask(
        service=service.label,
        when=when,
        uni=entry,
        far_end=service.far_end,
        is_handover=service.is_handover,
        s_vlan=service.s_vlan,
        c_vlan=service.c_vlan,
        z_c_vlan=service.z_c_vlan,
        cir_mbps=service.cir_mbps,
        eir_mbps=service.eir_mbps,
        frame_bytes=frame_bytes_of(service, limits),
        seconds=seconds,
        in_service=in_service,
        neighbours=service.neighbours,
        ssid="" if service.on_air is None else service.on_air.ssid,
        steps=STEPS if when is When.AFTER and service.cir_mbps and not in_service else (),
        realm=service.realm,
        shares=service.shares,
    )


def complete(results: Collection[TestResult], kinds: Collection[TestKind]) -> tuple[TestResult, ...]:
    """Results by their kinds, in the order in which these are told; one that nothing measured is told too."""
    found = {one.kind for one in results}
    missing = [
        TestResult(kind, Verdict.NOT_MEASURED, CIRCUIT, detail=UNMEASURED) for kind in kinds if kind not in found
    ]
    return tuple(one for kind in TestKind for one in (*results, *missing) if one.kind is kind)


def _unread(looked: Looked) -> Mapping[str, AutomationError]:
    return {name: one for name, one in looked.items() if isinstance(one, AutomationError)}


def _device_of(result: TestResult, service: DesignedService) -> str:
    """The device a result is about; the first one's, where it is about the whole service."""
    name = result.subject.partition(":")[0]
    return name if name in service.devices else service.starts[0].device
