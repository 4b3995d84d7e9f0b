"""Turn intents into EOS text. Pure, but for reading the templates."""

import re
from collections.abc import Sequence

from automation.dialects.text import Allowed, check_profile, check_tag, templates
from automation.intents import CircuitIntent, UniIntent

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


def render(intents: Sequence[CircuitIntent]) -> str:
    """Return what the device's running-config says for these circuits, in blocks ended by `!`.

    Raises:
        UnsafeText: a field holds what may not reach the device.
        ValueError: a tag or a rate is no possible one.
    """
    for intent in intents:
        check_intent(intent)
    template = templates("eos", _PRINTED).get_template("device.j2")
    return template.render(circuits=list(intents), tagged=_tags_by_port(intents))


def check_intent(intent: CircuitIntent) -> None:
    """Raises: UnsafeText, ValueError. Every text of the intent fits the place it goes to."""
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


def _tags_by_port(intents: Sequence[CircuitIntent]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for intent in intents:
        for port in intent.tagged_ports:
            found.setdefault(port, set()).add(intent.s_vlan)
    return {port: sorted(tags) for port, tags in found.items()}
