"""`neutralhost user client ...`: clients by which programs of ISPs get access tokens. A secret is shown once."""

import click

from provisioning import front_desk
from provisioning.cli.house import open_house
from provisioning.cli.output import current_output, sheet
from provisioning.cli.words import moment, yes_no
from provisioning.front_desk import SYSTEM
from provisioning.isps import Client, Scope

TITLES = ("client", "isp", "label", "scopes", "made by", "created", "last used", "revoked")


def add(isp_code: str, label: str, scopes: tuple[str, ...]) -> None:
    output = current_output()
    with open_house() as house:
        secret, made = front_desk.create_client(house.tools, SYSTEM, isp_code, label, [Scope(each) for each in scopes])
    shown = {"client_id": made.id, "client_secret": secret, "isp_code": made.isp_code, "scopes": sorted(made.scopes)}
    output.answer(shown, lambda: click.echo(f"client id      {made.id}\nclient secret  {secret}"))
    click.echo("Keep the secret: it is not shown again. Send both to POST /oauth2/token.", err=True)


def list_all() -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.clients(house.tools, SYSTEM)
    output.answer({"clients": found}, lambda: output.table(sheet(TITLES, (_row(client) for client in found))))


def revoke(client_id: str) -> None:
    output = current_output()
    with open_house() as house:
        front_desk.revoke_client(house.tools, SYSTEM, client_id)
    output.answer({"client_id": client_id, "revoked": True}, lambda: output.say(f"The client {client_id} is revoked."))


def _row(client: Client) -> tuple[str, ...]:
    return (
        client.id,
        client.isp_code,
        client.label,
        " ".join(sorted(client.scopes)),
        client.created_by,
        moment(client.created_at),
        moment(client.last_used_at),
        yes_no(client.revoked),
    )
