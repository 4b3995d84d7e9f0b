"""What one transaction may read and write of who asks: people, clients, approvals, answers. Part of `store.work`."""

from datetime import datetime
from typing import Protocol

from provisioning.answers import Given, KeptKey
from provisioning.dangers import GivenApproval
from provisioning.isps import AccessToken, ApiToken, Client, Principal, User


class Users(Protocol):
    """People, sign-ins, tokens and portal sessions."""

    def add(self, user: User, password_hash: str) -> None:
        """Raises: UserExists."""

    def find(self, name: str) -> tuple[User, str] | None:
        """The user and the password hash."""

    def find_by_email(self, email: str) -> User | None: ...

    def find_identity(self, issuer: str, subject: str) -> User | None:
        """Who signs in there as that subject."""

    def add_identity(self, issuer: str, subject: str, user_name: str, now: datetime) -> None: ...

    def all(self) -> tuple[User, ...]: ...

    def change(self, user: User) -> None:
        """Keep its roles and address. Also ends the user's portal sessions. Raises: UnknownUser."""

    def set_password_hash(self, name: str, password_hash: str) -> None:
        """Also ends the user's portal sessions. Raises: UnknownUser."""

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Also ends the user's portal sessions. Raises: UnknownUser."""

    def add_token(self, token: ApiToken, secret_hmac: str) -> None: ...

    def find_token(self, key: str) -> tuple[ApiToken, str] | None: ...

    def tokens(self, user_name: str | None = None, *, isp_code: str | None = None) -> tuple[ApiToken, ...]:
        """Of one user, or of all users of an ISP, or all."""

    def revoke_token(self, key: str) -> None:
        """Raises: UnknownToken."""

    def revoke_tokens_of(self, user_name: str) -> None: ...

    def note_use(self, key: str, now: datetime, earlier: datetime) -> None:
        """Say that a token was used now, where that was not said since `earlier`."""

    def add_session(self, session_hmac: str, user_name: str, expires_at: datetime) -> None: ...

    def find_session(self, session_hmac: str, now: datetime) -> Principal | None: ...

    def drop_session(self, session_hmac: str) -> None: ...

    def drop_expired_sessions(self, now: datetime) -> None: ...


class Clients(Protocol):
    """OAuth2 clients of ISPs, and the access tokens they were given."""

    def add(self, client: Client, secret_hmac: str) -> None: ...

    def find(self, client_id: str) -> tuple[Client, str] | None:
        """The client and the HMAC of its secret."""

    def all(self, isp_code: str | None) -> tuple[Client, ...]: ...

    def revoke(self, client_id: str) -> None:
        """Also forgets its access tokens. Raises: UnknownClient."""

    def add_access_token(self, token: AccessToken, secret_hmac: str, now: datetime) -> None:
        """Also forgets those that are over, and says that the client was used now."""

    def find_access_token(self, key: str) -> tuple[AccessToken, Client, str] | None:
        """The token, its client, and the HMAC of its secret."""


class Approvals(Protocol):
    """Approvals of what takes two people, one row for each person's word."""

    def about(self, about: str) -> tuple[GivenApproval, ...]:
        """In the order in which they were given."""

    def add(self, approval: GivenApproval) -> bool:
        """False, and nothing kept, where another took that number."""


class Answers(Protocol):
    """Idempotency keys, and the answers that were given under them."""

    def reserve(self, wanted: KeptKey) -> bool:
        """False, and nothing kept, where the caller's key is there already."""

    def get(self, caller: str, key: str) -> KeptKey | None: ...

    def take_over(self, wanted: KeptKey, was: str) -> bool:
        """Make the key this attempt's, where it still is the attempt's that it was."""

    def note_effect(self, caller: str, key: str, attempt: str) -> bool:
        """Say that this transaction changes something under the key; False where the key is another attempt's."""

    def keep(self, caller: str, key: str, attempt: str, given: Given) -> None: ...

    def give_up(self, caller: str, key: str, attempt: str) -> None:
        """Forget the key where nothing was changed under it; else leave it to nobody."""

    def forget(self, before: datetime) -> int:
        """Forget the keys that were reserved before, and say how many."""
