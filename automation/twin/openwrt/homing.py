"""A simulated access point out of its box: it knows where to phone, who it is, and a key that is good once.

What a real one does is a script of a page (docs/how-to/access-points.md): POST serial and key, check the answer,
`uci import`, write the account's rights, restart. Here the request is as real as there.
"""

from dataclasses import dataclass, field
from typing import Any

import requests

from automation.twin.model import TwinDevice, TwinPort
from automation.uci import Uci, difference, export, parse, text_of

_TIMEOUT_S = 30
# What is on it when it comes out of its box: no radio on, no account, an address nobody routes.
FACTORY: Uci = {"network": (), "system": (), "wireless": (), "rpcd": ()}


class NotWelcome(Exception):
    """Home refused. `problem` is what it answered (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Home:
    """Where to phone. `verify` is a file of authorities, or True for the system's."""

    url: str
    verify: bool | str = True


@dataclass(frozen=True, slots=True)
class FirstCall:
    """What home answered."""

    device: str
    config: str = field(repr=False)
    acl: dict[str, Any]
    authority: str
    certificate: str


def boxed(name: str, address: str, serial: str, model: str = "LW-AP6 outdoor") -> TwinDevice:
    """An access point in its box. `address` is where it will be reached once it is configured."""
    ports = (TwinPort("eth0", 2_500, attached=True),)
    return TwinDevice(name, address, ports, export(FACTORY), model, serial, platform="openwrt")


def call_home(home: Home, serial: str, key: str, csr: str = "") -> FirstCall:
    """Phone home once. `csr` asks for a certificate. Raises: NotWelcome; requests' own, where nobody answers."""
    answer = requests.post(
        f"{home.url.rstrip('/')}/phone-home",
        json={"serial": serial, "key": key, "csr": csr},
        timeout=_TIMEOUT_S,
        verify=home.verify,
        allow_redirects=False,
    )
    found = answer.json()
    if answer.status_code != requests.codes.ok:
        raise NotWelcome(answer.status_code, found)
    return FirstCall(**found)


def commands_of(call: FirstCall) -> list[str]:
    """What is typed on a device out of its box, for it to say what home answered."""
    return text_of(difference(FACTORY, parse(call.config))).splitlines()
