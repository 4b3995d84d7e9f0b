"""`neutralhost doctor`."""

from collections.abc import Sequence

from provisioning.cli import checks
from provisioning.cli.checks import Check, Verdict, run_checks
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import STYLES, Output, current_output
from provisioning.cli.words import safe


def examine(host: str, port: int) -> int:
    output = current_output()
    found = run_checks(
        (
            ("python", checks.check_python),
            ("sqlite", checks.check_sqlite),
            ("open files", checks.check_open_files),
            ("settings", checks.check_settings),
            ("secret files", checks.check_secret_files),
            ("certificates", checks.check_certificate_key),
            ("database", checks.check_database),
            ("inventory", checks.check_inventory),
            ("netbox", checks.check_netbox),
            ("devices", checks.check_devices),
            ("uncertain", checks.check_uncertain),
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
