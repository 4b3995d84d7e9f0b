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
from provisioning.isps import ApiToken, Role, Scope, User


def add(name: str, role: str, also: tuple[str, ...], isp_code: str | None, email: str | None, from_stdin: bool) -> None:
    output = current_output()
    password = ask_password(from_stdin)
    further = [Role(each) for each in also]
    with open_house() as house:
        user = front_desk.create_user(
            house.tools, SYSTEM, name, Role(role), isp_code, password, also=further, email=email
        )
    output.answer({"user": user}, lambda: output.say(f"{user.name} can sign in now."))


def list_users() -> None:
    output = current_output()
    with open_house() as house:
        users = front_desk.users(house.tools, SYSTEM)
    rows = (
        (user.name, _roles(user), user.isp_code or "", user.email or "", moment(user.created_at), yes_no(user.disabled))
        for user in users
    )
    titles = ("name", "role", "isp", "e-mail", "created", "disabled")
    output.answer({"users": users}, lambda: output.table(sheet(titles, rows)))


def change(name: str, role: str | None, also: tuple[str, ...], no_also: bool, email: str | None) -> None:
    output = current_output()
    if also and no_also:
        raise InputRefused("Either --also or --no-also.")
    further = [Role(each) for each in also] if also or no_also else None
    with open_house() as house:
        user = front_desk.change_user(
            house.tools, SYSTEM, name, role=None if role is None else Role(role), also=further, email=email
        )
    output.answer({"user": user}, lambda: output.say(f"{user.name} is {_roles(user)} now."))


def bind(name: str, issuer: str, subject: str) -> None:
    output = current_output()
    with open_house() as house:
        front_desk.bind_identity(house.tools, SYSTEM, name, issuer, subject)
    bound = {"user_name": name, "issuer": issuer, "subject": subject}
    output.answer(bound, lambda: output.say(f"Who signs in at {issuer} as {subject} is {name}."))


def _roles(user: User) -> str:
    return ", ".join([user.role.value, *sorted(user.also)])


def password(name: str, from_stdin: bool, end_tokens: bool) -> None:
    output = current_output()
    chosen = ask_password(from_stdin)
    with open_house() as house:
        front_desk.set_password(house.tools, SYSTEM, name, chosen, end_tokens=end_tokens)
    output.answer({"user_name": name}, lambda: output.say(f"The password of {name} is set."))


def disable(name: str, end_tokens: bool) -> None:
    tokens = "revoked" if end_tokens else "refused"
    _set_disabled(name, True, f"{name} can no longer sign in, and its tokens are {tokens}.", end_tokens=end_tokens)


def enable(name: str) -> None:
    _set_disabled(name, False, f"{name} can sign in again, and its tokens are good again.")


def _set_disabled(name: str, disabled: bool, follows: str, *, end_tokens: bool = False) -> None:
    output = current_output()
    with open_house() as house:
        front_desk.set_disabled(house.tools, SYSTEM, name, disabled=disabled, end_tokens=end_tokens)
    output.answer({"user_name": name, "disabled": disabled}, lambda: output.say(follows))


def add_token(name: str, label: str, days: int | None, scopes: tuple[str, ...]) -> None:
    output = current_output()
    limits = [Scope(each) for each in scopes] or None
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with open_house() as house:
        secret, made = front_desk.create_token(house.tools, SYSTEM, name, label, expires_at, scopes=limits)
    output.answer({"token": secret, **_shown(made)}, lambda: click.echo(secret))
    click.echo("Keep it: it is not shown again. Send it as `Authorization: Bearer ...`.", err=True)


def list_tokens() -> None:
    output = current_output()
    with open_house() as house:
        tokens = front_desk.tokens(house.tools, SYSTEM)
    rows = (
        (
            one.key,
            one.user_name,
            one.label,
            "all" if one.scopes is None else " ".join(sorted(one.scopes)),
            moment(one.created_at),
            moment(one.expires_at),
            moment(one.last_used_at),
            yes_no(one.revoked),
        )
        for one in tokens
    )
    titles = ("key", "user", "label", "scopes", "created", "expires", "last used", "revoked")
    output.answer({"tokens": tokens}, lambda: output.table(sheet(titles, rows)))


def revoke_token(key: str) -> None:
    output = current_output()
    with open_house() as house:
        front_desk.revoke_token(house.tools, SYSTEM, key)
    output.answer({"key": key, "revoked": True}, lambda: output.say(f"The token {key} is revoked."))


def _shown(made: ApiToken) -> dict[str, object]:
    return {
        "key": made.key,
        "user_name": made.user_name,
        "label": made.label,
        "expires_at": made.expires_at,
        "scopes": made.scopes,
    }


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
