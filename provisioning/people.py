"""People: users, sign-ins and portal sessions. Part of the front desk."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from provisioning.changes import RULE
from provisioning.deeds import acts, done_by
from provisioning.errors import Forbidden, RequestInvalid, SignInRefused, UnknownUser
from provisioning.identity import keyed_hash, new_secret
from provisioning.isps import CLIENT_PREFIX, ISP_ROLES, STAFF_ROLES, Principal, Role, User, principal_of
from provisioning.policy import Action, must
from provisioning.rights import must_be_isp
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

EMAIL = re.compile(r"(?=.{3,254}\Z)[^\s@]+@[^\s@]+\.[^\s@]+")
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
NO_PASSWORD = "!"  # noqa: S105 - what stands for one where somebody only signs in elsewhere: nothing hashes to it
HOUSE_NAMES = frozenset({"system", RULE})  # who did it, where no user did


@acts("sign in", "user", "name")
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
    done_by(principal_of(user))
    secret, now = new_secret(), tools.now()
    with tools.open_unit_of_work() as work:
        work.users.drop_expired_sessions(now)
        lifetime = timedelta(seconds=tools.settings.session_lifetime_s)
        work.users.add_session(keyed_hash(tools.settings.token_pepper, secret), user.name, now + lifetime)
        work.commit()
    return secret, principal_of(user)


def session(tools: Tools, secret: str) -> Principal | None:
    """Who signed in with this session, None where it is unknown, over, or its user disabled."""
    with tools.open_unit_of_work(reading=True) as work:
        return work.users.find_session(keyed_hash(tools.settings.token_pepper, secret), tools.now())


@acts("sign out")
def sign_out(tools: Tools, secret: str) -> None:
    """End a session; an unknown one is fine."""
    hashed = keyed_hash(tools.settings.token_pepper, secret)
    with tools.open_unit_of_work() as work:
        found = work.users.find_session(hashed, tools.now())
        if found is None:
            return
        done_by(found)
        work.users.drop_session(hashed)
        work.commit()


@acts("make a user", "user", "name", says=("role", "isp_code", "also"))
def create_user(
    tools: Tools,
    who: Principal,
    name: str,
    role: Role,
    isp_code: str | None,
    password: str,
    *,
    also: Iterable[Role] = (),
    email: str | None = None,
) -> User:
    """Make a user. The operator's people have no ISP; an ISP's administrator makes its own ISP's users.

    Raises: Forbidden, RequestInvalid, UnknownIsp, UserExists.
    """
    must(who, Action.KEEP_PEOPLE)
    _must_be_of_own_side(who, isp_code)
    if NAME.fullmatch(name) is None:
        raise RequestInvalid("name", "it has 1 to 64 of a-z, 0-9, dot, hyphen, underscore and @")
    if name in HOUSE_NAMES or name.startswith(CLIENT_PREFIX):
        raise RequestInvalid("name", f"{', '.join(sorted(HOUSE_NAMES))} and {CLIENT_PREFIX}... are no user's")
    user = User(name, role, isp_code, tools.now(), also=frozenset(also) - {role}, email=_checked_email(email))
    must_fit_side(tools, user)
    kept_hash = tools.passwords.hash(password)
    with tools.open_unit_of_work() as work:
        _must_be_free(work, user)
        work.users.add(user, kept_hash)
        work.commit()
    return user


def users(tools: Tools, who: Principal) -> tuple[User, ...]:
    """All users for the operator; an ISP's own for its people. Raises: Forbidden."""
    must(who, Action.READ_PEOPLE)
    with tools.open_unit_of_work(reading=True) as work:
        return tuple(user for user in work.users.all() if who.isp_code in {None, user.isp_code})


@acts("change a user", "user", "name", says=("role", "also"))
def change_user(
    tools: Tools,
    who: Principal,
    name: str,
    *,
    role: Role | None = None,
    also: Iterable[Role] | None = None,
    email: str | None = None,
) -> User:
    """Give a user other roles, or another address to sign in by elsewhere ("": none). None: as it is.

    Raises: Forbidden, RequestInvalid, UnknownUser.
    """
    must(who, Action.KEEP_PEOPLE)
    with tools.open_unit_of_work() as work:
        user = _kept_by(work, who, name)
        further = user.also if also is None else frozenset(also)
        main = role or user.role
        address = user.email if email is None else _checked_email(email or None)
        changed = replace(user, role=main, also=further - {main}, email=address)
        must_fit_side(tools, changed)
        _must_be_free(work, changed)
        work.users.change(changed)
        work.commit()
    return changed


