"""An order's life, printed as it happens: one line a step, the devices' diff, the result."""

import math
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext

import click
from rich.text import Text

from provisioning.cli.output import Output, diff_text
from provisioning.cli.words import duration, safe
from provisioning.front_desk import OrderStory
from provisioning.orders import ENDED, EventStatus, Order, OrderDiff, OrderEvent, OrderState

POLL_S = 0.15  # seconds between two looks at the order
LAST_STEP_WITHIN_S = 3.0  # seconds that the last step of a completed order is waited for
SILENCE_S = 10.0  # seconds without an event, before it is asked why
SHOWS_DIFF = "rehearse"  # the step whose diff is shown: what the devices said they would change


def follow_order(
    tell: Callable[[int], OrderStory],
    output: Output,
    timeout_s: float | None = None,
    why_silent: Callable[[], str] = lambda: "",
) -> OrderStory:
    """Print the order's life until it ended, or until `timeout_s` seconds went by; return the whole story.

    `tell` returns the story with the events after a number; `why_silent` a sentence for who waits for the next
    event in vain, "" where there is nothing to say.
    """
    silence = _Silence(why_silent)
    until = math.inf if timeout_s is None else time.monotonic() + timeout_s
    has_ended, last_event, last_step = False, 0, ""
    status = output.console.status("") if output.live else None
    with status or nullcontext():
        while True:
            story = tell(last_event)
            for event in story.events:
                _print_event(event, story.diffs, output)
                last_event = event.number
                last_step = last_step if event.status is EventStatus.STARTED else event.step
            silence.look(story)
            if story.order.state in ENDED and not has_ended:
                has_ended, until = True, min(until, time.monotonic() + LAST_STEP_WITHIN_S)
            if _is_told(story, last_step) or time.monotonic() >= until:
                return tell(0)
            if status is not None:
                status.update(Text(f"{_now_doing(story.order)} ", style="cyan"))
            time.sleep(POLL_S)


class _Silence:
    """Says once, on standard error, why nothing happens, where nothing did for a while and no person is waited for."""

    def __init__(self, why: Callable[[], str]) -> None:
        self._why = why
        self._since = time.monotonic()
        self._is_said = False

    def look(self, story: OrderStory) -> None:
        """Take note of one look at the order."""
        if story.events or story.order.awaiting_approval:
            self._since = time.monotonic()
        elif not self._is_said and time.monotonic() - self._since >= SILENCE_S:
            self._is_said = True
            if why := self._why():
                click.echo(safe(why), err=True)


def _is_told(story: OrderStory, last_step: str) -> bool:
    """Whether nothing more will be said: a completed order is told to others in a last step after that."""
    state = story.order.state
    return state in ENDED and (state is not OrderState.COMPLETED or last_step in story.steps[-1:])


def _now_doing(order: Order) -> str:
    if order.awaiting_approval:
        return f"waits for approval: neutralhost order approve {order.id}"
    return order.step


def print_event(event: OrderEvent, output: Output) -> None:
    """Print one event on one line."""
    output.step(event.status.value, event.step, duration(event.seconds), event.text)


def _print_event(event: OrderEvent, diffs: Iterable[OrderDiff], output: Output) -> None:
    if event.status is EventStatus.STARTED:
        return  # the spinner says it
    print_event(event, output)
    if event.step == SHOWS_DIFF and event.status is EventStatus.DONE:
        print_diffs((diff for diff in diffs if diff.step == SHOWS_DIFF), output, indent="    ")


def print_diffs(diffs: Iterable[OrderDiff], output: Output, indent: str = "") -> None:
    """Print what every device said, the device's name above its diff."""
    for diff in diffs:
        output.say(Text(f"{indent}{safe(diff.device)}", style="bold"))
        if diff.diff.strip():
            output.say(diff_text(diff.diff.rstrip(), indent=indent + "  "))
        else:
            output.say(f"{indent}  says already what it should", style="dim")


def print_result(order: Order, output: Output) -> None:
    """Print how an order ended, and what to do where it did not go well."""
    style = "bold green" if order.state is OrderState.COMPLETED else "bold yellow"
    output.say(f"Order {order.id} is {order.state.value}.", style=style)
    for reason in order.reasons:
        output.say(f"  {safe(reason.sentence)} {safe(reason.next_step)}".rstrip())
