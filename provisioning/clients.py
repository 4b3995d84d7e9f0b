"""OAuth2 clients: an ISP's programs, given access tokens for a while (RFC 6749 section 4.4). Of the front desk.

A client belongs to its ISP. Client secrets and access tokens are 256 random bits, shown once and
kept as an HMAC: checking one costs microseconds, so there is nothing that many requests could
exhaust as they could the hashing of passwords.
"""

from collections.abc import Callable, Collection
from datetime import timedelta

from provisioning.deeds import about, acts
from provisioning.errors import Forbidden, RequestInvalid, TokenInvalid
from provisioning.identity import keyed_hash, new_secret, new_token_key, same
from provisioning.isps import CLIENT_PREFIX, AccessToken, Client, Principal, Role, Scope
from provisioning.people_errors import ClientRefused, ScopeMissing, UnknownClient
from provisioning.policy import CLIENT_SCOPES, Action, must
from provisioning.rights import must_be_isp, must_be_text
from provisioning.tools import Tools

LONGEST_LABEL = 64
ACCESS_PREFIX = "nha_"


@acts("make a client", says=("isp_code", "label", "scopes"))
def create_client(
    tools: Tools, who: Principal, isp_code: str | None, label: str, scopes: Collection[Scope]
) -> tuple[str, Client]:
    """Make a client of one's own ISP, or as operator of the one named. Return its secret, shown once.

    Raises: Forbidden, ScopeMissing, RequestInvalid, UnknownIsp.
    """
    must(who, Action.KEEP_CLIENTS)
    must_be_text("label", label, LONGEST_LABEL)
    owner = _owner(tools, who, isp_code)
    wanted = _checked(who, scopes)
    secret = new_secret()
    client = Client(f"{CLIENT_PREFIX}{new_token_key()}", owner, label, wanted, who.user_name, tools.now())
    with tools.open_unit_of_work() as work:
        work.clients.add(client, _hashed(tools, secret))
        about("client", client.id)
        work.commit()
    return secret, client


def clients(tools: Tools, who: Principal) -> tuple[Client, ...]:
    """An ISP's own; the operator's: all. Raises: Forbidden."""
    must(who, Action.KEEP_CLIENTS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.clients.all(who.isp_code)


@acts("revoke a client", "client", "client_id")
def revoke_client(tools: Tools, who: Principal, client_id: str) -> None:
    """End a client and all access tokens it was given; twice is the same as once.

    Raises: Forbidden; UnknownClient, also where it is another ISP's.
    """
    must(who, Action.KEEP_CLIENTS)
    with tools.open_unit_of_work() as work:
        found = work.clients.find(client_id)
        if found is None or who.isp_code not in {None, found[0].isp_code}:
            raise UnknownClient(client_id)
        work.clients.revoke(client_id)
        work.commit()


@acts("get an access token", "client", "client_id", says=("scopes",))
def grant_access(
    tools: Tools,
    client_id: str,
    secret: str,
    scopes: Collection[str] | None,
    *,
    must_have_room: Callable[[str], None] = lambda _: None,
) -> tuple[str, AccessToken]:
    """Give a client that knows its secret an access token: its text, shown once. `scopes` None: all the client's.

    `must_have_room` is asked with the client's id before anything is kept, and raises where it has had too many.

    Raises: ClientRefused, for whatever reason; ScopeMissing: not one of the client's scopes; what it raises.
    """
    with tools.open_unit_of_work(reading=True) as work:
        found = work.clients.find(client_id)
    if found is None or not same(found[1], _hashed(tools, secret)) or found[0].revoked:
        raise ClientRefused
    client = found[0]
    unknown = sorted(set(scopes or ()) - client.scopes)
    if unknown:
        raise ScopeMissing(client.id, "ask for this", unknown[0][:64])
    granted = client.scopes if not scopes else frozenset(Scope(each) for each in scopes)
    must_have_room(client.id)
    now, key, text = tools.now(), new_token_key(), new_secret()
    token = AccessToken(key, client.id, granted, now + timedelta(seconds=tools.settings.access_token_lifetime_s))
    with tools.open_unit_of_work() as work:
        work.clients.add_access_token(token, _hashed(tools, text), now)
        work.commit()
    return f"{ACCESS_PREFIX}{key}.{text}", token


def principal_of_access_token(tools: Tools, text: str) -> Principal:
    """The client that an access token was given to, within the token's scopes.

    Raises: TokenInvalid, for whatever reason.
    """
    key, dot, secret = text.removeprefix(ACCESS_PREFIX).partition(".")
    if not text.startswith(ACCESS_PREFIX) or not (key and dot and secret):
        raise TokenInvalid
    with tools.open_unit_of_work(reading=True) as work:
        found = work.clients.find_access_token(key)
    if found is None:
        raise TokenInvalid
    token, client, kept = found
    if not same(kept, _hashed(tools, secret)) or client.revoked or token.expires_at <= tools.now():
        raise TokenInvalid
    return Principal(client.id, Role.ISP_ADMIN, client.isp_code, scopes=token.scopes & CLIENT_SCOPES)


def _owner(tools: Tools, who: Principal, isp_code: str | None) -> str:
    """Raises: Forbidden, RequestInvalid, UnknownIsp."""
    if who.isp_code is not None:
        if isp_code not in {None, who.isp_code}:
            raise Forbidden(who.user_name, "keep clients of another ISP")
        return who.isp_code
    if isp_code is None:
        raise RequestInvalid("isp_code", "a client belongs to an ISP, and the operator says to which")
    return must_be_isp(tools.load_snapshot(), isp_code)


def _checked(who: Principal, scopes: Collection[Scope]) -> frozenset[Scope]:
    """Raises: RequestInvalid, ScopeMissing."""
    wanted = frozenset(scopes)
    if not wanted or not wanted <= CLIENT_SCOPES:
        raise RequestInvalid("scopes", f"a client has some of {', '.join(sorted(CLIENT_SCOPES))}")
    if who.scopes is not None and not wanted <= who.scopes:
        raise ScopeMissing(who.user_name, "make such a client", min(wanted - who.scopes))
    return wanted


def _hashed(tools: Tools, secret: str) -> str:
    return keyed_hash(tools.settings.token_pepper, secret)
