"""What people edited in NetBox since our mirror read it, of what a change is about to write there. Pure."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from inventory.devices import PortRef
from inventory.difference import Changed
from inventory.keys import KEY_OF, KEYS
from inventory.netbox.part import ROW_FIELDS, Part, changed_fields
from inventory.netbox.sites import Sites
from inventory.snapshot import Inventory

NOUNS: Mapping[str, str] = {name: noun for name, noun, _ in KEYS}
TOLERANCES_M = {"easting_m": 1.0, "northing_m": 1.0, "length_m": 0.01}
"""NetBox holds degrees and two decimals: what comes back is so near."""


def find_edits(part: Part, theirs: Inventory, foreign: frozenset[str]) -> Iterator[str]:
    """Say what stands in the way, a clause each. `theirs` is what NetBox says of the rows of the part; `foreign` are
    the names of devices there that are none of ours.
    """
    for name in ROW_FIELDS:
        key_of, difference = KEY_OF[name], part.difference.of(name)
        there = {key_of(each): each for each in getattr(theirs, name)}
        for thing in difference.added:
            yield from _of_added(name, thing, there.get(key_of(thing)), foreign)
        for changed in difference.changed:
            if key_of(changed.now) in part.scope.get(name, ()):
                yield from _of_changed(name, changed, there.get(key_of(changed.now)))
    slots = {slot.device: slot for slot in theirs.site_slots}
    for slot in part.difference.of("site_slots").removed:
        if slots.get(slot.device, slot) != slot:
            yield f"it says the slot of device {slot.device} is {slots[slot.device]}, our mirror said {slot}"
    yield from _lacking(part, theirs)


def _of_added(name: str, thing: Any, there: Any, foreign: frozenset[str]) -> Iterator[str]:
    if name == "devices" and thing.name in foreign:
        yield f"it has a device {thing.name} that is none of ours, and our mirror had none"
    if there is None:
        return
    ends = ("a", "z") if name == "links" else ()
    for each in (*ROW_FIELDS[name], *ends):
        value = getattr(there, each)
        if value and not _is_same(each, value, getattr(thing, each)):
            yield f"it says {_told(name, thing, each)} is {_value(value)}, and our mirror had none"


def _of_changed(name: str, changed: Changed, there: Any) -> Iterator[str]:
    what = f"{NOUNS[name]} {KEY_OF[name](changed.now)}"
    if there is None:
        yield f"it has no {what}, which our mirror had"
        return
    for each in changed_fields(changed):
        if each in ROW_FIELDS[name]:
            value, was = getattr(there, each), getattr(changed.was, each)
            if not _is_same(each, value, was) and not _is_same(each, value, getattr(changed.now, each)):
                yield f"it says {_told(name, changed.now, each)} is {_value(value)}, our mirror said {_value(was)}"


def _lacking(part: Part, theirs: Inventory) -> Iterator[str]:
    """What is referred to, is not written itself, and is not there."""
    there = {name: {KEY_OF[name](each) for each in getattr(theirs, name)} for name in ROW_FIELDS}
    for name, key in dict.fromkeys(_referred_to(part)):
        if key not in there[name] and key not in part.scope.get(name, ()):
            yield f"it has no {NOUNS[name]} {key} of ours, which our mirror had"


def _referred_to(part: Part) -> Iterator[tuple[str, Hashable]]:
    difference, sites = part.difference, Sites(part.after)
    for device in difference.of("devices").written:
        yield "places", sites.of(device)
    for port in difference.of("ports").written:
        yield "devices", port.ref.device
        if port.channel is not None:
            yield "ports", port.channel
    for link in difference.of("links").written:
        yield from _ports(link.a, link.z)
    for handover in difference.of("handovers").written:
        yield "organisations", handover.isp_code
        yield "places", handover.place_code
        yield from _ports(handover.port)
    for slot in difference.of("site_slots").written:
        yield "organisations", slot.isp_code
        yield "devices", slot.device
        yield "places", sites.of(part.after.devices[slot.device])
        yield from _ports(*(() if slot.port is None else (slot.port,)))


def _ports(*ports: PortRef) -> Iterator[tuple[str, Hashable]]:
    yield from (("ports", port) for port in ports)


def _is_same(name: str, one: Any, other: Any) -> bool:
    if name in TOLERANCES_M:
        return bool(abs(one - other) <= TOLERANCES_M[name])
    return bool(one == other)


def _told(name: str, thing: Any, field: str) -> str:
    return (
        f"the {field.removesuffix('_m').removesuffix('_mbps').replace('_', ' ')} of {NOUNS[name]} {KEY_OF[name](thing)}"
    )


def _value(value: Any) -> str:
    if value is None or value == "":
        return "empty"
    return repr(value) if type(value) is str else str(value)
