"""Why somebody may not do something, or is not let in.

ProvisioningError
├── Forbidden              known who you are; you may not do this
│   └── ScopeMissing       your user may, but not with this token
├── NotFound
│   └── UnknownClient      no client of that id, or another ISP's
├── ClientRefused          no such client, or another secret, or revoked
├── SecondEyesNeeded       who placed or approved it already may not be the one to approve it
├── AnswerUnderWay         the same request is being answered just now
├── AnswerLost             it was done, and its answer cannot be given again
├── SignInElsewhereRefused   what the other side said about a person cannot be believed, or names nobody here
└── IdentityProviderAway   the provider at which people sign in does not answer
"""

from collections.abc import Sequence

from inventory.errors import shortened
from provisioning.errors import Forbidden, NotFound, ProvisioningError


class ScopeMissing(Forbidden):
    """The user may do this, but the token it came with is limited to other things (RFC 6750 section 3.1)."""

    code = "scope-missing"
    next_step = "Use a token with that scope, or make one."

    def __init__(self, user_name: str, action: str, scope: str) -> None:
        self.scope = scope
        super().__init__(user_name, f"{action} with a token that lacks the scope {scope}")
        self.facts = {**self.facts, "scope": scope}


class UnknownClient(NotFound):
    """No client has that id, or it is another ISP's."""

    code = "unknown-client"
    kind = "client"
    next_step = "Check the id, or list the clients with `neutralhost user client list`."


class ClientRefused(ProvisioningError):
    """No such client, another secret, or a client that is revoked: the answer is the same."""

    code = "client-refused"
    next_step = "Check client id and secret, or ask your ISP's administrator for a new client."

    def __init__(self) -> None:
        super().__init__("That client id and secret do not belong together.")


class SecondEyesNeeded(ProvisioningError):
    """A dangerous approval takes two people, neither of whom placed the order."""

    code = "second-eyes-needed"
    next_step = "Ask somebody else who may approve."

    def __init__(self, user_name: str, why: Sequence[str], did: str) -> None:
        self.user_name = user_name
        self.why = tuple(why)
        reasons = ", ".join(self.why)
        super().__init__(
            f"{user_name} {did}, and this takes two other people ({reasons}).", user_name=user_name, why=self.why
        )


class AnswerUnderWay(ProvisioningError):
    """The same request is being answered just now."""

    code = "answer-under-way"
    next_step = "Send the same request with the same key again after a moment."
    retry_after_s = 1

    def __init__(self, key: str) -> None:
        super().__init__(f"A request with the key {shortened(key)} is being answered just now.", key=shortened(key))


class AnswerLost(ProvisioningError):
    """What was asked for with this key was done, but its answer cannot be given again."""

    code = "answer-lost"
    next_step = "Look whether what you asked for is there; to ask anew, use another key."

    def __init__(self, key: str, why: str) -> None:
        super().__init__(
            f"What was asked for with the key {shortened(key)} was done, but its answer cannot be given again: {why}.",
            key=shortened(key),
        )


class SignInElsewhereRefused(ProvisioningError):
    """What the other side said about a person cannot be believed, or names nobody who may come in here."""

    code = "sign-in-elsewhere-refused"
    next_step = "Try again; where it stays, ask the operator to look at NEUTRALHOST_OIDC_... and at your user."

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The sign-in elsewhere did not lead here: {why}.")


class IdentityProviderAway(ProvisioningError):
    """The provider at which people sign in does not answer, or not in its protocol."""

    code = "identity-provider-away"
    next_step = "Try again after a moment, or sign in by password; the operator looks at NEUTRALHOST_OIDC_ISSUER."

    def __init__(self, issuer: str) -> None:
        super().__init__(f"{shortened(issuer)} does not answer as an OpenID provider does.", issuer=shortened(issuer))
