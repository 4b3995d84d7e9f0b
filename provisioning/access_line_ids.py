"""The ids of access lines: `NH`, eight digits, two check digits. Pure but for drawing the digits.

The check digits are ISO/IEC 7064 MOD 97-10, as in an IBAN: every single wrong digit is found, and every
two that were exchanged. The digits are drawn, not counted, so that an id says nothing of how many lines there
are and the next one cannot be guessed. Spaces, dashes and small letters are taken as they are read out.
"""

import re
import secrets

from provisioning.line_errors import AccessLineIdInvalid

PREFIX = "NH"
DIGITS = 8
PATTERN = rf"^{PREFIX}[0-9]{{{DIGITS + 2}}}$"
_SPACING = re.compile(r"[\s-]+")


def new_access_line_id() -> str:
    """A new id such as NH4210773861."""
    return with_check_digits(secrets.randbelow(10**DIGITS))


def with_check_digits(number: int) -> str:
    """The id of a number of at most eight digits."""
    digits = f"{number:0{DIGITS}d}"
    return f"{PREFIX}{digits}{98 - int(digits) * 100 % 97:02d}"


def parse_access_line_id(text: str) -> str:
    """The id as we write it. Raises: AccessLineIdInvalid."""
    found = _SPACING.sub("", text).upper()
    if re.fullmatch(PATTERN, found, re.ASCII) is None:
        raise AccessLineIdInvalid(text, f"it is {PREFIX} and {DIGITS + 2} digits")
    if int(found.removeprefix(PREFIX)) % 97 != 1:
        raise AccessLineIdInvalid(text, "its check digits do not fit: a digit is wrong, or two are exchanged")
    return found
