"""`neutralhost worker`."""

import logging
from contextlib import ExitStack

import click

from monitoring.exposition import metrics_served
from provisioning.cli.command import command as make_command
from provisioning.cli.errors import listening
from provisioning.cli.logs import log_to_stderr
from provisioning.cli.output import current_output
from provisioning.cli.surroundings import open_house
from provisioning.cli.waiting import stop_signal


@make_command("worker")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Serve metrics on this port; not where left out.",
)
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="On this address.")
def command(metrics_port: int | None, metrics_host: str) -> None:
    """Work on orders until Ctrl-C or SIGTERM, without portal and API.

    Several workers may share one PostgreSQL. Killed anywhere, an order goes on from its first unfinished step.
    """
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
