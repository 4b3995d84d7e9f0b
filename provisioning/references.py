"""The ids that orders and services are known by."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U to misread on the phone
RANDOM_CHARACTERS = 10  # 50 random bits: ids say nothing of how much is sold
SERVICE_ID = rf"S-[{ALPHABET}]{{{RANDOM_CHARACTERS}}}"  # as a pattern


def new_order_id() -> str:
    """A new id such as O-7Q2MX0T9RC."""
    return f"O-{_random_text()}"


def new_service_id() -> str:
    """A new id such as S-3V8KD1N5HW."""
    return f"S-{_random_text()}"


def new_reservation_id() -> str:
    """A new id such as R-5M2WX9KD0T."""
    return f"R-{_random_text()}"


def _random_text() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
