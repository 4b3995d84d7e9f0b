"""Signatures as Standard Webhooks 1.0.0 says, checked by another hand."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from provisioning.listeners import Face, Listener, pause_after, quiet_after
from provisioning.signing import keys_of, secret_of, signed_headers

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PEPPER = SecretStr("pepper for tests")
LISTENER = Listener("L-1", Face.V1, "alder", "https://isp.example/", (), "anna", NOON, secret_since=NOON)


def expected(secret: SecretStr, message_id: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def test_the_standards_own_example_has_the_standards_own_signature() -> None:
    # The example of the standard's specification and of its libraries' tests.
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_who_has_the_secret_can_check_the_signature() -> None:
    headers = signed_headers(keys_of(PEPPER, LISTENER, NOON), "msg_1", NOON, b'{"a":1}')
    assert headers["webhook-signature"] == expected(secret_of(PEPPER, LISTENER), "msg_1", "1795348800", b'{"a":1}')


def test_every_listener_has_its_own_secret_of_32_bytes() -> None:
    ours, other = secret_of(PEPPER, LISTENER), secret_of(PEPPER, replace(LISTENER, id="L-2"))
    assert ours != other
    assert len(base64.b64decode(ours.get_secret_value().removeprefix("whsec_"))) == 32
    assert "whsec" not in repr(ours)


def test_after_a_renewal_both_secrets_sign_for_a_day_and_then_the_new_one_alone() -> None:
    renewed = replace(LISTENER, secret_number=2)
    secrets = [secret_of(PEPPER, renewed), secret_of(PEPPER, LISTENER)]
    for later, count in ((timedelta(hours=23), 2), (timedelta(hours=25), 1)):
        headers = signed_headers(keys_of(PEPPER, renewed, NOON + later), "msg_1", NOON, b"{}")
        signed = headers["webhook-signature"].split(" ")
        assert signed == [expected(secret, "msg_1", "1795348800", b"{}") for secret in secrets[:count]]


def test_pauses_grow_to_hours_and_never_further() -> None:
    pauses = [pause_after(attempts, 0.5).total_seconds() for attempts in range(1, 13)]
    assert pauses[:4] == [5.0, 15.0, 45.0, 135.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pause_after(10_000, 0.5).total_seconds() == 6 * 3600


def test_the_jitter_is_a_fifth_to_either_side() -> None:
    assert pause_after(1, 0.0).total_seconds() == 4.0
    assert 5.99 < pause_after(1, 0.999).total_seconds() < 6.0


def test_a_listener_that_fails_once_is_not_left_alone_and_then_for_five_minutes_at_most() -> None:
    assert [quiet_after(count).total_seconds() for count in (0, 1, 2, 3, 9, 1000)] == [0, 0, 4, 8, 300, 300]
