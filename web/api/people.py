"""People and machines: who is asking, users, API tokens, and the clients of ISPs."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, cast

from pydantic import Field, StringConstraints

from provisioning import errors, front_desk, people_errors
from provisioning.isps import ApiToken, Client, Principal, Role, Scope, User
from provisioning.policy import CLIENT_SCOPES, Action
from web.api.fields import Asked, Moment, Name, ShortText, Shown, UserName
from web.api.operation import Answer, Call, Operation

type Label = Annotated[ShortText, StringConstraints(min_length=1)]
type Password = Annotated[str, StringConstraints(min_length=12, max_length=256)]
type Scopes = Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]


class MeShown(Shown):
    """Who is asking. `isp_code` is null for the operator's own people, `scopes` where the token is not limited."""

    user_name: str
    role: Role
    also: list[Role]
    isp_code: str | None
    scopes: list[Scope] | None

    @classmethod
    def of(cls, who: Principal) -> "MeShown":
        return cls(
            user_name=who.user_name,
            role=who.role,
            also=sorted(who.also),
            isp_code=who.isp_code,
            scopes=None if who.scopes is None else sorted(who.scopes),
        )


class UserShown(Shown):
    """A user: its roles, its ISP (null: the operator's), and the address it may sign in by elsewhere."""

    name: str
    role: Role
    also: list[Role]
    isp_code: str | None
    email: str | None
    disabled: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserShown":
        return cls(
            name=user.name,
            role=user.role,
            also=sorted(user.also),
            isp_code=user.isp_code,
            email=user.email,
            disabled=user.disabled,
            created_at=user.created_at,
        )


class UsersShown(Shown):
    items: list[UserShown]


class TokenShown(Shown):
    """A token as it may be shown: never its secret. `scopes` null: all its user may do."""

    key: str
    user_name: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked: bool
    scopes: list[Scope] | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> "TokenShown":
        return cls(**_token(token))


class TokensShown(Shown):
    items: list[TokenShown]


class NewTokenShown(TokenShown):
    """A token just made, with its secret: shown this once and never again."""

    secret: str

    @classmethod
    def with_secret(cls, token: ApiToken, secret: str) -> "NewTokenShown":
        return cls(**_token(token), secret=secret)


class ClientShown(Shown):
    """An ISP's client (OAuth2 client credentials) as it may be shown: never its secret."""

    id: str
    isp_code: str
    label: str
    scopes: list[Scope]
    created_by: str
    created_at: datetime
    revoked: bool
    last_used_at: datetime | None

    @classmethod
    def of(cls, client: Client) -> "ClientShown":
        return cls(**_client(client))


class ClientsShown(Shown):
    items: list[ClientShown]


class NewClientShown(ClientShown):
    """A client just made, with its secret: shown this once and never again."""

    secret: str

    @classmethod
    def with_secret(cls, client: Client, secret: str) -> "NewClientShown":
        return cls(**_client(client), secret=secret)


class UserBody(Asked):
    """A user to make. An ISP's administrator leaves `isp_code` out."""

    name: UserName
    role: Role
    password: Password
    isp_code: Name | None = None
    also: list[Role] = Field(default_factory=list, max_length=len(Role), description="further roles")
    email: ShortText | None = Field(None, description="address that signs in by OpenID Connect where it is verified")


class UserChangeBody(Asked):
    """What of a user is to be different; what is left out stays."""

    role: Role | None = None
    also: list[Role] | None = Field(None, max_length=len(Role), description="further roles, all of them")
    email: ShortText | None = Field(None, description="empty for none")
    disabled: bool | None = None
    end_tokens: bool = Field(False, description="also revoke all of its API tokens, for ever")


class TokenBody(Asked):
    """A token to make for oneself, or for a user one keeps."""

    label: Label
    user_name: UserName | None = None
    expires_at: Moment | None = Field(
        None, description="moment it ends, with its zone; after the lifetime of the settings where left out"
    )
    scopes: Scopes | None = Field(None, description="what it is limited to; all its user may do where left out")


class ClientBody(Asked):
    """A client to make; the operator says of which ISP."""

    label: Label
    isp_code: Name | None = None
    scopes: Scopes = Field(description=f"of {', '.join(sorted(CLIENT_SCOPES))}")


def get_me(call: Call) -> Answer:
    return Answer(MeShown.of(call.who))


def list_users(call: Call) -> Answer:
    return Answer(UsersShown(items=[UserShown.of(user) for user in front_desk.users(call.tools, call.who)]))


def create_user(call: Call) -> Answer:
    body = cast("UserBody", call.body)
    isp_code = body.isp_code or call.who.isp_code
    user = front_desk.create_user(
        call.tools, call.who, body.name, body.role, isp_code, body.password, also=body.also, email=body.email
    )
    return Answer(UserShown.of(user), HTTPStatus.CREATED)


