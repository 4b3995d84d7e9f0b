"""Changes told to listeners that really listen: once, in order, signed, again after failures, and never to others."""

import base64
import hashlib
import hmac
import json
import multiprocessing
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from provisioning import dispatch, front_desk
from provisioning.changes import ChangeKind, StateChange
from provisioning.dispatch import AT_ONE_LISTENER, Dispatcher
from provisioning.events import write_events
from provisioning.listener_errors import (
    ListenerRefused,
    NotReplayable,
    TooManyListeners,
    UnknownDelivery,
    UnknownListener,
)
from provisioning.listeners import DeliveryState, Face, Listener, Message
from provisioning.listening import forget_deliveries
from provisioning.store.work import UnitOfWork
from tests.integration.receivers import Received, Receiver, listening
from tests.integration.send_and_die import send_and_die
from tests.integration.telling import ANNA, BELA, OPERATOR, Telling, telling_on


@pytest.fixture
def telling(engine: Engine) -> Iterator[Telling]:
    with telling_on(engine) as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


def told(receiver: Receiver) -> list[str]:
    """What was told, as "id state", in the order in which it came in."""
    return [f"{data['id']} {data['now']}" for data in (json.loads(body)["data"] for body in receiver.bodies)]


def test_a_change_is_told_once_and_signed_with_the_listeners_secret(telling: Telling, receiver: Receiver) -> None:
    secret, _ = front_desk.renew_listener_secret(telling.tools, ANNA, telling.listen(receiver).id)
    telling.clock.move(days=2)
    telling.change("O-1", "", "acknowledged", by="anna", why="She asked for it.")

    telling.send()
    telling.send()

    (received,) = receiver.received
    key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"))
    signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode() + received.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert received.headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(received.body) == {
        "type": "order.created",
        "timestamp": "2026-11-24T12:00:00.000Z",
        "data": {
            "kind": "order",
            "id": "O-1",
            "isp_code": "alder",
            "was": "",
            "now": "acknowledged",
            "by": "anna",
            "why": "She asked for it.",
            "order_id": "O-1",
        },
    }
    assert telling.states() == ["delivered"]


def test_what_was_not_committed_is_not_told(telling: Telling, receiver: Receiver) -> None:
    telling.listen(receiver)
    with telling.tools.open_unit_of_work() as work:
        work.changes.record(ChangeKind.ORDER, "O-1", "alder", "", "acknowledged")
    telling.send()
    assert (receiver.received, telling.states()) == ([], [])


def test_a_listener_hears_only_of_its_own_isp_and_its_kinds_and_the_operators_of_all(telling: Telling) -> None:
    with listening() as hers, listening() as tickets, listening() as ours, listening() as theirs:
        telling.listen(hers)
        telling.listen(tickets, ChangeKind.TICKET)
        telling.listen(ours, who=OPERATOR)
        telling.listen(theirs, who=BELA)
        telling.change("O-1", "", "acknowledged")
        telling.change("T-1", "", "acknowledged", kind=ChangeKind.TICKET)
        telling.change("O-2", "", "acknowledged", isp="birch")
        telling.send()
        assert sorted(told(hers)) == ["O-1 acknowledged", "T-1 acknowledged"]
        assert told(tickets) == ["T-1 acknowledged"]
        assert sorted(told(ours)) == ["O-1 acknowledged", "O-2 acknowledged", "T-1 acknowledged"]
        assert told(theirs) == ["O-2 acknowledged"]


def test_an_isp_is_not_told_another_isps_ids_nor_our_addresses(telling: Telling) -> None:
    why = "S-0123456789 holds the tag; see https://netbox.inside/1."
    with listening() as hers, listening() as ours:
        telling.listen(hers)
        telling.listen(ours, who=OPERATOR)
        telling.change("O-1", "acknowledged", "rejected", why=why)
        telling.send()
        said, all_said = (json.loads(each.bodies[0])["data"]["why"] for each in (hers, ours))
    assert (said, all_said) == ("another service holds the tag; see an address of the operator's.", why)


