"""`neutralhost pause ...`: hold work still while somebody works on what it would change."""

from collections.abc import Sequence
from datetime import UTC, datetime

from inventory.counted import counted
from provisioning import operations
from provisioning.cli.house import open_house
from provisioning.cli.output import Sheet, current_output, sheet
from provisioning.cli.person import acting
from provisioning.cli.words import moment, safe
from provisioning.pauses import Pause, PauseScope
from provisioning.rights import SYSTEM


def add(scope: str, name: str, why: str, until: datetime | None) -> None:
    output = current_output()
    end = None if until is None else until.replace(tzinfo=UTC)
    with open_house() as house:
        made = operations.add_pause(house.tools, SYSTEM, PauseScope(scope), name, why=why, until=end)
    output.answer({"pause": made}, lambda: output.say(f"{made.id}: {safe(made.sentence)}"))


def list_pauses(all_of_them: bool) -> None:
    output = current_output()
    with open_house() as house:
        found = operations.pauses(house.tools, SYSTEM, standing_only=not all_of_them)
        resting = operations.count_paused(house.tools, SYSTEM)
        now = house.tools.now()
    document = {"pauses": found, "orders_resting": resting}
    output.answer(document, lambda: output.table(pauses_sheet(found, now)))
    rest = f"{counted(resting, 'order')} {'rests' if resting == 1 else 'rest'}"
    output.say(f"{rest} because of a pause.")


def remove(pause_id: str, person: str | None) -> None:
    output = current_output()
    with open_house() as house:
        lifted = operations.lift_pause(house.tools, acting(house.tools, person), pause_id)
    output.answer({"pause": lifted}, lambda: output.say(lifted_words(lifted)))


def lifted_words(lifted: Pause) -> str:
    """What became of a pause, or a freeze, that somebody lifts."""
    waits = lifted.lifted_at is None
    text = "holds until a second person lifts it" if waits else f"is lifted: {safe(lifted.target)} goes on"
    return f"{lifted.id} {text}."


def pauses_sheet(pauses: Sequence[Pause], now: datetime, title: str = "pause") -> Sheet:
    """Return pauses, or freezes, as a table."""
    rows = (
        (
            each.id,
            safe(each.target),
            "holds" if each.stands(now) else "over",
            each.by,
            moment(each.since),
            moment(each.until),
            safe(each.why),
        )
        for each in pauses
    )
    return sheet((title, "of", "state", "by", "since", "until", "why"), rows)
