"""Product orders, in the database."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.errors import IdempotencyConflict
from provisioning.life_errors import UnknownProductOrder
from provisioning.product_orders import ProductOrder, ProductOrderPage, ProductOrderState
from provisioning.store.changes import StoredChanges
from provisioning.store.cursors import cursor_after, newest_first, page_size
from provisioning.store.keys import can_be_key
from provisioning.store.product_order_tables import product_orders
from provisioning.store.settling import settle


class StoredProductOrders:
    """Implements `work.ProductOrders`."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: StoredChanges) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, made: ProductOrder, idempotency_key: str | None = None, request_digest: str | None = None) -> bool:
        row = {name: getattr(made, name) for name in ProductOrder.__slots__}
        row |= {"idempotency_key": idempotency_key, "request_digest": request_digest}
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(product_orders).values(row)
        new = statement.on_conflict_do_nothing(index_elements=["isp_code", "idempotency_key"])
        if self._session.execute(new.returning(product_orders.c.id)).first() is None:
            found = self.find_by_key(made.isp_code, idempotency_key or "")
            if found is None or found[1] != request_digest:
                raise IdempotencyConflict(idempotency_key or "", made.id if found is None else found[0].id)
            return False
        self._changes.record(ChangeKind.PRODUCT_ORDER, made.id, made.isp_code, "", made.state)
        return True

    def find_by_key(self, isp_code: str, idempotency_key: str) -> tuple[ProductOrder, str] | None:
        own = (product_orders.c.isp_code == isp_code, product_orders.c.idempotency_key == idempotency_key)
        row = self._session.execute(select(product_orders).where(*own)).first()
        return None if row is None else (_product_order_of(row), row.request_digest)

    def get(self, product_order_id: str) -> ProductOrder:
        return self._one(select(product_orders), product_order_id)

    def lock(self, product_order_id: str) -> ProductOrder:
        return self._one(select(product_orders).with_for_update(key_share=True), product_order_id)

    def settle(self, product_order_id: str) -> None:
        settle(self._session, self._changes, product_order_id, self._now())

    def amend(self, product_order_id: str, external_id: str, sent: Mapping[str, object] | None) -> None:
        values = {"external_id": external_id, "sent": sent, "updated_at": self._now()}
        self._session.execute(update(product_orders).where(product_orders.c.id == product_order_id).values(values))

    def page(
        self, *, isp_code: str | None, state: ProductOrderState | None, cursor: str | None, limit: int
    ) -> ProductOrderPage:
        query = newest_first(select(product_orders), product_orders.c.ordered_at, product_orders.c.id, cursor)
        if isp_code is not None:
            query = query.where(product_orders.c.isp_code == isp_code)
        if state is not None:
            query = query.where(product_orders.c.state == state)
        size = page_size(limit)
        found = [_product_order_of(row) for row in self._session.execute(query.limit(size + 1))]
        last = found[size - 1] if len(found) > size else None
        return ProductOrderPage(tuple(found[:size]), cursor_after(last.ordered_at, last.id) if last else None)

    def _one(self, query: Select[Any], product_order_id: str) -> ProductOrder:
        if can_be_key(product_order_id):
            row = self._session.execute(query.where(product_orders.c.id == product_order_id)).first()
            if row is not None:
                return _product_order_of(row)
        raise UnknownProductOrder(product_order_id)


def _product_order_of(row: Row[Any]) -> ProductOrder:
    known = {name: getattr(row, name) for name in ProductOrder.__slots__}
    return ProductOrder(**known | {"state": ProductOrderState(row.state)})