def test_changes_of_one_order_come_in_the_order_they_happened_and_wait_for_one_that_fails(
    telling: Telling, receiver: Receiver
) -> None:
    telling.listen(receiver)
    receiver.answers = [500]
    for was, now in (("", "acknowledged"), ("acknowledged", "inProgress"), ("inProgress", "completed")):
        telling.change("O-1", was, now)
    telling.change("C-1", "", "awaitingResponse", kind=ChangeKind.CHARGE, order_id="O-1")

    telling.send()
    assert told(receiver) == ["O-1 acknowledged"]
    telling.change("O-2", "", "acknowledged")
    telling.send()
    assert told(receiver)[1:] == ["O-2 acknowledged"]
    telling.clock.move(seconds=10)
    telling.send()

    assert [each for each in told(receiver) if "O-2" not in each] == [
        "O-1 acknowledged",
        "O-1 acknowledged",
        "O-1 inProgress",
        "O-1 completed",
        "C-1 awaitingResponse",
    ]
    ids = [received.headers["webhook-id"] for received in receiver.received]
    assert (ids[0] == ids[2], len(set(ids))) == (True, 5)
    assert receiver.bodies[0] == receiver.bodies[2]


def test_failures_are_tried_again_for_days_and_then_given_up_and_the_next_in_line_goes(
    telling: Telling, receiver: Receiver
) -> None:
    telling.listen(receiver)
    receiver.answers = [500] * 1000
    telling.change("O-1", "", "acknowledged")
    hours = 0
    while "waiting" in telling.states() and hours < 200:
        telling.send()
        telling.clock.move(hours=1)
        hours += 1
    assert telling.states() == ["given-up"]
    assert 72 <= hours <= 81  # three days, and the last pause
    assert 12 <= len(receiver.received) <= 24
    (delivery,) = telling.deliveries(ANNA)
    story = front_desk.delivery(telling.tools, ANNA, delivery.id)
    assert [attempt.number for attempt in story.attempts] == list(range(1, len(receiver.received) + 1))
    assert {attempt.status for attempt in story.attempts} == {500}

    receiver.answers = []
    telling.change("O-1", "acknowledged", "inProgress")
    telling.clock.move(minutes=10)
    telling.send()
    assert told(receiver)[-1] == "O-1 inProgress"


def test_what_was_given_up_is_replayed_under_the_same_message_id(telling: Telling, receiver: Receiver) -> None:
    telling.listen(receiver)
    receiver.answers = [500]
    telling.change("O-1", "", "acknowledged")
    telling.send()
    (first,) = telling.deliveries()
    with pytest.raises(NotReplayable):
        front_desk.replay_delivery(telling.tools, ANNA, first.id)
    telling.clock.move(days=4)
    receiver.answers = [500]
    telling.send()
    again = front_desk.replay_delivery(telling.tools, ANNA, first.id)
    telling.clock.move(minutes=10)
    telling.send()

    assert telling.states() == ["given-up", "delivered"]
    assert (again.message_id, again.replay_of) == (first.message_id, first.id)
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1
    assert len(set(receiver.bodies)) == 1


def test_a_delivered_one_is_replayed_too(telling: Telling, receiver: Receiver) -> None:
    telling.listen(receiver)
    telling.change("O-1", "", "acknowledged")
    telling.send()
    (first,) = telling.deliveries()
    again = front_desk.replay_delivery(telling.tools, OPERATOR, first.id)
    telling.send()
    assert (again.replay_of, len(receiver.received)) == (first.id, 2)


def test_a_listener_that_is_slow_holds_up_no_other(telling: Telling) -> None:
    with listening() as slow, listening() as quick:
        slow.slow_s = 1.0
        telling.listen(slow)
        telling.listen(quick)
        for number in range(10):
            telling.change(f"O-{number}", "", "acknowledged")
        began = time.monotonic()
        telling.dispatcher.round()
        while len(quick.received) < 10 and time.monotonic() - began < 5:
            telling.dispatcher.round()
        taken_s = time.monotonic() - began
        assert len(quick.received) == 10
        assert taken_s < 3  # ten to the slow one, two at a time, take five seconds
        assert len(slow.received) <= 3 * AT_ONE_LISTENER


def test_a_listener_that_fails_again_and_again_is_left_alone_for_minutes(telling: Telling, receiver: Receiver) -> None:
    telling.listen(receiver)
    receiver.answers = [503] * 1000
    for number in range(30):
        telling.change(f"O-{number}", "", "acknowledged")
    telling.send()
    assert len(receiver.received) <= 4
    telling.clock.move(seconds=30)
    telling.send()
    assert len(receiver.received) <= 8


