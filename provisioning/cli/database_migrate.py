"""`neutralhost database migrate`: the one command of the database that needs the durable engine, for its tables."""

from inventory.settings import InventorySettings
from inventory.store.engine import describe
from provisioning.bootstrap import prepare_database
from provisioning.cli.output import current_output
from provisioning.cli.surroundings import open_database, read_settings


def run_migrations() -> None:
    output = current_output()
    prepare_database(read_settings(InventorySettings))
    with open_database() as engine:
        name = describe(engine.url)
    output.answer({"database": name, "migrated": True}, lambda: output.say(f"{name} has the newest tables."))
