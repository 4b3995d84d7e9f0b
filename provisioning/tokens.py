"""API tokens: made, shown, ended, and whom one acts as. Part of the front desk.

A token acts as its user, within its scopes where it has any, until it ends. Its secret is shown
once and kept as an HMAC.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from provisioning.deeds import about, acts
from provisioning.errors import RequestInvalid, TokenInvalid, UnknownToken, UnknownUser
from provisioning.identity import keyed_hash, new_secret, new_token_key, same, token_parts, token_text
from provisioning.isps import ApiToken, Principal, Scope, principal_of
from provisioning.people import keeper_must_reach
from provisioning.people_errors import ScopeMissing
from provisioning.policy import Action, may, must
from provisioning.rights import must_be_text
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

LONGEST_LABEL = 64
USE_SAID_EVERY = timedelta(minutes=1)  # the last use is not written at every request


@acts("make an API token", says=("user_name", "label", "expires_at", "scopes"))
def create_token(
    tools: Tools,
    who: Principal,
    user_name: str,
    label: str,
    expires_at: datetime | None,
    *,
    scopes: Iterable[Scope] | None = None,
) -> tuple[str, ApiToken]:
    """Make a token that acts as its user. Return its text, shown once and kept only as an HMAC.

    `expires_at` None: after the lifetime that the settings say. `scopes` None: all that its user
    may do; who comes with a limited token makes none that may do more.

    Raises: Forbidden, ScopeMissing, RequestInvalid, UnknownUser.
    """
    _must_keep(who, user_name)
    must_be_text("label", label, LONGEST_LABEL)
    wanted = _within(who, None if scopes is None else frozenset(scopes))
    now = tools.now()
    ends_at = _end(tools, now, expires_at)
    key, secret = new_token_key(), new_secret()
    token = ApiToken(key, user_name, label, now, ends_at, scopes=wanted)
    with tools.open_unit_of_work() as work:
        if who.user_name != user_name:
            keeper_must_reach(work, who, user_name)
        elif work.users.find(user_name) is None:
            raise UnknownUser(user_name)
        work.users.add_token(token, _hashed(tools, secret))
        about("token", key)
        work.commit()
    return token_text(key, secret), token


def tokens(tools: Tools, who: Principal) -> tuple[ApiToken, ...]:
    """One's own tokens; those of all its users for who keeps them. Raises: Forbidden."""
    must(who, Action.KEEP_OWN_TOKENS)
    everybody = may(who, Action.KEEP_TOKENS_OF_OTHERS)
    with tools.open_unit_of_work(reading=True) as work:
        if everybody:
            return work.users.tokens(isp_code=who.isp_code)
        return work.users.tokens(who.user_name)


@acts("revoke an API token", "token", "key")
def revoke_token(tools: Tools, who: Principal, key: str) -> None:
    """End a token of one's own, or of a user one keeps.

    Raises: Forbidden; UnknownToken, also where it is somebody else's.
    """
    must(who, Action.KEEP_OWN_TOKENS)
    with tools.open_unit_of_work() as work:
        found = work.users.find_token(key)
        if found is None or not _is_kept_by(work, who, found[0].user_name):
            raise UnknownToken(key)
        work.users.revoke_token(key)
        work.commit()


def principal_of_token(tools: Tools, text: str) -> Principal:
    """Who a token acts as, and within which scopes. Notes the use, at most once a minute.

    Raises: TokenInvalid, for whatever reason.
    """
    parts = token_parts(text)
    if parts is None:
        raise TokenInvalid
    key, secret = parts
    with tools.open_unit_of_work(reading=True) as work:
        found = work.users.find_token(key)
        owner = None if found is None else work.users.find(found[0].user_name)
    if found is None or owner is None or owner[0].disabled or not _is_valid(tools, *found, secret):
        raise TokenInvalid
    _note_use(tools, found[0])
    who = principal_of(owner[0])
    return Principal(who.user_name, who.role, who.isp_code, who.also, found[0].scopes)


def _note_use(tools: Tools, token: ApiToken) -> None:
    now = tools.now()
    if token.last_used_at is not None and token.last_used_at > now - USE_SAID_EVERY:
        return
    with tools.open_unit_of_work() as work:
        work.users.note_use(token.key, now, now - USE_SAID_EVERY)
        work.commit()


def _must_keep(who: Principal, user_name: str) -> None:
    """Raises: Forbidden, ScopeMissing."""
    must(who, Action.KEEP_OWN_TOKENS)
    if who.user_name != user_name:
        must(who, Action.KEEP_TOKENS_OF_OTHERS, "make tokens for somebody else")


def _is_kept_by(work: UnitOfWork, who: Principal, user_name: str) -> bool:
    if who.user_name == user_name:
        return True
    owner = work.users.find(user_name)
    return (
        may(who, Action.KEEP_TOKENS_OF_OTHERS)
        and owner is not None
        and (who.isp_code is None or owner[0].isp_code == who.isp_code)
    )


def _within(who: Principal, wanted: frozenset[Scope] | None) -> frozenset[Scope] | None:
    """The scopes of a token that `who` makes: all of its own where none are named.

    Raises: ScopeMissing, RequestInvalid.
    """
    if wanted is not None and not wanted:
        raise RequestInvalid("scopes", "a token with none may do nothing: name some, or leave them out")
    if who.scopes is None:
        return wanted
    if wanted is None:
        return who.scopes
    missing = sorted(wanted - who.scopes)
    if missing:
        raise ScopeMissing(who.user_name, "make such a token", missing[0])
    return wanted


def _end(tools: Tools, now: datetime, asked: datetime | None) -> datetime:
    """Raises: RequestInvalid."""
    settings = tools.settings
    longest = timedelta(days=settings.longest_token_lifetime_days)
    if asked is None:
        return now + min(timedelta(days=settings.token_lifetime_days), longest)
    if asked.tzinfo is None or asked <= now:
        raise RequestInvalid("expires_at", "it is a moment in the future, with its time zone")
    if asked - now > longest:
        raise RequestInvalid("expires_at", f"it is at most {longest.days} days from now")
    return asked


def _is_valid(tools: Tools, token: ApiToken, kept: str, secret: str) -> bool:
    is_over = token.expires_at is not None and token.expires_at <= tools.now()
    return same(kept, _hashed(tools, secret)) and not token.revoked and not is_over


def _hashed(tools: Tools, secret: str) -> str:
    return keyed_hash(tools.settings.token_pepper, secret)
