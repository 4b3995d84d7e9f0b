"""Hold what was measured on devices against what was designed. Pure.

Each function answers for one kind. A device that was not read, or whose platform cannot tell, gives `not measured`
with the reason; nothing passes because it could not be looked at.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from automation.birth.designed import DesignedLink, DesignedService, Shape
from automation.birth.on_air_judging import alone_on_air, on_air
from automation.birth.results import Limits, TestKind, TestResult, Verdict
from automation.change_plan import Finding
from automation.errors import AutomationError
from automation.facts import LIGHT, NEIGHBOURS, DeviceFacts, Light, Looked
from inventory.devices import PortRef

_SEALED = re.compile(r"sealed:[A-Za-z0-9_=-]+")
_STARTS: Mapping[Shape, str] = {
    Shape.ACCESS_LINE: "the UNI",
    Shape.E_LINE: "the UNI",
    Shape.BACKHAUL: "the port of the hosted equipment",
    Shape.SSID: "a radio",
    Shape.REALM: "a radio",
    Shape.EXCHANGE_PORT: "the member's port",
}


def judge_devices(
    service: DesignedService, looked: Looked, findings: Sequence[Finding], limits: Limits
) -> tuple[TestResult, ...]:
    """All that devices alone can tell. `findings` are of the look for the change itself: text and isolation."""
    found = (
        *ports_up(service, looked),
        *path_as_designed(service, looked),
        *light_within_budget(service, looked, limits),
        *on_air(service, looked),
        *tags_as_ordered(service, findings),
        *port_mtus(service, looked, limits),
        *isolated(TestKind.ISOLATION, service, findings),
        *alone_on_air(TestKind.ISOLATION, service, looked),
    )
    return tuple(one for one in found if one.kind in service.tests)


def ports_up(service: DesignedService, looked: Looked) -> Iterator[TestResult]:
    """Both ends have link, and so has every port of the links between."""
    middle = [port for link in service.links for port in (link.a, link.z)]
    for ref in dict.fromkeys((*service.starts, *middle, service.far_end)):
        facts = looked.get(ref.device)
        if not isinstance(facts, DeviceFacts):
            yield _unread(TestKind.PORTS, ref, facts)
            continue
        shown = facts.ports.get(ref.port, {})
        is_up = bool(shown.get("is_up"))
        measured = "up" if is_up else "down" if shown.get("is_enabled") else "shut down"
        yield _judged(TestKind.PORTS, is_up, str(ref), measured, "up", detail=_role(service, ref))


def path_as_designed(service: DesignedService, looked: Looked) -> Iterator[TestResult]:
    """At both ends of every link LLDP hears the port that the design joins it to, and nobody else."""
    for link in service.links:
        for near, far in ((link.a, link.z), (link.z, link.a)):
            facts = looked.get(near.device)
            if not isinstance(facts, DeviceFacts):
                yield _unread(TestKind.PATH, near, facts)
            elif facts.neighbours is None:
                yield _not_measured(TestKind.PATH, near, facts.why_not.get(NEIGHBOURS, "no neighbours were given"))
            else:
                heard = facts.neighbours.get(near.port, ())
                measured = ", ".join(map(str, heard)) or "no neighbour"
                yield _judged(
                    TestKind.PATH, heard == (far,), str(near), measured, str(far), detail=f"LLDP, link {link.code}"
                )


def light_within_budget(service: DesignedService, looked: Looked, limits: Limits) -> Iterator[TestResult]:
    """In each direction of each link: sent less received is what the fibre loses, and it may lose so much."""
    for link in service.links:
        for near, far in ((link.a, link.z), (link.z, link.a)):
            yield _light(link, near, far, looked, limits)


def _light(link: DesignedLink, near: PortRef, far: PortRef, looked: Looked, limits: Limits) -> TestResult:
    """What arrives at `near` of what `far` sends."""
    read: list[Light] = []
    for ref in (near, far):
        facts = looked.get(ref.device)
        if not isinstance(facts, DeviceFacts):
            return _unread(TestKind.LIGHT, near, facts)
        if facts.light is None:
            return _not_measured(TestKind.LIGHT, near, facts.why_not.get(LIGHT, "no optics were given"))
        if ref.port not in facts.light:
            return _not_measured(TestKind.LIGHT, near, f"{ref} has no optic that tells its light")
        read.append(facts.light[ref.port])
    received, sent = read[0].rx_dbm, read[1].tx_dbm
    if received is None or sent is None:
        where = near if received is None else far
        return _not_measured(TestKind.LIGHT, near, f"{where} has no optic, or one that gives no figure")
    return _loss(link, near, sent, received, limits)


def _loss(link: DesignedLink, near: PortRef, sent: float, received: float, limits: Limits) -> TestResult:
    detail = f"received {received:.1f} dBm of {sent:.1f} dBm sent, link {link.code}"
    if link.reckoned_db is None or link.allowed_db is None:
        return _not_measured(TestKind.LIGHT, near, f"{detail}, whose plant or optic is not in the inventory")
    most = min(link.allowed_db, link.reckoned_db + limits.loss_over_reckoned_db)
    why = f"{link.reckoned_db:.2f} dB reckoned, {link.allowed_db:.1f} dB allowed by {link.optic}"
    lost = sent - received
    return _judged(
        TestKind.LIGHT, lost <= most, str(near), f"{lost:.2f}", f"at most {most:.2f}", "dB", f"{detail}; {why}"
    )


def tags_as_ordered(service: DesignedService, findings: Sequence[Finding]) -> Iterator[TestResult]:
    """Every device says the service, tags and all: its text was read back and nothing is left to do."""
    yield from _of_findings(TestKind.TAGS, service.devices, findings, ("config", "replaced"), _tag_words(service))


def isolated(kind: TestKind, service: DesignedService, findings: Sequence[Finding]) -> Iterator[TestResult]:
    """On no switch does a port of another carry the service's tag; access points are looked at by `alone_on_air`."""
    switches = tuple(device for device in service.devices if device not in service.uplinks)
    expected = f"S-VLAN {service.s_vlan} on no other port"
    yield from _of_findings(kind, switches, findings, ("isolation",), expected)


