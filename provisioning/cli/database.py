"""`neutralhost database ...`."""

from sqlalchemy import Engine

from inventory.errors import DatabaseUnavailable
from inventory.store.engine import describe, require_migrated
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE
from provisioning.cli.output import current_output
from provisioning.cli.surroundings import open_database


def status() -> int:
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
