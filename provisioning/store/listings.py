"""What a buyer's system lists by filter and offset (LSO Sonata): products, product orders and what hangs on them.

Read only: who writes these rows stands in the stores of their own.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, Table, func, select
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.listings import ChargesWanted, ProductOrdersWanted, ProductsWanted, TasksWanted, midnight
from provisioning.store.change_tables import state_changes
from provisioning.store.listing import Bounds, conditions, one_slice
from provisioning.store.product_order_tables import cancellations, charges, date_changes, product_orders
from provisioning.store.tables import orders, services


class StoredListings:
    """Implements `work.Listings`: ids in order, newest first, and how many there are in all."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def products(self, wanted: ProductsWanted, offset: int, limit: int) -> tuple[tuple[str, ...], int]:
        kept = services.c
        equal = {
            kept.isp_code: wanted.isp_code,
            kept.state: wanted.state,
            kept.product: wanted.product,
            kept.reference: wanted.external_id,
            kept.handover: wanted.handover,
        }
        began = func.coalesce(kept.activated_at, kept.created_at)
        wheres = [*conditions(equal, {}), *_within(began, wanted.started), *_within(_changed_at(), wanted.updated)]
        if wanted.site is not None:
            wheres.append(kept.uprn == wanted.site)
        if wanted.product_order_id is not None:
            ordered = select(orders.c.service_id).where(orders.c.product_order_id == wanted.product_order_id)
            wheres.append(kept.id.in_(ordered))
        return self._ids(select(services).where(*wheres), services, kept.created_at, offset, limit)

    def product_orders(self, wanted: ProductOrdersWanted, offset: int, limit: int) -> tuple[tuple[str, ...], int]:
        kept = product_orders.c
        equal = {kept.isp_code: wanted.isp_code, kept.state: wanted.state, kept.external_id: wanted.external_id}
        between = {kept.ordered_at: wanted.ordered, kept.completed_at: wanted.completed}
        wheres = conditions(equal, between)
        if wanted.project_id is not None:
            wheres.append(kept.sent["projectId"].as_string() == wanted.project_id)
        if wanted.cancelled != (None, None):
            wheres += [kept.state == "cancelled", *_within(kept.completed_at, wanted.cancelled)]
        for column, bounds in ((orders.c.start, wanted.item_requested), (orders.c.expected_on, wanted.item_expected)):
            if bounds != (None, None):
                wheres.append(kept.id.in_(select(orders.c.product_order_id).where(*_days_within(column, bounds))))
        return self._ids(select(product_orders).where(*wheres), product_orders, kept.ordered_at, offset, limit)

    def charges(self, wanted: ChargesWanted, offset: int, limit: int) -> tuple[tuple[str, ...], int]:
        kept = charges.c
        equal = {kept.isp_code: wanted.isp_code, kept.product_order_id: wanted.product_order_id}
        between = {kept.created_at: wanted.created, kept.due_at: wanted.due}
        wheres = conditions(equal, between)
        if wanted.item_id is not None:
            wheres.append(kept.order_id.in_(select(orders.c.id).where(orders.c.item_id == wanted.item_id)))
        return self._ids(select(charges).where(*wheres), charges, kept.created_at, offset, limit)

    def cancellations(self, wanted: TasksWanted, offset: int, limit: int) -> tuple[tuple[str, ...], int]:
        kept = cancellations.c
        equal = _of_task(cancellations, wanted) | {kept.reason_kind: wanted.reason_kind}
        query = select(cancellations).where(*conditions(equal, {kept.requested_at: wanted.created}))
        return self._ids(query, cancellations, kept.requested_at, offset, limit)

    def date_changes(self, wanted: TasksWanted, offset: int, limit: int) -> tuple[tuple[str, ...], int]:
        kept = date_changes.c
        equal = _of_task(date_changes, wanted) | {kept.expedite: wanted.expedite}
        wheres = conditions(equal, {kept.requested_at: wanted.created})
        query = select(date_changes).where(*wheres, *_days_within(kept.wanted, wanted.day))
        return self._ids(query, date_changes, kept.requested_at, offset, limit)

    def _ids(
        self, query: Select[Any], table: Table, at: Column[Any], offset: int, limit: int
    ) -> tuple[tuple[str, ...], int]:
        rows: Iterable[Row[Any]]
        rows, total = one_slice(self._session, query.with_only_columns(table.c.id, at), at, table.c.id, offset, limit)
        return tuple(row.id for row in rows), total


def _of_task(table: Table, wanted: TasksWanted) -> dict[Column[Any], object | None]:
    return {
        table.c.isp_code: wanted.isp_code,
        table.c.product_order_id: wanted.product_order_id,
        table.c.state: wanted.state,
    }


def _changed_at() -> ColumnElement[Any]:
    """When a service last changed its state."""
    kept = state_changes.c
    of_it = (kept.kind == ChangeKind.SERVICE, kept.id == services.c.id)
    newest = select(func.max(kept.at)).where(*of_it).correlate(services).scalar_subquery()
    return func.coalesce(newest, services.c.created_at)


def _within(value: ColumnElement[Any], bounds: Bounds) -> list[ColumnElement[bool]]:
    after, before = bounds
    return ([value > after] if after is not None else []) + ([value < before] if before is not None else [])


def _days_within(column: Column[Any], bounds: Bounds) -> list[ColumnElement[bool]]:
    """The same of a column of days, each of which is its first moment in UTC."""
    after, before = bounds
    found = [] if after is None else [column > after.date()]
    if before is None:
        return found
    return [*found, column < before.date() if before == midnight(before) else column <= before.date()]
