"""`neutralhost freeze ...`: let no change reach a place, a device, what a product is on, or anything."""

from datetime import UTC, datetime

from provisioning import freezes
from provisioning.cli.house import open_house
from provisioning.cli.output import current_output
from provisioning.cli.pause import lifted_words, pauses_sheet
from provisioning.cli.person import acting
from provisioning.cli.words import safe
from provisioning.pauses import PauseScope
from provisioning.rights import SYSTEM


def add(scope: str, name: str, why: str, until: datetime | None) -> None:
    output = current_output()
    end = None if until is None else until.replace(tzinfo=UTC)
    with open_house() as house:
        made = freezes.add_freeze(house.tools, SYSTEM, PauseScope(scope), name, why=why, until=end)
    output.answer({"freeze": made}, lambda: output.say(f"{made.id}: {safe(made.sentence)}"))


def list_freezes(all_of_them: bool) -> None:
    output = current_output()
    with open_house() as house:
        found = freezes.freezes(house.tools, SYSTEM, standing_only=not all_of_them)
        now = house.tools.now()
    output.answer({"freezes": found}, lambda: output.table(pauses_sheet(found, now, "freeze")))


def lift(freeze_id: str, person: str | None) -> None:
    output = current_output()
    with open_house() as house:
        lifted = freezes.lift_freeze(house.tools, acting(house.tools, person), freeze_id)
    output.answer({"freeze": lifted}, lambda: output.say(lifted_words(lifted)))
