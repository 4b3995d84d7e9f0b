"""Every operation about the plant, in the order the reference shows them."""

from web.api.operation import Operation
from web.api.plant import certificates, cut, trace

PLANT_OPERATIONS: tuple[Operation, ...] = (*trace.OPERATIONS, *cut.OPERATIONS, *certificates.OPERATIONS)
