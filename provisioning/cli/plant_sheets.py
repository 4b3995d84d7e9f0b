"""The kinds of things of the plant as tables. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from inventory.consents import Consent, ConsentCover
from inventory.hosting import HostingPosition, SiteSlot
from inventory.plant import (
    AssetKind,
    AssetRef,
    Bore,
    Cable,
    CableBore,
    Closure,
    Duct,
    Odf,
    OdfPosition,
    Parties,
    Patch,
    Splice,
    Strand,
    StrandRef,
)
from inventory.plant_map import plant_of
from inventory.snapshot import Snapshot
from provisioning.cli.kind_view import KindView
from provisioning.cli.words import money


def _parties(parties: Parties) -> str:
    return f"{parties.owner} / {parties.operator} / {parties.used_by}"


def _day(day: date | None) -> str:
    return "" if day is None else str(day)


def _duct(one: Duct) -> tuple[str, ...]:
    risks = ", ".join(str(risk) for risk in one.risks)
    length = f"{one.length_m:,.0f} m"
    return (
        one.code,
        one.a_place,
        one.z_place,
        length,
        _parties(one.parties),
        one.status.value,
        _day(one.ready_from),
        risks,
    )


def _bore(one: Bore) -> tuple[str, ...]:
    fill, limit = f"{one.fill_percent:g} %", f"{one.fill_limit_percent:g} %"
    return one.ref.duct, str(one.ref.number), f"{one.diameter_mm:g} mm", fill, limit, one.used_by


def _cable(one: Cable) -> tuple[str, ...]:
    strands, diameter, slack = str(one.strand_count), f"{one.diameter_mm:g} mm", f"{one.slack_m:g} m"
    parties, ready = _parties(one.parties), _day(one.ready_from)
    return one.code, one.a_place, one.z_place, strands, diameter, slack, parties, one.status.value, ready


def _cable_bore(one: CableBore) -> tuple[str, ...]:
    return one.cable, str(one.position), str(one.bore)


def _strand(one: Strand) -> tuple[str, ...]:
    return one.ref.cable, str(one.ref.number), one.state.value, one.used_by


def _closure(one: Closure) -> tuple[str, ...]:
    return one.code, one.place, str(one.splice_capacity), _parties(one.parties)


def _splice(one: Splice) -> tuple[str, ...]:
    return one.closure, str(one.a), str(one.z), f"{one.loss_db:g} dB"


def _odf(one: Odf) -> tuple[str, ...]:
    return one.code, one.place, str(one.position_count), _parties(one.parties)


def _position(one: OdfPosition) -> tuple[str, ...]:
    return one.ref.odf, str(one.ref.number), "" if one.strand is None else str(one.strand)


def _patch(one: Patch) -> tuple[str, ...]:
    return str(one.position), str(one.port or ""), str(one.other or ""), one.optic


def _consent(one: Consent) -> tuple[str, ...]:
    first, last = str(one.first_day), _day(one.last_day)
    return one.code, one.grantor, one.land_reference, one.term, first, last, money(one.yearly_pence)


def _cover(one: ConsentCover) -> tuple[str, ...]:
    return one.consent, one.asset.kind.value, one.asset.code


def _ends_at(one: Duct | Cable, _snapshot: Snapshot, place: str) -> bool:
    return place in (one.a_place, one.z_place)


def _duct_ends_at(snapshot: Snapshot, duct: str, place: str) -> bool:
    return _ends_at(plant_of(snapshot).duct(duct), snapshot, place)


def _strand_ends_at(snapshot: Snapshot, strand: StrandRef, place: str) -> bool:
    return _ends_at(plant_of(snapshot).cable(strand.cable), snapshot, place)


def _hosting(one: HostingPosition) -> tuple[str, ...]:
    return one.ref.place, str(one.ref.number), f"{one.height_m:g} m", f"{one.power_w} W"


def _slot(one: SiteSlot) -> tuple[str, ...]:
    return one.device, one.isp_code, str(one.position), f"{one.power_w} W", str(one.port or "")


def _odf_at(snapshot: Snapshot, odf: str, place: str) -> bool:
    return plant_of(snapshot).odfs[odf].place == place


def _covers_at(snapshot: Snapshot, consent: str, place: str) -> bool:
    return any(_asset_at(snapshot, asset, place) for asset in _assets_covered(snapshot).get(consent, ()))


@lru_cache(maxsize=1)
def _assets_covered(snapshot: Snapshot) -> Mapping[str, Sequence[AssetRef]]:
    found: dict[str, list[AssetRef]] = {}
    for cover in snapshot.inventory.consent_covers:
        found.setdefault(cover.consent, []).append(cover.asset)
    return {consent: tuple(assets) for consent, assets in found.items()}


def _asset_at(snapshot: Snapshot, asset: AssetRef, place: str) -> bool:
    plant = plant_of(snapshot)
    match asset.kind:
        case AssetKind.DUCT:
            return _ends_at(plant.duct(asset.code), snapshot, place)
        case AssetKind.CABLE:
            return _ends_at(plant.cable(asset.code), snapshot, place)
        case AssetKind.CLOSURE:
            return plant.closures[asset.code].place == place
        case AssetKind.ODF:
            return _odf_at(snapshot, asset.code, place)
        case _:
            return asset.code == place


PLANT_KINDS: Mapping[str, KindView] = {
    "ducts": KindView(
        ("duct", "a", "z", "length", "owner / operator / user", "status", "ready from", "risks"),
        _duct,
        _ends_at,
        ("length",),
    ),
    "bores": KindView(
        ("duct", "bore", "diameter", "fill", "limit", "used by"),
        _bore,
        lambda one, snapshot, place: _duct_ends_at(snapshot, one.ref.duct, place),
        ("bore", "diameter", "fill", "limit"),
    ),
    "cables": KindView(
        ("cable", "a", "z", "strands", "diameter", "slack", "owner / operator / user", "status", "ready from"),
        _cable,
        _ends_at,
        ("strands", "diameter", "slack"),
    ),
    "cable_bores": KindView(
        ("cable", "position", "bore"),
        _cable_bore,
        lambda one, snapshot, place: _duct_ends_at(snapshot, one.bore.duct, place),
        ("position",),
    ),
    "strands": KindView(
        ("cable", "strand", "state", "used by"),
        _strand,
        lambda one, snapshot, place: _strand_ends_at(snapshot, one.ref, place),
        ("strand",),
    ),
    "closures": KindView(
        ("closure", "place", "splices at most", "owner / operator / user"),
        _closure,
        lambda one, _, place: one.place == place,
        ("splices at most",),
    ),
    "splices": KindView(
        ("closure", "a", "z", "loss"),
        _splice,
        lambda one, snapshot, place: plant_of(snapshot).closures[one.closure].place == place,
        ("loss",),
    ),
    "odfs": KindView(
        ("odf", "place", "positions", "owner / operator / user"),
        _odf,
        lambda one, _, place: one.place == place,
        ("positions",),
    ),
    "odf_positions": KindView(
        ("odf", "position", "strand"),
        _position,
        lambda one, snapshot, place: _odf_at(snapshot, one.ref.odf, place),
        ("position",),
    ),
    "patches": KindView(
        ("position", "port", "other position", "optic"),
        _patch,
        lambda one, snapshot, place: _odf_at(snapshot, one.position.odf, place),
    ),
    "consents": KindView(
        ("consent", "grantor", "land", "term", "first day", "last day", "yearly"),
        _consent,
        lambda one, snapshot, place: _covers_at(snapshot, one.code, place),
        ("yearly",),
    ),
    "consent_covers": KindView(
        ("consent", "kind", "asset"),
        _cover,
        lambda one, snapshot, place: _asset_at(snapshot, one.asset, place),
    ),
    "hosting_positions": KindView(
        ("place", "position", "height", "power"),
        _hosting,
        lambda one, _, place: one.ref.place == place,
        ("height", "power"),
    ),
    "site_slots": KindView(
        ("device", "isp", "slot", "power", "plugged into"),
        _slot,
        lambda one, _, place: one.position.place == place,
        ("power",),
    ),
}
"""By field of Inventory."""
