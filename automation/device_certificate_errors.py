"""Why a device gets no certificate.

AutomationError
├── SigningRequestInvalid  what it sent is no request that can be signed
└── AuthorityUnusable      the authority that is set cannot sign
"""

from automation.errors import AutomationError


class SigningRequestInvalid(AutomationError):
    """What a device sent is no signing request (PKCS #10, RFC 2986) that can be signed."""

    code = "signing-request-invalid"
    next_step = "Make the key and the request anew on the device, for instance with `openssl req -new`."

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The signing request is not taken: {why}.", why=why)


class AuthorityUnusable(AutomationError):
    """The authority that is set cannot sign."""

    code = "authority-unusable"
    next_step = "Check NEUTRALHOST_UBUS_CA_FILE and NEUTRALHOST_UBUS_CA_KEY_FILE: one certificate, and its own key."

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The authority of access points cannot sign: {why}.", why=why)
