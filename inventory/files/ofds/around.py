"""What lies in a duct, permits it, or stands around it, by duct. Pure."""

from collections.abc import Hashable, Iterable, Mapping

from inventory.consents import Consent
from inventory.plant import AssetKind, Cable
from inventory.snapshot import Inventory


def grouped[K: Hashable, V](pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """The values of each key, in the order they came."""
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def cables_by_duct(inventory: Inventory) -> Mapping[str, list[Cable]]:
    """The cables in each duct, each once."""
    cables = {cable.code: cable for cable in inventory.cables}
    there = dict.fromkeys((one.bore.duct, one.cable) for one in inventory.cable_bores)
    return grouped((duct, cables[cable]) for duct, cable in there)


def consents_by_duct(inventory: Inventory) -> Mapping[str, list[Consent]]:
    """The consents that cover each duct."""
    consents = {consent.code: consent for consent in inventory.consents}
    covers = (cover for cover in inventory.consent_covers if cover.asset.kind is AssetKind.DUCT)
    return grouped((cover.asset.code, consents[cover.consent]) for cover in covers)


def grantor_ids(inventory: Inventory) -> Mapping[str, str]:
    """The id of each grantor by name: a member's own code where it is one, "grantor-1", ... elsewhere."""
    members = {organisation.name: organisation.code for organisation in inventory.organisations}
    taken = set(members.values())
    free = (code for code in (f"grantor-{number}" for number in range(1, 1_000_000)) if code not in taken)
    names = dict.fromkeys(consent.grantor for consent in inventory.consents)
    return {name: members.get(name) or next(free) for name in names}
