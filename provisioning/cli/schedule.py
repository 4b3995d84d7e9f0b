"""`neutralhost schedule ...`: what is done by the clock."""

from collections.abc import Sequence

from provisioning import operations
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Sheet, current_output, sheet
from provisioning.cli.words import moment, safe
from provisioning.operations import ScheduleState
from provisioning.rights import SYSTEM
from provisioning.schedules import Outcome


def list_schedules() -> None:
    output = current_output()
    with open_house() as house:
        found = operations.schedules(house.tools, SYSTEM)
    output.answer({"schedules": found}, lambda: output.table(schedules_sheet(found)))


def run(name: str) -> int:
    output = current_output()
    with open_house() as house, output.working(f"Doing {safe(name)}"):
        ended = operations.run_schedule(house.tools, SYSTEM, name)
    output.answer({"schedule": ended}, lambda: output.say(f"{ended.name}: {ended.outcome}. {safe(ended.text)}"))
    if ended.outcome is Outcome.FAILED:
        return EXIT_ERROR
    return EXIT_CHANGES if ended.findings else EXIT_DONE


def schedules_sheet(schedules: Sequence[ScheduleState]) -> Sheet:
    """Return schedules as a table."""
    return sheet(("schedule", "last run", "outcome", "next run", "said"), (_row(each) for each in schedules))


def _row(schedule: ScheduleState) -> tuple[str, str, str, str, str]:
    kept = schedule.kept
    if kept is None:
        return schedule.name, "", "", "when a worker runs", schedule.explained
    outcome = f"by {safe(kept.held_by)}" if kept.held_by else kept.outcome or "never"
    return schedule.name, moment(kept.ended_at), outcome, moment(kept.next_at), safe(kept.text or schedule.explained)
