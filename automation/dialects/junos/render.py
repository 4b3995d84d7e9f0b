"""Turn intents into Junos text. Pure, but for reading the templates."""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from automation.dialects.junos.text import Tree, parse, written
from automation.dialects.text import Allowed, check_profile, check_server, check_tag, templates
from automation.errors import PlatformCannot, UnsafeText
from automation.intents import (
    S_TPID,
    BandwidthProfile,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    TrunkIntent,
    UniIntent,
)

# Neither a quote nor a backslash, a brace, a semicolon outside of quotes, nor what begins a comment.
_PUNCTUATION = re.escape(".,:;/()+_#@&=*'-")
PORT = Allowed(
    re.compile(r"((ge|xe|et|mge)-[0-9]{1,2}/[0-9]/[0-9]{1,3}(:[0-9])?|ae[0-9]{1,4})"), "a port name such as ge-0/0/1"
)
_LABEL = Allowed(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"), "1 to 32 letters, digits, dots, dashes and underscores"
)
_DESCRIPTION = Allowed(
    re.compile(rf"[A-Za-z0-9]([A-Za-z0-9 {_PUNCTUATION}]{{0,198}}[A-Za-z0-9{_PUNCTUATION}])?"),
    "1 to 200 letters, digits, spaces and . , : ; / ( ) + _ # @ & = * ' -, beginning with a letter or digit",
)
_PRINTED = Allowed(re.compile(rf"[A-Za-z0-9 {_PUNCTUATION}]*"), _DESCRIPTION.words)
_HOSTNAME = Allowed(
    re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?"),
    "1 to 64 letters, digits, dots and dashes, beginning and ending with a letter or digit",
)
_MOST_MAC_ADDRESSES = 1000
_LEAST_BURST_BYTES = 1500  # CLI Reference, "burst-size-limit (Policer)": 1,500 and more


def render(intents: Sequence[Intent]) -> str:
    """Return what `show configuration` prints of these intents, but for the order of its levels.

    Raises:
        UnsafeText: a field holds what may not reach the device.
        ValueError: a tag or a rate is no possible one.
        PlatformCannot: there is nothing of that kind here.
    """
    return written(wanted_tree(intents))


def wanted_tree(intents: Sequence[Intent]) -> Tree:
    """The same, as a tree. Raises: what `render` raises."""
    for intent in intents:
        check_intent(intent)
    text = (
        templates("junos", _PRINTED)
        .get_template("device.j2")
        .render(
            baselines=[intent for intent in intents if isinstance(intent, BaselineIntent)],
            circuits=[intent for intent in intents if isinstance(intent, CircuitIntent)],
            members=[intent for intent in intents if isinstance(intent, ExchangePortIntent)],
            trunks=[intent for intent in intents if isinstance(intent, TrunkIntent)],
            handovers=[intent for intent in intents if isinstance(intent, HandoverIntent)],
            profiles=list(_profiles(intents)),
            s_tpid=S_TPID,
        )
    )
    return parse(text)


def check_intent(intent: Intent) -> None:
    """Raises: UnsafeText, ValueError, PlatformCannot. Every text of the intent fits the place it goes to."""
    match intent:
        case CircuitIntent():
            _check_circuit(intent)
        case ExchangePortIntent():
            _check_member(intent)
        case TrunkIntent() | HandoverIntent():
            _LABEL.check(f"label of the {intent.kind}", intent.label)
            PORT.check(f"name of the {intent.kind}'s port", intent.port)
            _DESCRIPTION.check(f"description of the {intent.kind}", intent.description)
        case BaselineIntent():
            _check_baseline(intent)
        case _:
            raise PlatformCannot(intent.device, "junos", [intent.kind], [])


def _check_circuit(intent: CircuitIntent) -> None:
    _LABEL.check("label of the circuit", intent.label)
    check_tag("S-VLAN", intent.s_vlan)
    for port in intent.tagged_ports:
        PORT.check("name of a tagged port", port)
    if intent.uni is not None:
        _check_uni(intent.uni)


def _check_uni(uni: UniIntent) -> None:
    PORT.check("name of the UNI", uni.port)
    _DESCRIPTION.check("description of the UNI", uni.description)
    check_profile(uni.profile)
    if uni.profile.cbs_bytes < _LEAST_BURST_BYTES:
        raise ValueError(f"a CBS of {uni.profile.cbs_bytes} bytes is less than Junos's least, {_LEAST_BURST_BYTES}")
    if uni.c_vlan is not None:
        check_tag("C-VLAN", uni.c_vlan)


def _check_member(intent: ExchangePortIntent) -> None:
    _LABEL.check("label of the exchange port", intent.label)
    PORT.check("name of the exchange port", intent.port)
    _DESCRIPTION.check("description of the exchange port", intent.description)
    check_tag("peering VLAN", intent.vlan)
    check_profile(_profile_of(intent))
    if not 1 <= intent.mac_addresses <= _MOST_MAC_ADDRESSES:
        raise ValueError(f"a limit of {intent.mac_addresses} MAC addresses is not within 1-{_MOST_MAC_ADDRESSES}")


def _check_baseline(intent: BaselineIntent) -> None:
    _LABEL.check("label of the baseline", intent.label)
    _HOSTNAME.check("name of the device", intent.name)
    for port in intent.idle_ports:
        PORT.check("name of an idle port", port)
    for server in intent.ntp_servers:
        check_server("address of an NTP server", server)
    for server in intent.syslog_servers:
        check_server("address of a syslog server", server)
    for vlan in intent.peering_vlans:
        check_tag("peering VLAN", vlan)
    for prefix in intent.management_from:
        _check_prefix(prefix)


def _check_prefix(prefix: str) -> None:
    """Raises: UnsafeText. Spelt as Junos spells it back, or it would be missing for ever."""
    try:
        fits = str(ipaddress.IPv4Network(prefix)) == prefix
    except ValueError:
        fits = False
    if not fits:
        raise UnsafeText("prefix people sign in from", "an IPv4 prefix such as 192.0.2.0/24")


def _profiles(intents: Sequence[Intent]) -> Iterator[tuple[str, BandwidthProfile]]:
    """The policers that are needed, by the label of whose they are."""
    for intent in intents:
        if isinstance(intent, CircuitIntent) and intent.uni is not None:
            yield intent.label, intent.uni.profile
        elif isinstance(intent, ExchangePortIntent):
            yield intent.label, _profile_of(intent)


def _profile_of(intent: ExchangePortIntent) -> BandwidthProfile:
    """What the member may send; bursts of a millisecond, as the catalogue's profiles have."""
    return BandwidthProfile(intent.rate_mbps, 0, intent.rate_mbps * 125, 0)
