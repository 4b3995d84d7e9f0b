"""Secrets that ISPs give us and that we must be able to read again: sealed with a key from the settings.

As devices' drivers open them (automation/sealing.py): what an order keeps of a passphrase is what its change plan
says, and nobody on the way has to open it. Neither text nor key is ever in an error.
"""

import structlog
from pydantic import SecretStr

from automation.sealing import Sealer
from automation.uci_errors import SecretUnreadable
from provisioning.product_errors import SealBroken
from provisioning.tools import Tools

log = structlog.get_logger(__name__)


def seal(text: str, about: str, key: SecretStr) -> str:
    """The text, encrypted; `about` is what it belongs to, and is needed to open it."""
    return Sealer(key).seal(text, about)


def unseal(sealed: str, about: str, key: SecretStr) -> str:
    """The text that was sealed. Raises: SealBroken."""
    try:
        return Sealer(key).open(sealed, about)
    except SecretUnreadable:
        raise SealBroken from None


def seal_all(tools: Tools) -> int:
    """Seal what change plans of an earlier version keep in clear; returns of how many devices. Safe to repeat."""
    with tools.open_unit_of_work() as work:
        count = work.change_plans.seal_all()
        if count:
            work.commit()
            log.info("sealed what change plans kept in clear", devices=count)
    return count
