"""Birth certificates of services: what was tested before a handover, and how it went, signed where there is a key.

Another thing than a certificate of diversity (`provisioning.certificates`), which says that two legs share nothing.
Each order that puts something on devices has one, so a service has a history of them. The file is one JSON object in
canonical form (RFC 8785, whole numbers only): a figure with decimals is a text.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from automation.birth.designed import DesignedService, Shape
from automation.birth.results import KindResult, TestKind, TestResult, Verdict, by_kind, failed
from provisioning.certificate_key import SigningKey
from provisioning.discretion import text_for_isp
from provisioning.verify_certificate import BIRTH_FORMAT, canonical, signed_part

FAR_END: Mapping[Shape, str] = {
    Shape.ACCESS_LINE: "handover",
    Shape.E_LINE: "UNI",
    Shape.BACKHAUL: "handover",
    Shape.SSID: "handover",
    Shape.REALM: "handover",
    Shape.EXCHANGE_PORT: "peering LAN",
}


class Kind(StrEnum):
    """What a certificate is of."""

    BIRTH = "birth"
    PERFORMANCE = "performance test"


class BirthState(StrEnum):
    """Where a birth certificate stands."""

    MEASURED = "measured"  # tested well; the order is not proven yet
    FAILED = "failed"  # the service was not handed over on it
    ISSUED = "issued"  # with the service active


@dataclass(frozen=True, slots=True)
class BirthCertificate:
    """What was tested for one order. `number` counts from 1 within the service, 0 before it is issued.

    `document` is the file, signed if `key_id` is not "". `at` is when it came into its state.
    """

    order_id: str
    service_id: str
    isp_code: str
    number: int
    state: BirthState
    at: datetime
    key_id: str
    document: str

    @property
    def content(self) -> Mapping[str, Any]:
        """The document, read."""
        content: Mapping[str, Any] = json.loads(self.document)
        return content

    @property
    def kind(self) -> Kind:
        return Kind(self.content.get("kind", Kind.BIRTH.value))

    @property
    def design(self) -> Mapping[str, Any]:
        """What was tested: `shape`, `from`, `to`, `s_vlan` and so on, of a file of either form."""
        content = self.content
        found: Mapping[str, Any] = content["design"] if "design" in content else _design_of_first(content["circuit"])
        return found

    @property
    def results(self) -> tuple[TestResult, ...]:
        return tuple(
            TestResult(**one | {"kind": TestKind(one["kind"]), "verdict": Verdict(one["verdict"])})
            for one in self.content["results"]
        )

    @property
    def wrong(self) -> tuple[TestResult, ...]:
        """What kept the service from being handed over; () where nothing did."""
        return failed(self.results, frozenset(map(TestKind, self.content["required"])))

    @property
    def kinds(self) -> tuple[KindResult, ...]:
        """The results, one line a kind."""
        return by_kind(self.results)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many tests went which way."""
        verdicts = [one.verdict for one in self.results]
        return {verdict: verdicts.count(verdict) for verdict in Verdict}

    @property
    def summary(self) -> str:
        """In one sentence."""
        counts = self.counts
        went = f"{counts[Verdict.PASSED]} passed and {counts[Verdict.FAILED]} failed"
        return f"Of {sum(counts.values())} tests {went}; {counts[Verdict.NOT_MEASURED]} could not be measured."


@dataclass(frozen=True, slots=True)
class About:
    """Whose certificate it is, and what was ordered."""

    order_id: str
    action: str
    service_id: str
    isp_code: str
    product: str


def draft(
    about: About,
    service: DesignedService,
    results: Collection[TestResult],
    required: Collection[TestKind],
    at: datetime,
) -> BirthCertificate:
    """Write down what was measured: `failed`, or `measured` until the order is proven."""
    wanted = service.tests.intersection(required)
    wrong = failed(results, wanted)
    own = frozenset({about.order_id, about.service_id})
    content = {
        "format": BIRTH_FORMAT,
        "kind": Kind.BIRTH.value,
        "order": about.order_id,
        "action": about.action,
        "service": about.service_id,
        "isp": about.isp_code,
        "product": about.product,
        "tested_at": _moment(at),
        **_measured(service, results, service.tests, wanted, own),
    }
    state = BirthState.FAILED if wrong else BirthState.MEASURED
    document = canonical(content).decode()
    return BirthCertificate(about.order_id, about.service_id, about.isp_code, 0, state, at, "", document)


