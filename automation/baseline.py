"""What a device should say before any service, from what the inventory knows of it. Pure.

The same intents are what commissioning puts on a device and what the twin boots with: one source of truth.
What makes a device reachable in the first place (its address, its account, its API) is not among them:
nobody can be told over an API to turn that API on.
"""

from dataclasses import dataclass

from automation.intents import (
    C_TPID,
    S_TPID,
    AccessPointIntent,
    BaselineIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
)
from automation.settings import AutomationSettings
from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.places import PlaceKind
from inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class BaselineRules:
    """What holds for all devices: addresses of time and log servers, prefixes people may sign in from.

    `peering_vlan` is the exchange's LAN on every DX, None where nobody peers. `access_point_netmask` and
    `access_point_gateway` are those of access points' management addresses; no gateway: "".
    """

    ntp_servers: tuple[str, ...] = ()
    syslog_servers: tuple[str, ...] = ()
    management_from: tuple[str, ...] = ()
    peering_vlan: int | None = None
    access_point_netmask: str = "255.255.255.0"
    access_point_gateway: str = ""


def rules_of(settings: AutomationSettings) -> BaselineRules:
    return BaselineRules(
        settings.ntp_servers,
        settings.syslog_servers,
        settings.management_from,
        settings.peering_vlan,
        settings.access_point_netmask,
        settings.access_point_gateway,
    )


def baseline_intents(snapshot: Snapshot, name: str, rules: BaselineRules) -> tuple[Intent, ...]:
    """The device's own baseline, a trunk for each link that ends on it, the members of port-channels, its handovers.

    Of an access point only what makes it reachable: our account has no rights to more (openwrt/account.py).

    Raises: UnknownThing.
    """
    device = snapshot.device(name)
    if device.role is DeviceRole.ACCESS_POINT:
        return (access_point_intent(snapshot, device, rules),)
    ports = [port for port in snapshot.ports_of(name) if port.role is not PortRole.RADIO]
    used = [intent for port in ports if (intent := _used(snapshot, port)) is not None]
    taken = {intent.port for intent in used}
    idle = tuple(port.ref.port for port in ports if port.ref.port not in taken)
    base = BaselineIntent(
        name,
        name,
        idle,
        rules.ntp_servers,
        rules.syslog_servers,
        rules.management_from,
        _peering_vlans(snapshot, device, rules),
    )
    return (base, *used)


def access_point_intent(snapshot: Snapshot, device: Device, rules: BaselineRules) -> AccessPointIntent:
    """What makes an access point reachable: its bridge has all ports that lead towards the network."""
    uplinks = tuple(port.ref.port for port in snapshot.ports_of(device.name) if port.role is PortRole.NNI)
    address = device.management_address or ""
    return AccessPointIntent(
        device.name, address, rules.access_point_netmask, uplinks, rules.access_point_gateway or None
    )


def _used(snapshot: Snapshot, port: Port) -> TrunkIntent | LagMemberIntent | HandoverIntent | None:
    """What the port is for before any service, None where a service may take it or nothing is plugged in."""
    device, name = port.ref.device, port.ref.port
    far_end = snapshot.far_ends.get(port.ref)
    if port.lag and far_end is not None:
        return LagMemberIntent(device, name, port.lag, f"to {far_end}")
    if port.role is PortRole.NNI and far_end is not None:
        return TrunkIntent(device, name, f"to {far_end}", _tpid(snapshot, far_end))
    handover = snapshot.handovers_by_port.get(port.ref)
    if port.role is PortRole.HANDOVER and handover is not None:
        return HandoverIntent(device, name, f"handover {handover.code}")
    return None


def _tpid(snapshot: Snapshot, far_end: PortRef) -> int:
    """An access point's bridge knows the C-tag only (Linux bridges of OpenWrt, netifd: no vlan_protocol 802.1ad)."""
    device = snapshot.devices.get(far_end.device)
    return C_TPID if device is not None and device.role is DeviceRole.ACCESS_POINT else S_TPID


def _peering_vlans(snapshot: Snapshot, device: Device, rules: BaselineRules) -> tuple[int, ...]:
    place = snapshot.places.get(device.place_code or "")
    stands_in_dx = place is not None and place.kind is PlaceKind.DX
    return (rules.peering_vlan,) if rules.peering_vlan is not None and stands_in_dx else ()
