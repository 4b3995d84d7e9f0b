"""Sign-in, sessions, users and tokens at the front desk, and what the database keeps of their secrets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from provisioning import front_desk
from provisioning.errors import (
    Forbidden,
    RequestInvalid,
    SignInRefused,
    TokenInvalid,
    UnknownIsp,
    UnknownToken,
    UnknownUser,
    UserExists,
)
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role, Scope
from provisioning.people_errors import ScopeMissing
from provisioning.store.tables import api_tokens, portal_sessions, users
from provisioning.tools import Tools
from tests.integration.desk import Clock, desk_on

PASSWORD = "correct horse battery"
ANNA = Principal("anna", Role.ISP_ADMIN, "alder")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tools(engine: Engine, clock: Clock) -> Tools:
    tools = desk_on(engine, now=clock)
    front_desk.create_user(tools, SYSTEM, "anna", Role.ISP_ADMIN, "alder", PASSWORD)
    return tools


def test_whoever_signs_in_is_known_by_the_session_until_it_ends(tools: Tools, clock: Clock) -> None:
    secret, who = front_desk.sign_in(tools, "anna", PASSWORD)

    assert who == front_desk.session(tools, secret) == ANNA
    assert front_desk.session(tools, secret + "x") is None
    clock.at += timedelta(seconds=tools.settings.session_lifetime_s)
    assert front_desk.session(tools, secret) is None


def test_signing_in_sweeps_out_sessions_that_are_over(engine: Engine, tools: Tools, clock: Clock) -> None:
    front_desk.sign_in(tools, "anna", PASSWORD)
    clock.at += timedelta(days=2)
    front_desk.sign_in(tools, "anna", PASSWORD)

    with engine.connect() as connection:
        assert len(connection.execute(select(portal_sessions)).all()) == 1


def test_a_wrong_name_a_wrong_password_and_a_disabled_user_get_the_same_answer(engine: Engine, tools: Tools) -> None:
    front_desk.create_user(tools, SYSTEM, "gone", Role.AUDITOR, None, PASSWORD)
    with engine.begin() as connection:
        connection.execute(update(users).where(users.c.name == "gone").values(disabled=True))
    answers = []
    for name, password in (("anna", "wrong" * 4), ("nobody", PASSWORD), ("gone", PASSWORD), ("anna", "x" * 10_000)):
        with pytest.raises(SignInRefused) as caught:
            front_desk.sign_in(tools, name, password)
        answers.append(str(caught.value))

    assert len(set(answers)) == 1


def test_a_disabled_user_is_out_at_once_and_comes_back_without_the_old_session(tools: Tools) -> None:
    secret, _ = front_desk.sign_in(tools, "anna", PASSWORD)
    text, _ = front_desk.create_token(tools, ANNA, "anna", "ci", None)

    front_desk.set_disabled(tools, SYSTEM, "anna", disabled=True)

    assert front_desk.session(tools, secret) is None
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, text)
    with pytest.raises(SignInRefused):
        front_desk.sign_in(tools, "anna", PASSWORD)

    front_desk.set_disabled(tools, SYSTEM, "anna", disabled=False)

    assert front_desk.session(tools, secret) is None
    assert front_desk.principal_of_token(tools, text) == ANNA


def test_a_new_password_ends_the_sessions_and_the_old_one(tools: Tools) -> None:
    secret, _ = front_desk.sign_in(tools, "anna", PASSWORD)

    front_desk.set_password(tools, ANNA, "anna", "another long password")

    assert front_desk.session(tools, secret) is None
    with pytest.raises(SignInRefused):
        front_desk.sign_in(tools, "anna", PASSWORD)
    assert front_desk.sign_in(tools, "anna", "another long password")[1] == ANNA
    with pytest.raises(UnknownUser, match="nobody"):
        front_desk.set_password(tools, SYSTEM, "nobody", PASSWORD)


@pytest.mark.parametrize(
    ("name", "role", "isp_code", "password", "error"),
    [
        ("anna", Role.ISP_ADMIN, "birch", PASSWORD, UserExists),
        ("Anna B", Role.ISP_ADMIN, "alder", PASSWORD, RequestInvalid),
        ("x" * 65, Role.ISP_ADMIN, "alder", PASSWORD, RequestInvalid),
        ("carl", Role.ISP_ADMIN, "alder", "short", RequestInvalid),
        ("carl", Role.ISP_ADMIN, "alder", "x" * 257, RequestInvalid),
        ("carl", Role.ISP_ADMIN, None, PASSWORD, RequestInvalid),
        ("carl", Role.OPERATOR, "alder", PASSWORD, RequestInvalid),
        ("carl", Role.ISP_ADMIN, "tram", PASSWORD, UnknownIsp),
        ("carl", Role.AUDITOR, "nobody", PASSWORD, UnknownIsp),
    ],
)
def test_a_user_that_cannot_be_made_is_not_made(
    tools: Tools, name: str, role: Role, isp_code: str | None, password: str, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        front_desk.create_user(tools, SYSTEM, name, role, isp_code, password)

    assert password not in str(caught.value)
    assert [user.name for user in front_desk.users(tools, SYSTEM)] == ["anna"]


def test_a_token_acts_as_its_user_until_it_is_revoked(tools: Tools) -> None:
    text, token = front_desk.create_token(tools, ANNA, "anna", "ci", None)

    assert text.startswith(f"nh_{token.key}.")
    assert front_desk.principal_of_token(tools, text) == ANNA
    (shown,) = front_desk.tokens(tools, ANNA)
    assert front_desk.tokens(tools, SYSTEM) == (shown,)
    assert replace(shown, last_used_at=None) == token
    front_desk.revoke_token(tools, ANNA, token.key)
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, text)
    assert front_desk.tokens(tools, ANNA)[0].revoked


def test_a_token_ends_at_its_time(tools: Tools, clock: Clock) -> None:
    text, _ = front_desk.create_token(tools, ANNA, "anna", "ci", clock.at + timedelta(hours=1))

    assert front_desk.principal_of_token(tools, text) == ANNA
    clock.at += timedelta(hours=1)
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, text)


@pytest.mark.parametrize("text", ["", "nh_", "nh_.", "nh_a.", "nh_.b", "nbt_a.b", "nh_nokey.secret", "é.é", "nh_é.é\0"])
def test_a_text_that_is_no_token_of_ours_is_refused(tools: Tools, text: str) -> None:
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, text)


def test_a_key_with_another_tokens_secret_is_refused(tools: Tools) -> None:
    (one, first), (other, _) = (front_desk.create_token(tools, ANNA, "anna", label, None) for label in ("a", "b"))

    assert front_desk.principal_of_token(tools, one) == ANNA
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, f"nh_{first.key}.{other.partition('.')[2]}")


def test_tokens_are_made_for_oneself_or_by_the_operator(tools: Tools) -> None:
    text, _ = front_desk.create_token(tools, SYSTEM, "anna", "by the operator", None)

    assert front_desk.principal_of_token(tools, text) == ANNA
    with pytest.raises(Forbidden):
        front_desk.create_token(tools, ANNA, "olga", "mine", None)
    with pytest.raises(UnknownUser):
        front_desk.create_token(tools, SYSTEM, "nobody", "mine", None)
    with pytest.raises(UnknownToken):
        front_desk.revoke_token(tools, SYSTEM, "nokey")
    for label in ("", "x" * 65, "a\nb"):
        with pytest.raises(RequestInvalid, match="label"):
            front_desk.create_token(tools, ANNA, "anna", label, None)
    for moment in (datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1)):  # noqa: DTZ001  # a naive one is refused
        with pytest.raises(RequestInvalid, match="expires_at"):
            front_desk.create_token(tools, ANNA, "anna", "ci", moment)


def test_no_secret_stands_in_the_database_in_clear(engine: Engine, tools: Tools) -> None:
    session_secret, _ = front_desk.sign_in(tools, "anna", PASSWORD)
    text, _ = front_desk.create_token(tools, ANNA, "anna", "ci", None)
    token_secret = text.partition(".")[2]

    with engine.connect() as connection:
        kept = repr([connection.execute(select(table)).all() for table in (users, api_tokens, portal_sessions)])

    assert "$argon2id$" in kept
    assert not any(secret in kept for secret in (PASSWORD, session_secret, token_secret))


def test_the_last_use_of_a_token_is_said_once_a_minute(engine: Engine, tools: Tools, clock: Clock) -> None:
    text, token = front_desk.create_token(tools, ANNA, "anna", "ci", None)
    assert token.last_used_at is None

    def used_at() -> datetime | None:
        return front_desk.tokens(tools, ANNA)[0].last_used_at

    front_desk.principal_of_token(tools, text)
    first = used_at()
    front_desk.principal_of_token(tools, text)
    assert used_at() == first
    clock.at += timedelta(minutes=1)
    front_desk.principal_of_token(tools, text)
    assert first is not None
    assert used_at() > first


def test_a_token_lives_as_long_as_the_settings_say_and_no_longer(tools: Tools, clock: Clock) -> None:
    now = clock.at
    _, usual = front_desk.create_token(tools, ANNA, "anna", "ci", None)
    assert usual.expires_at is not None
    assert timedelta(days=90) <= usual.expires_at - now < timedelta(days=90, minutes=1)
    front_desk.create_token(tools, ANNA, "anna", "ci", now + timedelta(days=366))
    with pytest.raises(RequestInvalid, match="at most 366 days"):
        front_desk.create_token(tools, ANNA, "anna", "ci", now + timedelta(days=367))


def test_a_limited_token_makes_none_that_may_do_more(tools: Tools) -> None:
    text, _ = front_desk.create_token(
        tools, ANNA, "anna", "keeper", None, scopes=[Scope.PEOPLE_WRITE, Scope.ORDERS_READ]
    )
    keeper = front_desk.principal_of_token(tools, text)

    _, inherited = front_desk.create_token(tools, keeper, "anna", "child", None)
    _, narrower = front_desk.create_token(tools, keeper, "anna", "child", None, scopes=[Scope.ORDERS_READ])
    assert inherited.scopes == keeper.scopes
    assert narrower.scopes == {Scope.ORDERS_READ}
    with pytest.raises(ScopeMissing):
        front_desk.create_token(tools, keeper, "anna", "child", None, scopes=[Scope.ORDERS_WRITE])
    with pytest.raises(RequestInvalid):
        front_desk.create_token(tools, keeper, "anna", "child", None, scopes=[])


def test_an_administrator_keeps_the_users_and_tokens_of_its_isp_alone(tools: Tools) -> None:
    front_desk.create_user(tools, SYSTEM, "bela", Role.ISP_ADMIN, "birch", PASSWORD)
    made = front_desk.create_user(tools, ANNA, "abel", Role.ISP_USER, "alder", PASSWORD, also=[Role.AUDITOR])
    _, his = front_desk.create_token(tools, ANNA, "abel", "for him", None)

    assert made.roles == {Role.ISP_USER, Role.AUDITOR}
    assert {user.name for user in front_desk.users(tools, ANNA)} == {"anna", "abel"}
    assert front_desk.tokens(tools, ANNA) == (his,)
    bela = Principal("bela", Role.ISP_ADMIN, "birch")
    for ask in (
        lambda: front_desk.create_user(tools, bela, "x", Role.ISP_USER, "alder", PASSWORD),
        lambda: front_desk.create_user(tools, bela, "x", Role.AUDITOR, None, PASSWORD),
        lambda: front_desk.change_user(tools, bela, "abel", role=Role.AUDITOR),
        lambda: front_desk.change_user(tools, bela, "nobody", role=Role.AUDITOR),
        lambda: front_desk.set_password(tools, bela, "abel", PASSWORD),
        lambda: front_desk.create_token(tools, bela, "abel", "x", None),
    ):
        with pytest.raises(Forbidden, match="bela may not"):
            ask()
    with pytest.raises(UnknownToken):
        front_desk.revoke_token(tools, bela, his.key)
    front_desk.revoke_token(tools, ANNA, his.key)


def test_roles_are_of_one_side_and_changed_by_who_keeps_the_user(tools: Tools) -> None:
    changed = front_desk.change_user(tools, SYSTEM, "anna", role=Role.ISP_USER, also=[Role.ISP_USER, Role.AUDITOR])
    assert (changed.role, changed.also) == (Role.ISP_USER, {Role.AUDITOR})
    for role in (Role.NOC, Role.OPERATOR, Role.COUNCIL):
        with pytest.raises(RequestInvalid):
            front_desk.change_user(tools, SYSTEM, "anna", also=[role])
    with pytest.raises(RequestInvalid):
        front_desk.create_user(tools, SYSTEM, "nora", Role.NOC, None, PASSWORD, also=[Role.ISP_ADMIN])


def test_an_address_is_one_user_s(tools: Tools) -> None:
    front_desk.change_user(tools, SYSTEM, "anna", email=" Anna@Alder.example ")
    (anna,) = front_desk.users(tools, SYSTEM)
    assert anna.email == "anna@alder.example"
    with pytest.raises(RequestInvalid, match="another user"):
        front_desk.create_user(tools, SYSTEM, "ann", Role.ISP_USER, "alder", PASSWORD, email="anna@alder.example")
    with pytest.raises(RequestInvalid, match="looks like"):
        front_desk.change_user(tools, SYSTEM, "anna", email="not an address")
    assert front_desk.change_user(tools, SYSTEM, "anna", email="").email is None


def test_a_new_password_leaves_tokens_good_unless_they_are_ended_with_it(tools: Tools) -> None:
    text, _ = front_desk.create_token(tools, ANNA, "anna", "ci", None)
    front_desk.set_password(tools, ANNA, "anna", "another correct horse")
    assert front_desk.principal_of_token(tools, text) == ANNA
    front_desk.set_password(tools, ANNA, "anna", "yet another horse", end_tokens=True)
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, text)


def test_shutting_out_with_tokens_ends_them_for_ever(tools: Tools) -> None:
    text, _ = front_desk.create_token(tools, ANNA, "anna", "ci", None)
    front_desk.set_disabled(tools, SYSTEM, "anna", disabled=True, end_tokens=True)
    front_desk.set_disabled(tools, SYSTEM, "anna", disabled=False)
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, text)
