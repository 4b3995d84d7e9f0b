"""How each noun of the plant lies in its table: a row of plain values, and back."""

from inventory.consents import Consent, ConsentCover
from inventory.devices import PortRef
from inventory.hosting import HostingPosition, HostingRef, SiteSlot
from inventory.plant import (
    AssetKind,
    AssetRef,
    AssetStatus,
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Closure,
    Duct,
    Odf,
    OdfPosition,
    Patch,
    PositionRef,
    Splice,
    Strand,
    StrandRef,
    StrandState,
)
from inventory.plant_text import route_from_text, route_to_text
from inventory.store import plant_tables as tables
from inventory.store.kinds import Kind, Row, by_code_and_number, by_three_names

COVERED = (AssetKind.PLACE, AssetKind.DUCT, AssetKind.CABLE, AssetKind.CLOSURE, AssetKind.ODF)
"""What a consent may cover, in the order of the table's columns."""


def _duct_to_row(duct: Duct) -> Row:
    return (
        duct.code,
        duct.a_place,
        duct.z_place,
        route_to_text(duct.route),
        duct.length_m,
        duct.owner,
        duct.operator,
        duct.used_by,
        duct.status.value,
        duct.ready_from,
        duct.usrn,
        duct.corridor,
        duct.bridge,
        duct.a_entry,
        duct.z_entry,
    )


def _duct_from_row(row: Row) -> Duct:
    code, a_place, z_place, route, length_m, owner, operator, used_by, status, *more = row
    points = route_from_text(route)
    return Duct(code, a_place, z_place, points, length_m, owner, operator, used_by, _STATUSES[status], *more)


_STATUSES = {status.value: status for status in AssetStatus}
_STATES = {state.value: state for state in StrandState}


def _bore_to_row(bore: Bore) -> Row:
    ref = bore.ref
    used_by = bore.used_by or None
    return (ref.duct, ref.number, bore.diameter_mm, bore.fill_percent, bore.fill_limit_percent, used_by)


def _bore_from_row(row: Row) -> Bore:
    duct, number, diameter_mm, fill_percent, fill_limit_percent, used_by = row
    return Bore(BoreRef(duct, number), diameter_mm, fill_percent, fill_limit_percent, used_by or "")


def _cable_to_row(cable: Cable) -> Row:
    return (
        cable.code,
        cable.a_place,
        cable.z_place,
        cable.strand_count,
        cable.strands_per_tube,
        cable.diameter_mm,
        cable.slack_m,
        cable.owner,
        cable.operator,
        cable.used_by,
        cable.status.value,
        cable.ready_from,
    )


def _cable_from_row(row: Row) -> Cable:
    code, a_place, z_place, count, per_tube, diameter_mm, slack_m, owner, operator, used_by, status, ready_from = row
    strands, parties = (count, per_tube, diameter_mm, slack_m), (owner, operator, used_by)
    return Cable(code, a_place, z_place, *strands, *parties, _STATUSES[status], ready_from)


def _cable_bore_to_row(each: CableBore) -> Row:
    return (each.cable, each.position, each.bore.duct, each.bore.number)


def _cable_bore_from_row(row: Row) -> CableBore:
    cable, position, duct, number = row
    return CableBore(cable, position, BoreRef(duct, number))


def _strand_to_row(strand: Strand) -> Row:
    return (strand.ref.cable, strand.ref.number, strand.state.value, strand.used_by or None)


def _strand_from_row(row: Row) -> Strand:
    cable, number, state, used_by = row
    return Strand(StrandRef(cable, number), _STATES[state], used_by or "")


def _closure_to_row(one: Closure) -> Row:
    return (one.code, one.place, one.splice_capacity, one.owner, one.operator, one.used_by)


def _closure_from_row(row: Row) -> Closure:
    return Closure(*row)


def _splice_to_row(splice: Splice) -> Row:
    a, z = splice.a, splice.z
    return (a.cable, a.number, splice.closure, z.cable, z.number, splice.loss_db)


def _splice_from_row(row: Row) -> Splice:
    a_cable, a_strand, closure, z_cable, z_strand, loss_db = row
    return Splice(closure, StrandRef(a_cable, a_strand), StrandRef(z_cable, z_strand), loss_db)


def _odf_to_row(odf: Odf) -> Row:
    return (odf.code, odf.place, odf.position_count, odf.owner, odf.operator, odf.used_by)


def _odf_from_row(row: Row) -> Odf:
    return Odf(*row)


def _position_to_row(position: OdfPosition) -> Row:
    ref, strand = position.ref, position.strand
    return (ref.odf, ref.number, None, None) if strand is None else (ref.odf, ref.number, strand.cable, strand.number)


