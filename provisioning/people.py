"""People and machines: users, sign-ins, portal sessions and API tokens. Part of the front desk."""

import re
from datetime import datetime, timedelta

from provisioning.errors import (
    RequestInvalid,
    SignInRefused,
    TokenInvalid,
    UnknownToken,
    UnknownUser,
)
from provisioning.identity import keyed_hash, new_secret, new_token_key, same, token_parts, token_text
from provisioning.isps import ApiToken, Principal, Role, User
from provisioning.rights import must_be_isp, must_be_text, must_operate
from provisioning.tools import Tools

LONGEST_LABEL = 64
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def sign_in(tools: Tools, name: str, password: str) -> tuple[str, Principal]:
    """Return the session's secret, for the browser's cookie alone, and who it is.

    The work is the same whether or not the name exists.

    Raises: SignInRefused.
    """
    with tools.open_unit_of_work(reading=True) as work:
        found = work.users.find(name)
    user, kept_hash = found or (None, None)
    if not tools.passwords.matches(kept_hash, password) or user is None or user.disabled:
        raise SignInRefused
    secret, now = new_secret(), tools.now()
    with tools.open_unit_of_work() as work:
        work.users.drop_expired_sessions(now)
        lifetime = timedelta(seconds=tools.settings.session_lifetime_s)
        work.users.add_session(_hashed(tools, secret), user.name, now + lifetime)
        work.commit()
    return secret, _principal_of(user)


def session(tools: Tools, secret: str) -> Principal | None:
    """Who signed in with this session, None where it is unknown, over, or its user disabled."""
    with tools.open_unit_of_work(reading=True) as work:
        return work.users.find_session(_hashed(tools, secret), tools.now())


def sign_out(tools: Tools, secret: str) -> None:
    """End a session; an unknown one is fine."""
    with tools.open_unit_of_work() as work:
        work.users.drop_session(_hashed(tools, secret))
        work.commit()


def create_user(tools: Tools, who: Principal, name: str, role: Role, isp_code: str | None, password: str) -> User:
    """Make a user. The operator's people have no ISP; a reader may have one or not.

    Raises: Forbidden, RequestInvalid, UnknownIsp, UserExists.
    """
    must_operate(who, "make users")
    if NAME.fullmatch(name) is None:
        raise RequestInvalid("name", "it has 1 to 64 of a-z, 0-9, dot, hyphen, underscore and @")
    _must_fit(tools, role, isp_code)
    user = User(name, role, isp_code, tools.now())
    kept_hash = tools.passwords.hash(password)
    with tools.open_unit_of_work() as work:
        work.users.add(user, kept_hash)
        work.commit()
    return user


def users(tools: Tools, who: Principal) -> tuple[User, ...]:
    """All users for the operator; an ISP's own for its people."""
    with tools.open_unit_of_work(reading=True) as work:
        return tuple(user for user in work.users.all() if who.isp_code in {None, user.isp_code})


def set_password(tools: Tools, who: Principal, name: str, password: str) -> None:
    """Set one's own password, or as operator anybody's. Ends the user's sessions.

    Raises: Forbidden, RequestInvalid, UnknownUser.
    """
    if who.user_name != name:
        must_operate(who, "set somebody else's password")
    kept_hash = tools.passwords.hash(password)
    with tools.open_unit_of_work() as work:
        if work.users.find(name) is None:
            raise UnknownUser(name)
        work.users.set_password_hash(name, kept_hash)
        work.commit()


def set_disabled(tools: Tools, who: Principal, name: str, *, disabled: bool) -> None:
    """Shut a user out, at once and with its tokens, or let it in again. Ends the user's sessions.

    Raises: Forbidden, UnknownUser.
    """
    must_operate(who, "shut users out")
    with tools.open_unit_of_work() as work:
        if work.users.find(name) is None:
            raise UnknownUser(name)
        work.users.set_disabled(name, disabled)
        work.commit()


def create_token(
    tools: Tools, who: Principal, user_name: str, label: str, expires_at: datetime | None
) -> tuple[str, ApiToken]:
    """Make a token that acts as its user. Return its text, shown once and kept only as an HMAC.

    Raises: Forbidden, RequestInvalid, UnknownUser.
    """
    if who.user_name != user_name:
        must_operate(who, "make tokens for somebody else")
    must_be_text("label", label, LONGEST_LABEL)
    now = tools.now()
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now):
        raise RequestInvalid("expires_at", "it is a moment in the future, with its time zone")
    key, secret = new_token_key(), new_secret()
    token = ApiToken(key, user_name, label, now, expires_at)
    with tools.open_unit_of_work() as work:
        if work.users.find(user_name) is None:
            raise UnknownUser(user_name)
        work.users.add_token(token, _hashed(tools, secret))
        work.commit()
    return token_text(key, secret), token


def tokens(tools: Tools, who: Principal) -> tuple[ApiToken, ...]:
    """One's own tokens; the operator's: all."""
    everybody = who.isp_code is None and who.role is Role.OPERATOR
    with tools.open_unit_of_work(reading=True) as work:
        return work.users.tokens(None if everybody else who.user_name)


def revoke_token(tools: Tools, who: Principal, key: str) -> None:
    """End a token of one's own, or as operator anybody's.

    Raises: UnknownToken, also where it is somebody else's.
    """
    everybody = who.isp_code is None and who.role is Role.OPERATOR
    with tools.open_unit_of_work() as work:
        found = work.users.find_token(key)
        if found is None or not (everybody or found[0].user_name == who.user_name):
            raise UnknownToken(key)
        work.users.revoke_token(key)
        work.commit()


def principal_of_token(tools: Tools, text: str) -> Principal:
    """Who a token acts as.

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
    return _principal_of(owner[0])


def _is_valid(tools: Tools, token: ApiToken, kept: str, secret: str) -> bool:
    is_over = token.expires_at is not None and token.expires_at <= tools.now()
    return same(kept, _hashed(tools, secret)) and not token.revoked and not is_over


def _hashed(tools: Tools, secret: str) -> str:
    return keyed_hash(tools.settings.token_pepper, secret)


def _principal_of(user: User) -> Principal:
    return Principal(user.name, user.role, user.isp_code)


def _must_fit(tools: Tools, role: Role, isp_code: str | None) -> None:
    if role is Role.OPERATOR and isp_code is not None:
        raise RequestInvalid("isp_code", "an operator's user has no ISP")
    if role is Role.ISP and isp_code is None:
        raise RequestInvalid("isp_code", "an ISP's user has one")
    if isp_code is not None:
        must_be_isp(tools.load_snapshot(), isp_code)