@acts("set a password", "user", "name")
def set_password(tools: Tools, who: Principal, name: str, password: str, *, end_tokens: bool = False) -> None:
    """Set one's own password, or that of a user one keeps. Ends the user's sessions.

    API tokens stay good, since programs would stop with them; `end_tokens` revokes them all: for
    when the old password may be known to somebody else.

    Raises: Forbidden, RequestInvalid, UnknownUser.
    """
    must(who, Action.SET_OWN_PASSWORD if who.user_name == name else Action.KEEP_PEOPLE, "set somebody else's password")
    kept_hash = tools.passwords.hash(password)
    with tools.open_unit_of_work() as work:
        if who.user_name == name:
            _must_have_password(work, name)
        if who.user_name != name:
            _kept_by(work, who, name)
        work.users.set_password_hash(name, kept_hash)
        if end_tokens:
            work.users.revoke_tokens_of(name)
        work.commit()


@acts("shut a user out or let it in", "user", "name", says=("disabled", "end_tokens"))
def set_disabled(tools: Tools, who: Principal, name: str, *, disabled: bool, end_tokens: bool = False) -> User:
    """Shut a user out, at once and with its tokens, or let it in again. Ends the user's sessions.

    Its tokens are good again with it, unless `end_tokens` revoked them for ever.

    Raises: Forbidden, UnknownUser.
    """
    must(who, Action.KEEP_PEOPLE, "shut users out")
    with tools.open_unit_of_work() as work:
        user = _kept_by(work, who, name)
        work.users.set_disabled(name, disabled)
        if end_tokens:
            work.users.revoke_tokens_of(name)
        work.commit()
    return replace(user, disabled=disabled)


def keeper_must_reach(work: UnitOfWork, who: Principal, name: str) -> User:
    """The user, where it is of the asker's own side.

    Raises: UnknownUser (the operator asks), Forbidden (an ISP's administrator asks about a
    user of another's, or about nobody: the answer is the same).
    """
    return _kept_by(work, who, name)


def _kept_by(work: UnitOfWork, who: Principal, name: str) -> User:
    found = work.users.find(name)
    if who.isp_code is not None and (found is None or found[0].isp_code != who.isp_code):
        raise Forbidden(who.user_name, "keep users of another ISP, or of none")
    if found is None:
        raise UnknownUser(name)
    return found[0]


def _must_have_password(work: UnitOfWork, name: str) -> None:
    """Raises: UnknownUser; Forbidden: its roles are those of its groups elsewhere, and end with them."""
    found = work.users.find(name)
    if found is None:
        raise UnknownUser(name)
    if found[1] == NO_PASSWORD:
        raise Forbidden(name, "set a password of its own: it signs in elsewhere")


def _must_be_of_own_side(who: Principal, isp_code: str | None) -> None:
    if who.isp_code not in {None, isp_code}:
        raise Forbidden(who.user_name, "keep users of another ISP, or of none")


def _checked_email(email: str | None) -> str | None:
    if email is None:
        return None
    address = email.strip().casefold()
    if EMAIL.fullmatch(address) is None:
        raise RequestInvalid("email", "it looks like name@example.org, in at most 254 characters")
    return address


def _must_be_free(work: UnitOfWork, user: User) -> None:
    """Raises: RequestInvalid: another user signs in by that address."""
    other = None if user.email is None else work.users.find_by_email(user.email)
    if other is not None and other.name != user.name:
        raise RequestInvalid("email", "another user signs in by that address")


def must_fit_side(tools: Tools, user: User) -> None:
    """Raises: RequestInvalid (a role of the other side), UnknownIsp."""
    fitting = STAFF_ROLES if user.isp_code is None else ISP_ROLES
    if not user.roles <= fitting:
        side = "an operator's user has no ISP, and" if user.isp_code is None else "an ISP's user"
        names = ", ".join(sorted(user.roles - fitting))
        raise RequestInvalid("role" if user.isp_code is None else "isp_code", f"{side} is no {names}")
    if user.isp_code is not None:
        must_be_isp(tools.load_snapshot(), user.isp_code)
