"""Turn circuit intents into a device's configuration text. Pure, but for reading the templates.

Text that reaches a device is code there: a description with a line feed in it once created an
administrator. So every field of an intent is held against what its place in the configuration
may hold before anything is rendered, and every value a template prints is held against the
platform's own list once more (Jinja2's `finalize`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from automation.errors import PlatformUnsupported, UnsafeText
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from inventory.vlans import HIGHEST_TAG, LOWEST_TAG

_TEMPLATES = Path(__file__).parent / "templates"
# pyeapi cuts a command at this word and sends what follows as the answer to a prompt.
_PYEAPI_PROMPT = "MULTILINE:"


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What one kind of text may be, and how that is said to a person."""

    pattern: re.Pattern[str]
    words: str

    def check(self, field: str, text: str) -> None:
        if self.pattern.fullmatch(text) is None or _PYEAPI_PROMPT in text:
            raise UnsafeText(field, self.words)


_PUNCTUATION = re.escape(".,:;/()+_#@&=*'-")
_PORT = _Allowed(re.compile(r"[A-Z][A-Za-z-]{0,30}[0-9]{1,4}(/[0-9]{1,4}){0,3}"), "a port name such as Ethernet1/1")
_LABEL = _Allowed(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"), "1 to 32 letters, digits, dots, dashes and underscores"
)
_DESCRIPTION = _Allowed(
    re.compile(rf"[A-Za-z0-9]([A-Za-z0-9 {_PUNCTUATION}]{{0,198}}[A-Za-z0-9{_PUNCTUATION}])?"),
    "1 to 200 letters, digits, spaces and . , : ; / ( ) + _ # @ & = * ' -, beginning with a letter or digit",
)
_FINALIZE = {"eos": _Allowed(re.compile(rf"[A-Za-z0-9 {_PUNCTUATION}]*"), _DESCRIPTION.words)}
PLATFORMS = frozenset(_FINALIZE)


def render_device(platform: str, intents: Sequence[CircuitIntent]) -> str:
    """Return what the device's running-config says for these circuits, in blocks ended by `!`.

    Raises:
        PlatformUnsupported: there are no templates for `platform`.
        UnsafeText: a field holds what may not reach the device.
        ValueError: a tag or a rate is no possible one.
    """
    for intent in intents:
        check_intent(intent)
        if platform not in PLATFORMS:
            raise PlatformUnsupported(intent.device, platform)
    template = _environment(platform).get_template(f"{platform}/device.j2")
    return template.render(platform=platform, circuits=list(intents), tagged=_tags_by_port(intents))


def check_intent(intent: CircuitIntent) -> None:
    """Raises: UnsafeText, ValueError. Every text of the intent fits the place it goes to."""
    _LABEL.check("label of the circuit", intent.label)
    if not LOWEST_TAG <= intent.s_vlan <= HIGHEST_TAG:
        raise ValueError(f"S-VLAN {intent.s_vlan} is not within {LOWEST_TAG}-{HIGHEST_TAG}")
    for port in intent.tagged_ports:
        _PORT.check("name of a tagged port", port)
    if intent.uni is not None:
        _check_uni(intent.uni)


def _check_uni(uni: UniIntent) -> None:
    _PORT.check("name of the UNI", uni.port)
    _DESCRIPTION.check("description of the UNI", uni.description)
    _check_profile(uni.profile)
    if uni.c_vlan is not None and not LOWEST_TAG <= uni.c_vlan <= HIGHEST_TAG:
        raise ValueError(f"C-VLAN {uni.c_vlan} is not within {LOWEST_TAG}-{HIGHEST_TAG}")


def _check_profile(profile: BandwidthProfile) -> None:
    if profile.cir_mbps < 1 or profile.cbs_bytes < 1:
        raise ValueError("a bandwidth profile needs a CIR of at least 1 Mbit/s and a CBS of at least 1 byte")
    if profile.eir_mbps < 0 or profile.ebs_bytes < 0:
        raise ValueError("EIR and EBS of a bandwidth profile cannot be negative")


def _tags_by_port(intents: Sequence[CircuitIntent]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for intent in intents:
        for port in intent.tagged_ports:
            found.setdefault(port, set()).add(intent.s_vlan)
    return {port: sorted(tags) for port, tags in found.items()}


@cache
def _environment(platform: str) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        finalize=_finalizer(platform),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # device text is not HTML; `finalize` is the guard here
    )


def _finalizer(platform: str) -> Callable[[object], object]:
    allowed = _FINALIZE[platform]

    def finalize(value: object) -> object:
        allowed.check("value of a template", str(value))
        return value

    return finalize
