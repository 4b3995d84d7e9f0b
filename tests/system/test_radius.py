"""Debian's FreeRADIUS with the configuration that orders make, asked as access points ask it (eapol_test)."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest

from provisioning.cli.wifi import write
from provisioning.front_desk import SYSTEM
from provisioning.radius import (
    RadiusClient,
    RadiusPlan,
    RadiusServing,
    RadiusUser,
    Realm,
    Tenancy,
    render,
)
from provisioning.radius_desk import radius_files
from provisioning.radius_secrets import secret_of
from provisioning.wanted import SsidSecurity
from tests.integration.air_town import PEPPER, POINTS, AirTown, running_air_town
from tests.integration.running import wait_until

pytestmark = pytest.mark.system
if which("freeradius") is None or which("eapol_test") is None:
    pytest.skip("freeradius and eapoltest are not installed", allow_module_level=True)

HOSTILE = """a'b"\\c%{User-Name}${confdir}`id`#"""
ISP_SECRET = "a-secret-of-the-isp-and-ours"
SHARED = "Everybody's Wi-Fi"
ANN, BEN, EVE = "ann@quayside.example", "ben@loomlight.example", "eve@at-home.example"
ADDRESS = {"ap-1": "127.1.2.1", "ap-2": "127.1.2.2"}


@dataclass(frozen=True)
class Air:
    """Both ISPs' SSIDs on both access points, one that both share, the server that decides, and the tags sold."""

    town: AirTown
    port: int
    tags: Mapping[str, str]
    shared: Mapping[str, str]

    def ask(
        self, who: str, password: str, ssid: str, method: str = "PEAP", *, outer: str = "", ap: str = "ap-1"
    ) -> str:
        """ "rejected", or the VLAN that one who asks is put into."""
        inside = "MSCHAPV2" if method == "PEAP" else "PAP"
        config = self.town.folder / f"{time.monotonic_ns()}.conf"
        anonymous = outer or f"@{who.partition('@')[2]}"
        shown = f'P"{_printf(password)}"'
        config.write_text(
            f'network={{\nkey_mgmt=WPA-EAP\neap={method}\nidentity="{who}"\nanonymous_identity="{anonymous}"\n'
            f'password={shown}\nphase2="auth={inside}"\n}}\n'
        )
        words = (
            "eapol_test", "-c", str(config), "-a", "127.0.0.1", "-p", str(self.port), "-A", ADDRESS[ap],
            "-s", secret_of(ap, PEPPER), "-N", f"30:s:02-00-00-00-00-01:{ssid}", "-t", "20",
        )  # fmt: skip
        ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        if ended.stdout.rstrip().endswith("SUCCESS"):
            # the last answer's VLAN: attribute 81 as eapol_test prints it, in hexadecimal
            found = re.findall(r"Attribute 81 .*\n\s*Value: ([0-9a-f]+)", ended.stdout)
            return bytes.fromhex(found[-1]).lstrip(b"\0").decode()
        assert "Access-Reject" in ended.stdout, ended.stdout[-2000:]
        return "rejected"


def _printf(text: str) -> str:
    """Between quotes after a P, as wpa_supplicant reads any octets."""
    return "".join(f"\\x{octet:02x}" for octet in text.encode())


@contextmanager
def radius(folder: Path) -> Iterator[None]:
    """Run it on loopback, in a folder of its own, until it is not needed any more."""
    with (folder / "said").open("wb") as out:
        server = subprocess.Popen(["freeradius", "-f", "-d", str(folder), "-l", "stdout", "-x"], stdout=out, stderr=out)
        try:
            wait_until(lambda: "Ready to process requests" in said(folder) or server.poll() is not None, 60)
            assert server.poll() is None, said(folder)[-3000:]
            yield
        finally:
            server.terminate()
            server.wait(60)


def said(folder: Path) -> str:
    return (folder / "said").read_text(errors="replace")


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> tuple[Path, Path]:
    cert, key = folder / "server.pem", folder / "server.key"
    subject = ("-subj", "/CN=radius.neutral.example", "-days", "2")
    words = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, "-keyout", key, "-out", cert)
    subprocess.run(list(map(str, words)), check=True, capture_output=True)
    return cert, key