class Performance(Protocol):
    """What is written down of a performance test."""

    @property
    def id(self) -> str: ...
    @property
    def service_id(self) -> str: ...
    @property
    def isp_code(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def at(self) -> datetime: ...


def performance_document(
    test: Performance,
    product: str,
    service: DesignedService,
    results: Collection[TestResult],
    tests: Collection[TestKind],
    number: int,
    key: SigningKey | None,
) -> str:
    """The certificate of a performance test. All that it tests must be measured; the service stays as it is anyway."""
    wanted = frozenset(tests)
    content = {
        "format": BIRTH_FORMAT,
        "kind": Kind.PERFORMANCE.value,
        "test": test.id,
        "minutes": test.minutes,
        "service": test.service_id,
        "isp": test.isp_code,
        "product": product,
        "tested_at": _moment(test.at),
        "issued_at": _moment(test.at),
        "number": number,
        **_measured(service, results, wanted, wanted, frozenset({test.service_id})),
    }
    return _signed(content, key)


def issued(measured: BirthCertificate, number: int, at: datetime, key: SigningKey | None) -> BirthCertificate:
    """The certificate as it is issued with the service active: numbered, and signed where there is a key."""
    document = _signed({**measured.content, "number": number, "issued_at": _moment(at)}, key)
    return BirthCertificate(
        measured.order_id,
        measured.service_id,
        measured.isp_code,
        number,
        BirthState.ISSUED,
        at,
        "" if key is None else key.id,
        document,
    )


def _signed(content: dict[str, Any], key: SigningKey | None) -> str:
    """The file, signed where there is a key."""
    if key is not None:
        content["key"] = {"algorithm": "Ed25519", "id": key.id, "public": key.public}
        content["signature"] = key.sign(signed_part(content))
    return canonical(content).decode()


def _measured(
    service: DesignedService,
    results: Collection[TestResult],
    tests: Collection[TestKind],
    required: Collection[TestKind],
    own: frozenset[str],
) -> dict[str, Any]:
    """What was tested, and how it went: the same of every kind of certificate."""
    wrong = failed(results, required)
    return {
        "design": _design_json(service),
        "tests": [kind.value for kind in TestKind if kind in tests],
        "required": sorted(kind.value for kind in required),
        "results": [_result_json(one, own) for one in results],
        "verdict": (Verdict.FAILED if wrong else Verdict.PASSED).value,
        "failed": [text_for_isp(one.sentence, own) for one in wrong],
    }


def _design_json(service: DesignedService) -> dict[str, Any]:
    """Without the neighbours: whose they are is nobody's business who reads a certificate."""
    tags = {name: getattr(service, name) for name in ("c_vlan", "z_c_vlan") if getattr(service, name) is not None}
    rates = {"cir_mbps": service.cir_mbps, "eir_mbps": service.eir_mbps} if service.cir_mbps else {}
    on_air = service.on_air
    ssid = {} if on_air is None else {"ssid": on_air.ssid, "security": on_air.security.value}
    realm = {} if not service.realm else {"realm": service.realm}
    return {
        "shape": service.shape.value,
        "from": [str(start) for start in service.starts],
        "to": str(service.far_end),
        "to_is": FAR_END[service.shape],
        "s_vlan": service.s_vlan,
        **tags,
        **rates,
        **ssid,
        **realm,
        "devices": list(service.devices),
        "links": [link.code for link in service.links],
    }


def _design_of_first(circuit: Mapping[str, Any]) -> dict[str, Any]:
    """What the first form of the file said of a circuit, in the words of the second."""
    rest = {name: circuit[name] for name in circuit if name not in {"uni", "far_end", "far_end_is"}}
    shape = Shape.ACCESS_LINE if circuit["far_end_is"] == "handover" else Shape.E_LINE
    ends = {"from": [circuit["uni"]], "to": circuit["far_end"], "to_is": circuit["far_end_is"]}
    return {"shape": shape.value} | ends | rest


def _result_json(result: TestResult, own: frozenset[str]) -> dict[str, str]:
    """As whoever ordered may read it: a device's words may name another's service."""
    return {name: text_for_isp(str(value), own) for name, value in asdict(result).items()}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
