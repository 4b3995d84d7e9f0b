"""`neutralhost webhook ...`: listeners, the delivery log, replay."""

from collections.abc import Sequence

from pydantic import SecretStr

from provisioning import front_desk
from provisioning.changes import ChangeKind
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import duration, moment
from provisioning.events import event_type
from provisioning.front_desk import SYSTEM
from provisioning.listeners import Attempt, Delivery, DeliveryState, Listener


def add(url: str, isp_code: str | None, kinds: Sequence[str]) -> None:
    output = current_output()
    with open_house() as house:
        secret, listener = front_desk.add_listener(
            house.tools, SYSTEM, url, tuple(map(ChangeKind, kinds)), isp_code=isp_code
        )
    _print_secret(output, secret, listener)


def list_listeners() -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.listeners(house.tools, SYSTEM)
    output.answer({"listeners": found}, lambda: output.table(listeners_sheet(found)))


def remove(listener_id: str) -> None:
    output = current_output()
    with open_house() as house:
        front_desk.remove_listener(house.tools, SYSTEM, listener_id)
    output.answer({"removed": listener_id}, lambda: output.say(f"{listener_id} is told nothing more."))


def secret(listener_id: str) -> None:
    output = current_output()
    with open_house() as house:
        renewed, listener = front_desk.renew_listener_secret(house.tools, SYSTEM, listener_id)
    _print_secret(output, renewed, listener)


def send_test(listener_id: str) -> None:
    output = current_output()
    with open_house() as house:
        delivery = front_desk.send_test(house.tools, SYSTEM, listener_id)
    _print_waiting(output, delivery)


def list_deliveries(listener_id: str | None, state: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    with open_house() as house:
        page = front_desk.deliveries(
            house.tools,
            SYSTEM,
            listener_id=listener_id,
            state=None if state is None else DeliveryState(state),
            cursor=cursor,
            limit=limit,
        )
    document = {"deliveries": [_document(each) for each in page.deliveries], "next_cursor": page.next_cursor}
    output.answer(document, lambda: output.table(deliveries_sheet(page.deliveries)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show_delivery(delivery_id: str) -> None:
    output = current_output()
    with open_house() as house:
        story = front_desk.delivery(house.tools, SYSTEM, delivery_id)
    document = {"delivery": _document(story.delivery), "attempts": story.attempts}
    output.answer(document, lambda: _print_story(output, story.delivery, story.attempts))


def replay(delivery_id: str) -> None:
    output = current_output()
    with open_house() as house:
        again = front_desk.replay_delivery(house.tools, SYSTEM, delivery_id)
    _print_waiting(output, again)


def listeners_sheet(listeners: Sequence[Listener]) -> Sheet:
    """Return listeners as a table."""
    rows = (
        (
            each.id,
            each.face.value,
            each.isp_code or "everybody's",
            ", ".join(each.kinds) or "everything",
            "off" if each.is_off else str(each.failures),
            each.url,
        )
        for each in listeners
    )
    return sheet(("listener", "face", "isp", "hears of", "failures", "url"), rows, right=("failures",))


def deliveries_sheet(deliveries: Sequence[Delivery]) -> Sheet:
    """Return deliveries as a table."""
    rows = (
        (
            each.id,
            each.listener_id,
            moment(each.made_at),
            _type(each),
            "" if each.change is None else each.change.id,
            each.state.value,
            str(each.attempts),
        )
        for each in deliveries
    )
    return sheet(("delivery", "listener", "made", "type", "about", "state", "tries"), rows, right=("tries",))


def _document(delivery: Delivery) -> dict[str, object]:
    names = ("id", "message_id", "listener_id", "state", "attempts", "next_at", "made_at", "ended_at", "replay_of")
    about = "" if delivery.change is None else delivery.change.id
    return {name: getattr(delivery, name) for name in names} | {"type": _type(delivery), "about": about}


def _type(delivery: Delivery) -> str:
    return "webhook.test" if delivery.change is None else event_type(delivery.change)


def _print_secret(output: Output, secret: SecretStr, listener: Listener) -> None:
    shown = secret.get_secret_value()

    def people() -> None:
        output.say(f"{listener.id} is told of {', '.join(listener.kinds) or 'everything'} at {listener.url}")
        output.say(f"Secret, shown this once: {shown}")

    output.answer({"secret": shown, "listener": listener}, people)


def _print_waiting(output: Output, delivery: Delivery) -> None:
    said = (
        f"Delivery {delivery.id} waits for the worker; `neutralhost webhook delivery {delivery.id}` says how it went."
    )
    output.answer({"delivery": _document(delivery)}, lambda: output.say(said))


def _print_story(output: Output, delivery: Delivery, attempts: Sequence[Attempt]) -> None:
    output.facts(
        (
            ("delivery", delivery.id),
            ("message id", delivery.message_id),
            ("listener", delivery.listener_id),
            ("type", _type(delivery)),
            ("about", "" if delivery.change is None else delivery.change.id),
            ("state", delivery.state.value),
            ("next try", moment(delivery.next_at) if delivery.state is DeliveryState.WAITING else ""),
            ("ended", moment(delivery.ended_at)),
            ("replay of", delivery.replay_of or ""),
        )
    )
    rows = (
        (str(each.number), moment(each.at), str(each.status or ""), duration(each.seconds), each.said)
        for each in attempts
    )
    if attempts:
        output.table(sheet(("try", "at", "status", "took", "said"), rows, right=("try", "took")))
