"""Why a service has no certificate of diversity, or one is not genuine.

ProvisioningError
└── CertificateError
    ├── NoSecondLeg               the service is not two legs of strands
    ├── LegNotTraced              the plant does not say where a leg lies
    ├── NotDiverse                both legs use something other than the places they end at; carries what
    ├── PlantKeepsChanging        the inventory was replaced again and again while it was looked at
    ├── CertificateNotGenuine     a file that is no certificate of that issuer's, or was changed
    ├── CertificateKeyMissing     no key is set to sign with
    └── CertificateKeyInvalid     what is set is not one
"""

from collections.abc import Sequence

from provisioning.errors import ProvisioningError

MAKE_KEY = "Make one with `neutralhost certificate new-key`, and set it as NEUTRALHOST_CERTIFICATE_KEY."
NAMED_IN_SENTENCE = 10  # of what is shared; the facts have all


def named(assets: Sequence[str]) -> str:
    """The first few of some assets, as a sentence names them."""
    more = len(assets) - NAMED_IN_SENTENCE
    return ", ".join(assets[:NAMED_IN_SENTENCE]) + (f" and {more} more" if more > 0 else "")


class CertificateError(ProvisioningError):
    """There is no certificate."""

    code = "certificate-error"


class NoSecondLeg(CertificateError):
    """The service is not two legs of strands, so there is nothing to compare."""

    code = "no-second-leg"
    next_step = "Order strands with two legs: `neutralhost order strands A B --diverse`."

    def __init__(self, service_id: str, legs: int) -> None:
        self.service_id = service_id
        self.legs = legs
        has = "no legs of strands" if legs == 0 else "one leg"
        super().__init__(f"Service {service_id} has {has}, and diversity is between two.", service_id=service_id)


class LegNotTraced(CertificateError):
    """The plant does not say where a leg lies."""

    code = "leg-not-traced"
    next_step = "Correct the plant: every cable of the leg needs its bores, its ducts and their places."

    def __init__(self, service_id: str, leg: int, why: str) -> None:
        self.service_id = service_id
        self.leg = leg
        self.why = why
        super().__init__(
            f"Leg {leg} of service {service_id} cannot be followed. {why}", service_id=service_id, leg=leg, why=why
        )


class NotDiverse(CertificateError):
    """Both legs use something other than the places they end at."""

    code = "not-diverse"
    next_step = "Move one leg off what is named, or correct the plant if it does not share it; then ask again."

    def __init__(self, service_id: str, shared: Sequence[str]) -> None:
        self.service_id = service_id
        self.shared = tuple(shared)
        super().__init__(
            f"The legs of service {service_id} are not diverse: both use {named(self.shared)}.",
            service_id=service_id,
            shared=self.shared,
        )


class PlantKeepsChanging(CertificateError):
    """The inventory was replaced again and again while it was looked at."""

    code = "plant-keeps-changing"
    next_step = "Ask again when whatever writes the inventory has come to its end."

    def __init__(self, service_id: str, looks: int) -> None:
        self.service_id = service_id
        self.looks = looks
        super().__init__(
            f"The inventory was replaced during each of {looks} looks at service {service_id}.",
            service_id=service_id,
            looks=looks,
        )


class CertificateNotGenuine(CertificateError):
    """The file is not a certificate of that issuer's, or it was changed."""

    code = "certificate-not-genuine"
    next_step = "Get the certificate again from who issued it, and check that the public key is the issuer's."

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(faults), faults=self.faults)


class CertificateKeyMissing(CertificateError):
    """No key is set to sign certificates with."""

    code = "certificate-key-missing"
    next_step = MAKE_KEY

    def __init__(self) -> None:
        super().__init__("No key is set to sign diversity certificates with.")


class CertificateKeyInvalid(CertificateError):
    """What is set as the key to sign certificates with is not an Ed25519 private key."""

    code = "certificate-key-invalid"
    next_step = MAKE_KEY

    def __init__(self) -> None:
        super().__init__("NEUTRALHOST_CERTIFICATE_KEY is neither 32 bytes in base64 nor an Ed25519 private key in PEM.")
