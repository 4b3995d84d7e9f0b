"""The operator's people of a sandbox: nobody sits there, so orders that need a person are decided by these."""

import threading
from types import TracebackType
from typing import Self

import structlog

from inventory.errors import NeutralhostError
from provisioning import front_desk
from provisioning.isps import Principal, Role
from provisioning.orders import Order
from provisioning.sandbox import FailureKind
from provisioning.sandbox_controls import FleetControls
from provisioning.tools import Tools

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
FIRST = Principal("sandbox-approver-1", Role.OPERATOR, None)
SECOND = Principal("sandbox-approver-2", Role.OPERATOR, None)
REASON = "the sandbox was told to decline"


class OperatorHand:
    """Approves what waits for the operator, or declines it, or is away: as the switches say."""

    def __init__(self, tools: Tools, controls: FleetControls) -> None:
        self._tools = tools
        self._controls = controls
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="operator-hand", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_S):
            if self._controls.is_on(FailureKind.OPERATOR_AWAY):
                continue
            try:
                for order in front_desk.orders(self._tools, FIRST, awaiting_approval=True).orders:
                    self._decide(order)
            except NeutralhostError as error:  # an order that ended meanwhile, a database that is locked
                log.info("operator's hand", code=error.code)

    def _decide(self, order: Order) -> None:
        if self._controls.is_on(FailureKind.OPERATOR_DECLINES):
            front_desk.decline(self._tools, FIRST, order.id, reason=REASON)
            return
        if front_desk.approve(self._tools, FIRST, order.id).awaiting_approval:
            front_desk.approve(self._tools, SECOND, order.id)
