"""A worker of a whole house that kills itself, as a power cut would, before or after one step of one order.

With "-" for the order it works until every order has ended or waits for a person, and exits.
"""

import os
import signal
import time
from dataclasses import replace

from provisioning import front_desk
from provisioning.bootstrap import House, build
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED
from provisioning.tools import Tools
from provisioning.workflows.known import WORKFLOWS
from provisioning.workflows.walk import Step
from tests.integration.running import settings_of


def mortal(step: Step, doomed: str, name: str, moment: str) -> Step:
    """The step as it is, but for the one moment at which the process is killed."""

    def taken(order_id: str, tools: Tools) -> None:
        is_it = (order_id, step.__name__) == (doomed, name)
        if is_it and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        step(order_id, tools)
        if is_it and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    taken.__name__ = step.__name__
    return taken


def has_work(house: House) -> bool:
    page = front_desk.orders(house.tools, SYSTEM, limit=100)
    going_on = (order for order in page.orders if order.state not in ENDED and not order.awaiting_approval)
    return any(going_on) or bool(house._queue.unfinished())


def main(url: str, port: str, doomed: str, name: str, moment: str) -> None:
    """Work on this database and the devices at this port; die at `moment` ("before" or "after") of that step."""
    house = build(*settings_of(url, int(port)))
    house.start_worker(
        replace(
            workflow,
            steps=tuple(mortal(step, doomed, name, moment) for step in workflow.steps),
            undo=tuple(mortal(step, doomed, name, moment) for step in workflow.undo),
            patient=(),
        )
        for workflow in WORKFLOWS
    )
    while doomed != "-" or has_work(house):
        time.sleep(0.05)
    house.close()
