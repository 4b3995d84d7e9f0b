"""Every operation about the plant, in the order the reference shows them."""

from web.api.operation import Operation

PLANT_OPERATIONS: tuple[Operation, ...] = ()
