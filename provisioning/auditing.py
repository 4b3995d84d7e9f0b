"""Compare what every device should say with what it says: for whoever asks, and by the clock.

What a device said last time, and what was found then, is kept: one that says the same, and is
meant to say the same, is answered from there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from automation.baseline import baseline_intents
from automation.change_plan import ChangeAction, Finding
from automation.drift import Accepted, with_those_as_intended
from automation.drift_kinds import DriftKind
from automation.hosts import host_addresses
from automation.intents import Intent
from automation.platform import Can
from automation.platforms import PLATFORMS
from automation.scanning import Expectations, Expected, Seen
from inventory.devices import Lifecycle
from inventory.snapshot import Snapshot
from provisioning.seen_devices import SeenDevice, key_of
from provisioning.services import Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.translate import service_intents
from provisioning.uncertain import settle_by_audit


def audit_all(tools: Tools, devices: Sequence[str] = ()) -> tuple[Finding, ...]:
    """All that is intended against all that runs on every live device, or on those named; what nobody intends too.

    Devices that a deploy left uncertain are read first, and are known again where all is right there. Of a service
    that is on its way to the devices or off them nothing is said.
    """
    expected, kept = expectations(tools, devices)
    audit = tools.deployer.audit(expected)
    _keep(tools, audit.seen)
    under_way = {each.id for each in kept if each.state is not ServiceState.ACTIVE}
    found = tuple(each for each in _with_all_as_intended(expected, audit.findings) if not _is_of(each, under_way))
    found = _named(tools, found, {intent.label for intent in expected.intents})
    settle_by_audit(tools, found)
    return found


def audit_services(tools: Tools, service_ids: Sequence[str]) -> tuple[Finding, ...]:
    """Only what these services, where active, need. Raises: UnknownService."""
    with tools.open_unit_of_work(reading=True) as work:
        wanted = [work.services.get(each) for each in service_ids]
    active = (each for each in wanted if each.state is ServiceState.ACTIVE)
    intents = [intent for each in active for intent in service_intents(each)]
    return tools.deployer.prove(intents, ChangeAction.ADD).findings if intents else ()


def expectations(tools: Tools, devices: Sequence[str] = ()) -> tuple[Expectations, tuple[Service, ...]]:
    """What every live device (or those named) should say, and the services that it comes from."""
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        kept = tuple(work.services.on_devices())
        accepted = _accepted(work)
        seen = {name: _seen(each) for name, each in work.seen_devices.all().items()}
        uncertain = [each.device for each in work.uncertain.open()]
    intents = intents_by_device(kept)
    names = sorted(devices or {*_audited_devices(snapshot), *intents}, key=lambda name: (name not in uncertain, name))
    expected = {
        name: Expected.of(name, (*baseline_intended(tools, snapshot, name), *intents.get(name, ())), accepted.get(name))
        for name in names
    }
    key = key_of(tools.settings.token_pepper.get_secret_value())
    return Expectations(expected, {name: seen[name] for name in names if name in seen}, key), kept


def intents_by_device(services: Iterable[Service]) -> Mapping[str, Sequence[Intent]]:
    """Everything that is intended, device by device."""
    found: dict[str, list[Intent]] = {}
    for each in services:
        for intent in service_intents(each):
            found.setdefault(intent.device, []).append(intent)
    return found


def baseline_intended(tools: Tools, snapshot: Snapshot, name: str) -> Sequence[Intent]:
    """What the device should say before any service, where its platform can be told."""
    device = snapshot.devices.get(name)
    platform = None if device is None else PLATFORMS.get(device.platform)
    if platform is None or Can.BASELINE not in platform.can:
        return ()
    return baseline_intents(snapshot, name, tools.baseline)


def _audited_devices(snapshot: Snapshot) -> tuple[str, ...]:
    reached = host_addresses(snapshot)
    live = (each.name for each in snapshot.inventory.devices if each.lifecycle is Lifecycle.LIVE)
    return tuple(name for name in live if name in reached)


def _accepted(work: UnitOfWork) -> Mapping[str, Accepted]:
    return {name: Accepted(each.number, work.backups.text_of(each)) for name, each in work.backups.accepted().items()}


def _with_all_as_intended(expected: Expectations, found: Sequence[Finding]) -> Iterator[Finding]:
    """The findings by device, each device's with those of its intents that are as they should be."""
    by_device: dict[str, list[Finding]] = {name: [] for name in sorted(expected.devices)}
    for finding in found:
        by_device.setdefault(finding.device, []).append(finding)
    for name, own in by_device.items():
        yield from own
        if name in expected.devices and not any(each.kind is DriftKind.UNREACHABLE for each in own):
            yield from with_those_as_intended(expected.devices[name].intents, own)


def _is_of(finding: Finding, services: frozenset[str] | set[str]) -> bool:
    return finding.label in services or finding.check.partition(" ")[2] in services


def _named(tools: Tools, found: tuple[Finding, ...], intended: set[str]) -> tuple[Finding, ...]:
    """What bears the name of a service that we know, or knew, is that service's, and not unknown."""
    asked = {each.label for each in found if each.kind is DriftKind.UNKNOWN and each.label}
    if not asked:
        return found
    with tools.open_unit_of_work(reading=True) as work:
        known = intended | {each.id for each in work.services.some(asked - intended)}
    return tuple(
        replace(each, kind=DriftKind.EXTRA) if each.kind is DriftKind.UNKNOWN and each.label in known else each
        for each in found
    )


def _keep(tools: Tools, seen: Mapping[str, Seen]) -> None:
    if not seen:
        return
    now = tools.now()
    with tools.open_unit_of_work() as work:
        work.seen_devices.keep(
            SeenDevice(
                name, now, each.text_digest, each.canonical_digest, each.intents_digest, list(map(_json, each.findings))
            )
            for name, each in seen.items()
        )
        work.commit()


def _json(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in Finding.__slots__}


def _seen(kept: SeenDevice) -> Seen:
    findings = (finding_of(each) for each in kept.findings)
    return Seen(kept.text_digest, kept.canonical_digest, kept.intents_digest, tuple(findings))


def finding_of(kept: Mapping[str, Any]) -> Finding:
    """A finding as it was kept; those of earlier versions had no kind."""
    kind = kept.get("kind")
    return Finding(
        kept["device"],
        kept["check"],
        kept["ok"],
        kept["detail"],
        None if kind is None else DriftKind(kind),
        kept.get("label", ""),
    )
