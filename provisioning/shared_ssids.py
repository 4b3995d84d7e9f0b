"""An SSID that ISPs and the community share: the people of each realm on it are put in an S-VLAN of its own. Pure.

The SSID is a service of whoever ordered it, most often the community's own ISP, with Passpoint or without: RADIUS knows
people by the realm of their names (RFC 7542), and the orders say where each realm's people go. It counts as one SSID on
a radio, however many share it. A tenant comes to the access points that the SSID is on when it orders.
"""

import re
from collections.abc import Iterable, Iterator

from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.allocation import choose_s_vlan
from provisioning.by_hand import ByHand
from provisioning.carried import Carried, CarriedHop, OnAir, Tenancy
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.product_errors import RealmInvalid, SsidNotHosted, SsidStillShared
from provisioning.services import Service, ServiceState
from provisioning.usage import Usage
from provisioning.wanted import RealmWanted
from provisioning.wireless_paths import tree_to_handover

_REALM = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
LONGEST_REALM = 253  # octets (RFC 7542, 2.2: a realm is a domain name)


def check_realm(realm: str) -> None:
    """A realm is a domain name in lower case. Raises: RealmInvalid."""
    if len(realm) > LONGEST_REALM or _REALM.fullmatch(realm) is None:
        raise RealmInvalid("it is no domain name in lower case letters, digits and hyphens")


def is_shared(service: Service) -> bool:
    """Whether it is an SSID that ISPs may have a realm on."""
    carried = service.carried
    return carried is not None and carried.on_air is not None and carried.on_air.passpoint is not None


def tenancy_of(service: Service) -> Tenancy | None:
    """The realm that a service is on another's SSID; None of anything else."""
    return None if service.carried is None else service.carried.tenancy


def on_air_of(services: Iterable[Service]) -> Iterator[tuple[Service, Carried, OnAir]]:
    """Of the services that have people on the air: what devices carry, and its own SSID or the one that it shares."""
    known = {service.id: service for service in services}
    for service in known.values():
        tenancy = tenancy_of(service)
        shown = service if tenancy is None else known.get(tenancy.shared)
        on_air = None if shown is None or shown.carried is None else shown.carried.on_air
        if service.carried is not None and on_air is not None:
            yield service, service.carried, on_air


def realms_on(service_id: str, others: Iterable[Service]) -> tuple[str, ...]:
    """The ids of those that are a realm on this SSID."""
    return tuple(each.id for each in others if (found := tenancy_of(each)) is not None and found.shared == service_id)


def must_not_be_shared(service_id: str, others: Iterable[Service]) -> None:
    """Raises: SsidStillShared, while realms are on the SSID."""
    on_it = realms_on(service_id, others)
    if on_it:
        raise SsidStillShared(service_id, on_it)


def way_of(snapshot: Snapshot, shared: Service, handover: Handover) -> tuple[CarriedHop, ...]:
    """The switches between the shared SSID's access points and a tenant's handover. Raises: SsidNotHosted, NoPath."""
    names = [station.device for station in _carried(shared).stations]
    return tree_to_handover(snapshot, names, handover)


def design_realm(
    usage: Usage,
    shared: Service,
    others: Iterable[Service],
    hops: tuple[CarriedHop, ...],
    handover: Handover,
    wanted: RealmWanted,
    window: Window,
) -> HandDesign:
    """Return what the realm needs on the shared SSID. `others` are the services on devices.

    Raises: SsidNotHosted, HandoverTagsExhausted.
    """
    tenancies = [found for each in others if (found := tenancy_of(each)) is not None]
    if any(each.shared == shared.id and each.realm == wanted.realm for each in tenancies):
        words = f"The realm {wanted.realm} is on {shared.id} already."
        raise SsidNotHosted(Reason("realm-taken", words, "Cease the service that has it, or order another realm."))
    stations = _carried(shared).stations
    names = tuple(station.device for station in stations)
    s_vlan = choose_s_vlan(handover, sorted({*names, *(hop.device for hop in hops)}), usage)
    carried = Carried(s_vlan, hops, stations, tenancy=Tenancy(shared.id, wanted.realm))
    facts = {
        "realm": wanted.realm,
        "shared ssid": shared.id,
        "access points": ", ".join(names),
        "traffic": f"S-VLAN {s_vlan} at {handover.code}",
        "switches": ", ".join(hop.device for hop in hops),
    }
    its = ByHand(
        tasks=(),
        removal=(),
        access_points=names,
        handover=handover.code,
        s_vlan=s_vlan,
        facts=facts,
        carried=carried,
    )
    return HandDesign(its, window)


def _carried(shared: Service) -> Carried:
    """Raises: SsidNotHosted."""
    carried = shared.carried
    if carried is None or not is_shared(shared) or shared.state is not ServiceState.ACTIVE:
        words = f"{shared.id} is no active SSID that ISPs share."
        raise SsidNotHosted(Reason("not-shared", words, "Name one that `neutralhost wifi shared` lists."))
    return carried
