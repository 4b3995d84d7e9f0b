"""A process that sends deliveries and is killed, without a word, after sending and before noting it."""

import os
import signal
from dataclasses import replace
from datetime import datetime
from typing import Any

from inventory.store.engine import open_engine
from provisioning import dispatch
from tests.integration.desk import desk_on


def send_and_die(database_url: str, allowed: str, now: datetime, after: int) -> None:
    """What the process runs: it dies when it is to note the delivery of that number (from 1)."""
    tools = desk_on(open_engine(database_url), now=lambda: now)
    settings = tools.settings.model_copy(update={"webhook_allow": allowed, "worker_name": "doomed"})
    note, noted = dispatch.note, [0]

    def deadly(*arguments: Any, **more: Any) -> None:
        noted[0] += 1
        if noted[0] >= after:
            os.kill(os.getpid(), signal.SIGKILL)
        note(*arguments, **more)

    dispatch.note = deadly
    dispatch.Dispatcher(replace(tools, settings=settings)).drain()
