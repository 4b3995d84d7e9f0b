"""Turn intents into EOS text. Pure, but for reading the templates."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

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

# pyeapi cuts a command at this word and sends what follows as the answer to a prompt.
_PYEAPI_PROMPT = "MULTILINE:"
_PUNCTUATION = re.escape(".,:;/()+_#@&=*'-")
_PORT = Allowed(re.compile(r"[A-Z][A-Za-z-]{0,30}[0-9]{1,4}(/[0-9]{1,4}){0,3}"), "a port name such as Ethernet1/1")
_LABEL = Allowed(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"), "1 to 32 letters, digits, dots, dashes and underscores"
)
_DESCRIPTION = Allowed(
    re.compile(rf"[A-Za-z0-9]([A-Za-z0-9 {_PUNCTUATION}]{{0,198}}[A-Za-z0-9{_PUNCTUATION}])?"),
    "1 to 200 letters, digits, spaces and . , : ; / ( ) + _ # @ & = * ' -, beginning with a letter or digit",
    (_PYEAPI_PROMPT,),
)
_PRINTED = Allowed(re.compile(rf"[A-Za-z0-9 {_PUNCTUATION}]*"), _DESCRIPTION.words, (_PYEAPI_PROMPT,))


_HOSTNAME = Allowed(
    re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?"),
    "1 to 64 letters, digits, dots and dashes, beginning and ending with a letter or digit",
)
_PREFIX_WORDS = "an IPv4 prefix such as 192.0.2.0/24"
_MOST_MAC_ADDRESSES = 1000
_KEPT = 64  # rendered texts


def render(intents: Sequence[Intent]) -> str:
    """Return what the device's running-config says for these intents, in blocks ended by `!`.

    Raises:
        UnsafeText: a field holds what may not reach the device.
        ValueError: a tag or a rate is no possible one.
        PlatformCannot: EOS has nothing of that kind.
    """
    return _rendered(tuple(intents))


@lru_cache(maxsize=_KEPT)
def _rendered(intents: tuple[Intent, ...]) -> str:
    """Judging one device asks several times for the same text; it holds no secret."""
    for intent in intents:
        check_intent(intent)
    trunks = [intent for intent in intents if isinstance(intent, TrunkIntent)]
    handovers = [intent for intent in intents if isinstance(intent, HandoverIntent)]
    return (
        templates("eos", _PRINTED)
        .get_template("device.j2")
        .render(
            baselines=[intent for intent in intents if isinstance(intent, BaselineIntent)],
            circuits=[intent for intent in intents if isinstance(intent, CircuitIntent)],
            members=[intent for intent in intents if isinstance(intent, ExchangePortIntent)],
            trunks=trunks,
            s_tpid=S_TPID,
            handovers=handovers,
            prepared={*(trunk.port for trunk in trunks), *(handover.port for handover in handovers)},
            profiles=list(_profiles(intents)),
            tagged=_tags_by_port(intents),
        )
    )


def check_intent(intent: Intent) -> None:
    """Raises: UnsafeText, ValueError, PlatformCannot. Every text of the intent fits the place it goes to."""
    match intent:
        case CircuitIntent():
            _check_circuit(intent)
        case ExchangePortIntent():
            _check_member(intent)
        case TrunkIntent() | HandoverIntent():
            _LABEL.check(f"label of the {intent.kind}", intent.label)
            _PORT.check(f"name of the {intent.kind}'s port", intent.port)
            _DESCRIPTION.check(f"description of the {intent.kind}", intent.description)
        case BaselineIntent():
            _check_baseline(intent)
        case _:
            raise PlatformCannot(intent.device, "eos", [intent.kind], [])


def _check_circuit(intent: CircuitIntent) -> None:
    _LABEL.check("label of the circuit", intent.label)
    check_tag("S-VLAN", intent.s_vlan)
    for port in intent.tagged_ports:
        _PORT.check("name of a tagged port", port)
    if intent.uni is not None:
        _check_uni(intent.uni)


def _check_uni(uni: UniIntent) -> None:
    _PORT.check("name of the UNI", uni.port)
    _DESCRIPTION.check("description of the UNI", uni.description)
    check_profile(uni.profile)
    if uni.c_vlan is not None:
        check_tag("C-VLAN", uni.c_vlan)


def _check_member(intent: ExchangePortIntent) -> None:
    _LABEL.check("label of the exchange port", intent.label)
    _PORT.check("name of the exchange port", intent.port)
    _DESCRIPTION.check("description of the exchange port", intent.description)
    check_tag("peering VLAN", intent.vlan)
    check_profile(_profile_of(intent))
    if not 1 <= intent.mac_addresses <= _MOST_MAC_ADDRESSES:
        raise ValueError(f"a limit of {intent.mac_addresses} MAC addresses is not within 1-{_MOST_MAC_ADDRESSES}")


def _check_baseline(intent: BaselineIntent) -> None:
    _LABEL.check("label of the baseline", intent.label)
    _HOSTNAME.check("name of the device", intent.name)
    for port in intent.idle_ports:
        _PORT.check("name of an idle port", port)
    for server in intent.ntp_servers:
        check_server("address of an NTP server", server)
    for server in intent.syslog_servers:
        check_server("address of a syslog server", server)
    for vlan in intent.peering_vlans:
        check_tag("peering VLAN", vlan)
    for prefix in intent.management_from:
        _check_prefix(prefix)


def _check_prefix(prefix: str) -> None:
    """Raises: UnsafeText. Spelt as EOS spells it back, or it would be missing for ever."""
    try:
        fits = str(ipaddress.IPv4Network(prefix)) == prefix
    except ValueError:
        fits = False
    if not fits:
        raise UnsafeText("prefix people sign in from", _PREFIX_WORDS)


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


def _tags_by_port(intents: Sequence[Intent]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for intent in intents:
        if isinstance(intent, CircuitIntent):
            for port in intent.tagged_ports:
                found.setdefault(port, set()).add(intent.s_vlan)
    return {port: sorted(tags) for port, tags in found.items()}
