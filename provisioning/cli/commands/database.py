"""`neutralhost database ...`."""

from provisioning.cli.command import group


@group("database")
def command() -> None:
    """Migrate the database, and say how it stands."""


@command.command("migrate", runs="provisioning.cli.database_migrate:run_migrations")
def run_migrations() -> None:
    """Bring the tables to the newest version. Safe to run again, and from several programs at once."""


@command.command("status", runs="provisioning.cli.database:status")
def status() -> None:
    """Say whether the database answers and has the newest tables.

    Exit codes: 0 it has, 1 it does not answer, 2 migrations are pending.
    """
