"""The ids that orders and services are known by."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U to misread on the phone
RANDOM_CHARACTERS = 10  # 50 random bits: ids say nothing of how much is sold
CHANGE_PLAN = "CP-"
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


def new_ticket_id() -> str:
    """A new id such as T-8K0WZ3NQ5B."""
    return f"T-{_random_text()}"


def new_incident_id() -> str:
    """A new id such as IN-2C7RD9XM4H."""
    return f"IN-{_random_text()}"


def new_performance_test_id() -> str:
    """A new id such as PT-4K1ZQ8W0HM."""
    return f"PT-{_random_text()}"


def new_product_order_id() -> str:
    """A new id such as P-8T4WQ0M2ZB."""
    return f"P-{_random_text()}"


def new_charge_id() -> str:
    """A new id such as C-1H6YT3R9KE."""
    return f"C-{_random_text()}"


def new_cancellation_id() -> str:
    """A new id such as X-9D2NB5V7QA."""
    return f"X-{_random_text()}"


def new_date_change_id() -> str:
    """A new id such as D-4G8PC6J1MS."""
    return f"D-{_random_text()}"


def new_listener_id() -> str:
    """A new id such as L-6K1WB8QZ4N."""
    return f"L-{_random_text()}"


def new_delivery_id() -> str:
    """A new id such as DL-0S5JX7HM2V."""
    return f"DL-{_random_text()}"


def new_line_move_id() -> str:
    """A new id such as M-4B9TQ2XK7D."""
    return f"M-{_random_text()}"


def new_pause_id() -> str:
    """A new id such as PA-6R1JX8C4TN."""
    return f"PA-{_random_text()}"


def new_freeze_id() -> str:
    """A new id such as FZ-8P2KD6W0QH."""
    return f"FZ-{_random_text()}"


def new_change_plan_id() -> str:
    """A new id such as CP-5T9XB1M7RD."""
    return f"{CHANGE_PLAN}{_random_text()}"


def new_quote_id() -> str:
    """A new id such as Q-1V9ME4T0XD."""
    return f"Q-{_random_text()}"


def new_qualification_id() -> str:
    """A new id such as QF-3N7RB2K8WS."""
    return f"QF-{_random_text()}"


def holder_of_claims(reference: str) -> str:
    """Who changes devices, in words: `order O-7Q2MX0T9RC` or `change plan CP-6P1ZB4WQ8T`."""
    return f"{'change plan' if reference.startswith(CHANGE_PLAN) else 'order'} {reference}"


def _random_text() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
