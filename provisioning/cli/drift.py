"""`neutralhost drift ...`, `neutralhost device blame|restore`: whose each line is, and putting devices right."""

from collections.abc import Sequence

import click

from automation.change_plan import Finding
from automation.dialects.dialect import UNKNOWN
from automation.drift_kinds import DriftKind
from automation.intents import BASELINE
from inventory.counted import counted
from provisioning import drift_desk, front_desk
from provisioning.change_plans import ChangePlan
from provisioning.cli.house import open_house, why_silent
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import safe
from provisioning.drift_desk import BlameSheet
from provisioning.rights import SYSTEM

NOT_OURS = ""
COLOURS = {UNKNOWN: "red", BASELINE: "cyan", NOT_OURS: "bright_black"}


def list_drift(devices: tuple[str, ...], kind: str | None, last: bool) -> int:
    output = current_output()
    with open_house() as house, output.working("Reading the devices"):
        if last:
            found = [each for each in drift_desk.last_drift(house.tools, SYSTEM) if _is_wanted(each, devices)]
        else:
            found = [each for each in front_desk.audit(house.tools, SYSTEM, devices=devices) if not each.ok]
    shown = [each for each in found if kind in (None, each.kind)]
    output.answer({"drift": shown}, lambda: _print_drift(shown, output))
    if any(each.kind is DriftKind.UNREACHABLE for each in shown):
        return EXIT_ERROR
    return EXIT_CHANGES if shown else EXIT_DONE


def fix(devices: tuple[str, ...], why: str) -> None:
    output = current_output()
    with open_house() as house, output.working("Reading the devices"):
        found = drift_desk.propose_fix(house.tools, SYSTEM, devices, why=why)
        silent = why_silent(house)
    output.answer({"change_plan": found.plan, "left": found.left}, lambda: _print_fix(found, silent, output))


def restore(name: str, number: int | None, whole: bool, why: str) -> None:
    output = current_output()
    with open_house() as house, output.working(f"Reading {safe(name)}"):
        plan = drift_desk.propose_restore(house.tools, SYSTEM, name, number, why=why, whole=whole)
        silent = why_silent(house)
    output.answer({"change_plan": plan}, lambda: _print_proposed(plan, silent, output))


def blame(name: str) -> None:
    output = current_output()
    with open_house() as house:
        found = drift_desk.blame(house.tools, SYSTEM, name)
    output.answer({"blame": found}, lambda: _print_blame(found))


def drift_sheet(findings: Sequence[Finding]) -> Sheet:
    """Return findings as a table."""
    rows = ((each.device, each.kind or "", each.check, each.detail) for each in findings)
    return sheet(("device", "kind", "check", "not as intended"), rows)


def _is_wanted(finding: Finding, devices: Sequence[str]) -> bool:
    return not devices or finding.device in devices


def _print_drift(findings: Sequence[Finding], output: Output) -> None:
    if findings:
        output.table(drift_sheet(findings))
    sums = {kind: sum(each.kind is kind for each in findings) for kind in DriftKind}
    said = ", ".join(f"{count} {kind}" for kind, count in sums.items() if count)
    output.say(f"{said}." if said else "No drift.")


def _print_fix(found: drift_desk.Fix, silent: str, output: Output) -> None:
    if found.left:
        output.say("A person has to look at these; nothing is proposed about them:")
        output.table(drift_sheet(found.left))
    _print_proposed(found.plan, silent, output)


def _print_proposed(plan: ChangePlan, silent: str, output: Output) -> None:
    devices = counted(len(plan.devices), "device")
    output.say(f"Change plan {plan.id} is proposed, for {devices}; nothing is changed before approval.")
    output.say(silent or f"`neutralhost change-plan show {plan.id}` has what the devices say to it.")


def _print_blame(found: BlameSheet) -> None:
    width = max((len(line.whose) for line in found.lines), default=0)
    for line in found.lines:
        colour = COLOURS.get(line.owners[0] if line.owners else NOT_OURS, "green")
        text = f"{safe(line.whose).ljust(width)} | {'   ' * line.depth}{safe(line.text)}".rstrip()
        click.secho(text, fg=colour)  # click leaves the colours out of a pipe
    click.echo(", ".join(f"{counted(count, 'line')} {name}" for name, count in found.sums.items()) + ".")
