"""People, their tokens and portal sessions, in the database. No secret is kept here, only hashes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.errors import UnknownToken, UnknownUser, UserExists
from provisioning.isps import ApiToken, Principal, Role, Scope, User, principal_of
from provisioning.store.keys import can_be_key
from provisioning.store.people_tables import identities
from provisioning.store.tables import api_tokens, portal_sessions, users

TOKEN_FIELDS = ("key", "user_name", "label", "created_at", "expires_at", "revoked", "last_used_at")


class StoredUsers:
    """Implements `work.Users`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user: User, password_hash: str) -> None:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        row = dialect.insert(users).values(_row_of(user) | {"password_hash": password_hash})
        if (
            self._session.execute(row.on_conflict_do_nothing(index_elements=["name"]).returning(users.c.name)).first()
            is None
        ):
            raise UserExists(user.name)

    def find(self, name: str) -> tuple[User, str] | None:
        if not can_be_key(name):
            return None
        found = self._session.execute(select(users).where(users.c.name == name)).first()
        return None if found is None else (_user_of(found), found.password_hash)

    def find_by_email(self, email: str) -> User | None:
        found = self._session.execute(select(users).where(users.c.email == email)).first()
        return None if found is None else _user_of(found)

    def find_identity(self, issuer: str, subject: str) -> User | None:
        if not can_be_key(subject):
            return None
        query = select(users).join(identities, identities.c.user_name == users.c.name)
        found = self._session.execute(
            query.where(identities.c.issuer == issuer, identities.c.subject == subject)
        ).first()
        return None if found is None else _user_of(found)

    def add_identity(self, issuer: str, subject: str, user_name: str, now: datetime) -> None:
        row = {"issuer": issuer, "subject": subject, "user_name": user_name, "created_at": now}
        self._session.execute(insert(identities).values(row))

    def all(self) -> tuple[User, ...]:
        return tuple(_user_of(row) for row in self._session.execute(select(users).order_by(users.c.name)))

    def change(self, user: User) -> None:
        row = _row_of(user)
        self._change(user.name, **{field: row[field] for field in ("role", "also", "email")})

    def set_password_hash(self, name: str, password_hash: str) -> None:
        self._change(name, password_hash=password_hash)

    def set_disabled(self, name: str, disabled: bool) -> None:
        self._change(name, disabled=disabled)

    def add_token(self, token: ApiToken, secret_hmac: str) -> None:
        row = {field: getattr(token, field) for field in TOKEN_FIELDS}
        scopes = None if token.scopes is None else sorted(token.scopes)
        self._session.execute(insert(api_tokens).values(row | {"scopes": scopes, "secret_hmac": secret_hmac}))

    def find_token(self, key: str) -> tuple[ApiToken, str] | None:
        if not can_be_key(key):
            return None
        found = self._session.execute(select(api_tokens).where(api_tokens.c.key == key)).first()
        return None if found is None else (_token_of(found), found.secret_hmac)

    def tokens(self, user_name: str | None = None, *, isp_code: str | None = None) -> tuple[ApiToken, ...]:
        query = select(api_tokens).order_by(api_tokens.c.created_at, api_tokens.c.key)
        if user_name is not None:
            query = query.where(api_tokens.c.user_name == user_name)
        if isp_code is not None:
            query = query.join(users, users.c.name == api_tokens.c.user_name).where(users.c.isp_code == isp_code)
        return tuple(_token_of(row) for row in self._session.execute(query))

    def revoke_token(self, key: str) -> None:
        changed = update(api_tokens).where(api_tokens.c.key == key).values(revoked=True)
        if self._session.execute(changed.returning(api_tokens.c.key)).first() is None:
            raise UnknownToken(key)

    def revoke_tokens_of(self, user_name: str) -> None:
        self._session.execute(update(api_tokens).where(api_tokens.c.user_name == user_name).values(revoked=True))

    def note_use(self, key: str, now: datetime, earlier: datetime) -> None:
        its = api_tokens.c
        long_ago = its.last_used_at.is_(None) | (its.last_used_at <= earlier)
        self._session.execute(update(api_tokens).where(its.key == key, long_ago).values(last_used_at=now))

    def add_session(self, session_hmac: str, user_name: str, expires_at: datetime) -> None:
        row = {"session_hmac": session_hmac, "user_name": user_name, "expires_at": expires_at}
        self._session.execute(insert(portal_sessions).values(row))

    def find_session(self, session_hmac: str, now: datetime) -> Principal | None:
        kept = portal_sessions.c
        query = select(users).join(portal_sessions, kept.user_name == users.c.name)
        valid = query.where(kept.session_hmac == session_hmac, kept.expires_at > now, ~users.c.disabled)
        found = self._session.execute(valid).first()
        return None if found is None else principal_of(_user_of(found))

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


def _row_of(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.role,
        "isp_code": user.isp_code,
        "created_at": user.created_at,
        "disabled": user.disabled,
        "also": sorted(user.also),
        "email": user.email,
    }


def _user_of(row: Row[Any]) -> User:
    also = frozenset(Role(each) for each in row.also)
    return User(row.name, Role(row.role), row.isp_code, row.created_at, row.disabled, also, row.email)


def _token_of(row: Row[Any]) -> ApiToken:
    scopes = None if row.scopes is None else frozenset(Scope(each) for each in row.scopes)
    return ApiToken(**{field: getattr(row, field) for field in TOKEN_FIELDS}, scopes=scopes)
