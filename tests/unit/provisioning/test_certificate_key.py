"""The key that certificates are signed with: read in each form, refused without being repeated."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from provisioning.certificate_errors import (
    CertificateKeyInvalid,
    CertificateKeyMissing,
)
from provisioning.certificate_key import new_key, read_key
from tests.certified import KEY


def test_a_key_is_read_in_each_of_its_forms() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    forms = [
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        pem,
        pem.replace("\n", "\\n"),
    ]
    assert {read_key(SecretStr(form)).public for form in forms} == {KEY.public}
    for _ in range(50):
        assert len(read_key(SecretStr(new_key())).public) == 64


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_key_is_an_error_that_says_how_to_make_one(text: str | None) -> None:
    with pytest.raises(CertificateKeyMissing) as missing:
        read_key(None if text is None else SecretStr(text))
    assert "neutralhost certificate new-key" in missing.value.next_step


def test_what_is_no_key_is_an_error_that_does_not_repeat_it() -> None:
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in ("hunter2", "A" * 42, "A" * 44, "é" * 43, "-----BEGIN hunter2", other):
        with pytest.raises(CertificateKeyInvalid) as invalid:
            read_key(SecretStr(text))
        assert "hunter2" not in f"{invalid.value} {invalid.value.facts}"
        assert invalid.value.__suppress_context__ or invalid.value.__context__ is None


def test_a_key_does_not_show_itself() -> None:
    key = read_key(SecretStr(new_key()))
    assert repr(key) == f"SigningKey({key.id})"
    assert json.dumps({"id": key.id}) != json.dumps({"id": key.public})
