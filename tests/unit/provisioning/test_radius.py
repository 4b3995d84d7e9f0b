"""What FreeRADIUS is told: texts of others say nothing else there, and no secret is repeated where it is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from provisioning.radius import HomeServer, RadiusClient, RadiusPlan, RadiusServing, RadiusUser, Realm, Tenancy, render
from provisioning.radius_errors import RadiusFileInvalid
from provisioning.radius_file import read_radius_file

SECRET = "0123456789abcdef"
PLAN = RadiusPlan(
    RadiusServing("/srv/radius", "/srv/server.pem", "/srv/server.key"),
    (
        Realm("alder.example", "alder", (HomeServer("192.0.2.1", SECRET), HomeServer("2001:db8::1", SECRET))),
        Realm("birch.example", "birch", (), (RadiusUser("bob", "it's \\ hard"),)),
    ),
    (RadiusClient("ap-1", "192.0.2.9", SECRET),),
    (Tenancy("ap-1", b"Alder".hex(), "alder.example", 2001),),
)


def test_the_tag_is_found_by_access_point_realm_and_ssid() -> None:
    [key, *answers] = render(PLAN)["tenants"].strip().splitlines()
    assert key == "ap-1/alder.example/416c646572"
    assert [one.strip() for one in answers] == [
        "Tunnel-Type := VLAN,",
        "Tunnel-Medium-Type := IEEE-802,",
        'Tunnel-Private-Group-Id := "2001"',
    ]


def test_an_isps_servers_decide_for_its_realm_and_a_list_for_one_that_has_none() -> None:
    files = render(PLAN)
    assert "realm alder.example {\n\tauth_pool = alder.example" in files["proxy.conf"]
    assert "ipaddr = 2001:db8::1" in files["proxy.conf"]
    assert files["users"] == "bob@birch.example\tCleartext-Password := 'it\\'s \\\\ hard'\n\n"


def test_where_an_isps_servers_decide_no_list_of_ours_does() -> None:
    both = replace(PLAN.realms[0], users=(RadiusUser("ann", "password"),))
    assert render(replace(PLAN, realms=(both,)))["users"] == ""


@pytest.mark.parametrize("text", ['"', "}", "x\ny", "${x}", "alder.example {", "", "ä.example", "one", "-a.example"])
def test_what_is_no_realm_is_refused(text: str) -> None:
    with pytest.raises(RadiusFileInvalid):
        render(replace(PLAN, realms=(Realm(text, "alder"),)))


@pytest.mark.parametrize(
    "secret", ['"0123456789abcdef', "${0123456789abcdef}", "short", "0123456789abcde\n", "\\" * 16]
)
def test_a_secret_that_would_say_more_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(RadiusFileInvalid) as caught:
        render(replace(PLAN, clients=(RadiusClient("ap-1", "192.0.2.9", secret),)))
    assert secret not in str(caught.value)
    assert SECRET not in f"{PLAN}"


@pytest.mark.parametrize("password", ["", "two\nlines", "x" * 254])
def test_a_password_that_cannot_be_one_is_refused(password: str) -> None:
    realm = Realm("birch.example", "birch", (), (RadiusUser("bob", password),))
    with pytest.raises(RadiusFileInvalid, match="1 to 253 octets"):
        render(replace(PLAN, realms=(realm,)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not toml", "no TOML"),
        ('certificate = "/a"\nkey = "/b"\nmore = 1', "more: extra inputs"),
        ('certificate = "/a"', "key: field required"),
    ],
)
def test_a_file_that_says_something_else_is_refused_with_the_place(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "radius.toml"
    path.write_text(text)
    with pytest.raises(RadiusFileInvalid, match=why):
        read_radius_file(path, tmp_path)
