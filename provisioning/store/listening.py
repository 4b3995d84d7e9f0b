"""What a transaction may read and write of listeners and deliveries (part of `work.UnitOfWork`)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from provisioning.listeners import Attempt, Delivery, DeliveryPage, DeliveryState, Face, Listener, Message


class Listeners(Protocol):
    """Who wants to be told."""

    def add(self, listener: Listener) -> None: ...

    def get(self, listener_id: str) -> Listener:
        """Raises: UnknownListener."""

    def all(self, isp_code: str | None, face: Face | None = None, api: str | None = None) -> tuple[Listener, ...]:
        """Those of an ISP (None: all there are), oldest first."""

    def count(self, isp_code: str | None) -> int:
        """How many an ISP has, or the operator (None)."""

    def remove(self, listener_id: str) -> None:
        """Tell it nothing more; the log stays. Raises: UnknownListener."""

    def switch_off(self, listener_id: str) -> None:
        """It said that it is gone: give up what waits, and keep nothing for it. Raises: UnknownListener."""

    def renew_secret(self, listener_id: str) -> None:
        """Sign with a new one from now on, and for a day with the one before too. Raises: UnknownListener."""

    def note(self, listener_id: str, *, answered: bool) -> None:
        """Whether it took what it was sent. One that fails again and again is left alone for a while."""


class Deliveries(Protocol):
    """What is told to whom. They are made where a change is recorded."""

    def add_test(self, listener_id: str, message: Message) -> str:
        """A delivery of no change; returns its id."""

    def replay(self, delivery_id: str) -> str:
        """Send the same once more, under the same message id; returns the new delivery's id.

        Raises: NotReplayable, UnknownDelivery.
        """

    def get(self, delivery_id: str) -> Delivery:
        """Raises: UnknownDelivery."""

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        """Raises: UnknownDelivery."""

    def page(
        self,
        *,
        isp_code: str | None,
        listener_id: str | None,
        state: DeliveryState | None,
        cursor: str | None,
        limit: int,
    ) -> DeliveryPage: ...

    def is_due(self, not_to: Collection[str] = ()) -> bool:
        """Whether anything could be taken now, to others than these listeners."""

    def take(
        self, by: str, until: datetime, most: int, at_one_listener: int, not_to: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Take what is due, and keep others from it until then: the first of each lane, oldest first."""

    def keep_messages(self, number: int, messages: Sequence[Message]) -> None:
        """Keep what every try of it sends."""

    def note_attempt(
        self,
        number: int,
        by: str,
        attempt: Attempt,
        state: DeliveryState,
        *,
        sent: int,
        next_at: datetime | None = None,
    ) -> bool:
        """Note a try and what becomes of the delivery; False, and nothing noted, where it is no longer `by`'s."""

    def say_nothing(self, number: int, by: str) -> None:
        """There is nothing to say to this listener of this change."""

    def count_waiting(self) -> int: ...

    def forget(self, before: datetime) -> int:
        """Drop what ended before that moment, some thousands at most; returns how many."""
