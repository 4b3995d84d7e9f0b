"""What of NetBox a change of a few things needs: which rows to read, and which fields it may write. Pure.

A thing that is added is written whole. Of one that changed, only the fields of NetBox's row that say what changed are:
what people edited beside it stays as they wrote it.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from inventory.devices import PortRef
from inventory.difference import Changed, Difference
from inventory.keys import KEY_OF
from inventory.netbox.upsert import Fields
from inventory.places import NETWORK_KINDS
from inventory.snapshot import Snapshot

ROW_FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "places": {
        "name": ("name",),
        "kind": ("group_id",),
        "area": ("region_id",),
        "easting_m": ("latitude", "longitude"),
        "northing_m": ("latitude", "longitude"),
        "resilience_zone": ("nh_resilience_zone",),
    },
    "organisations": {
        "name": ("name",),
        "roles": ("nh_member_roles",),
        "is_isp": ("group_id", "nh_isp_code"),
        "operator_code": ("nh_operator_code",),
    },
    "devices": {
        "role": ("role_id",),
        "platform": ("platform_id",),
        "manufacturer": ("device_type_id",),
        "model": ("device_type_id",),
        "serial": ("serial",),
        "place_code": ("site_id",),
        "uprn": ("nh_premises_ref", "site_id"),
        "management_address": ("primary_ip4_id", "assigned_object_type", "assigned_object_id"),
        "lifecycle": ("status",),
    },
    "ports": {"role": ("nh_port_role",), "speed_mbps": ("speed",), "lag": ("lag_id",)},
    "links": {"capacity_mbps": ("nh_capacity_mbps",), "length_m": ("length", "length_unit")},
    "handovers": {
        "isp_code": ("tenant_id",),
        "place_code": ("scope_type", "scope_id"),
        "port": ("nh_handover_port",),
        "capacity_mbps": ("nh_capacity_mbps",),
        "s_vlans": ("vid_ranges",),
    },
    "site_slots": {
        "isp_code": ("tenant_id",),
        "position": ("nh_hosting_position",),
        "power_w": ("maximum_draw",),
        "port": ("cable_id",),
    },
}
"""By field of Inventory, by field of the thing: the fields of NetBox's row that say it, and can be changed there.

What is not named stays with us (a place's parties), is the key, or is said by a cable's ends, which a push never moves.
"""


@dataclass(frozen=True)
class Part:
    """A difference and the two inventories it is of, without what NetBox can hold nowhere."""

    before: Snapshot
    after: Snapshot
    difference: Difference

    @cached_property
    def scope(self) -> Mapping[str, Mapping[Hashable, Fields]]:
        """What is written, as `push.Scope` wants it: a slot on its device, a port-channel's link on its ports."""
        found: dict[str, dict[Hashable, Fields]] = {name: dict(self._written(name)) for name in ROW_FIELDS}
        for device, may in found["site_slots"].items():
            found["devices"][device] = _both(found["devices"].get(device, ()), may)
        for code, may in found["links"].items():
            if code in self.after.members:
                whole = None if may is None else ("nh_capacity_mbps",)
                new = ("nh_link_code", "nh_capacity_mbps")
                link = self.after.links[str(code)]
                for end in (link.a, link.z):
                    found["ports"][end] = _both(found["ports"].get(end, ()), new if whole is None else whole)
        return {name: kind for name, kind in found.items() if kind}

    def _written(self, name: str) -> Iterator[tuple[Hashable, Fields]]:
        difference, key_of = self.difference.of(name), KEY_OF[name]
        is_shown = _is_network_place if name == "places" else _always
        yield from ((key_of(each), None) for each in difference.added if is_shown(each))
        for each in difference.changed:
            if is_shown(each.now) and (may := _fields_of(name, each)):
                yield key_of(each.now), may

    @cached_property
    def links(self) -> frozenset[str]:
        """Codes of the links to read: those that are written, and what tells which way a port-channel's goes."""
        codes = set(self.scope.get("links", ()))
        ports = self.scope.get("ports", {})
        codes |= {link.code for link in self.after.inventory.links if link.a in ports or link.z in ports}
        for code in [str(each) for each in codes]:
            codes |= {member.code for member in self.after.members.get(code, ())}
        return frozenset(map(str, codes))

    @cached_property
    def ends(self) -> frozenset[PortRef]:
        """The ports at the ends of those links."""
        found = (snapshot.links.get(code) for snapshot in (self.before, self.after) for code in self.links)
        return frozenset(end for link in found if link is not None for end in (link.a, link.z))

    @cached_property
    def devices(self) -> frozenset[str]:
        """Names of the devices to read, with all their ports: those that are written, and those at the far ends."""
        names = {str(name) for name in self.scope.get("devices", ())} | {end.device for end in self.ends}
        names |= {port.device for port in self.scope.get("ports", ()) if isinstance(port, PortRef)}
        names |= {str(each.port.device) for each in _all_of(self.difference, "handovers")}
        for slot in _all_of(self.difference, "site_slots"):
            names |= {slot.device, *(() if slot.port is None else (slot.port.device,))}
        return frozenset(names)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Management addresses to read, without the length of a prefix."""
        found = (each.management_address for each in self.difference.of("devices").written)
        return frozenset(address for address in found if address is not None)

    @property
    def handovers(self) -> frozenset[str]:
        return frozenset(map(str, self.scope.get("handovers", ())))

    @property
    def withdrawn(self) -> tuple[str, ...]:
        """Hosted devices whose slot is given back: nothing else is ever taken out of NetBox."""
        return tuple(sorted(slot.device for slot in self.difference.of("site_slots").removed))


def _fields_of(name: str, changed: Changed) -> tuple[str, ...]:
    of = ROW_FIELDS[name]
    return tuple(dict.fromkeys(row for each in changed_fields(changed) for row in of.get(each, ())))


def changed_fields(changed: Changed) -> tuple[str, ...]:
    """The fields in which a thing is not as it was."""
    names = (each.name for each in fields(changed.now))
    return tuple(name for name in names if getattr(changed.was, name) != getattr(changed.now, name))


def _both(one: Fields, other: Fields) -> Fields:
    """`one` and, of a device or port that is there already, what its slot or its link says of it."""
    if one is None:
        return None
    return (*one, *(("tenant_id", "nh_hosting_position") if other is None else other))


def _all_of(difference: Difference, name: str) -> Iterator[Any]:
    kind = difference.of(name)
    yield from (*kind.written, *kind.removed)


def _is_network_place(place: Any) -> bool:
    return place.kind in NETWORK_KINDS


def _always(_thing: Any) -> bool:
    return True
