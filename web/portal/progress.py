"""An order's life as a list of steps: what is behind it, where it is, what is ahead. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from provisioning.front_desk import OrderStory
from provisioning.orders import ENDED, EventStatus, OrderEvent

AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step. `status` is that of its last event, or "ahead"; `seconds` what it took; `text` its last words."""

    name: str
    status: str
    seconds: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The steps, how far along they are, and whether anything more will come."""

    lines: tuple[StepLine, ...]
    ended: bool
    news: str

    @property
    def done(self) -> int:
        return sum(line.status == EventStatus.DONE for line in self.lines)


def progress(story: OrderStory) -> Progress:
    """What a reader wants to know of an order's life; `news` is the last thing that happened."""
    names = _all_steps(story.steps, story.events)
    lines = tuple(_line(name, [event for event in story.events if event.step == name]) for name in names)
    news = story.events[-1].text if story.events else ""
    return Progress(lines, story.order.state in ENDED, news)


def _all_steps(steps: Sequence[str], events: Sequence[OrderEvent]) -> list[str]:
    """The workflow's steps, and before or after them what happened outside of it, such as its acceptance."""
    first_known = next((event.number for event in events if event.step in steps), None)
    before: dict[str, None] = {}
    after: dict[str, None] = {}
    for event in events:
        if event.step not in steps and event.step not in before:
            side = before if first_known is None or event.number < first_known else after
            side[event.step] = None
    return [*before, *steps, *after]


def _line(name: str, events: Sequence[OrderEvent]) -> StepLine:
    if not events:
        return StepLine(name, AHEAD, None, "")
    last = events[-1]
    return StepLine(name, last.status.value, last.seconds, last.text)
