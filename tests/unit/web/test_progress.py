from datetime import UTC, datetime

from provisioning.front_desk import OrderStory
from provisioning.orders import EventStatus, Order, OrderAction, OrderEvent, OrderRequest, OrderState
from web.portal.progress import AHEAD, progress

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
REQUEST = OrderRequest("access-eline", "100", "alpha-quay", 500, 12)


def story(state: OrderState, *told: tuple[str, EventStatus, float | None]) -> OrderStory:
    order = Order(
        "O-1", OrderAction.ADD, "alpha", REQUEST, state, "design", None, (), None, 2400, 0, "anna", AT, AT
    )  # fmt: skip
    events = tuple(
        OrderEvent("O-1", number, AT, step, status, f"{step} {status}", {}, seconds)
        for number, (step, status, seconds) in enumerate(told, start=1)
    )
    return OrderStory(order, events, (), ("accept", "design", "deploy"))


def test_each_step_says_what_its_last_event_said() -> None:
    told = progress(
        story(
            OrderState.IN_PROGRESS,
            ("accept", EventStatus.DONE, 0.1),
            ("design", EventStatus.STARTED, None),
            ("design", EventStatus.DONE, 0.3),
            ("deploy", EventStatus.STARTED, None),
        )
    )
    assert [(line.name, line.status, line.seconds) for line in told.lines] == [
        ("accept", "done", 0.1),
        ("design", "done", 0.3),
        ("deploy", "started", None),
    ]
    assert (told.done, told.ended, told.news) == (2, False, "deploy started")


def test_steps_not_reached_are_ahead() -> None:
    told = progress(story(OrderState.ACKNOWLEDGED))
    assert {line.status for line in told.lines} == {AHEAD}
    assert told.news == ""


def test_what_was_undone_after_a_failure_stands_behind_the_workflow_s_own_steps() -> None:
    told = progress(story(OrderState.FAILED, ("design", EventStatus.FAILED, 1.0), ("close", EventStatus.UNDONE, None)))
    assert [line.name for line in told.lines] == ["accept", "design", "deploy", "close"]
    assert told.ended


def test_what_came_before_the_workflow_stands_in_front_of_it() -> None:
    told = progress(story(OrderState.IN_PROGRESS, ("quote", EventStatus.DONE, None), ("design", EventStatus.DONE, 1.0)))
    assert told.lines[0].name == "quote"
