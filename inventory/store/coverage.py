"""Coverage in the database: what it is derived from, read in bulk, and the answers, replaced as a whole."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select

from inventory.confidence import Confidence
from inventory.coverage_nouns import (
    CoverageCount,
    CoverageReason,
    CoverageRound,
    CoverageRow,
    CoverageRules,
    GroundRows,
    PlaceRow,
    PremisesCoverage,
)
from inventory.devices import DeviceRole, Lifecycle, PortRole
from inventory.places import PlaceKind
from inventory.plant import AssetStatus
from inventory.store.bulk import insert_rows
from inventory.store.coverage_tables import coverage, coverage_round
from inventory.store.plant_tables import ducts
from inventory.store.tables import devices, links, places, ports, premises, revision

_COMING = (AssetStatus.LIVE.value, AssetStatus.PLANNED.value, AssetStatus.BUILDING.value)


def read_ground(connection: Connection, day: date) -> tuple[GroundRows, int]:
    """Return what the coverage on a day is derived from, and the inventory's revision."""
    rows = GroundRows(
        places=_places(connection),
        ducts=_as_they_are(
            connection, select(ducts.c.a_place, ducts.c.z_place, ducts.c.length_m).where(_is_there(day))
        ),
        premises=_as_they_are(connection, select(premises.c.uprn, premises.c.easting_m, premises.c.northing_m)),
        with_nte=_with_nte(connection),
        free_ports=_free_ports(connection),
    )
    return rows, read_revision(connection)


def replace_coverage(connection: Connection, rows: Sequence[CoverageRow], done: CoverageRound) -> None:
    """Put these answers in the place of all that are there.

    Raises: DatabaseUnavailable.
    """
    connection.execute(delete(coverage_round))
    connection.execute(delete(coverage))
    insert_rows(connection, coverage, rows)
    values = {
        "id": 1,
        "inventory_revision": done.revision,
        "day": done.day,
        "drop_limit_m": done.rules.drop_limit_m,
        "premises_per_port": done.rules.premises_per_port,
        "refreshed_at": done.refreshed_at.astimezone(UTC),
    }
    connection.execute(insert(coverage_round).values(values))


def read_round(connection: Connection) -> CoverageRound | None:
    """Return what the answers were derived from; None where there are none yet."""
    row = connection.execute(select(coverage_round)).first()
    if row is None:
        return None
    at = row.refreshed_at
    rules = CoverageRules(row.drop_limit_m, row.premises_per_port)
    # SQLite forgets the zone, which is always UTC.
    return CoverageRound(row.inventory_revision, row.day, rules, at.replace(tzinfo=UTC) if at.tzinfo is None else at)


def read_revision(connection: Connection) -> int:
    """Return the inventory's revision now."""
    return int(connection.execute(select(revision.c.revision)).scalar_one())


def count_coverage(connection: Connection) -> tuple[CoverageCount, ...]:
    """Return how many premises there are for each DX and reason, most first."""
    its = coverage.c
    query = select(its.dx, its.confidence, its.reason, func.count()).group_by(its.dx, its.confidence, its.reason)
    found = (
        CoverageCount(dx, Confidence(confidence), CoverageReason(reason), count)
        for dx, confidence, reason, count in connection.execute(query)
    )
    return tuple(sorted(found, key=lambda each: (each.dx is None, each.dx or "", -each.premises, each.reason)))


def read_coverage(
    connection: Connection, *, confidence: Confidence | None, dx: str | None, after: str, limit: int
) -> tuple[PremisesCoverage, ...]:
    """Return the first answers with a UPRN after `after`, in the order of these as text."""
    query = select(coverage).where(coverage.c.uprn > after).order_by(coverage.c.uprn).limit(limit)
    if confidence is not None:
        query = query.where(coverage.c.confidence == confidence.value)
    if dx is not None:
        query = query.where(coverage.c.dx == dx)
    return tuple(
        PremisesCoverage(uprn, Confidence(how_sure), CoverageReason(reason), *rest)
        for uprn, how_sure, reason, *rest in connection.execute(query)
    )


def _as_they_are(connection: Connection, query: Select[Any]) -> list[Any]:
    """The driver's own tuples: text and numbers are alike on both databases, and a row object each doubles the read."""
    with connection.execute(query) as result:
        cursor: Any = result.cursor
        return list(cursor.fetchall())


def _places(connection: Connection) -> list[PlaceRow]:
    its = places.c
    query = select(its.code, its.easting_m, its.northing_m, its.kind == PlaceKind.DX.value)
    return [
        (code, easting_m, northing_m, bool(is_dx))
        for code, easting_m, northing_m, is_dx in _as_they_are(connection, query)
    ]


def _is_there(day: date) -> ColumnElement[bool]:
    """`inventory.readiness.is_there`, in the database's words."""
    status, ready_from = ducts.c.status, ducts.c.ready_from
    return or_(
        and_(ready_from.is_(None), status == AssetStatus.LIVE.value), and_(ready_from <= day, status.in_(_COMING))
    )


def _with_nte(connection: Connection) -> frozenset[str]:
    its = devices.c
    is_live = (its.role == DeviceRole.NTE.value, its.lifecycle == Lifecycle.LIVE.value, its.uprn.is_not(None))
    return frozenset(connection.scalars(select(its.uprn).where(*is_live)))


def _free_ports(connection: Connection) -> Mapping[str, int]:
    """Of each DX, how many NNI ports of its live switches no link uses."""
    linked = {tuple(end) for end in connection.execute(select(links.c.a_device, links.c.a_port))}
    linked.update(tuple(end) for end in connection.execute(select(links.c.z_device, links.c.z_port)))
    query = (
        select(devices.c.place_code, ports.c.device, ports.c.port)
        .join(devices, devices.c.name == ports.c.device)
        .join(places, places.c.code == devices.c.place_code)
        .where(
            places.c.kind == PlaceKind.DX.value,
            devices.c.role == DeviceRole.SWITCH.value,
            devices.c.lifecycle == Lifecycle.LIVE.value,
            ports.c.role == PortRole.NNI.value,
        )
    )
    found: dict[str, int] = {}
    for place, device, port in connection.execute(query):
        found[place] = found.get(place, 0) + ((device, port) not in linked)
    return found
