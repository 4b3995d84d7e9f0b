"""What a walk asks of the database however long that is away: no walk ends without saying how it went."""

from collections.abc import Callable

import structlog

from inventory.errors import DatabaseUnavailable
from provisioning.workflows.engine import Durable

DATABASE_PAUSE_S = 1.0  # between two tries

log = structlog.get_logger(__name__)


def insist[T](durable: Durable, ask: Callable[[], T], **about: str) -> T:
    """Return what was asked for, once the database answers; `about` is what the log says the walk is of."""
    while True:
        try:
            return ask()
        except DatabaseUnavailable as error:
            log.warning("database unavailable", **about, reason=error.reason)
            durable.pause(DATABASE_PAUSE_S)
