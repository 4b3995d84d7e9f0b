"""A house that tells listeners: a database, a clock that is set by hand, and a dispatcher that sends for real."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.changes import ChangeKind
from provisioning.dispatch import Dispatcher
from provisioning.isps import Principal, Role
from provisioning.listeners import Delivery, Listener
from provisioning.tools import Tools
from tests.integration.desk import desk_on
from tests.integration.receivers import Receiver

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
BELA = Principal("bela", Role.ISP_ADMIN, "birch")
OPERATOR = Principal("olga", Role.OPERATOR, None)


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Telling:
    """What the tests of deliveries do."""

    tools: Tools
    clock: HandClock
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.tools)

    def listen(self, receiver: Receiver, *kinds: ChangeKind, who: Principal = ANNA) -> Listener:
        """A listener at that receiver, which the settings allow from now on."""
        allowed = f"{self.tools.settings.webhook_allow},{receiver.allowed}"
        self.tools = replace(self.tools, settings=self.tools.settings.model_copy(update={"webhook_allow": allowed}))
        self.dispatcher.close()
        self.dispatcher = Dispatcher(self.tools)
        return front_desk.add_listener(self.tools, who, receiver.url, kinds)[1]

    def change(self, subject: str, was: str, now: str, *, isp: str = "alder", **more: Any) -> None:
        """A change of an order's state, committed."""
        with self.tools.open_unit_of_work() as work:
            work.changes.record(more.pop("kind", ChangeKind.ORDER), subject, isp, was, now, **more)
            work.commit()

    def send(self) -> None:
        """All that is due now."""
        self.dispatcher.drain()

    def deliveries(self, who: Principal = OPERATOR, **wanted: Any) -> list[Delivery]:
        """The log, oldest first."""
        return list(front_desk.deliveries(self.tools, who, limit=200, **wanted).deliveries)[::-1]

    def states(self) -> list[str]:
        with self.tools.open_unit_of_work(reading=True) as work:
            page = work.deliveries.page(isp_code=None, listener_id=None, state=None, cursor=None, limit=200)
        return [each.state.value for each in sorted(page.deliveries, key=lambda each: each.number)]


@contextmanager
def telling_on(engine: Engine, **settings: Any) -> Iterator[Telling]:
    """A house on this database."""
    clock = HandClock()
    tools = desk_on(engine, now=clock)
    quick = {"webhook_timeout_s": 1.0, "webhooks_every_s": 0.05} | settings
    telling = Telling(replace(tools, settings=tools.settings.model_copy(update=quick)), clock)
    try:
        yield telling
    finally:
        telling.dispatcher.close(5.0)
