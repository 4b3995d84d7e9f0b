"""Turn intents into Junos text. Pure, but for reading the templates."""

import re
from collections.abc import Sequence

from automation.dialects.fields import Fields, profiles_of
from automation.dialects.junos.text import Tree, parse, written
from automation.dialects.text import Allowed, templates
from automation.intents import (
    S_TPID,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
)

PORT = Allowed(
    re.compile(r"((ge|xe|et|mge)-[0-9]{1,2}/[0-9]/[0-9]{1,3}(:[0-9])?|ae[0-9]{1,4})"), "a port name such as ge-0/0/1"
)
# No field may hold a quote, a backslash or a brace, a semicolon outside of quotes, nor what begins a comment.
# The least burst: CLI Reference, "burst-size-limit (Policer)", 1,500 and more.
CHANNEL = "ae"
_CHANNEL = Allowed(re.compile(rf"{CHANNEL}[0-9]{{1,4}}"), "a port-channel's name such as ae0")
FIELDS = Fields("junos", PORT, _CHANNEL, least_burst_bytes=1500)


def render(intents: Sequence[Intent]) -> str:
    """Return what `show configuration` prints of these intents, but for the order of its levels.

    Raises:
        UnsafeText: a field holds what may not reach the device.
        ValueError: a tag or a rate is no possible one.
        PlatformCannot: there is nothing of that kind here.
    """
    return written(wanted_tree(intents))


def options_of(port: str) -> str:
    """The level at which a port says how it is an Ethernet port."""
    return f"{'aggregated-ether' if port.startswith(CHANNEL) else 'gigether'}-options"


def _channel_count(intents: Sequence[Intent]) -> int:
    """How many port-channels there must be room for: they are numbered from 0 (CLI Reference, "device-count")."""
    trunks = (intent.port for intent in intents if isinstance(intent, TrunkIntent) and intent.port.startswith(CHANNEL))
    return max((int(port.removeprefix(CHANNEL)) + 1 for port in trunks), default=0)


def wanted_tree(intents: Sequence[Intent]) -> Tree:
    """The same, as a tree. Raises: what `render` raises."""
    for intent in intents:
        FIELDS.check(intent)
    text = (
        templates("junos", FIELDS.printed)
        .get_template("device.j2")
        .render(
            baselines=[intent for intent in intents if isinstance(intent, BaselineIntent)],
            circuits=[intent for intent in intents if isinstance(intent, CircuitIntent)],
            members=[intent for intent in intents if isinstance(intent, ExchangePortIntent)],
            trunks=[(intent, options_of(intent.port)) for intent in intents if isinstance(intent, TrunkIntent)],
            channels=_channel_count(intents),
            lag_members=[intent for intent in intents if isinstance(intent, LagMemberIntent)],
            handovers=[intent for intent in intents if isinstance(intent, HandoverIntent)],
            profiles=list(profiles_of(intents)),
            s_tpid=S_TPID,
        )
    )
    return parse(text)
