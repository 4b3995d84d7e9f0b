"""Make a device's own words fit to be shown. Pure. What is secret in them, its dialect knows."""

_LONGEST_WORDS = 300


def printable(words: str) -> str:
    """A device's own words on one line, without control characters, at most 300 characters, no full stop."""
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return (shown if len(shown) <= _LONGEST_WORDS else f"{shown[:_LONGEST_WORDS]}...").rstrip(".") or "no reason given"
