"""What proves to a listener that a message is ours: the symmetric scheme of Standard Webhooks 1.0.0. Pure.

The secret of a listener is derived from the house's own and the listener's id, so that no table holds it.
What is signed is "id.timestamp.body"; the body is signed as the bytes that are sent.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr

from provisioning.listeners import Listener

SECRET_PREFIX = "whsec_"  # noqa: S105 - not a secret: what every secret begins with, so that scanners find leaked ones
MESSAGE_ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"
OLD_SECRET_COUNTS = timedelta(days=1)


def secret_of(pepper: SecretStr, listener: Listener) -> SecretStr:
    """The secret as its listener knows it: base64 of 32 bytes, behind "whsec_"."""
    return SecretStr(SECRET_PREFIX + base64.b64encode(_key(pepper, listener.id, listener.secret_number)).decode())


def keys_of(pepper: SecretStr, listener: Listener, now: datetime) -> tuple[bytes, ...]:
    """What to sign with: the newest key, and for a day after it was renewed the one before too."""
    newest = listener.secret_number
    is_fresh = newest > 1 and now - listener.secret_since < OLD_SECRET_COUNTS
    numbers = (newest, newest - 1) if is_fresh else (newest,)
    return tuple(_key(pepper, listener.id, number) for number in numbers)


def signed_headers(keys: Sequence[bytes], message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers of a message sent at that moment; another try at another moment has another signature."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = " ".join(f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys)
    return {MESSAGE_ID: message_id, TIMESTAMP: timestamp, SIGNATURE: signatures}


def _key(pepper: SecretStr, listener_id: str, number: int) -> bytes:
    said = f"neutralhost listener {listener_id} {number}".encode()
    return hmac.digest(pepper.get_secret_value().encode(), said, "sha256")
