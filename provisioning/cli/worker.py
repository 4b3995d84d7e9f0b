"""`neutralhost worker`."""

import logging

from provisioning.cli.command import command as make_command
from provisioning.cli.logs import log_to_stderr
from provisioning.cli.output import current_output
from provisioning.cli.surroundings import open_house
from provisioning.cli.waiting import stop_signal


@make_command("worker")
def command() -> None:
    """Work on orders until Ctrl-C or SIGTERM, without portal and API.

    Several workers may share one PostgreSQL. Killed anywhere, an order goes on from its first unfinished step.
    """
    log_to_stderr(logging.INFO)
    with stop_signal() as stopped, open_house() as house:
        house.start_worker()
        output = current_output()
        output.answer({"state": "working"}, lambda: output.say("Working on orders. Ctrl-C stops."))
        stopped.wait()
