"""`neutralhost worker ...`."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack

from monitoring.exposition import metrics_served
from provisioning.cli.errors import listening
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.logs import log_to_stderr
from provisioning.cli.output import Sheet, current_output, sheet
from provisioning.cli.waiting import stop_signal
from provisioning.cli.words import moment, safe
from provisioning.long_lived import pass_over_what_stays
from provisioning.operations import WorkerState, workers
from provisioning.rights import SYSTEM

LOOK_EVERY_S = 1.0  # whether the worker has stopped by itself


def work(metrics_port: int | None, metrics_host: str) -> int:
    log_to_stderr(logging.INFO)
    output = current_output()
    with ExitStack() as stack:
        stopped = stack.enter_context(stop_signal())
        house = stack.enter_context(open_house())
        if metrics_port is not None:
            with listening("The metrics", metrics_host, metrics_port):
                metrics_port = stack.enter_context(metrics_served(house.metrics, metrics_host, metrics_port))
        worker = house.start_worker()
        pass_over_what_stays()
        document = {"state": "working", "metrics_port": metrics_port}
        output.answer(document, lambda: output.say("Working on orders. Ctrl-C stops."))
        while not stopped.wait(LOOK_EVERY_S):
            if not worker.is_working:
                output.say("Another worker runs under this one's name: stopped.", style="red")
                return EXIT_ERROR
    return EXIT_DONE


def list_workers() -> None:
    output = current_output()
    with open_house() as house:
        found = workers(house.tools, SYSTEM)
    output.answer({"workers": found}, lambda: output.table(workers_sheet(found)))
    if not any(each.alive for each in found):
        output.say("No worker is alive: start `neutralhost worker`, or `neutralhost serve`.", style="red")


def workers_sheet(workers: Sequence[WorkerState]) -> Sheet:
    """Return workers as a table."""
    rows = (
        (
            each.name,
            "alive" if each.alive else "silent",
            safe(each.machine),
            moment(each.since),
            moment(each.heard_at),
            ", ".join(each.doing) or "nothing",
        )
        for each in workers
    )
    return sheet(("worker", "state", "machine", "since", "heard", "doing"), rows)
