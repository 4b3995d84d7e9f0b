"""Turn intents into EOS text. Pure, but for reading the templates."""

import re
from collections.abc import Sequence
from functools import lru_cache

from automation.dialects.fields import Fields, profiles_of
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

CHANNEL = "Port-Channel"
# pyeapi cuts a command at this word and sends what follows as the answer to a prompt.
_PYEAPI_PROMPT = "MULTILINE:"
_PORT = Allowed(re.compile(r"[A-Z][A-Za-z-]{0,30}[0-9]{1,4}(/[0-9]{1,4}){0,3}"), "a port name such as Ethernet1/1")
# EOS User Manual, "channel-group": 1 to 2000
_CHANNEL = Allowed(re.compile(rf"{CHANNEL}[1-9][0-9]{{0,3}}"), "a port-channel's name such as Port-Channel1")
FIELDS = Fields("eos", _PORT, _CHANNEL, never=(_PYEAPI_PROMPT,))
_KEPT, _KEPT_SHORT = 64, 2048  # rendered texts: of many intents, and of one as a push to many devices asks for twice


def render(intents: Sequence[Intent]) -> str:
    """Return what the device's running-config says for these intents, in blocks ended by `!`.

    Raises:
        UnsafeText: a field holds what may not reach the device.
        ValueError: a tag or a rate is no possible one.
        PlatformCannot: EOS has nothing of that kind.
    """
    return (_rendered_one if len(intents) == 1 else _rendered)(tuple(intents))


def _anew(intents: tuple[Intent, ...]) -> str:
    for intent in intents:
        FIELDS.check(intent)
    trunks = [intent for intent in intents if isinstance(intent, TrunkIntent)]
    handovers = [intent for intent in intents if isinstance(intent, HandoverIntent)]
    return (
        templates("eos", FIELDS.printed)
        .get_template("device.j2")
        .render(
            baselines=[intent for intent in intents if isinstance(intent, BaselineIntent)],
            circuits=[intent for intent in intents if isinstance(intent, CircuitIntent)],
            members=[intent for intent in intents if isinstance(intent, ExchangePortIntent)],
            trunks=trunks,
            lag_members=[
                (intent, intent.lag.removeprefix(CHANNEL)) for intent in intents if isinstance(intent, LagMemberIntent)
            ],
            s_tpid=S_TPID,
            handovers=handovers,
            prepared={*(trunk.port for trunk in trunks), *(handover.port for handover in handovers)},
            profiles=list(profiles_of(intents)),
            tagged=_tags_by_port(intents),
        )
    )


# Judging one device asks several times for the same text; it holds no secret.
_rendered = lru_cache(maxsize=_KEPT)(_anew)
_rendered_one = lru_cache(maxsize=_KEPT_SHORT)(_anew)


def _tags_by_port(intents: Sequence[Intent]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for intent in intents:
        if isinstance(intent, CircuitIntent):
            for port in intent.tagged_ports:
                found.setdefault(port, set()).add(intent.s_vlan)
    return {port: sorted(tags) for port, tags in found.items()}
