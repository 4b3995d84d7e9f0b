"""The secrets of an access point's configuration: sealed for us, opened for the device, hidden from people. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from automation.sealing import MARK, Sealer
from automation.uci import Section, Uci, UciCommand, Value, quoted
from automation.uci_errors import SecretUnreadable

SECRET_OPTIONS = frozenset(
    {"key", "key1", "key2", "key3", "key4", "auth_secret", "acct_secret", "dae_secret", "private_key_passwd"}
)
HIDDEN = "<removed>"
_NAMES = "|".join(sorted(SECRET_OPTIONS))
_SHOWN = rf"(?:option|list) (?:{_NAMES}) "  # in a configuration
_SAID = rf"(?:(?:set|add_list|del_list) )?[A-Za-z0-9_.-]+\.(?:{_NAMES})[-+]?="  # in a change, or a diff
_SECRETS = re.compile(rf"(?m)^(?P<kept>[-+ \t]*(?:{_SHOWN}|{_SAID}))'.*$")


def is_secret(option: str) -> bool:
    return option in SECRET_OPTIONS


def sealed(config: Uci, sealer: Sealer) -> Uci:
    """The configuration with every secret sealed about the SSID it belongs to."""
    return {
        package: tuple(_each_secret(section, lambda text, about: sealed_text(text, about, sealer)) for section in found)
        for package, found in config.items()
    }


def opened(config: Uci, sealer: Sealer) -> Uci:
    """The other way round. Raises: SecretUnreadable; a secret that is not sealed is not taken."""
    return {
        package: tuple(_each_secret(section, lambda text, about: opened_text(text, about, sealer)) for section in found)
        for package, found in config.items()
    }


def _each_secret(section: Section, change: Callable[[str, str], str]) -> Section:
    if not SECRET_OPTIONS.intersection(section.options):
        return section
    about = section.one("ssid")
    options: dict[str, Value] = {
        option: change(value, about) if is_secret(option) and isinstance(value, str) else value
        for option, value in section.options.items()
    }
    return replace(section, options=options)


def sealed_text(text: str, about: str, sealer: Sealer) -> str:
    return MARK + sealer.seal(text, about)


def opened_text(text: str, about: str, sealer: Sealer) -> str:
    """Raises: SecretUnreadable."""
    if not text.startswith(MARK):
        raise SecretUnreadable(about)
    return sealer.open(text.removeprefix(MARK), about)


def opened_commands(
    commands: Sequence[UciCommand], ssids: Mapping[tuple[str, str], str], sealer: Sealer
) -> tuple[UciCommand, ...]:
    """Commands with their secrets opened. `ssids` are, by package and section, those that stand on the device.

    Raises: SecretUnreadable.
    """
    about = {**ssids, **_ssids_of(commands)}
    return tuple(
        replace(one, value=opened_text(one.value, about.get((one.package, one.section), ""), sealer))
        if is_secret(one.option) and one.value
        else one
        for one in commands
    )


def _ssids_of(commands: Iterable[UciCommand]) -> dict[tuple[str, str], str]:
    return {(one.package, one.section): one.value for one in commands if one.option == "ssid"}


def without_secrets(text: str) -> str:
    """A configuration, a change or a diff, with every secret, sealed or not, replaced by `<removed>`."""
    return _SECRETS.sub(lambda match: match["kept"] + quoted(HIDDEN), text)
