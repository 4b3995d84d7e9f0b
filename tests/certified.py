"""A key and a certificate for tests: of the pair in `tests.pairs`."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inventory.snapshot import Snapshot
from provisioning.certificate_key import SigningKey
from provisioning.certificate_proof import issue, prove
from provisioning.certificates import Certificate
from tests.pairs import pair_service, plant_of_two_ways

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


def certificate_on(changed: dict[str, dict[str, object]] | None = None) -> Certificate:
    """A certificate of the pair, on the plant of two ways with what is changed there."""
    proof = prove(Snapshot(plant_of_two_ways(changed)), pair_service())
    return issue(proof, pair_service(), 1, 7, AT, KEY)


GENUINE = certificate_on()
