"""The commands that keep people, tokens and clients, on a real database."""

import pytest

from provisioning import front_desk
from provisioning.cli.house import open_house
from provisioning.errors import TokenInvalid
from tests.integration.test_cli_commands import cli, quiet_town

__all__ = ["cli", "quiet_town"]  # fixtures
PASSWORD = "correct horse battery staple\n"


@pytest.fixture(autouse=True)
def ada(cli, quiet_town):
    cli(
        "user", "add", "ada", "--role", "isp-user", "--also", "auditor", "--isp", "quayside",
        "--email", "ada@quayside.example", "--password-stdin", input=PASSWORD,
    )  # fmt: skip


def only_user(cli):
    (user,) = cli("user", "list", "--json").json["users"]
    return user


def test_a_user_has_roles_that_are_changed_and_an_address(cli):
    assert (only_user(cli)["role"], only_user(cli)["also"]) == ("isp-user", ["auditor"])
    assert "isp-user, auditor" in cli("user", "list").stdout.replace("\n", " ")

    cli("user", "change", "ada", "--role", "isp-admin", "--no-also")
    assert (only_user(cli)["role"], only_user(cli)["also"]) == ("isp-admin", [])
    assert only_user(cli)["email"] == "ada@quayside.example"
    refused = cli("user", "change", "ada", "--role", "noc", "--json", exits=1)
    assert refused.json["error"]["code"] == "request-invalid"
    cli("user", "change", "ada", "--also", "auditor", "--no-also", exits=1)


def test_a_token_is_limited_and_ended_with_the_password(cli):
    made = cli("user", "token", "add", "ada", "--label", "ci", "--scope", "orders:read", "--json").json
    assert made["scopes"] == ["orders:read"]
    with open_house() as house:
        assert front_desk.principal_of_token(house.tools, made["token"]).scopes == {"orders:read"}
    assert "orders:read" in cli("user", "token", "list").stdout

    cli("user", "password", "ada", "--password-stdin", "--end-tokens", input=PASSWORD)
    with open_house() as house, pytest.raises(TokenInvalid):
        front_desk.principal_of_token(house.tools, made["token"])


def test_a_client_is_made_with_a_secret_shown_once_and_ended(cli):
    asked = ["user", "client", "add", "--isp", "quayside", "--label", "robot", "--scope", "orders:read", "--json"]
    made = cli(*asked).json
    with open_house() as house:
        text, _ = front_desk.grant_access(house.tools, made["client_id"], made["client_secret"], None)
        assert front_desk.principal_of_access_token(house.tools, text).isp_code == "quayside"

    listed = cli("user", "client", "list", "--json")
    assert listed.json["clients"][0]["id"] == made["client_id"]
    assert made["client_secret"] not in listed.stdout
    cli("user", "client", "revoke", made["client_id"])
    assert cli("user", "client", "list", "--json").json["clients"][0]["revoked"] is True
    assert cli("user", "client", "revoke", "nhc_nobody", "--json", exits=1).json["error"]["code"] == "unknown-client"


def test_an_identity_elsewhere_is_bound_to_one_user(cli):
    where = ["--issuer", "https://id.example", "--subject", "s-1"]
    assert cli("user", "bind", "ada", *where, "--json").json["user_name"] == "ada"
    cli("user", "bind", "ada", *where)
    cli("user", "add", "olga", "--role", "operator", "--password-stdin", input=PASSWORD)
    assert "bound to another user" in cli("user", "bind", "olga", *where, "--json", exits=1).stdout
