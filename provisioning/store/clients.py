"""OAuth2 clients and their access tokens, in the database. No secret is kept here, only keyed hashes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from provisioning.isps import AccessToken, Client, Scope
from provisioning.people_errors import UnknownClient
from provisioning.store.keys import can_be_key
from provisioning.store.people_tables import access_tokens, oauth_clients

CLIENT_FIELDS = ("id", "isp_code", "label", "created_by", "created_at", "revoked", "last_used_at")


class StoredClients:
    """Implements `work.Clients`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, client: Client, secret_hmac: str) -> None:
        row = {field: getattr(client, field) for field in CLIENT_FIELDS}
        more = {"scopes": sorted(client.scopes), "secret_hmac": secret_hmac}
        self._session.execute(insert(oauth_clients).values(row | more))

    def find(self, client_id: str) -> tuple[Client, str] | None:
        if not can_be_key(client_id):
            return None
        found = self._session.execute(select(oauth_clients).where(oauth_clients.c.id == client_id)).first()
        return None if found is None else (_client_of(found), found.secret_hmac)

    def all(self, isp_code: str | None) -> tuple[Client, ...]:
        query = select(oauth_clients).order_by(oauth_clients.c.created_at, oauth_clients.c.id)
        if isp_code is not None:
            query = query.where(oauth_clients.c.isp_code == isp_code)
        return tuple(_client_of(row) for row in self._session.execute(query))

    def revoke(self, client_id: str) -> None:
        changed = update(oauth_clients).where(oauth_clients.c.id == client_id).values(revoked=True)
        if self._session.execute(changed.returning(oauth_clients.c.id)).first() is None:
            raise UnknownClient(client_id)
        self._session.execute(delete(access_tokens).where(access_tokens.c.client_id == client_id))

    def add_access_token(self, token: AccessToken, secret_hmac: str, now: datetime) -> None:
        self._session.execute(delete(access_tokens).where(access_tokens.c.expires_at <= now))
        row = {"key": token.key, "client_id": token.client_id, "expires_at": token.expires_at}
        more = {"scopes": sorted(token.scopes), "secret_hmac": secret_hmac}
        self._session.execute(insert(access_tokens).values(row | more))
        used = update(oauth_clients).where(oauth_clients.c.id == token.client_id).values(last_used_at=now)
        self._session.execute(used)

    def find_access_token(self, key: str) -> tuple[AccessToken, Client, str] | None:
        if not can_be_key(key):
            return None
        found = self._session.execute(select(access_tokens).where(access_tokens.c.key == key)).first()
        client = None if found is None else self.find(found.client_id)
        if found is None or client is None:
            return None
        scopes = frozenset(Scope(each) for each in found.scopes)
        return AccessToken(found.key, found.client_id, scopes, found.expires_at), client[0], found.secret_hmac


def _client_of(row: Row[Any]) -> Client:
    fields = {field: getattr(row, field) for field in CLIENT_FIELDS}
    return Client(**fields, scopes=frozenset(Scope(each) for each in row.scopes))
