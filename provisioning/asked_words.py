"""What an order asks for, in words that people read: at the command line and in the portal. Pure."""

from collections.abc import Iterator

from provisioning.orders import OrderRequest
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    RealmWanted,
    SiteHostingWanted,
    SsidWanted,
    StrandsWanted,
)

type Fact = tuple[str, str]


def where(request: OrderRequest) -> str:
    """Where it is, in a few words for a list."""
    match request.wanted:
        case None:
            return request.uprn
        case ELineWanted() as wanted:
            return f"{request.uprn} - {wanted.z_uprn}"
        case StrandsWanted() as wanted:
            return f"{wanted.a_place} - {wanted.z_place}"
        case CrossConnectWanted() as wanted:
            return f"{wanted.a} - {wanted.z}"
        case SsidWanted() as wanted:
            return wanted.area
        case RealmWanted() as wanted:
            return wanted.realm
        case SiteHostingWanted() as wanted:
            return wanted.place


def asked_facts(request: OrderRequest) -> tuple[Fact, ...]:
    """What is asked for besides the product's name: each a name and a value. No secret is among them."""
    return tuple(_facts(request))


def _facts(request: OrderRequest) -> Iterator[Fact]:
    match request.wanted:
        case None:
            yield from (("premises", request.uprn), ("handover", request.handover))
        case ELineWanted() as wanted:
            for name, uprn, c_vlans in (
                ("premises", request.uprn, wanted.a_c_vlans),
                ("far end", wanted.z_uprn, wanted.z_c_vlans),
            ):
                yield name, f"{uprn}, C-VLAN {', '.join(map(str, c_vlans))}" if c_vlans else uprn
        case StrandsWanted() as wanted:
            yield "between", f"{wanted.a_place} and {wanted.z_place}{', diverse' if wanted.diverse else ''}"
            yield "window", str(wanted.window)
            if wanted.max_loss_db is not None:
                yield "loss at most", f"{wanted.max_loss_db:g} dB a leg"
        case CrossConnectWanted() as wanted:
            yield from (("between", f"{wanted.a} and {wanted.z}"), ("window", str(wanted.window)))
        case SsidWanted() as wanted:
            yield from (("ssid", wanted.ssid), ("area", wanted.area), ("security", wanted.security.value))
            yield "handover", request.handover
        case RealmWanted() as wanted:
            yield from (("realm", wanted.realm), ("shared ssid", wanted.shared), ("handover", request.handover))
        case SiteHostingWanted() as wanted:
            yield from (("place", wanted.place), ("equipment", f"{wanted.equipment.value}, {wanted.power_w} W"))
            yield "window", str(wanted.window)
