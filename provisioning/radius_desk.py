"""The desk of RADIUS: what FreeRADIUS is told, from the orders, the inventory and the file of realms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from inventory.devices import DeviceRole, Lifecycle
from inventory.snapshot import Snapshot
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.radius import RadiusClient, RadiusPlan, Realm, Tenancy, render
from provisioning.radius_errors import RadiusFileInvalid
from provisioning.radius_file import read_radius_file
from provisioning.radius_secrets import secret_of
from provisioning.services import Service
from provisioning.shared_ssids import on_air_of
from provisioning.tools import Tools


def radius_files(tools: Tools, who: Principal, folder: Path) -> Mapping[str, str]:
    """The files of a FreeRADIUS server that will stand in `folder`, by name. They hold secrets.

    Raises: Forbidden, RadiusFileInvalid.
    """
    must(who, Action.CONFIRM_WORK)
    if tools.settings.radius_file is None:
        raise RadiusFileInvalid("NEUTRALHOST_RADIUS_FILE", "it is not set")
    serving, realms = read_radius_file(tools.settings.radius_file, folder)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        services = work.services.carried()
    clients = tuple(_clients(snapshot, tools))
    return render(RadiusPlan(serving, realms, clients, tuple(tenancies(services, realms))))


def tenancies(services: Iterable[Service], realms: Sequence[Realm]) -> Iterator[Tenancy]:
    """For each access point that sends an SSID on which RADIUS decides: whose realms get on, and into which S-VLAN."""
    for service, carried, on_air in on_air_of(services):
        if not on_air.security.needs_radius:
            continue
        octets = on_air.ssid.encode().hex()
        names = [realm.name for realm in realms if realm.isp_code == service.isp_code]
        yield from (
            Tenancy(station.device, octets, name, carried.s_vlan)
            for station in carried.stations
            for name in names
            if carried.tenancy is None or name == carried.tenancy.realm
        )


def _clients(snapshot: Snapshot, tools: Tools) -> Iterator[RadiusClient]:
    for device in snapshot.inventory.devices:
        is_live = device.role is DeviceRole.ACCESS_POINT and device.lifecycle is Lifecycle.LIVE
        if is_live and device.management_address is not None:
            secret = secret_of(device.name, tools.settings.token_pepper)
            yield RadiusClient(device.name, device.management_address, secret)
