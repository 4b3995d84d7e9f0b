"""The tables of clients and their access tokens, of who signs in elsewhere, of first approvals and of answers given.

No secret is kept here, only keyed hashes. Times are UTC.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime, users

oauth_clients = Table(
    "oauth_clients",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False, index=True),
    Column("label", String, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("secret_hmac", String, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("last_used_at", UtcDateTime),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("key", String, primary_key=True),
    Column("client_id", String, ForeignKey("oauth_clients.id"), nullable=False, index=True),
    Column("scopes", JSON, nullable=False),
    Column("secret_hmac", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("user_name", String, ForeignKey(users.c.name), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

given_approvals = Table(
    "given_approvals",
    metadata,
    Column("about", String, primary_key=True),  # such as "order O-..."
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("by", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("why", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

given_answers = Table(
    "given_answers",
    metadata,
    Column("caller", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),  # of method, path and body
    Column("attempt", String, nullable=False),  # whose the key is now
    Column("begun_at", UtcDateTime, nullable=False, index=True),
    Column("has_effect", Boolean, nullable=False),  # something was committed under it
    Column("status", Integer),  # null: not answered yet
    Column("body", Text),  # null: not kept, since a secret stood in it
    Column("headers", JSON(none_as_null=True)),
)