@pytest.fixture(scope="module")
def air(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Air]:
    folder = tmp_path_factory.mktemp("radius")
    cert, key = certificate(folder)
    port, isp_port = free_port(), free_port()
    realms = folder / "radius.toml"
    realms.write_text(f"""
certificate = "{cert}"
key = "{key}"
listen = "127.0.0.1"
port = {port}
[[realm]]
name = "quayside.example"
isp = "quayside"
[[realm.user]]
name = "ann"
password = '''{HOSTILE}'''
[[realm]]
name = "loomlight.example"
isp = "loomlight"
[[realm.user]]
name = "ben"
password = "benspassword"
[[realm]]
name = "at-home.example"
isp = "quayside"
[[realm.server]]
address = "127.0.0.1"
port = {isp_port}
secret = "{ISP_SECRET}"
""")
    more = {"radius_file": realms, "radius_servers": ("127.0.0.1",)}
    with running_air_town(module_database_url, folder, **more) as town:
        services = {
            isp: town.deliver(f"{isp} 'Säfe\" $(x)", isp, security=SsidSecurity.ENTERPRISE)
            for isp in ("quayside", "loomlight")
        }
        community = town.deliver(SHARED, security=SsidSecurity.PASSPOINT)
        realm = town.approve(town.ask_realm(community, "loomlight.example")).service_id or ""
        shared = {"quayside": community, "loomlight": realm}
        write(folder / "ours", radius_files(town.house.tools, SYSTEM, folder / "ours"))
        write(folder / "isps", isps_own(folder / "isps", str(cert), str(key), isp_port))
        with radius(folder / "isps"), radius(folder / "ours"):
            yield Air(town, port, tags_of(town, services), tags_of(town, shared))


def tags_of(town: AirTown, services: Mapping[str, str]) -> dict[str, str]:
    return {isp: str(town.s_vlan(service)) for isp, service in services.items()}


def isps_own(folder: Path, cert: str, key: str, port: int) -> Mapping[str, str]:
    """An ISP's own server, which says of everybody that they belong into VLAN 999."""
    users = (RadiusUser("eve", "evespassword"),)
    ssid = ssid_of("quayside").encode().hex()
    return render(
        RadiusPlan(
            RadiusServing(str(folder), cert, key, "127.0.0.1", port),
            (Realm("at-home.example", "quayside", (), users),),
            (RadiusClient("neutral", "127.0.0.1", ISP_SECRET),),
            (Tenancy("neutral", ssid, "at-home.example", 999),),
        )
    )


def ssid_of(isp: str) -> str:
    return f"{isp} 'Säfe\" $(x)"


@pytest.mark.parametrize("method", ["PEAP", "TTLS"])
def test_the_user_of_each_isp_gets_that_isps_s_vlan(air: Air, method: str) -> None:
    assert air.tags["quayside"] != air.tags["loomlight"]
    assert air.ask(ANN, HOSTILE, ssid_of("quayside"), method) == air.tags["quayside"]
    assert air.ask(BEN, "benspassword", ssid_of("loomlight"), method, ap="ap-2") == air.tags["loomlight"]


def test_a_wrong_password_and_a_realm_that_nobody_has_are_rejected(air: Air) -> None:
    assert air.ask(BEN, "anotherpassword", ssid_of("loomlight")) == "rejected"
    assert air.ask("ben@nobody.example", "benspassword", ssid_of("loomlight")) == "rejected"


def test_nobody_gets_on_by_another_isps_ssid_or_with_another_realm_inside_than_outside(air: Air) -> None:
    assert air.ask(BEN, "benspassword", ssid_of("quayside")) == "rejected"
    assert air.ask(BEN, "benspassword", ssid_of("quayside"), outer="@quayside.example") == "rejected"
    assert air.ask(BEN, "benspassword", "an SSID of nobody's") == "rejected"


def test_two_people_of_two_realms_on_one_shared_ssid_land_in_two_s_vlans(air: Air) -> None:
    assert len({*air.shared.values(), *air.tags.values()}) == 4
    assert air.ask(ANN, HOSTILE, SHARED) == air.shared["quayside"]
    assert air.ask(BEN, "benspassword", SHARED, "TTLS", ap="ap-2") == air.shared["loomlight"]
    assert air.ask("ben@nobody.example", "benspassword", SHARED) == "rejected"


def test_the_isps_own_server_decides_who_gets_on_and_not_where_to(air: Air) -> None:
    assert air.ask(EVE, "evespassword", ssid_of("quayside"), "TTLS") == air.tags["quayside"]
    assert air.ask(EVE, "anotherpassword", ssid_of("quayside"), "TTLS") == "rejected"


def test_each_access_point_says_its_own_secret_to_the_server(air: Air) -> None:
    secrets = {name: secret_of(name, PEPPER) for name in POINTS}
    assert len(set(secrets.values())) == len(POINTS)
    for name, secret in secrets.items():
        said = air.town.fleet.running_config(name)
        assert said.count(f"option auth_secret '{secret}'") == 6  # three SSIDs on two radios
        assert secret not in air.town.house.tools.deployer.running_config(name)