def change_user(call: Call) -> Answer:
    body, name = cast("UserChangeBody", call.body), call.path["name"]
    user = front_desk.change_user(call.tools, call.who, name, role=body.role, also=body.also, email=body.email)
    if body.disabled is not None or body.end_tokens:
        disabled = user.disabled if body.disabled is None else body.disabled
        user = front_desk.set_disabled(call.tools, call.who, name, disabled=disabled, end_tokens=body.end_tokens)
    return Answer(UserShown.of(user))


def list_tokens(call: Call) -> Answer:
    return Answer(TokensShown(items=[TokenShown.of(token) for token in front_desk.tokens(call.tools, call.who)]))


def create_token(call: Call) -> Answer:
    body = cast("TokenBody", call.body)
    user_name = body.user_name or call.who.user_name
    secret, token = front_desk.create_token(
        call.tools, call.who, user_name, body.label, body.expires_at, scopes=body.scopes
    )
    return Answer(NewTokenShown.with_secret(token, secret), HTTPStatus.CREATED)


def revoke_token(call: Call) -> Answer:
    front_desk.revoke_token(call.tools, call.who, call.path["key"])
    return Answer(None, HTTPStatus.NO_CONTENT)


def list_clients(call: Call) -> Answer:
    return Answer(ClientsShown(items=[ClientShown.of(client) for client in front_desk.clients(call.tools, call.who)]))


def create_client(call: Call) -> Answer:
    body = cast("ClientBody", call.body)
    secret, client = front_desk.create_client(call.tools, call.who, body.isp_code, body.label, body.scopes)
    return Answer(NewClientShown.with_secret(client, secret), HTTPStatus.CREATED)


def revoke_client(call: Call) -> Answer:
    front_desk.revoke_client(call.tools, call.who, call.path["client_id"])
    return Answer(None, HTTPStatus.NO_CONTENT)


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "key": token.key,
        "user_name": token.user_name,
        "label": token.label,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked": token.revoked,
        "scopes": None if token.scopes is None else sorted(token.scopes),
        "last_used_at": token.last_used_at,
    }


def _client(client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "isp_code": client.isp_code,
        "label": client.label,
        "scopes": sorted(client.scopes),
        "created_by": client.created_by,
        "created_at": client.created_at,
        "revoked": client.revoked,
        "last_used_at": client.last_used_at,
    }


PEOPLE_OPERATIONS: tuple[Operation, ...] = (
    Operation("getMe", "GET", "/me", "Who is asking", "people", get_me, MeShown, action=Action.SEE_ITSELF),
    Operation(
        "listUsers",
        "GET",
        "/users",
        "The users of your ISP (the operator: all)",
        "people",
        list_users,
        UsersShown,
        action=Action.READ_PEOPLE,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "createUser",
        "POST",
        "/users",
        "Make a user",
        "people",
        create_user,
        UserShown,
        action=Action.KEEP_PEOPLE,
        body=UserBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.UnknownIsp, errors.UserExists, errors.RequestInvalid),
    ),
    Operation(
        "changeUser",
        "PATCH",
        "/users/{name}",
        "Give a user other roles, or shut it out",
        "people",
        change_user,
        UserShown,
        action=Action.KEEP_PEOPLE,
        body=UserChangeBody,
        errors=(errors.Forbidden, errors.UnknownUser, errors.RequestInvalid),
    ),
    Operation(
        "listTokens",
        "GET",
        "/tokens",
        "Your API tokens (who keeps users: theirs)",
        "people",
        list_tokens,
        TokensShown,
        action=Action.KEEP_OWN_TOKENS,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "createToken",
        "POST",
        "/tokens",
        "Make an API token; its secret is shown this once",
        "people",
        create_token,
        NewTokenShown,
        action=Action.KEEP_OWN_TOKENS,
        body=TokenBody,
        answers_secret=True,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.UnknownUser, errors.RequestInvalid),
    ),
    Operation(
        "revokeToken",
        "DELETE",
        "/tokens/{key}",
        "End an API token",
        "people",
        revoke_token,
        None,
        action=Action.KEEP_OWN_TOKENS,
        statuses=(HTTPStatus.NO_CONTENT,),
        errors=(errors.UnknownToken, errors.Forbidden),
    ),
    Operation(
        "listClients",
        "GET",
        "/clients",
        "The OAuth2 clients of your ISP (the operator: all)",
        "people",
        list_clients,
        ClientsShown,
        action=Action.KEEP_CLIENTS,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "createClient",
        "POST",
        "/clients",
        "Make an OAuth2 client; its secret is shown this once",
        "people",
        create_client,
        NewClientShown,
        action=Action.KEEP_CLIENTS,
        body=ClientBody,
        answers_secret=True,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.UnknownIsp, errors.RequestInvalid),
        notes="It gets access tokens at `POST /oauth2/token` by its id and secret (RFC 6749 section 4.4).",
    ),
    Operation(
        "revokeClient",
        "DELETE",
        "/clients/{client_id}",
        "End an OAuth2 client, and its access tokens with it",
        "people",
        revoke_client,
        None,
        action=Action.KEEP_CLIENTS,
        statuses=(HTTPStatus.NO_CONTENT,),
        errors=(errors.Forbidden, people_errors.UnknownClient),
    ),
)
