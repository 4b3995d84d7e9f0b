"""What one transaction may list by filter and offset; a part of the unit of work."""

from typing import Protocol

from provisioning.listings import ChargesWanted, ProductOrdersWanted, ProductsWanted, TasksWanted

type Listed = tuple[tuple[str, ...], int]
"""Ids in order, newest first, from an offset on, and how many there are in all."""


class Listings(Protocol):
    """What a buyer's system lists."""

    def products(self, wanted: ProductsWanted, offset: int, limit: int) -> Listed: ...

    def product_orders(self, wanted: ProductOrdersWanted, offset: int, limit: int) -> Listed: ...

    def charges(self, wanted: ChargesWanted, offset: int, limit: int) -> Listed: ...

    def cancellations(self, wanted: TasksWanted, offset: int, limit: int) -> Listed: ...

    def date_changes(self, wanted: TasksWanted, offset: int, limit: int) -> Listed: ...
