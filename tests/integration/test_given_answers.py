"""Idempotency keys on a real database: done once, answered as first, two at a moment, and after a crash."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select

from provisioning import front_desk
from provisioning.answers import GIVEN_UP_AFTER, Given
from provisioning.errors import IdempotencyConflict, RequestInvalid
from provisioning.front_desk import SYSTEM
from provisioning.given_answers import answer_once, forget_answers, request_digest
from provisioning.isps import Principal, Role
from provisioning.people_errors import AnswerLost, AnswerUnderWay
from provisioning.store.answers import StoredAnswers
from provisioning.store.people_tables import given_answers
from provisioning.tools import Tools
from tests.integration.desk import Clock, desk_on
from tests.web_town import PASSWORD, Town

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
BELA = Principal("bela", Role.ISP_ADMIN, "birch")
type Run = Callable[[Tools], Given]

DONE = Given(201, '{"id": 1}', {"Location": "/x/1"})


class Killed(BaseException):
    """The process ends here: nothing of the request goes on, not even its cleaning up."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tools(engine: Engine, clock: Clock) -> Tools:
    return desk_on(engine, now=clock)


def makes_user(name: str) -> Run:
    def run(tools: Tools) -> Given:
        front_desk.create_user(tools, SYSTEM, name, Role.ISP_USER, "alder", PASSWORD)
        return DONE

    return run


def names(tools: Tools) -> list[str]:
    return [user.name for user in front_desk.users(tools, SYSTEM)]


def test_the_second_time_nothing_is_done_and_the_first_answer_given(tools: Tools) -> None:
    first = answer_once(tools, ANNA, "k", "d", makes_user("one"))
    again = answer_once(tools, ANNA, "k", "d", makes_user("two"))

    assert (first, again) == ((DONE, False), (DONE, True))
    assert names(tools) == ["one"]


def test_a_key_is_its_user_s_and_stands_for_one_request(tools: Tools) -> None:
    answer_once(tools, ANNA, "k", "d", makes_user("one"))

    assert answer_once(tools, BELA, "k", "d", makes_user("two")) == (DONE, False)
    with pytest.raises(IdempotencyConflict):
        answer_once(tools, ANNA, "k", "other", makes_user("three"))
    assert names(tools) == ["one", "two"]


def test_a_refusal_that_changed_nothing_is_forgotten(tools: Tools) -> None:
    def refuses(_tools: Tools) -> Given:
        raise RequestInvalid("name", "not that one")

    with pytest.raises(RequestInvalid):
        answer_once(tools, ANNA, "k", "d", refuses)
    assert answer_once(tools, ANNA, "k", "d", makes_user("one")) == (DONE, False)


def test_what_failed_halfway_is_not_done_again(tools: Tools) -> None:
    def fails_after_the_first_of_two(noting: Tools) -> Given:
        front_desk.create_user(noting, SYSTEM, "one", Role.ISP_USER, "alder", PASSWORD)
        raise RequestInvalid("name", "the second one")

    with pytest.raises(RequestInvalid):
        answer_once(tools, ANNA, "k", "d", fails_after_the_first_of_two)
    with pytest.raises(AnswerLost):
        answer_once(tools, ANNA, "k", "d", makes_user("two"))
    assert names(tools) == ["one"]


def test_a_secret_is_not_kept_and_not_given_twice(engine: Engine, tools: Tools) -> None:
    secret = Given(201, '{"secret": "hunter2 hunter2"}', {})
    assert answer_once(tools, ANNA, "k", "d", lambda _: secret, keeps_body=False) == (secret, False)

    with pytest.raises(AnswerLost, match="a secret stood in it"):
        answer_once(tools, ANNA, "k", "d", lambda _: secret, keeps_body=False)
    with engine.connect() as connection:
        assert "hunter2" not in repr(connection.execute(select(given_answers)).all())


def test_a_password_in_a_request_cannot_be_guessed_from_its_digest(tools: Tools) -> None:
    elsewhere = tools.settings.model_copy(update={"token_pepper": SecretStr("another pepper")})
    other = replace(tools, settings=elsewhere)
    assert request_digest(tools, "POST", "body") != request_digest(other, "POST", "body")


def test_of_two_at_the_same_moment_one_runs_and_the_other_comes_again(tools: Tools) -> None:
    inside, go_on = Event(), Event()

    def slow(noting: Tools) -> Given:
        inside.set()
        assert go_on.wait(10)
        return makes_user("one")(noting)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answer_once, tools, ANNA, "k", "d", slow)
        assert inside.wait(10)
        with pytest.raises(AnswerUnderWay) as caught:
            answer_once(tools, ANNA, "k", "d", makes_user("two"))
        go_on.set()
        assert first.result(10) == (DONE, False)
    assert caught.value.retry_after_s > 0
    assert answer_once(tools, ANNA, "k", "d", makes_user("two")) == (DONE, True)
    assert names(tools) == ["one"]