def _position_from_row(row: Row) -> OdfPosition:
    odf, number, cable, strand = row
    return OdfPosition(PositionRef(odf, number), None if cable is None else StrandRef(cable, strand))


def _patch_to_row(patch: Patch) -> Row:
    port, other = patch.port, patch.other
    return (
        patch.position.odf,
        patch.position.number,
        None if port is None else port.device,
        None if port is None else port.port,
        None if other is None else other.odf,
        None if other is None else other.number,
        patch.optic,
    )


def _patch_from_row(row: Row) -> Patch:
    odf, number, device, port, other_odf, other_number, optic = row
    return Patch(
        PositionRef(odf, number),
        None if device is None else PortRef(device, port),
        None if other_odf is None else PositionRef(other_odf, other_number),
        optic,
    )


def _consent_to_row(one: Consent) -> Row:
    return (one.code, one.grantor, one.land_reference, one.term, one.first_day, one.last_day, one.yearly_pence)


def _consent_from_row(row: Row) -> Consent:
    return Consent(*row)


def _cover_to_row(cover: ConsentCover) -> Row:
    kind, code = cover.asset.kind, cover.asset.code
    return (cover.consent, kind.value, code, *(code if kind is each else None for each in COVERED))


def _cover_from_row(row: Row) -> ConsentCover:
    return ConsentCover(row[0], AssetRef(AssetKind(row[1]), row[2]))


def _hosting_to_row(one: HostingPosition) -> Row:
    return (one.ref.place, one.ref.number, one.height_m, one.power_w)


def _hosting_from_row(row: Row) -> HostingPosition:
    place, number, height_m, power_w = row
    return HostingPosition(HostingRef(place, number), height_m, power_w)


def _slot_to_row(slot: SiteSlot) -> Row:
    at = slot.port
    port = (None, None) if at is None else (at.device, at.port)
    return (slot.device, slot.isp_code, slot.position.place, slot.position.number, slot.power_w, *port)


def _slot_from_row(row: Row) -> SiteSlot:
    device, isp_code, place, number, power_w, port_device, port = row
    at = None if port_device is None else PortRef(port_device, port)
    return SiteSlot(device, isp_code, HostingRef(place, number), power_w, at)


# Parents first, as in `inventory.store.rows`, whose places, organisations and ports these refer to.
PLANT_KINDS: tuple[Kind, ...] = (
    Kind("duct", "ducts", tables.ducts, _duct_to_row, _duct_from_row),
    Kind("bore", "bores", tables.bores, _bore_to_row, _bore_from_row, key_width=2, in_order=by_code_and_number),
    Kind("cable", "cables", tables.cables, _cable_to_row, _cable_from_row),
    Kind(
        "bore of cable",
        "cable_bores",
        tables.cable_bores,
        _cable_bore_to_row,
        _cable_bore_from_row,
        key_width=2,
        in_order=by_code_and_number,
        is_leaf=True,
    ),
    Kind(
        "strand", "strands", tables.strands, _strand_to_row, _strand_from_row, key_width=2, in_order=by_code_and_number
    ),
    Kind("closure", "closures", tables.closures, _closure_to_row, _closure_from_row),
    Kind(
        "splice",
        "splices",
        tables.splices,
        _splice_to_row,
        _splice_from_row,
        key_width=3,
        in_order=by_code_and_number,
        is_leaf=True,
    ),
    Kind("ODF", "odfs", tables.odfs, _odf_to_row, _odf_from_row),
    Kind(
        "position",
        "odf_positions",
        tables.odf_positions,
        _position_to_row,
        _position_from_row,
        key_width=2,
        in_order=by_code_and_number,
        let_go_first=("cable", "strand"),
    ),
    Kind(
        "patch",
        "patches",
        tables.patches,
        _patch_to_row,
        _patch_from_row,
        key_width=2,
        in_order=by_code_and_number,
        is_leaf=True,
    ),
    Kind("consent", "consents", tables.consents, _consent_to_row, _consent_from_row),
    Kind(
        "cover of consent",
        "consent_covers",
        tables.consent_covers,
        _cover_to_row,
        _cover_from_row,
        key_width=3,
        in_order=by_three_names,
        is_leaf=True,
    ),
    Kind(
        "hosting position",
        "hosting_positions",
        tables.hosting_positions,
        _hosting_to_row,
        _hosting_from_row,
        key_width=2,
    ),
    Kind("site slot", "site_slots", tables.site_slots, _slot_to_row, _slot_from_row, is_leaf=True),
)
