"""What a buyer's system reads of its orders: a product order with its whole life, and lists by filter and offset.

Part of the front desk. An ISP's own; another's does not exist.
"""

from dataclasses import dataclass, replace

from provisioning.changes import STATE, ChangeKind, StateChange
from provisioning.chargeable_tasks import Cancellation, DateChange
from provisioning.charges import Charge
from provisioning.discretion import event_for_isp, order_for_isp
from provisioning.isps import Principal
from provisioning.life_errors import UnknownCharge, UnknownDateChange, UnknownProductOrder
from provisioning.listings import ChargesWanted, ProductOrdersWanted, TasksWanted
from provisioning.orders import Note, Order, OrderEvent
from provisioning.policy import Action, must
from provisioning.product_orders import ProductOrder
from provisioning.rights import may_see
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class ItemLife:
    """One order of a product order, with every change of its state, its events and what was written under it."""

    order: Order
    changes: tuple[StateChange, ...]
    events: tuple[OrderEvent, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class ProductOrderLife:
    """A product order with the lives of its orders, and what was asked and paid beside them."""

    product_order: ProductOrder
    items: tuple[ItemLife, ...]
    changes: tuple[StateChange, ...]
    charges: tuple[Charge, ...]
    cancellations: tuple[Cancellation, ...]
    date_changes: tuple[DateChange, ...]


@dataclass(frozen=True, slots=True)
class AboutItem[Subject]:
    """A charge, or a change of date, with its buyer's own id of the order it is about; None where it is about all."""

    subject: Subject
    item_id: str | None


def product_order_life(tools: Tools, who: Principal, product_order_id: str) -> ProductOrderLife:
    """A product order with all that there is to tell of it. Raises: Forbidden, UnknownProductOrder."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.product_orders.get(product_order_id)
        if not may_see(who, found.isp_code):
            raise UnknownProductOrder(product_order_id)
        return ProductOrderLife(
            product_order=found,
            items=tuple(_life(work, who, order) for order in work.orders.of_product_order(product_order_id)),
            changes=_states(work, ChangeKind.PRODUCT_ORDER, product_order_id),
            charges=work.charges.of_product_order(product_order_id),
            cancellations=work.cancellations.of_product_order(product_order_id),
            date_changes=work.date_changes.of_product_order(product_order_id),
        )


def some_product_orders(
    tools: Tools, who: Principal, wanted: ProductOrdersWanted, *, offset: int, limit: int
) -> tuple[tuple[ProductOrder, ...], int]:
    """Product orders from an offset on, newest first, and how many there are in all. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    own = wanted if who.isp_code is None else replace(wanted, isp_code=who.isp_code)
    with tools.open_unit_of_work(reading=True) as work:
        ids, total = work.listings.product_orders(own, offset, limit)
        return tuple(work.product_orders.get(each) for each in ids), total


def charge_life(tools: Tools, who: Principal, charge_id: str) -> AboutItem[Charge]:
    """A charge, and which item it is about. Raises: Forbidden, UnknownCharge, also where it is another ISP's."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.charges.get(charge_id)
        if not may_see(who, found.isp_code):
            raise UnknownCharge(charge_id)
        return AboutItem(found, _item_id(work, found.order_id))


def some_charges(
    tools: Tools, who: Principal, wanted: ChargesWanted, *, offset: int, limit: int
) -> tuple[tuple[AboutItem[Charge], ...], int]:
    """Charges from an offset on, newest first, and how many there are in all. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    own = wanted if who.isp_code is None else replace(wanted, isp_code=who.isp_code)
    with tools.open_unit_of_work(reading=True) as work:
        ids, total = work.listings.charges(own, offset, limit)
        found = [work.charges.get(each) for each in ids]
        return tuple(AboutItem(each, _item_id(work, each.order_id)) for each in found), total


def some_cancellations(
    tools: Tools, who: Principal, wanted: TasksWanted, *, offset: int, limit: int
) -> tuple[tuple[Cancellation, ...], int]:
    """Cancellations from an offset on, newest first, and how many there are in all. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    own = wanted if who.isp_code is None else replace(wanted, isp_code=who.isp_code)
    with tools.open_unit_of_work(reading=True) as work:
        ids, total = work.listings.cancellations(own, offset, limit)
        return tuple(work.cancellations.get(each) for each in ids), total


def date_change_life(tools: Tools, who: Principal, change_id: str) -> AboutItem[DateChange]:
    """A change of date, and which item it is about. Raises: Forbidden, UnknownDateChange."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.date_changes.get(change_id)
        if not may_see(who, found.isp_code):
            raise UnknownDateChange(change_id)
        return AboutItem(found, _item_id(work, found.order_id))


def some_date_changes(
    tools: Tools, who: Principal, wanted: TasksWanted, *, offset: int, limit: int
) -> tuple[tuple[AboutItem[DateChange], ...], int]:
    """Changes of date from an offset on, newest first, and how many there are in all. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    own = wanted if who.isp_code is None else replace(wanted, isp_code=who.isp_code)
    with tools.open_unit_of_work(reading=True) as work:
        ids, total = work.listings.date_changes(own, offset, limit)
        found = [work.date_changes.get(each) for each in ids]
        return tuple(AboutItem(each, _item_id(work, each.order_id)) for each in found), total


def _life(work: UnitOfWork, who: Principal, order: Order) -> ItemLife:
    events, changes = work.orders.events(order.id), _states(work, ChangeKind.ORDER, order.id)
    notes = work.orders.notes(order.id)
    if who.is_operator:
        return ItemLife(order, changes, events, notes)
    return ItemLife(order_for_isp(order), changes, tuple(event_for_isp(event, order) for event in events), notes)


def _states(work: UnitOfWork, kind: ChangeKind, subject_id: str) -> tuple[StateChange, ...]:
    return tuple(change for change in work.changes.of(kind, subject_id) if change.about == STATE)


def _item_id(work: UnitOfWork, order_id: str | None) -> str | None:
    return None if order_id is None else work.orders.get(order_id).item_id
