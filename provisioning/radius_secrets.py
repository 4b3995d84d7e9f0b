"""The secret that an access point shares with the RADIUS servers: one each, made from the key in the settings. Pure.

Nothing is kept of it: the access point's configuration and the servers' list of clients come from the same key.
"""

import hashlib
import hmac

from pydantic import SecretStr

OCTETS = 24  # RFC 2865, section 3: at least 16


def secret_of(device: str, key: SecretStr) -> str:
    """The device's secret in hexadecimal: nothing in it has to be escaped anywhere."""
    about = f"radius client {device}".encode()
    return hmac.new(key.get_secret_value().encode(), about, hashlib.sha256).hexdigest()[: 2 * OCTETS]
