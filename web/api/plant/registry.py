"""Every operation about the plant, in the order the reference shows them."""

from web.api.operation import Operation
from web.api.plant import capacity, certificates, cut, ofds, trace

PLANT_OPERATIONS: tuple[Operation, ...] = (
    *trace.OPERATIONS,
    *cut.OPERATIONS,
    *capacity.OPERATIONS,
    *certificates.OPERATIONS,
    *ofds.OPERATIONS,
)