def test_many_at_once_do_it_once(tools: Tools) -> None:
    start = Barrier(8, timeout=60)

    def ask(number: int) -> bool:
        start.wait(10)
        try:
            return not answer_once(tools, ANNA, "k", "d", makes_user(f"user-{number}"))[1]
        except AnswerUnderWay:
            return False

    with ThreadPoolExecutor(8) as pool:
        ran = list(pool.map(ask, range(8)))
    assert (sum(ran), len(names(tools))) == (1, 1)


def dies(tools: Tools, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """Run a request whose process is killed in it: not even what it would clean up is done."""
    with monkeypatch.context() as killed:
        killed.setattr(StoredAnswers, "give_up", lambda *_: None)
        with pytest.raises(Killed):
            answer_once(tools, ANNA, "k", "d", run)


def test_killed_before_anything_was_done_it_runs_again_once_it_is_given_up(
    tools: Tools, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed_in_a_transaction(noting: Tools) -> Given:
        with noting.open_unit_of_work() as work:
            assert work.users.find("nobody") is None
            raise Killed

    dies(tools, monkeypatch, killed_in_a_transaction)
    with pytest.raises(AnswerUnderWay):
        answer_once(tools, ANNA, "k", "d", makes_user("one"))
    clock.at += GIVEN_UP_AFTER
    assert answer_once(tools, ANNA, "k", "d", makes_user("one")) == (DONE, False)
    assert names(tools) == ["one"]


def test_killed_between_the_deed_and_its_answer_it_is_known_that_it_was_done(
    tools: Tools, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed_after(noting: Tools) -> Given:
        makes_user("one")(noting)
        raise Killed

    dies(tools, monkeypatch, killed_after)
    clock.at += GIVEN_UP_AFTER
    with pytest.raises(AnswerLost, match="was done"):
        answer_once(tools, ANNA, "k", "d", makes_user("two"))
    assert names(tools) == ["one"]
    assert answer_once(tools, ANNA, "k", "d", lambda _: DONE, is_repeatable=True) == (DONE, False)


def test_a_request_that_was_given_up_and_goes_on_all_the_same_writes_nothing(tools: Tools, clock: Clock) -> None:
    def slept_too_long(noting: Tools) -> Given:
        clock.at += GIVEN_UP_AFTER
        assert answer_once(tools, ANNA, "k", "d", makes_user("second")) == (DONE, False)
        return makes_user("first")(noting)

    with pytest.raises(AnswerUnderWay):
        answer_once(tools, ANNA, "k", "d", slept_too_long)
    assert names(tools) == ["second"]
    assert answer_once(tools, ANNA, "k", "d", makes_user("third")) == (DONE, True)


def test_keys_are_forgotten_after_the_days_of_the_settings(tools: Tools, clock: Clock) -> None:
    answer_once(tools, ANNA, "old", "d", lambda _: DONE)
    clock.at += timedelta(days=tools.settings.keep_answers_days) - timedelta(minutes=1)
    answer_once(tools, ANNA, "new", "d", lambda _: DONE)
    assert forget_answers(tools) == 0
    clock.at += timedelta(minutes=2)
    assert forget_answers(tools) == 1
    assert answer_once(tools, ANNA, "new", "d", lambda _: DONE)[1]


def test_every_post_takes_a_key_and_answers_as_first(engine: Engine) -> None:
    town = Town(engine)
    olga = town.machine("olga")
    body = {"name": "newcomer", "role": "isp-user", "isp_code": "alpha", "password": PASSWORD}
    first, again = (olga.post("/users", body, key="k") for _ in range(2))
    other = olga.post("/users", body | {"role": "auditor"}, key="k")
    without = olga.post("/users", body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json, first.headers["Content-Type"]) == (again.json, again.headers["Content-Type"])
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert (other.status_code, other.json["code"]) == (409, "idempotency-conflict")
    assert (without.status_code, without.json["code"]) == (409, "user-exists")
    assert olga.post("/users", body, key="a b").status_code == 422
    assert olga.post("/qualifications", body, key="k").status_code == 422


def test_a_new_token_is_shown_once_whatever_key_comes_with_it(engine: Engine) -> None:
    town = Town(engine)
    anna = town.machine("anna")
    made, again = (anna.post("/tokens", {"label": "robot"}, key="k") for _ in range(2))
    assert made.status_code == 201
    assert (again.status_code, again.json["code"]) == (409, "answer-lost")
    assert made.json["secret"] not in again.text
    robots = [token for token in anna.get("/tokens").json["items"] if token["label"] == "robot"]
    assert len(robots) == 1


def test_rights_are_asked_before_a_kept_answer_is_given(engine: Engine) -> None:
    town = Town(engine)
    anna = town.machine("anna")
    body = {"name": "newcomer", "role": "auditor", "password": PASSWORD}
    assert anna.post("/users", body, key="k").status_code == 201
    front_desk.change_user(town.tools, SYSTEM, "anna", role=Role.AUDITOR)
    assert anna.post("/users", body, key="k").status_code == 403
