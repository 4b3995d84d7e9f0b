"""Is an SSID on the air of each access point as it was ordered, and is nothing else in its S-VLAN there? Pure.

What a radio sends is read from the access point's own state (netifd and hostapd as they run), not from its text; which
S-VLAN that goes into, and what else does, from the text that was read back.
"""

from collections.abc import Iterator

from automation.birth.designed import DesignedService, DesignedSsid
from automation.birth.results import TestKind, TestResult, Verdict
from automation.dialects.openwrt.names import label_of
from automation.dialects.openwrt.render import encryption_of
from automation.errors import AutomationError
from automation.facts import SSIDS, DeviceFacts, Looked, Sent
from inventory.devices import PortRef


def on_air(service: DesignedService, looked: Looked) -> Iterator[TestResult]:
    """One result a radio; none of what is no SSID."""
    if service.on_air is None:
        return
    for radio in service.starts:
        facts = looked.get(radio.device)
        if isinstance(facts, DeviceFacts) and facts.ssids is not None:
            yield _judge(service, service.on_air, radio, facts)
        else:
            yield TestResult(TestKind.ON_AIR, Verdict.NOT_MEASURED, str(radio), detail=_why_not(facts))


def alone_on_air(kind: TestKind, service: DesignedService, looked: Looked) -> Iterator[TestResult]:
    """On no access point is another's SSID or wire in the S-VLAN; one result an access point that was read."""
    for device, uplink in service.uplinks.items():
        facts = looked.get(device)
        if not isinstance(facts, DeviceFacts):
            yield TestResult(kind, Verdict.NOT_MEASURED, device, detail=_why_not(facts))
            continue
        carrying = facts.dialect.carriers(facts.running, service.s_vlan) - {uplink}
        own = {service.label, service.shares}
        others = sum(label_of(one) not in own for one in carrying)  # whose they are is not told
        verdict = Verdict.FAILED if others else Verdict.PASSED
        expected = f"S-VLAN {service.s_vlan} in no other SSID or port"
        said = f"S-VLAN {service.s_vlan} in {others or 'no'} other SSID or port"
        yield TestResult(kind, verdict, device, said, expected, detail="its configuration, read back")


def _judge(service: DesignedService, wanted: DesignedSsid, radio: PortRef, facts: DeviceFacts) -> TestResult:
    expected = _words(wanted.ssid, encryption_of(wanted.security), service.s_vlan)
    mine = [one for one in facts.ssids or () if one.radio == radio.port and label_of(one.section) == service.label]
    in_s_vlan = facts.dialect.carriers(facts.running, service.s_vlan)
    measured = "; ".join(_sent(one, one.section in in_s_vlan, service.s_vlan) for one in mine) or "not sent"
    verdict = Verdict.PASSED if measured == expected else Verdict.FAILED
    detail = "what the radio says it sends, and where its configuration puts that"
    return TestResult(TestKind.ON_AIR, verdict, str(radio), measured, expected, detail=detail)


def _sent(one: Sent, is_in_s_vlan: bool, s_vlan: int) -> str:
    return _words(one.ssid, one.encryption, s_vlan if is_in_s_vlan else None)


def _words(ssid: str, encryption: str, s_vlan: int | None) -> str:
    return f"{ssid!r}, {encryption}, {'another VLAN' if s_vlan is None else f'S-VLAN {s_vlan}'}"


def _why_not(facts: DeviceFacts | AutomationError | None) -> str:
    match facts:
        case None:
            return "it was not read"
        case DeviceFacts():
            return facts.why_not.get(SSIDS, "it tells nothing of what it sends")
        case _:
            return str(facts)
