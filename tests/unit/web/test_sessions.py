import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from web import sessions
from web.request_errors import TooManySignIns
from web.sessions import SignInGate, form_is_ours, form_token


def sent(form: dict[str, str], **headers: str) -> Request:
    return Request(EnvironBuilder(method="POST", data=form, headers=headers).get_environ())


def test_a_form_with_its_session_s_token_is_ours() -> None:
    assert form_is_ours(sent({"form_token": form_token("secret")}), "secret")


@pytest.mark.parametrize("token", ["", "0" * 64, form_token("another's"), "é"])
def test_a_form_with_another_token_is_not(token: str) -> None:
    assert not form_is_ours(sent({"form_token": token}), "secret")


def test_a_form_without_a_session_is_nobody_s() -> None:
    assert not form_is_ours(sent({"form_token": form_token("")}), "")


def test_a_form_that_another_site_sent_is_refused_even_with_the_right_token() -> None:
    form = {"form_token": form_token("secret")}
    assert not form_is_ours(sent(form, **{"Sec-Fetch-Site": "cross-site"}), "secret")
    assert form_is_ours(sent(form, **{"Sec-Fetch-Site": "same-origin"}), "secret")


def test_the_form_token_does_not_hold_the_secret() -> None:
    assert "secret" not in form_token("secret")
    assert form_token("secret") != form_token("secret2")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_sign_ins_are_counted_by_name_and_by_address_and_forgotten_after_a_minute() -> None:
    clock = Clock()
    gate = SignInGate(2, clock)
    gate.attempt("anna", "127.0.0.1")
    gate.attempt("ANNA", "127.0.0.2")
    with pytest.raises(TooManySignIns) as refused:
        gate.attempt("Anna", "127.0.0.3")
    assert refused.value.retry_after_s == 60

    gate.attempt("bert", "127.0.0.4")
    gate.attempt("bob", "127.0.0.4")
    with pytest.raises(TooManySignIns):
        gate.attempt("bea", "127.0.0.4")

    clock.now += 61
    gate.attempt("anna", "127.0.0.4")


def test_many_made_up_names_are_not_remembered_for_longer_than_their_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_NAMES_WATCHED", 100)
    clock = Clock()
    gate = SignInGate(10, clock)
    for number in range(60):
        gate.attempt(f"name {number}", f"address {number}")
    clock.now += 61
    gate.attempt("anna", "127.0.0.1")
    assert len(gate._attempts) == 2