def test_a_listener_that_says_it_is_gone_is_told_nothing_more(telling: Telling, receiver: Receiver) -> None:
    telling.listen(receiver)
    receiver.answers = [410]
    telling.change("O-1", "", "acknowledged")
    telling.send()
    telling.change("O-1", "acknowledged", "inProgress")
    telling.send()
    assert (len(receiver.received), telling.states()) == (1, ["given-up"])
    (listener,) = front_desk.listeners(telling.tools, ANNA)
    assert listener.is_off


def test_a_removed_listener_is_told_nothing_more_and_its_log_stays(telling: Telling, receiver: Receiver) -> None:
    listener = telling.listen(receiver)
    telling.change("O-1", "", "acknowledged")
    front_desk.remove_listener(telling.tools, ANNA, listener.id)
    telling.change("O-2", "", "acknowledged")
    telling.send()
    assert receiver.received == []
    assert [delivery.state for delivery in telling.deliveries(ANNA)] == [DeliveryState.GIVEN_UP]
    with pytest.raises(UnknownListener):
        front_desk.replay_delivery(telling.tools, ANNA, telling.deliveries(ANNA)[0].id)


def test_a_test_message_says_nothing_but_that_it_is_one(telling: Telling, receiver: Receiver) -> None:
    listener = telling.listen(receiver)
    front_desk.send_test(telling.tools, ANNA, listener.id)
    telling.send()
    assert json.loads(receiver.bodies[0])["type"] == "webhook.test"


