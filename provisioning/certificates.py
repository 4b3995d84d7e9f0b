"""Certificates of diversity: that a service's two legs share nothing but their ends, signed, and what became of it.

`provisioning.certificate_proof` proves and signs; `provisioning.verify_certificate` checks one without any of this.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

LEGS = 2
"""How many legs are compared."""


class CertificateState(StrEnum):
    """How a certificate stands."""

    STANDING = "standing"
    BROKEN = "broken"  # its legs share something now
    REPLACED = "replaced"  # by the service's next one
    WITHDRAWN = "withdrawn"  # its service ended


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate. `number` counts from 1 within the service; `document` is the signed file, in canonical form.

    `since` is when it came into its state, `proved_revision` the inventory that was looked at then or later. `shared`
    is what broke it, as "kind:code"; () unless it is broken.
    """

    service_id: str
    isp_code: str
    number: int
    state: CertificateState
    since: datetime
    issued_at: datetime
    inventory_revision: int
    proved_revision: int
    key_id: str
    document: str
    shared: tuple[str, ...] = ()

    @property
    def content(self) -> Mapping[str, Any]:
        """The document, read."""
        content: Mapping[str, Any] = json.loads(self.document)
        return content

    @property
    def assets(self) -> frozenset[str]:
        """Everything on either leg, shared risks too, as "kind:code"."""
        return frozenset(asset for leg in self.content["legs"] for asset in leg["assets"])

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Of everything on either leg; "" of a risk, which has no facts of its own."""
        return dict.fromkeys(self.assets, "") | {each["asset"]: each["fingerprint"] for each in self.content["assets"]}


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """One of a list of certificates: all but the document, of which it has how near the legs come, in mm."""

    service_id: str
    isp_code: str
    number: int
    state: CertificateState
    since: datetime
    issued_at: datetime
    inventory_revision: int
    proved_revision: int
    key_id: str
    separation_mm: int
    shared: tuple[str, ...] = ()


class CertificateEventKind(StrEnum):
    """What happened to a service's certificate."""

    ISSUED = "issued"
    BROKEN = "broken"
    RESTORED = "restored"  # true again, with a new certificate
    RENEWED = "renewed"  # still true, but facts in it changed: a new certificate
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class CertificateEvent:
    """One line of a certificate's life; `assets` are those it is about. `number` grows from event to event, 0 before
    it is kept."""

    service_id: str
    isp_code: str
    at: datetime
    kind: CertificateEventKind
    certificate: int
    inventory_revision: int
    assets: tuple[str, ...]
    text: str
    number: int = 0
