"""`neutralhost user ...`: people who sign in, and tokens of machines. A secret is shown once, never an argument."""

import click

from provisioning.cli.command import group
from provisioning.isps import Role

ROLES = [role.value for role in Role]

FROM_STDIN = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Read the password from standard input, not from the terminal."
)


@group("user")
def command() -> None:
    """Keep people, passwords and API tokens."""


@command.command("add", runs="provisioning.cli.user:add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the user may do.")
@click.option("--isp", "isp_code", default=None, help="Code of the user's ISP; none for the operator's own people.")
@FROM_STDIN
def add() -> None:
    """Add a person who may sign in to the portal."""


@command.command("list", runs="provisioning.cli.user:list_users")
def list_users() -> None:
    """List the users."""


@command.command("password", runs="provisioning.cli.user:password")
@click.argument("name")
@FROM_STDIN
def password() -> None:
    """Set a user's password."""


@command.command("disable", runs="provisioning.cli.user:disable")
@click.argument("name")
def disable() -> None:
    """Let a user in no longer: not at the portal, and not with a token."""


@command.command("enable", runs="provisioning.cli.user:enable")
@click.argument("name")
def enable() -> None:
    """Let a user in again."""


@command.group("token")
def token() -> None:
    """Keep the API tokens of users."""


@token.command("add", runs="provisioning.cli.user:add_token")
@click.argument("name")
@click.option("--label", required=True, help="What the token is for.")
@click.option(
    "--days", type=click.IntRange(1, 3650), default=None, help="How long it is good for; for ever where left out."
)
def add_token() -> None:
    """Make a token for a user. It is printed once, and kept only as a keyed hash."""


@token.command("list", runs="provisioning.cli.user:list_tokens")
def list_tokens() -> None:
    """List the tokens, without their secrets."""


@token.command("revoke", runs="provisioning.cli.user:revoke_token")
@click.argument("key")
def revoke_token() -> None:
    """Make a token useless, by its key."""
