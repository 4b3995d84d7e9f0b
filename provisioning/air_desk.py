"""The desk of the air: who is on an access point beside whom, and how much their SSIDs are used."""

from collections.abc import Iterator
from dataclasses import dataclass

from automation.on_air import OnSsid
from monitoring.metrics import OnAirRow
from provisioning.carried import Carried, OnAir
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.rights import may_see
from provisioning.services import Service, ServiceState
from provisioning.shared_ssids import is_shared, on_air_of
from provisioning.ssids import sold_as
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class Tenant:
    """An ISP's SSID on one access point. `ssid` is the ISP's text: hostile."""

    device: str
    service_id: str
    isp_code: str
    ssid: str
    security: str
    s_vlan: int
    radios: tuple[str, ...]
    state: ServiceState


def tenants(tools: Tools, who: Principal, *, device: str = "", service_id: str = "") -> tuple[Tenant, ...]:
    """Whose SSIDs are on an access point, or on all: the operator's people see every tenant, an ISP only itself.

    Raises: Forbidden.
    """
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        found = [one for one in _tenants(work) if may_see(who, one.isp_code)]
    return tuple(one for one in found if device in {"", one.device} and service_id in {"", one.service_id})


@dataclass(frozen=True, slots=True)
class SharedSsid:
    """An SSID that an ISP may order a realm on. `ssid` is text of whoever has it: hostile."""

    service_id: str
    ssid: str
    access_points: tuple[str, ...]


def shared_ssids(tools: Tools, who: Principal) -> tuple[SharedSsid, ...]:
    """Every active SSID that ISPs share, the same for everybody; who is on it is not told. Raises: Forbidden."""
    must(who, Action.READ_CATALOGUE)
    with tools.open_unit_of_work(reading=True) as work:
        found = [each for each in work.services.carried() if is_shared(each) and each.state is ServiceState.ACTIVE]
    return tuple(
        SharedSsid(each.id, carried.on_air.ssid, tuple(station.device for station in carried.stations))
        for each in found
        if (carried := each.carried) is not None and carried.on_air is not None
    )


def on_air(tools: Tools) -> tuple[OnAirRow, ...]:
    """How much every tenant's SSID is used now, on every access point that answers."""
    with tools.open_unit_of_work(reading=True) as work:
        whose = {(one.device, one.service_id): one for one in _tenants(work)}
    read = tools.reader.on_air(sorted({device for device, _ in whose})) if whose else ()
    return tuple(_row(whose[one.device, one.label], one) for one in read if (one.device, one.label) in whose)


def _row(tenant: Tenant, read: OnSsid) -> OnAirRow:
    return tenant.device, tenant.ssid, tenant.isp_code, read.stations, read.rx_bytes, read.tx_bytes


def _tenants(work: UnitOfWork) -> Iterator[Tenant]:
    for service, carried, on_air in on_air_of(work.services.carried()):
        yield from _of(service, carried, on_air)


def _of(service: Service, carried: Carried, on_air: OnAir) -> Iterator[Tenant]:
    for station in carried.stations:
        yield Tenant(
            station.device,
            service.id,
            service.isp_code,
            on_air.ssid,
            sold_as(on_air.security),
            carried.s_vlan,
            station.radios,
            service.state,
        )
