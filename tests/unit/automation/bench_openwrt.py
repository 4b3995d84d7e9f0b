"""The bench device of OpenWrt: the simulator's files, without its ubus."""

from automation.dialects.dialect import Statement
from automation.dialects.openwrt.account import PACKAGES
from automation.dialects.openwrt.day_zero import day_zero
from automation.dialects.openwrt.platform import OPENWRT
from automation.intents import AccessPointIntent, Intent
from automation.twin.openwrt.files import config_of, edited, files_of
from automation.uci import Section, export, parse, parse_commands
from automation.wireless import Passpoint, RadiusServer, SsidIntent, SsidSecurity
from tests.unit.automation.bench import Bench

_RADIOS = ("radio0", "radio1")
_SECRET = "c2VhbGVk"
BASE = AccessPointIntent("bench", "192.0.2.9", "255.255.255.0", ("eth0",))
_NEW_BASE = AccessPointIntent("bench", "192.0.2.19", "255.255.0.0", ("eth1",), "192.0.2.1")
_BY_HAND = (
    Section("wireless", "@wifi-iface[0]", "wifi-iface", {"device": "radio0", "mode": "ap", "ssid": "by hand"}),
    Section("wireless", "engineer", "wifi-iface", {"device": "radio1", "mode": "ap", "ssid": "Bob's place"}),
)


def _fresh() -> str:
    """What our account may read of it."""
    config = {name: sections for name, sections in day_zero(BASE, _RADIOS).items() if name in PACKAGES}
    return export(config | {"wireless": (*config["wireless"], *_BY_HAND)})


def apply(running: str, commands: str) -> str:
    """Raises: Refused, UciUnreadable."""
    return export(config_of(edited(files_of(parse(running)), parse_commands(commands))))


def _open(number: int, port: int, variant: int) -> Intent:
    radios = (_RADIOS, _RADIOS[:1], _RADIOS[1:])[variant % 3]
    security = (SsidSecurity.OPEN, SsidSecurity.OWE)[variant % 2]
    return SsidIntent("bench", f"S-{number}", f"open {number}", 2000 + number, "eth0", radios, security)


def _personal(number: int, port: int, variant: int) -> Intent:
    radios = (_RADIOS, _RADIOS[:1], _RADIOS[1:])[variant % 3]
    security = (SsidSecurity.PSK2, SsidSecurity.SAE)[variant % 2]
    return SsidIntent(
        "bench", f"S-{number}", f"ours {variant % 7} {number}", 2000 + number, "eth0", radios, security, _SECRET
    )


def _enterprise(number: int, port: int, variant: int) -> Intent:
    servers = tuple(
        RadiusServer(f"192.0.2.{last}", _SECRET, accounting_port=(None, 1813)[variant % 2])
        for last in range(1, 2 + variant % 2)
    )
    security = (SsidSecurity.WPA2_ENTERPRISE, SsidSecurity.WPA3_ENTERPRISE)[variant % 2]
    return SsidIntent(
        "bench", f"S-{number}", f"work {number}", 2000 + number, "eth0", _RADIOS, security, radius=servers
    )


def _shared(number: int, port: int, variant: int) -> Intent:
    return SsidIntent(
        "bench",
        f"S-{number}",
        f"all {number}",
        2000 + number,
        "eth0",
        _RADIOS[: 1 + variant % 2],
        SsidSecurity.PASSPOINT,
        radius=(RadiusServer("radius.example", _SECRET),),
        passpoint=Passpoint("Co-op", ("isp.example",), ("5A03BA",), ("isp.example",)),
        is_shared=True,
    )


def without(running: str, gone: Statement) -> str:
    """One value of a list, an option, or a section."""
    package, section = gone.path[0].split()[-1], (*gone.path, gone.line)[1].split("'")[1]
    match gone.line.split(" ", 2):
        case ["list", option, value]:
            return apply(running, f"del_list {package}.{section}.{option}={value}")
        case ["option", option, _]:
            return apply(running, f"delete {package}.{section}.{option}")
        case _:
            return apply(running, f"delete {package}.{section}")


OPENWRT_BENCH = Bench(
    platform=OPENWRT,
    fresh=_fresh(),
    ports=6,
    apply=apply,
    samples=(_open(1, 0, 0), _personal(2, 0, 1), _enterprise(3, 0, 1), _shared(4, 0, 2), _NEW_BASE),
    makers=(_open, _personal, _enterprise, _shared),
    baseline=(BASE,),
    by_hand=(
        "set network.lab='interface'\nset network.lab.proto='none'\nset network.lab.device='eth0.66'\n",
        "set wireless.engineer.hidden='1'\n",
        "set wireless.radio0.channel='36'\n",
        "delete wireless.engineer\n",
        "set wireless.lab='wifi-iface'\nset wireless.lab.device='radio0'\nset wireless.lab.ssid='lab'\n",
    ),
    without=without,
)
