"""The file of a certificate: its shape is the published one, for every kind of service, and it can be checked apart."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from automation.birth.check import complete
from automation.birth.designed import DesignedService, DesignedSsid, Shape
from automation.birth.results import Limits, TestKind, TestResult, Verdict
from automation.wireless import SsidSecurity
from inventory.devices import PortRef
from provisioning.birth_certificates import About, BirthCertificate, BirthState, draft, issued, performance_document
from provisioning.performance_tests import TESTS, Counted, PerformanceState, PerformanceTest, judge_counted
from provisioning.verify_certificate import canonical, find_faults, signed_part, summary
from tests.certified import KEY

SCHEMA = json.loads(Path("docs/reference/birth-certificate.schema.json").read_text(encoding="utf-8"))
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ABOUT = About("O-1", "add", "S-1", "alder", "a-product")
LINE = DesignedService(
    "S-1", Shape.ACCESS_LINE, (PortRef("nte", "Ethernet1"),), PortRef("dx", "Ethernet48"), 2001, ("nte", "dx"),
    cir_mbps=100,
)  # fmt: skip
AIR = replace(LINE, starts=(PortRef("ap", "radio0"), PortRef("ap", "radio1")), cir_mbps=0)
PORT = PortRef("dx", "Ethernet7")
SERVICES = {
    Shape.ACCESS_LINE: LINE,
    Shape.E_LINE: replace(LINE, c_vlan=10, z_c_vlan=20),
    Shape.BACKHAUL: LINE,
    Shape.SSID: replace(AIR, on_air=DesignedSsid("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", SsidSecurity.SAE)),
    Shape.REALM: replace(AIR, shares="S-2", realm="isp.example"),
    Shape.EXCHANGE_PORT: replace(LINE, starts=(PORT,), far_end=PORT, devices=("dx",)),
}
WRONG = TestResult(TestKind.PORTS, Verdict.FAILED, "dx:Ethernet48", "down", "up", detail="the handover")


def drafted(shape: Shape, *results: TestResult) -> BirthCertificate:
    service = replace(SERVICES[shape], shape=shape)
    return draft(ABOUT, service, complete(results, service.tests), (), AT)


def performance(counted: Counted) -> str:
    test = PerformanceTest(
        "PT-1", "S-1", "alder", 15, "ed", PerformanceState.ENDED, 90, 1, AT, AT, KEY.id, ""
    )  # fmt: skip
    return performance_document(test, "a-product", LINE, judge_counted(LINE, counted, Limits()), TESTS, 1, KEY)


def wrongs(document: str) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(json.loads(document))]


@pytest.mark.parametrize("shape", Shape)
def test_every_kind_of_service_has_a_file_of_the_published_shape_that_is_genuine(shape: Shape) -> None:
    failed = drafted(shape, WRONG)
    made = issued(drafted(shape), 1, AT, KEY)

    assert (wrongs(made.document), wrongs(failed.document)) == ([], [])
    assert failed.state is BirthState.FAILED
    assert find_faults(made.document.encode(), KEY.public) == ()
    assert made.design["shape"] == shape.value
    assert "was handed over by O-1" in summary(made.content)


@pytest.mark.parametrize(
    ("counted", "verdict"),
    [
        (Counted(sent=90_000, delay_us_sum=36e6, worst_delay_us=500.0, slices=90), "passed"),
        (Counted(sent=90_000, lost=10, delay_us_sum=36e6, worst_delay_us=500.0, slices=90), "failed"),
        (Counted(unmeasured=90, why_not="the head is away"), "failed"),
    ],
)
def test_a_performance_tests_file_has_the_same_shape_and_says_how_it_went(counted: Counted, verdict: str) -> None:
    document = performance(counted)

    assert wrongs(document) == []
    assert find_faults(document.encode(), KEY.public) == ()
    assert json.loads(document)["verdict"] == verdict
    assert f"was tested in use for 15 minutes until 2026-11-22T08:00:00Z: {verdict}" in summary(json.loads(document))


@pytest.mark.parametrize(
    "change",
    [
        {"tests": ["ports"]},
        {"tests": ["ports", "path", "light", "tags", "mtu", "frame-loss", "frame-delay", "information-rate",
                   "isolation-before", "isolation", "on-air"]},
        {"required": ["on-air"]},
    ],
)  # fmt: skip
def test_a_list_of_tests_that_its_results_are_not_of_is_found_even_where_the_issuer_signs_it(
    change: dict[str, Any],
) -> None:
    content = {**issued(drafted(Shape.ACCESS_LINE), 1, AT, KEY).content, **change}
    content.pop("signature")
    signed = canonical({**content, "signature": KEY.sign(signed_part(content))})

    assert find_faults(signed, KEY.public)


def test_a_file_of_the_first_form_is_genuine_still_and_reads_as_one_of_today() -> None:
    content = dict(issued(drafted(Shape.ACCESS_LINE), 1, AT, KEY).content)
    for name in ("signature", "kind", "tests", "design"):
        content.pop(name)
    circuit = {
        "uni": "nte:Ethernet1", "far_end": "dx:Ethernet48", "far_end_is": "handover", "s_vlan": 2001,
        "cir_mbps": 100, "eir_mbps": 0, "devices": ["nte", "dx"], "links": [],
    }  # fmt: skip
    content |= {"format": "neutralhost-birth-certificate/1", "circuit": circuit}
    document = canonical({**content, "signature": KEY.sign(signed_part(content))}).decode()

    assert find_faults(document.encode(), KEY.public) == ()
    old = BirthCertificate("O-1", "S-1", "alder", 1, BirthState.ISSUED, AT, KEY.id, document)
    assert old.design == issued(drafted(Shape.ACCESS_LINE), 1, AT, KEY).design
    assert old.kind.value == "birth"
