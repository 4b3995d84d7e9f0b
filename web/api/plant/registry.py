"""Every operation about the plant, in the order the reference shows them."""

from web.api.operation import Operation
from web.api.plant import capacity, certificates, consents, coverage, cut, ofds, path, reservations, resilience, trace

PLANT_OPERATIONS: tuple[Operation, ...] = (
    *trace.OPERATIONS,
    *path.OPERATIONS,
    *cut.OPERATIONS,
    *resilience.OPERATIONS,
    *coverage.OPERATIONS,
    *capacity.OPERATIONS,
    *consents.OPERATIONS,
    *certificates.OPERATIONS,
    *reservations.OPERATIONS,
    *ofds.OPERATIONS,
)
