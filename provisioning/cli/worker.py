"""`neutralhost worker`."""

import logging
from contextlib import ExitStack

from monitoring.exposition import metrics_served
from provisioning.cli.errors import listening
from provisioning.cli.house import open_house
from provisioning.cli.logs import log_to_stderr
from provisioning.cli.output import current_output
from provisioning.cli.waiting import stop_signal


def work(metrics_port: int | None, metrics_host: str) -> None:
    log_to_stderr(logging.INFO)
    output = current_output()
    with ExitStack() as stack:
        stopped = stack.enter_context(stop_signal())
        house = stack.enter_context(open_house())
        if metrics_port is not None:
            with listening("The metrics", metrics_host, metrics_port):
                metrics_port = stack.enter_context(metrics_served(house.metrics, metrics_host, metrics_port))
        house.start_worker()
        document = {"state": "working", "metrics_port": metrics_port}
        output.answer(document, lambda: output.say("Working on orders. Ctrl-C stops."))
        stopped.wait()