def _of_findings(
    kind: TestKind, devices: Sequence[str], findings: Sequence[Finding], checks: Sequence[str], expected: str
) -> Iterator[TestResult]:
    by_device: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.check in checks:
            by_device.setdefault(finding.device, []).append(finding)
    away = {finding.device: finding.detail for finding in findings if finding.check == "answers"}
    for device in devices:
        wrong = [finding for finding in by_device.get(device, ()) if not finding.ok]
        if device in by_device:
            said = _SEALED.sub("(a secret)", "; ".join(finding.detail for finding in wrong or by_device[device]))
            yield _judged(kind, not wrong, device, said, expected, detail="its configuration, read back")
        else:
            yield TestResult(kind, Verdict.NOT_MEASURED, device, detail=away.get(device, "it was not read"))


def port_mtus(service: DesignedService, looked: Looked, limits: Limits) -> Iterator[TestResult]:
    """What each tagged port says it lets through. Whether a large frame passes only a probe can tell.

    Where there is no link (an exchange), the member's own port.
    """
    tagged = [port for link in service.links for port in (link.a, link.z)]
    for ref in dict.fromkeys(tagged or (service.far_end,)):
        facts = looked.get(ref.device)
        if not isinstance(facts, DeviceFacts):
            yield _unread(TestKind.MTU, ref, facts)
            continue
        mtu = int(facts.ports.get(ref.port, {}).get("mtu") or 0)
        if mtu <= 0:  # NAPALM: -1 or 0 where the device does not say
            yield _not_measured(TestKind.MTU, ref, "the device does not say the port's MTU")
        else:
            least = f"at least {limits.port_mtu_bytes}"
            yield _judged(
                TestKind.MTU, mtu >= limits.port_mtu_bytes, str(ref), str(mtu), least, "bytes", "the port's own figure"
            )


def unsettled(results: Iterable[TestResult]) -> bool:
    """Whether something failed that may come right by itself in a moment: a port coming up, a neighbour unheard."""
    may_settle: Mapping[TestKind, frozenset[str]] = {
        TestKind.PORTS: frozenset({"down"}),
        TestKind.PATH: frozenset({"no neighbour"}),
    }
    return any(
        one.verdict is Verdict.FAILED and one.measured in may_settle.get(one.kind, frozenset()) for one in results
    )


def _judged(
    kind: TestKind, ok: bool, subject: str, measured: str, expected: str, unit: str = "", detail: str = ""
) -> TestResult:
    return TestResult(kind, Verdict.PASSED if ok else Verdict.FAILED, subject, measured, expected, unit, detail)


def _not_measured(kind: TestKind, subject: PortRef, why: str) -> TestResult:
    return TestResult(kind, Verdict.NOT_MEASURED, str(subject), detail=why)


def _unread(kind: TestKind, subject: PortRef, why: AutomationError | None) -> TestResult:
    return _not_measured(kind, subject, "its device was not read" if why is None else str(why))


def _role(service: DesignedService, ref: PortRef) -> str:
    if ref in service.starts:
        return _STARTS[service.shape]
    if ref == service.far_end:
        return "the handover" if service.is_handover else "the far UNI"
    return "a port of the path"


def _tag_words(service: DesignedService) -> str:
    if service.shape is Shape.EXCHANGE_PORT:
        return f"peering VLAN {service.s_vlan}"
    inner = "" if service.c_vlan is None else f" with C-VLAN {service.c_vlan} at its UNI"
    return f"S-VLAN {service.s_vlan}{inner}"
