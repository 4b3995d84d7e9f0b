"""`neutralhost user ...`: people, and machines' tokens and clients. A secret is shown once, never an argument."""

import click

from provisioning.cli.command import group
from provisioning.isps import Role, Scope

ROLES = [role.value for role in Role]
SCOPES = [scope.value for scope in Scope]

FROM_STDIN = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Read the password from standard input, not from the terminal."
)

ALSO = click.option(
    "--also", multiple=True, type=click.Choice(ROLES), help="A further role; may be given several times."
)
EMAIL = click.option("--email", default=None, help="Address by which the user may sign in elsewhere (OpenID Connect).")
END_TOKENS = click.option("--end-tokens", is_flag=True, help="Revoke all of the user's API tokens, for ever.")


@group("user")
def command() -> None:
    """Keep people, passwords, API tokens and clients."""


@command.command("add", runs="provisioning.cli.user:add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the user may do.")
@ALSO
@click.option("--isp", "isp_code", default=None, help="Code of the user's ISP; none for the operator's own people.")
@EMAIL
@FROM_STDIN
def add() -> None:
    """Add a person who may sign in to the portal."""


@command.command("list", runs="provisioning.cli.user:list_users")
def list_users() -> None:
    """List the users."""


@command.command("change", runs="provisioning.cli.user:change")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default=None, help="What the user may do from now on.")
@ALSO
@click.option("--no-also", is_flag=True, help="Take all further roles away.")
@EMAIL
def change() -> None:
    """Give a user other roles, or another address. What is not named stays."""


@command.command("bind", runs="provisioning.cli.user:bind")
@click.argument("name")
@click.option("--issuer", required=True, help="The OpenID provider, exactly as it calls itself.")
@click.option("--subject", required=True, help="Who the user is there: the claim `sub`.")
def bind() -> None:
    """Say that whoever signs in elsewhere as that subject is this user."""


@command.command("password", runs="provisioning.cli.user:password")
@click.argument("name")
@FROM_STDIN
@END_TOKENS
def password() -> None:
    """Set a user's password. Sessions end with it; API tokens stay good unless they are revoked too."""


@command.command("disable", runs="provisioning.cli.user:disable")
@click.argument("name")
@END_TOKENS
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
    "--days", type=click.IntRange(1, 3650), default=None, help="How long it is good for; else as settings say."
)
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Limit it to this; may be repeated.")
def add_token() -> None:
    """Make a token for a user. It is printed once, and kept only as a keyed hash."""


@token.command("list", runs="provisioning.cli.user:list_tokens")
def list_tokens() -> None:
    """List the tokens, without their secrets."""


@token.command("revoke", runs="provisioning.cli.user:revoke_token")
@click.argument("key")
def revoke_token() -> None:
    """Make a token useless, by its key."""


@command.group("client")
def client() -> None:
    """Keep the clients by which programs of ISPs get access tokens (OAuth2)."""


@client.command("add", runs="provisioning.cli.user_clients:add")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP whose program it is.")
@click.option("--label", required=True, help="What the client is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="What it may do; repeatable.",
)
def add_client() -> None:
    """Make a client. Its secret is printed once, and kept only as a keyed hash."""


@client.command("list", runs="provisioning.cli.user_clients:list_all")
def list_clients() -> None:
    """List the clients, without their secrets."""


@client.command("revoke", runs="provisioning.cli.user_clients:revoke")
@click.argument("client_id")
def revoke_client() -> None:
    """Make a client useless, and all access tokens it was given."""