def test_an_address_inside_is_refused_at_registration_and_there_are_at_most_twenty(telling: Telling) -> None:
    for url in ("https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "http://1.1.1.1/"):
        with pytest.raises(ListenerRefused):
            front_desk.add_listener(telling.tools, ANNA, url)
    for _ in range(20):
        front_desk.add_listener(telling.tools, ANNA, "https://1.1.1.1/")
    with pytest.raises(TooManyListeners):
        front_desk.add_listener(telling.tools, ANNA, "https://1.1.1.1/")
    front_desk.add_listener(telling.tools, BELA, "https://1.1.1.1/")


def test_an_address_that_moved_inside_after_registration_is_refused_at_every_send(telling: Telling) -> None:
    answers = [["1.1.1.1"], ["10.0.0.5"]]
    wire = replace(telling.tools.wire, resolve=lambda host, port: answers[0] if len(answers) > 1 else answers[-1])
    telling.tools = replace(telling.tools, wire=wire)
    telling.dispatcher = Dispatcher(telling.tools)
    front_desk.add_listener(telling.tools, ANNA, "https://isp.example/")
    answers.pop(0)
    telling.change("O-1", "", "acknowledged")
    telling.send()
    (attempt,) = front_desk.delivery(telling.tools, ANNA, telling.deliveries()[0].id).attempts
    assert "10.0.0.5 is private" in attempt.said


def test_another_isps_listeners_and_deliveries_do_not_exist(telling: Telling, receiver: Receiver) -> None:
    listener = telling.listen(receiver)
    telling.change("O-1", "", "acknowledged")
    telling.send()
    (delivery,) = telling.deliveries(ANNA)
    tools = telling.tools
    assert front_desk.listeners(tools, BELA) == ()
    assert front_desk.deliveries(tools, BELA).deliveries == ()
    for ask in (
        lambda: front_desk.remove_listener(tools, BELA, listener.id),
        lambda: front_desk.renew_listener_secret(tools, BELA, listener.id),
        lambda: front_desk.send_test(tools, BELA, listener.id),
        lambda: front_desk.deliveries(tools, BELA, listener_id=listener.id),
    ):
        with pytest.raises(UnknownListener):
            ask()
    for read in (front_desk.delivery, front_desk.replay_delivery):
        with pytest.raises(UnknownDelivery):
            read(tools, BELA, delivery.id)


def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(telling: Telling, receiver: Receiver) -> None:
    telling.listen(receiver)
    telling.change("O-1", "", "acknowledged")
    telling.send()
    telling.clock.move(days=89)
    telling.change("O-2", "", "acknowledged")
    assert forget_deliveries(telling.tools) == 0
    telling.clock.move(days=2)
    assert forget_deliveries(telling.tools) == 1
    assert telling.states() == ["waiting"]


def test_a_fault_of_ours_is_a_failed_try_and_stops_no_other(
    telling: Telling, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling.listen(receiver)

    def stumble(work: UnitOfWork, change: StateChange, listener: Listener) -> tuple[Message, ...]:
        if change.id == "O-1":
            raise KeyError(change)
        return write_events(work, change, listener)

    monkeypatch.setattr(dispatch, "WRITERS", {Face.V1: stumble})
    telling.change("O-1", "", "acknowledged")
    telling.change("O-2", "", "acknowledged")
    telling.send()
    assert told(receiver) == ["O-2 acknowledged"]
    (failed,) = telling.deliveries(state=DeliveryState.WAITING)
    (attempt,) = front_desk.delivery(telling.tools, OPERATOR, failed.id).attempts
    assert attempt.said == dispatch.FAULT


def test_three_workers_send_everything_once_and_in_order(telling: Telling, receiver: Receiver, engine: Engine) -> None:
    telling.listen(receiver)
    states = ("acknowledged", "inProgress", "completed")
    for number in range(8):
        for was, now in zip(("", *states), states, strict=False):
            telling.change(f"O-{number}", was, now)
    others = [
        Dispatcher(replace(telling.tools, settings=telling.tools.settings.model_copy(update={"worker_name": name})))
        for name in ("two", "three")
    ]
    threads = [threading.Thread(target=each.drain) for each in (telling.dispatcher, *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    telling.send()
    for other in others:
        other.close(5.0)

    by_order: dict[str, list[str]] = defaultdict(list)
    for line in told(receiver):
        order, _, state = line.partition(" ")
        by_order[order].append(state)
    assert len(receiver.received) == 24
    assert set(map(tuple, by_order.values())) == {states}


def test_a_worker_that_died_between_sending_and_noting_leaves_a_delivery_that_is_sent_again_under_its_id(
    telling: Telling, receiver: Receiver
) -> None:
    telling.listen(receiver)
    telling.change("O-1", "", "acknowledged")
    until = telling.clock.at.replace(minute=1)
    with telling.tools.open_unit_of_work() as work:
        (taken,) = work.deliveries.take("dead worker", until, 5, 2)
        work.commit()
    telling.send()
    assert receiver.received == []  # it may be on its way still
    telling.clock.move(minutes=2)
    telling.send()
    assert [received.headers["webhook-id"] for received in receiver.received] == [taken.message_id]


def test_what_a_worker_says_after_its_lease_is_not_heard(telling: Telling, receiver: Receiver) -> None:
    telling.listen(receiver)
    telling.change("O-1", "", "acknowledged")

    def overtake(_received: Received) -> None:
        receiver.on_request = lambda received: None
        telling.clock.move(minutes=10)
        other = Dispatcher(telling.tools)
        other.drain()
        other.close(5.0)

    receiver.on_request = overtake
    telling.send()
    (delivery,) = telling.deliveries()
    assert (delivery.state, delivery.attempts, len(receiver.received)) == (DeliveryState.DELIVERED, 1, 2)


# Killed for good, at the worst moment.

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.integration.send_and_die"])


def test_a_dispatcher_killed_after_sending_leaves_nothing_lost_and_one_delivery_doubled_under_the_same_id(
    telling: Telling, receiver: Receiver, database_url: str
) -> None:
    telling.listen(receiver)
    for number in range(3):
        telling.change(f"O-{number}", "", "acknowledged")
        telling.change(f"O-{number}", "acknowledged", "inProgress")
    process = PROCESSES.Process(target=send_and_die, args=(database_url, receiver.allowed, telling.clock.at, 2))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    process.close()
    before = len(receiver.received)

    telling.clock.move(minutes=10)
    while "waiting" in telling.states():
        telling.send()

    ids = [received.headers["webhook-id"] for received in receiver.received]
    assert before >= 2
    assert len(set(ids)) == 6
    assert 1 <= len(ids) - 6 <= 2 * AT_ONE_LISTENER
    firsts = list(dict.fromkeys(zip(ids, told(receiver), strict=True)))
    for number in range(3):
        assert [line for _, line in firsts if line.startswith(f"O-{number} ")] == [
            f"O-{number} acknowledged",
            f"O-{number} inProgress",
        ]
