"""People who sign in elsewhere (OpenID Connect): whom that makes them here. Part of the front desk.

Who somebody is there (issuer and subject) leads to a user here in one of three ways: that identity
was bound before; its e-mail, which the other side has verified, is that of a user; or what the
other side says of its groups is mapped to roles, and a user is made. An address that is not
verified leads nowhere: anybody could have typed it.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from provisioning.deeds import acts, done_by
from provisioning.errors import RequestInvalid
from provisioning.identity import keyed_hash, new_secret
from provisioning.isps import ISP_ROLES, STAFF_ROLES, Principal, Role, User, principal_of
from provisioning.people import NAME, NO_PASSWORD, keeper_must_reach, must_fit_side
from provisioning.people_errors import SignInElsewhereRefused
from provisioning.policy import Action, must
from provisioning.rights import must_be_text
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

LONGEST_ISSUER = 255
LONGEST_SUBJECT = 255  # OpenID Connect Core section 2


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the other side vouches for. `email` only where it is verified; `groups` as its claim has them."""

    issuer: str
    subject: str
    email: str | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """The roles that groups lead to, on one side."""

    roles: frozenset[Role]
    isp_code: str | None


def grant_of(groups: Collection[str], mapping: Mapping[str, str]) -> Grant | None:
    """What the groups lead to by a mapping such as {"noc": "noc", "quayside": "isp-user@quayside"}; None: nothing.

    Pure. Raises: SignInElsewhereRefused: they lead to more than one organisation.
    """
    found = {_target(mapping[group]) for group in groups if group in mapping}
    if not found:
        return None
    sides = {isp_code for _, isp_code in found}
    if len(sides) > 1:
        raise SignInElsewhereRefused("its groups there belong to more than one organisation here")
    return Grant(frozenset(role for role, _ in found), sides.pop())


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raises: ValueError, naming the entry: a role that is none, or one of the other side."""
    for group, target in mapping.items():
        try:
            role, isp_code = _target(target)
        except ValueError:
            raise ValueError(f"{group!r} leads to {target!r}, which is no role") from None
        if role not in (STAFF_ROLES if isp_code is None else ISP_ROLES):
            raise ValueError(f"{group!r} leads to {target!r}, a role of the other side")


@acts("sign in elsewhere")
def sign_in_elsewhere(tools: Tools, person: Elsewhere, mapping: Mapping[str, str]) -> tuple[str, Principal]:
    """Return the session's secret, for the browser's cookie alone, and who it is.

    Raises: SignInElsewhereRefused.
    """
    grant = grant_of(person.groups, mapping)
    secret, now = new_secret(), tools.now()
    with tools.open_unit_of_work() as work:
        user = _known(work, person, grant) or _made(tools, work, person, grant)
        if user.disabled:
            raise SignInElsewhereRefused("its user here is shut out")
        done_by(principal_of(user))
        lifetime = timedelta(seconds=tools.settings.session_lifetime_s)
        work.users.drop_expired_sessions(now)
        work.users.add_session(keyed_hash(tools.settings.token_pepper, secret), user.name, now + lifetime)
        work.commit()
    return secret, principal_of(user)


@acts("bind an identity", "user", "name", says=("issuer",))
def bind_identity(tools: Tools, who: Principal, name: str, issuer: str, subject: str) -> None:
    """Say that whoever signs in there as that subject is this user here.

    Raises: Forbidden, RequestInvalid (it is another user's already), UnknownUser.
    """
    must(who, Action.KEEP_PEOPLE)
    must_be_text("issuer", issuer, LONGEST_ISSUER)
    must_be_text("subject", subject, LONGEST_SUBJECT)
    with tools.open_unit_of_work(by=who.user_name) as work:
        user = keeper_must_reach(work, who, name)
        bound = work.users.find_identity(issuer, subject)
        if bound is not None and bound.name != user.name:
            raise RequestInvalid("subject", "it is bound to another user")
        if bound is None:
            work.users.add_identity(issuer, subject, user.name, tools.now())
        work.commit()


def _known(work: UnitOfWork, person: Elsewhere, grant: Grant | None) -> User | None:
    user = work.users.find_identity(person.issuer, person.subject)
    if user is not None:
        return _followed(work, user, grant)
    user = None if person.email is None else work.users.find_by_email(person.email)
    if user is not None and grant is not None and grant.isp_code != user.isp_code:
        # Whoever keeps users writes addresses down: that must not draw another organisation's people into its own.
        raise SignInElsewhereRefused("its address is that of a user of another organisation than its groups lead to")
    if user is not None:
        _bind(work, person, user)
    return user


def _followed(work: UnitOfWork, user: User, grant: Grant | None) -> User:
    """A user that was made by its groups has the roles that they lead to now, and none without them."""
    found = work.users.find(user.name)
    if found is None or found[1] != NO_PASSWORD:
        return user
    if grant is None or grant.isp_code != user.isp_code:
        raise SignInElsewhereRefused("its groups there lead to no role here any more")
    role = min(grant.roles, key=list(Role).index)
    changed = replace(user, role=role, also=grant.roles - {role})
    if changed != user:
        work.users.change(changed)
    return changed


def _made(tools: Tools, work: UnitOfWork, person: Elsewhere, grant: Grant | None) -> User:
    if person.email is None or grant is None:
        raise SignInElsewhereRefused("it leads to no user here: no verified e-mail of one, and no group with a role")
    role = min(grant.roles, key=list(Role).index)
    name = _name_of(person)
    if work.users.find(name) is not None:
        raise SignInElsewhereRefused("a user of that name is here already, with another way to sign in")
    user = User(name, role, grant.isp_code, tools.now(), also=grant.roles - {role}, email=person.email)
    must_fit_side(tools, user)
    work.users.add(user, NO_PASSWORD)
    _bind(work, person, user)
    return user


def _bind(work: UnitOfWork, person: Elsewhere, user: User) -> None:
    work.users.add_identity(person.issuer, person.subject, user.name, user.created_at)


def _name_of(person: Elsewhere) -> str:
    """The address where it can be a name, else one that is made of it."""
    email = person.email or ""
    if NAME.fullmatch(email):
        return email
    start = re.sub(r"[^a-z0-9._-]", "", email.partition("@")[0].casefold()).lstrip("._-")[:40] or "person"
    return f"{start}-{hashlib.sha256(f'{person.issuer} {person.subject}'.encode()).hexdigest()[:8]}"


def _target(text: str) -> tuple[Role, str | None]:
    role, at, isp_code = text.partition("@")
    return Role(role), isp_code if at else None
