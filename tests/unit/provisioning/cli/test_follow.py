"""Following an order: when it is over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from provisioning.cli.follow import follow_order
from provisioning.cli.output import Output
from provisioning.front_desk import OrderStory
from provisioning.orders import EventStatus, Order, OrderAction, OrderEvent, OrderRequest, OrderState, WaitsFor

AT = datetime(2026, 11, 21, tzinfo=UTC)
STEPS = ("deploy", "prove", "tell")


def story(state, *done):
    request = OrderRequest("access-eline", "1", "ho-1", 100, 12)
    order = Order("O-1", OrderAction.ADD, "isp", request, state, done[-1], None, (), None, 0, 0, "ann", AT, AT)
    events = tuple(
        OrderEvent("O-1", number, AT, step, EventStatus.DONE, f"{step} is done.", {}, 0.1)
        for number, step in enumerate(done, 1)
    )
    return OrderStory(order, events, (), STEPS)


@pytest.fixture
def follow(monkeypatch, capsys):
    """Follow an order through these stories; return the steps that were printed, and how many looks it took."""
    monkeypatch.setattr("provisioning.cli.follow.POLL_S", 0)

    def call(*stories):
        looks = iter(stories)
        asked = []

        def tell(after):
            asked.append(after)
            found = next(looks) if after or len(asked) == 1 else stories[-1]
            return OrderStory(
                found.order, tuple(one for one in found.events if one.number > after), found.diffs, found.steps
            )

        follow_order(tell, Output(as_json=False))
        return [line.split()[1] for line in capsys.readouterr().out.splitlines()], len(asked)

    return call


def test_a_completed_order_is_followed_until_its_last_step_is_done(follow):
    printed, looks = follow(
        story(OrderState.IN_PROGRESS, "deploy"),
        story(OrderState.COMPLETED, "deploy", "prove"),
        story(OrderState.COMPLETED, "deploy", "prove", "tell"),
    )

    assert printed == ["deploy", "prove", "tell"]
    assert looks == 4  # the last one is for the whole story


def test_a_last_step_that_takes_too_long_is_not_waited_for(follow, monkeypatch):
    monkeypatch.setattr("provisioning.cli.follow.LAST_STEP_WITHIN_S", 0.0)

    printed, _ = follow(story(OrderState.COMPLETED, "deploy", "prove"))

    assert printed == ["deploy", "prove"]


def test_a_failed_order_is_over_at_once(follow):
    printed, looks = follow(story(OrderState.FAILED, "deploy"))

    assert printed == ["deploy"]
    assert looks == 2


def test_who_waits_in_vain_is_told_why_once_on_standard_error(monkeypatch, capsys):
    monkeypatch.setattr("provisioning.cli.follow.POLL_S", 0)
    monkeypatch.setattr("provisioning.cli.follow.SILENCE_S", 0.0)
    begun, failed = story(OrderState.ACKNOWLEDGED, "accept"), story(OrderState.FAILED, "accept")
    silent = replace(begun, events=())
    looks = iter([begun, silent, silent, silent, failed, failed])

    follow_order(lambda after: next(looks), Output(as_json=False), why_silent=lambda: "No worker is here.")

    printed = capsys.readouterr()
    assert printed.err == "No worker is here.\n"
    assert "No worker" not in printed.out


def test_an_order_that_waits_for_a_person_is_not_called_silent(monkeypatch, capsys):
    monkeypatch.setattr("provisioning.cli.follow.POLL_S", 0)
    monkeypatch.setattr("provisioning.cli.follow.SILENCE_S", 0.0)
    failed = story(OrderState.FAILED, "approve")
    waiting = replace(failed, order=replace(failed.order, state=OrderState.IN_PROGRESS, waits_for=WaitsFor.APPROVAL))
    looks = iter([waiting, replace(waiting, events=()), replace(waiting, events=()), failed, failed])

    follow_order(lambda after: next(looks), Output(as_json=False), why_silent=lambda: "No worker is here.")

    assert capsys.readouterr().err == ""
