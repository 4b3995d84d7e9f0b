"""`neutralhost user ...`: people who sign in, and tokens of machines. A secret is shown once, never an argument."""

import sys
from datetime import UTC, datetime, timedelta

import click

from provisioning import front_desk
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.output import current_output, sheet
from provisioning.cli.words import moment, yes_no
from provisioning.front_desk import SYSTEM
from provisioning.isps import ApiToken, Role


def add(name: str, role: str, isp_code: str | None, from_stdin: bool) -> None:
    output = current_output()
    password = ask_password(from_stdin)
    with open_house() as house:
        user = front_desk.create_user(house.tools, SYSTEM, name, Role(role), isp_code, password)
    output.answer({"user": user}, lambda: output.say(f"{user.name} can sign in now."))


def list_users() -> None:
    output = current_output()
    with open_house() as house:
        users = front_desk.users(house.tools, SYSTEM)
    rows = (
        (user.name, user.role.value, user.isp_code or "", moment(user.created_at), yes_no(user.disabled))
        for user in users
    )
    output.answer({"users": users}, lambda: output.table(sheet(("name", "role", "isp", "created", "disabled"), rows)))


def password(name: str, from_stdin: bool) -> None:
    output = current_output()
    chosen = ask_password(from_stdin)
    with open_house() as house:
        front_desk.set_password(house.tools, SYSTEM, name, chosen)
    output.answer({"user_name": name}, lambda: output.say(f"The password of {name} is set."))


def disable(name: str) -> None:
    _set_disabled(name, True, f"{name} can no longer sign in, and its tokens are refused.")


def enable(name: str) -> None:
    _set_disabled(name, False, f"{name} can sign in again, and its tokens are good again.")


def _set_disabled(name: str, disabled: bool, follows: str) -> None:
    output = current_output()
    with open_house() as house:
        front_desk.set_disabled(house.tools, SYSTEM, name, disabled=disabled)
    output.answer({"user_name": name, "disabled": disabled}, lambda: output.say(follows))


def add_token(name: str, label: str, days: int | None) -> None:
    output = current_output()
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with open_house() as house:
        secret, made = front_desk.create_token(house.tools, SYSTEM, name, label, expires_at)
    output.answer({"token": secret, **_shown(made)}, lambda: click.echo(secret))
    click.echo("Keep it: it is not shown again. Send it as `Authorization: Bearer ...`.", err=True)


def list_tokens() -> None:
    output = current_output()
    with open_house() as house:
        tokens = front_desk.tokens(house.tools, SYSTEM)
    rows = (
        (one.key, one.user_name, one.label, moment(one.created_at), moment(one.expires_at), yes_no(one.revoked))
        for one in tokens
    )
    titles = ("key", "user", "label", "created", "expires", "revoked")
    output.answer({"tokens": tokens}, lambda: output.table(sheet(titles, rows)))


def revoke_token(key: str) -> None:
    output = current_output()
    with open_house() as house:
        front_desk.revoke_token(house.tools, SYSTEM, key)
    output.answer({"key": key, "revoked": True}, lambda: output.say(f"The token {key} is revoked."))


def _shown(made: ApiToken) -> dict[str, object]:
    return {"key": made.key, "user_name": made.user_name, "label": made.label, "expires_at": made.expires_at}


def ask_password(from_stdin: bool) -> str:
    """Return a password, from standard input or typed twice without being shown.

    Raises:
        InputRefused: none was given, or there is no terminal to ask at.
    """
    if from_stdin:
        found = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        found = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise InputRefused("There is no terminal to ask for the password at: use --password-stdin.")
    if not found:
        raise InputRefused("The password is empty.")
    return str(found)
