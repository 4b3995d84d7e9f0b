"""Hold every field of an intent against what its place in a switch's configuration may hold.

One guard for every platform that carries circuits: the platform says how its ports are called and what a description
may be, and which burst is its least. Pure.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automation.dialects.text import Allowed, check_profile, check_server, check_tag
from automation.errors import PlatformCannot, UnsafeText
from automation.intents import (
    BandwidthProfile,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
    UniIntent,
)

PUNCTUATION = re.escape(".,:;/()+_#@&=*'-")
DESCRIPTION_WORDS = (
    "1 to 200 letters, digits, spaces and . , : ; / ( ) + _ # @ & = * ' -, beginning with a letter or digit"
)
_DESCRIPTION = re.compile(rf"[A-Za-z0-9]([A-Za-z0-9 {PUNCTUATION}]{{0,198}}[A-Za-z0-9{PUNCTUATION}])?")
_PRINTED = re.compile(rf"[A-Za-z0-9 {PUNCTUATION}]*")
_LABEL = Allowed(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"), "1 to 32 letters, digits, dots, dashes and underscores"
)
_HOSTNAME = Allowed(
    re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?"),
    "1 to 64 letters, digits, dots and dashes, beginning and ending with a letter or digit",
)
_MOST_MAC_ADDRESSES = 1000


@dataclass(frozen=True, slots=True)
class Fields:
    """What fields may be on one platform. `channel` is how it calls a port-channel; bursts in bytes.

    `never` are words that no text may hold there.
    """

    platform: str
    port: Allowed
    channel: Allowed
    never: tuple[str, ...] = ()
    least_burst_bytes: int = 1

    @property
    def description(self) -> Allowed:
        return Allowed(_DESCRIPTION, DESCRIPTION_WORDS, self.never)

    @property
    def printed(self) -> Allowed:
        """Whatever a template prints."""
        return Allowed(_PRINTED, DESCRIPTION_WORDS, self.never)

    def check(self, intent: Intent) -> None:
        """Raises: UnsafeText, ValueError, PlatformCannot. Every text of the intent fits the place it goes to."""
        match intent:
            case CircuitIntent():
                self._check_circuit(intent)
            case ExchangePortIntent():
                self._check_member(intent)
            case TrunkIntent() | HandoverIntent():
                _LABEL.check(f"label of the {intent.kind}", intent.label)
                self.port.check(f"name of the {intent.kind}'s port", intent.port)
                self.description.check(f"description of the {intent.kind}", intent.description)
            case LagMemberIntent():
                _LABEL.check("label of the member of a port-channel", intent.label)
                self.port.check("name of the member of a port-channel", intent.port)
                self.channel.check("name of the port-channel", intent.lag)
                self.description.check("description of the member of a port-channel", intent.description)
            case BaselineIntent():
                self._check_baseline(intent)
            case _:
                raise PlatformCannot(intent.device, self.platform, [intent.kind], [])

    def _check_circuit(self, intent: CircuitIntent) -> None:
        _LABEL.check("label of the circuit", intent.label)
        check_tag("S-VLAN", intent.s_vlan)
        for port in intent.tagged_ports:
            self.port.check("name of a tagged port", port)
        if intent.uni is not None:
            self._check_uni(intent.uni)

    def _check_uni(self, uni: UniIntent) -> None:
        self.port.check("name of the UNI", uni.port)
        self.description.check("description of the UNI", uni.description)
        check_profile(uni.profile)
        if uni.profile.cbs_bytes < self.least_burst_bytes:
            raise ValueError(
                f"a CBS of {uni.profile.cbs_bytes} bytes is less than the least of {self.platform}, "
                f"{self.least_burst_bytes}"
            )
        if uni.c_vlan is not None:
            check_tag("C-VLAN", uni.c_vlan)

    def _check_member(self, intent: ExchangePortIntent) -> None:
        _LABEL.check("label of the exchange port", intent.label)
        self.port.check("name of the exchange port", intent.port)
        self.description.check("description of the exchange port", intent.description)
        check_tag("peering VLAN", intent.vlan)
        check_profile(member_profile(intent))
        if not 1 <= intent.mac_addresses <= _MOST_MAC_ADDRESSES:
            raise ValueError(f"a limit of {intent.mac_addresses} MAC addresses is not within 1-{_MOST_MAC_ADDRESSES}")

    def _check_baseline(self, intent: BaselineIntent) -> None:
        _LABEL.check("label of the baseline", intent.label)
        _HOSTNAME.check("name of the device", intent.name)
        for port in intent.idle_ports:
            self.port.check("name of an idle port", port)
        for server in intent.ntp_servers:
            check_server("address of an NTP server", server)
        for server in intent.syslog_servers:
            check_server("address of a syslog server", server)
        for vlan in intent.peering_vlans:
            check_tag("peering VLAN", vlan)
        for prefix in intent.management_from:
            _check_prefix(prefix)


def _check_prefix(prefix: str) -> None:
    """Raises: UnsafeText. Spelt as devices spell it back, or it would be missing for ever."""
    try:
        fits = str(ipaddress.IPv4Network(prefix)) == prefix
    except ValueError:
        fits = False
    if not fits:
        raise UnsafeText("prefix people sign in from", "an IPv4 prefix such as 192.0.2.0/24")


def profiles_of(intents: Sequence[Intent]) -> Iterator[tuple[str, BandwidthProfile]]:
    """The policers that are needed, by the label of whose they are."""
    for intent in intents:
        if isinstance(intent, CircuitIntent) and intent.uni is not None:
            yield intent.label, intent.uni.profile
        elif isinstance(intent, ExchangePortIntent):
            yield intent.label, member_profile(intent)


def member_profile(intent: ExchangePortIntent) -> BandwidthProfile:
    """What the member may send; bursts of a millisecond, as the catalogue's profiles have."""
    return BandwidthProfile(intent.rate_mbps, 0, intent.rate_mbps * 125, 0)
