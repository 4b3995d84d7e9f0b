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
    TrunkIntent,
)

PORT = Allowed(
    re.compile(r"((ge|xe|et|mge)-[0-9]{1,2}/[0-9]/[0-9]{1,3}(:[0-9])?|ae[0-9]{1,4})"), "a port name such as ge-0/0/1"
)
# No field may hold a quote, a backslash or a brace, a semicolon outside of quotes, nor what begins a comment.
# The least burst: CLI Reference, "burst-size-limit (Policer)", 1,500 and more.
FIELDS = Fields("junos", PORT, least_burst_bytes=1500)


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
        FIELDS.check(intent)
    text = (
        templates("junos", FIELDS.printed)
        .get_template("device.j2")
        .render(
            baselines=[intent for intent in intents if isinstance(intent, BaselineIntent)],
            circuits=[intent for intent in intents if isinstance(intent, CircuitIntent)],
            members=[intent for intent in intents if isinstance(intent, ExchangePortIntent)],
            trunks=[intent for intent in intents if isinstance(intent, TrunkIntent)],
            handovers=[intent for intent in intents if isinstance(intent, HandoverIntent)],
            profiles=list(profiles_of(intents)),
            s_tpid=S_TPID,
        )
    )
    return parse(text)
