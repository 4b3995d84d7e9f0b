"""`neutralhost database ...`."""

from sqlalchemy import Engine

from inventory.errors import DatabaseUnavailable
from inventory.settings import InventorySettings
from inventory.store.engine import describe, require_migrated
from provisioning.bootstrap import prepare_database
from provisioning.cli.command import group
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE
from provisioning.cli.output import current_output
from provisioning.cli.surroundings import open_database, read_settings


@group("database")
def command() -> None:
    """Migrate the database, and say how it stands."""


@command.command("migrate")
def run_migrations() -> None:
    """Bring the tables to the newest version. Safe to run again, and from several programs at once."""
    output = current_output()
    prepare_database(read_settings(InventorySettings))
    with open_database() as engine:
        name = describe(engine.url)
    output.answer({"database": name, "migrated": True}, lambda: output.say(f"{name} has the newest tables."))


@command.command("status")
def status() -> int:
    """Say whether the database answers and has the newest tables.

    Exit codes: 0 it has, 1 it does not answer, 2 migrations are pending.
    """
    output = current_output()
    with open_database() as engine:
        name = describe(engine.url)
        with engine.connect():
            pass
        migrated = _is_migrated(engine)
    verdict = "has the newest tables" if migrated else "needs `neutralhost database migrate`"
    output.answer({"database": name, "migrated": migrated}, lambda: output.say(f"{name} {verdict}."))
    return EXIT_DONE if migrated else EXIT_CHANGES


def _is_migrated(engine: Engine) -> bool:
    try:
        require_migrated(engine)
    except DatabaseUnavailable:
        return False
    return True
