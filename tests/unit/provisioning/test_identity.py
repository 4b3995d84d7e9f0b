"""Passwords and secrets: bounded, constant work, nothing in clear."""

import threading
import time
from collections import Counter

import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr

from provisioning.errors import RequestInvalid
from provisioning.identity import (
    AT_A_TIME,
    Passwords,
    keyed_hash,
    new_secret,
    new_token_key,
    same,
    token_parts,
    token_text,
)

PASSWORD = "correct horse battery"


class CountingHasher(PasswordHasher):
    """Counts how often it works, and how many of it at a time."""

    def __init__(self, pause_s: float = 0.0) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.pause_s, self.lock = pause_s, threading.Lock()
        self.verified = self.running = self.most_running = 0
        self.checked: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002  # argon2's own name
        with self.lock:
            self.checked.append(str(hash))
            self.verified += 1
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        time.sleep(self.pause_s)
        try:
            return bool(super().verify(hash, password))
        finally:
            with self.lock:
                self.running -= 1


def test_a_password_matches_its_own_argon2id_hash_only() -> None:
    passwords = Passwords(CountingHasher())
    kept = passwords.hash(PASSWORD)

    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, PASSWORD + "x")
    assert not passwords.matches("not a hash at all", PASSWORD)


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password() -> None:
    hasher = CountingHasher()
    passwords = Passwords(hasher)

    kept = passwords.hash(PASSWORD)
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches(kept, PASSWORD + "x")
    of_nobody, of_somebody = hasher.checked
    assert of_nobody != kept == of_somebody
    assert of_nobody.split("$")[:4] == of_somebody.split("$")[:4]  # the same algorithm at the same cost


def test_no_more_checks_than_there_is_room_for_run_at_a_time() -> None:
    hasher = CountingHasher(pause_s=0.02)
    passwords = Passwords(hasher)
    kept = passwords.hash(PASSWORD)
    threads = [threading.Thread(target=passwords.matches, args=(kept, PASSWORD)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (hasher.verified, hasher.most_running) == (8, AT_A_TIME)


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 257])
def test_a_password_too_short_or_long_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(RequestInvalid, match="12 to 256") as caught:
        Passwords(CountingHasher()).hash(password)

    assert not password or password not in str(caught.value)


def test_the_representation_of_the_passwords_object_holds_no_hash() -> None:
    passwords = Passwords(CountingHasher())
    passwords.matches(None, PASSWORD)

    assert "argon2id$" not in repr(passwords)


def test_a_secret_is_kept_as_an_hmac_that_depends_on_the_pepper() -> None:
    secret = new_secret()
    kept = keyed_hash(SecretStr("one"), secret)

    assert same(kept, keyed_hash(SecretStr("one"), secret))
    assert not same(kept, keyed_hash(SecretStr("two"), secret))
    assert not same(kept, keyed_hash(SecretStr("one"), new_secret()))
    assert len(kept) == 64


def test_a_tokens_text_falls_into_its_parts_again() -> None:
    key, secret = new_token_key(), new_secret()

    assert token_parts(token_text(key, secret)) == (key, secret)
    assert Counter(token_text(key, secret))["."] == 1
