"""By what two things of one kind are the same thing, whatever else is said of them. Pure."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

type KeyOf = Callable[[Any], Hashable]

KEYS: tuple[tuple[str, str, KeyOf], ...] = (
    ("places", "place", lambda place: place.code),
    ("premises", "UPRN", lambda premises: premises.uprn),
    ("organisations", "organisation", lambda organisation: organisation.code),
    ("devices", "device", lambda device: device.name),
    ("ports", "port", lambda port: port.ref),
    ("links", "link", lambda link: link.code),
    ("handovers", "handover", lambda handover: handover.code),
    ("ducts", "duct", lambda duct: duct.code),
    ("bores", "bore", lambda bore: bore.ref),
    ("cables", "cable", lambda cable: cable.code),
    ("cable_bores", "cable and position", lambda each: f"{each.cable}:{each.position}"),
    ("strands", "strand", lambda strand: strand.ref),
    ("closures", "closure", lambda closure: closure.code),
    ("odfs", "ODF", lambda odf: odf.code),
    ("odf_positions", "position", lambda each: each.ref),
    ("patches", "patch at", lambda patch: patch.position),
    ("consents", "consent", lambda consent: consent.code),
    ("hosting_positions", "hosting position", lambda each: each.ref),
    ("site_slots", "slot of device", lambda slot: slot.device),
    ("consent_covers", "cover", lambda cover: f"{cover.consent} of {cover.asset}"),
)
"""Of each kind that has one name of its own: the field of Inventory, what people call the name, and the name."""

KEY_OF: Mapping[str, KeyOf] = {
    **{field: key for field, _, key in KEYS},
    "splices": lambda splice: (splice.a, splice.closure),
}
"""By field of Inventory, of every kind."""
