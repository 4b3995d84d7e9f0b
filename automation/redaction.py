"""Make a device's own words fit to be shown. Pure. What is secret in its text, its dialect knows."""

import re

from automation.masking import without_secrets

_LONGEST_WORDS = 300
# How eAPI (pyeapi's CommandError) says which command was refused, and then why, with single words of it.
_REFUSED = re.compile(r"(?P<before>CLI command \d+ of \d+ ')(?P<command>.*)(?P<after>' failed)", re.DOTALL)


def printable(words: str) -> str:
    """A device's own words on one line, without control characters, at most 300 characters, no full stop."""
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return (shown if len(shown) <= _LONGEST_WORDS else f"{shown[:_LONGEST_WORDS]}...").rstrip(".") or "no reason given"


def without_typed_secrets(words: str) -> str:
    """A refusal without the secrets of the command that it repeats; its reasons go too, as they may name one alone."""
    found = _REFUSED.search(words)
    if found is None:
        return words
    shown = without_secrets(found["command"], "eos")
    return words if shown == found["command"] else f"{words[: found.start()]}{found['before']}{shown}{found['after']}"
