"""The worker's round that sends deliveries: what is due is taken for a while, sent, and noted.

Sending happens in a few threads of its own, and never inside a transaction. No listener holds more than
AT_ONE_LISTENER of them, so that a slow one delays only itself. Killed between sending and noting, a
delivery is sent again when its lease is over, under the same message id: at least once, and told apart.
"""

import random
import secrets
import threading
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from provisioning.event_writers import WRITERS
from provisioning.listener_errors import ListenerRefused
from provisioning.listeners import Attempt, Delivery, DeliveryState, Listener, Message, pause_after
from provisioning.sending import Sent, send
from provisioning.signing import keys_of, signed_headers
from provisioning.store.work import UnitOfWork
from provisioning.targets import read_target
from provisioning.tools import Tools

log = structlog.get_logger(__name__)

AT_ONE_LISTENER = 2
LEASE_SPARE_S = 30.0
MOST_MESSAGES = 8  # of one change
FAULT = "A fault of ours: the operator finds it in the log."


@dataclass
class Dispatcher:
    """Sends what is due, from one worker."""

    tools: Tools
    threads: ThreadPoolExecutor = field(init=False)
    _under_way: dict[Future[None], tuple[Delivery, str]] = field(default_factory=dict, init=False)
    _closing: threading.Event = field(default_factory=threading.Event, init=False)

    def __post_init__(self) -> None:
        self.threads = ThreadPoolExecutor(self.tools.settings.webhooks_at_a_time, thread_name_prefix="deliveries")

    def round(self) -> None:
        """Send until nothing more is due, or nothing more is answered just now."""
        while not self._closing.is_set():
            if self._begin_what_is_due():
                continue
            every_s = self.tools.settings.webhooks_every_s
            if not wait(self._under_way, timeout=every_s, return_when=FIRST_COMPLETED).done:
                break
            self._forget_what_ended()

    def drain(self) -> None:
        """Send all that is due now, and wait until it is noted."""
        while self._begin_what_is_due() or self._under_way:
            wait(self._under_way, return_when=FIRST_COMPLETED)
            self._forget_what_ended()

    def close(self, patience_s: float = 0.0) -> None:
        """Begin nothing more, and wait that long for what is being sent; what is not noted is sent again."""
        self._closing.set()
        wait(list(self._under_way), timeout=patience_s)
        self.threads.shutdown(wait=False, cancel_futures=True)

    def _begin_what_is_due(self) -> bool:
        settings = self.tools.settings
        free = settings.webhooks_at_a_time - len(self._under_way)
        if free <= 0:
            return False
        busy = Counter(delivery.listener_id for delivery, _ in self._under_way.values())
        not_to = [listener_id for listener_id, count in busy.items() if count >= AT_ONE_LISTENER]
        with self.tools.open_unit_of_work(reading=True) as work:
            if not work.deliveries.is_due(not_to):
                return False
        by = f"{settings.worker_name} {secrets.token_hex(6)}"
        until = self.tools.now() + timedelta(seconds=MOST_MESSAGES * settings.webhook_timeout_s + LEASE_SPARE_S)
        with self.tools.open_unit_of_work() as work:
            taken = work.deliveries.take(by, until, free, AT_ONE_LISTENER, not_to)
            work.commit()
        for delivery in taken:
            self._under_way[self.threads.submit(deliver, self.tools, delivery, by)] = (delivery, by)
        return bool(taken)

    def _forget_what_ended(self) -> None:
        """What nobody foresaw is a failed try too: it must not be tried for ever, nor end the round."""
        for future in [future for future in self._under_way if future.done()]:
            delivery, by = self._under_way.pop(future)
            error = future.exception()
            if error is not None:
                log.error("delivery failed by a fault of ours", delivery=delivery.id, error=type(error).__name__)
                note(self.tools, delivery, by, Sent(None, 0.0, FAULT), delivery.sent)


def deliver(tools: Tools, delivery: Delivery, by: str) -> None:
    """Send what a delivery says, one message after the other, and note how it went."""
    with tools.open_unit_of_work() as work:
        listener = work.listeners.get(delivery.listener_id)
        messages = messages_of(work, delivery, listener)
        if messages:
            work.deliveries.keep_messages(delivery.number, messages)
        else:
            work.deliveries.say_nothing(delivery.number, by)
        work.commit()
    sent, answer = delivery.sent, None
    for place, message in enumerate(messages[delivery.sent :], delivery.sent):
        answer = send_message(tools, listener, delivery, message, place)
        if not answer.is_taken:
            break
        sent += 1
    if answer is not None:
        note(tools, delivery, by, answer, sent, is_all=sent == len(messages))


def messages_of(work: UnitOfWork, delivery: Delivery, listener: Listener) -> tuple[Message, ...]:
    """What is sent: what was kept at the first try, or what the face's writer makes of the change now."""
    if delivery.messages is not None or delivery.change is None:
        return delivery.messages or ()
    return WRITERS[listener.face](work, delivery.change, listener)[:MOST_MESSAGES]


def send_message(tools: Tools, listener: Listener, delivery: Delivery, message: Message, place: int) -> Sent:
    """Check the address as at registration, sign, and send."""
    settings = tools.settings
    try:
        target = read_target(listener.url, settings.hosts_allowed).below(message.path)
    except ListenerRefused as refused:
        return Sent(None, 0.0, refused.sentence)
    message_id = delivery.message_id if place == 0 else f"{delivery.message_id}_{place}"
    keys = keys_of(settings.token_pepper, listener, tools.now())
    headers = signed_headers(keys, message_id, tools.now(), message.body)
    return send(tools.wire, target, headers, message.body, settings.webhook_timeout_s)


def note(tools: Tools, delivery: Delivery, by: str, answer: Sent, sent: int, *, is_all: bool = False) -> None:
    """Write the try down, and say when the next one is, if any."""
    now = tools.now()
    attempt = Attempt(delivery.attempts + 1, now, answer.status, round(answer.seconds, 3), answer.said)
    is_over = now - delivery.made_at >= timedelta(seconds=tools.settings.webhook_give_up_after_s)
    state = DeliveryState.WAITING
    if is_all:
        state = DeliveryState.DELIVERED
    elif is_over or answer.is_gone:
        state = DeliveryState.GIVEN_UP
    pause = pause_after(attempt.number, random.random())  # noqa: S311 - a jitter, not a secret
    with tools.open_unit_of_work() as work:
        noted = work.deliveries.note_attempt(delivery.number, by, attempt, state, sent=sent, next_at=now + pause)
        if noted:
            work.listeners.note(delivery.listener_id, answered=answer.is_taken)
            if answer.is_gone:
                work.listeners.switch_off(delivery.listener_id)
        work.commit()
