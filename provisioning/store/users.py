"""People, their tokens and portal sessions, in the database. No secret is kept here, only hashes."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.errors import UnknownToken, UnknownUser, UserExists
from provisioning.isps import ApiToken, Principal, Role, User
from provisioning.store.keys import can_be_key
from provisioning.store.tables import api_tokens, portal_sessions, users


class StoredUsers:
    """Implements `work.Users`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user: User, password_hash: str) -> None:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        row = dialect.insert(users).values(asdict(user) | {"password_hash": password_hash})
        if self._session.execute(row.on_conflict_do_nothing().returning(users.c.name)).first() is None:
            raise UserExists(user.name)

    def find(self, name: str) -> tuple[User, str] | None:
        if not can_be_key(name):
            return None
        found = self._session.execute(select(users).where(users.c.name == name)).first()
        return None if found is None else (_user_of(found), found.password_hash)

    def all(self) -> tuple[User, ...]:
        return tuple(_user_of(row) for row in self._session.execute(select(users).order_by(users.c.name)))

    def set_password_hash(self, name: str, password_hash: str) -> None:
        self._change(name, password_hash=password_hash)

    def set_disabled(self, name: str, disabled: bool) -> None:
        self._change(name, disabled=disabled)

    def add_token(self, token: ApiToken, secret_hmac: str) -> None:
        self._session.execute(insert(api_tokens).values(asdict(token) | {"secret_hmac": secret_hmac}))

    def find_token(self, key: str) -> tuple[ApiToken, str] | None:
        if not can_be_key(key):
            return None
        found = self._session.execute(select(api_tokens).where(api_tokens.c.key == key)).first()
        return None if found is None else (_token_of(found), found.secret_hmac)

    def tokens(self, user_name: str | None = None) -> tuple[ApiToken, ...]:
        query = select(api_tokens).order_by(api_tokens.c.created_at, api_tokens.c.key)
        if user_name is not None:
            query = query.where(api_tokens.c.user_name == user_name)
        return tuple(_token_of(row) for row in self._session.execute(query))

    def revoke_token(self, key: str) -> None:
        changed = update(api_tokens).where(api_tokens.c.key == key).values(revoked=True)
        if self._session.execute(changed.returning(api_tokens.c.key)).first() is None:
            raise UnknownToken(key)

    def add_session(self, session_hmac: str, user_name: str, expires_at: datetime) -> None:
        row = {"session_hmac": session_hmac, "user_name": user_name, "expires_at": expires_at}
        self._session.execute(insert(portal_sessions).values(row))

    def find_session(self, session_hmac: str, now: datetime) -> Principal | None:
        kept = portal_sessions.c
        query = select(users).join(portal_sessions, kept.user_name == users.c.name)
        valid = query.where(kept.session_hmac == session_hmac, kept.expires_at > now, ~users.c.disabled)
        found = self._session.execute(valid).first()
        return None if found is None else Principal(found.name, Role(found.role), found.isp_code)

    def drop_session(self, session_hmac: str) -> None:
        self._session.execute(delete(portal_sessions).where(portal_sessions.c.session_hmac == session_hmac))

    def drop_expired_sessions(self, now: datetime) -> None:
        self._session.execute(delete(portal_sessions).where(portal_sessions.c.expires_at <= now))

    def _change(self, name: str, **values: object) -> None:
        """Change a user, and end its portal sessions. Raises: UnknownUser."""
        changed = update(users).where(users.c.name == name).values(values).returning(users.c.name)
        if self._session.execute(changed).first() is None:
            raise UnknownUser(name)
        self._session.execute(delete(portal_sessions).where(portal_sessions.c.user_name == name))


def _user_of(row: Row[Any]) -> User:
    return User(row.name, Role(row.role), row.isp_code, row.created_at, row.disabled)


def _token_of(row: Row[Any]) -> ApiToken:
    return ApiToken(row.key, row.user_name, row.label, row.created_at, row.expires_at, row.revoked)
