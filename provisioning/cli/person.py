"""Who gives a command: this machine, or with `--as` a person of ours who shows that by an API token of their own.

Whoever can read this machine's secrets may do everything, as `system`; that is one person to the rules that ask for
two. A second one takes part here by a token, not by a password: a token has an end and scopes, can be
revoked, is there for who signs in elsewhere (OpenID Connect) too, and its guesses need no counting.
"""

import os
import sys

import click

from provisioning.cli.errors import NotThatPerson, PersonNotShown
from provisioning.front_desk import SYSTEM, principal_of_token
from provisioning.isps import Principal
from provisioning.tools import Tools

TOKEN_VARIABLE = "NEUTRALHOST_TOKEN"  # noqa: S105 - the name of the variable


def acting(tools: Tools, name: str | None) -> Principal:
    """Return who gives the command: `system` where no name is given, otherwise whose token this is, within its scopes.

    Raises: PersonNotShown, where there is no token and no terminal to ask for one at; TokenInvalid; NotThatPerson.
    """
    if name is None:
        return SYSTEM
    who = principal_of_token(tools, _token_of(name))
    if who.user_name != name:
        raise NotThatPerson(name, who.user_name)
    return who


def _token_of(name: str) -> str:
    found = os.environ.get(TOKEN_VARIABLE, "")
    if not found and sys.stdin.isatty():
        found = click.prompt(f"API token of {name}", hide_input=True, default="", show_default=False, err=True)
    if not found:
        raise PersonNotShown(name)
    return str(found)
