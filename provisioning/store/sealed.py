"""Texts that may hold secrets of devices, in the database: sealed, each about the row and the column it stands in.

Authenticated (AES-SIV, automation/sealing.py): a text that was moved to another row, or changed, is not opened. What
was written before texts were sealed is read as it is, and sealed when the next worker starts.
"""

from automation.sealing import MARK, Sealer
from automation.uci_errors import SecretUnreadable


def sealed_text(sealer: Sealer, text: str, *about: str) -> str:
    """ "" stays as it is. Whatever a text begins with, it is sealed: who typed it may have typed our mark."""
    return MARK + sealer.seal(text, _about(about)) if text else text


def sealed_now(sealer: Sealer, kept: str, *about: str) -> str:
    """What the database keeps, sealed; what is sealed already stays as it is."""
    return kept if kept.startswith(MARK) else sealed_text(sealer, kept, *about)


def opened_text(sealer: Sealer, kept: str, *about: str) -> str | None:
    """What was sealed; None where it was with another key."""
    if not kept.startswith(MARK):
        return kept
    try:
        return sealer.open(kept.removeprefix(MARK), _about(about))
    except SecretUnreadable:
        return None


def _about(words: tuple[str, ...]) -> str:
    """Nothing that a passphrase is sealed about begins with a null."""
    return "\0".join(("", *words))
