"""`neutralhost doctor`."""

from collections.abc import Sequence

import click

from provisioning.cli import checks
from provisioning.cli.checks import Check, Verdict, run_checks
from provisioning.cli.command import command as make_command
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import STYLES, Output, current_output
from provisioning.cli.words import safe


@make_command("doctor")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where portal and API should listen.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="On which port.")
def command(host: str, port: int) -> int:
    """Check this installation, with a next step for each finding. Changes nothing.

    Exit codes: 0 nothing failed, 1 something did.
    """
    output = current_output()
    found = run_checks(
        (
            ("python", checks.check_python),
            ("sqlite", checks.check_sqlite),
            ("open files", checks.check_open_files),
            ("settings", checks.check_settings),
            ("secret files", checks.check_secret_files),
            ("database", checks.check_database),
            ("inventory", checks.check_inventory),
            ("netbox", checks.check_netbox),
            ("devices", checks.check_devices),
            ("port", lambda: checks.check_port(host, port)),
        )
    )
    failed = any(check.verdict is Verdict.FAIL for check in found)
    output.answer({"checks": found, "ok": not failed}, lambda: print_checks(found, output))
    return EXIT_ERROR if failed else EXIT_DONE


def print_checks(found: Sequence[Check], output: Output) -> None:
    """Print one line a check, its next step below it, and the sum."""
    for check in found:
        style = STYLES[check.verdict.value]
        output.say(
            f"{check.verdict.value:<5} {check.subject:<13} {safe(check.sentence)}",
            style=style if check.next_step else "",
        )
        if check.next_step:
            output.say(f"{'':<19} {safe(check.next_step)}")
    sums = ", ".join(f"{sum(check.verdict is verdict for check in found)} {verdict.value}" for verdict in Verdict)
    output.say(f"{len(found)} checks: {sums}.")
