"""The file of a birth certificate: what stands in it, who can check it, and how it is printed."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from automation.birth.check import complete
from automation.birth.designed import DesignedService, Shape
from automation.birth.results import TestKind, TestResult, Verdict
from inventory.devices import PortRef
from provisioning.birth_certificates import About, BirthState, draft, issued
from provisioning.birth_errors import BirthTestsFailed
from provisioning.birth_pdf import birth_pdf
from provisioning.settings import ProvisioningSettings
from provisioning.verify_certificate import canonical, find_faults, signed_part, summary
from tests.certified import KEY

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ABOUT = About("O-1", "add", "S-1", "alder", "access-eline")
LINE = DesignedService(
    "S-1", Shape.ACCESS_LINE, (PortRef("nte", "Ethernet1"),), PortRef("dx", "Ethernet48"), 2001, ("nte", "dx"),
    cir_mbps=100, neighbours=(PortRef("nte-of-another", "Ethernet1"),),
)  # fmt: skip
PASSED = TestResult(TestKind.PORTS, Verdict.PASSED, "nte:Ethernet1", "up", "up", detail="the UNI")
WRONG = TestResult(TestKind.LIGHT, Verdict.FAILED, "dx:Ethernet1", "7.50", "at most 3.85", "dB", "link drop")
UNMEASURED = TestResult(TestKind.FRAME_LOSS, Verdict.NOT_MEASURED, "the circuit", detail="no probe")


def measured(*results: TestResult, required: frozenset[TestKind] = frozenset()):
    return draft(ABOUT, LINE, complete(results or (PASSED, UNMEASURED), LINE.tests), required, AT)


def signed(document: dict[str, object]) -> bytes:
    kept = {name: value for name, value in document.items() if name != "signature"}
    return canonical({**kept, "signature": KEY.sign(signed_part(kept))})


def test_an_issued_certificate_is_genuine_and_reads_as_it_was_measured():
    made = issued(measured(), 3, AT, KEY)
    assert (made.state, made.number, made.key_id) == (BirthState.ISSUED, 3, KEY.id)
    assert find_faults(made.document.encode(), KEY.public) == ()
    assert {PASSED, UNMEASURED} <= set(made.results)
    assert made.summary == "Of 10 tests 1 passed and 0 failed; 9 could not be measured."
    assert "of 10 tests 1 passed, and 9 could not be measured." in summary(made.content)
    assert "nte-of-another" not in made.document


def test_without_a_key_it_is_issued_unsigned():
    made = issued(measured(), 1, AT, None)
    assert (made.state, made.key_id, "signature" in made.content) == (BirthState.ISSUED, "", False)
    assert find_faults(made.document.encode(), KEY.public)


def test_failures_and_what_must_be_measured_make_it_failed():
    assert measured(PASSED, WRONG).state is BirthState.FAILED
    required = frozenset({TestKind.FRAME_LOSS})
    assert measured(required=required).state is BirthState.FAILED
    assert measured(required=required).content["failed"] == ["frame-loss at the circuit: not measured: no probe"]
    assert measured(PASSED, UNMEASURED).state is BirthState.MEASURED


@pytest.mark.parametrize(
    "change",
    [
        {"results": [{"kind": "ports", "verdict": "failed"}]},
        {"required": ["frame-loss"]},
        {"verdict": "failed"},
        {"failed": ["light at dx"]},
        {"results": [{"kind": "ports", "verdict": "well"}]},
    ],
)
def test_even_the_issuer_cannot_sign_a_verdict_that_does_not_follow(change):
    content = dict(issued(measured(), 1, AT, KEY).content)
    assert find_faults(signed(content), KEY.public) == ()
    assert find_faults(signed({**content, **change}), KEY.public)


def test_any_byte_changed_is_seen():
    document = issued(measured(), 1, AT, KEY).document
    assert find_faults(document.replace('"up"', '"UP"', 1).encode(), KEY.public)
    assert find_faults(json.dumps(json.loads(document)).encode(), KEY.public)


def test_anothers_service_in_a_devices_words_is_told_in_general():
    other = replace(WRONG, detail="S-51F6GESW14 stands there, and S-1 not; see http://netbox.example/x")
    [told] = [one for one in measured(other).results if one.kind is TestKind.LIGHT]
    assert told.detail == "another service stands there, and S-1 not; see an address of the operator's"


def test_equal_certificates_are_equal_pages_and_hostile_text_is_no_markup():
    hostile = replace(PASSED, measured="<b>&amp;</b>\u202e" + "x" * 300, detail='<a href="x">')
    made = issued(measured(hostile, WRONG, *[UNMEASURED] * 80), 1, AT, KEY)
    page = birth_pdf(made)
    assert page == birth_pdf(made)
    assert page.startswith(b"%PDF-")
    assert page.count(b"/Type /Page\n") > 1


def test_the_sentence_of_the_failure_names_the_tests_and_is_not_endless():
    error = BirthTestsFailed("O-1", [WRONG] * 20)
    assert "light at dx:Ethernet1: measured 7.50 dB, expected at most 3.85 dB (link drop)" in error.sentence
    assert "and 17 more" in error.sentence
    assert len(error.sentence) < 400


def test_required_tests_are_named_in_the_settings_and_a_wrong_name_is_refused():
    def settings(text: str) -> ProvisioningSettings:
        return ProvisioningSettings(_env_file=None, token_pepper="x", birth_required=text)

    assert settings("").birth_tests == frozenset()
    assert settings("light, path").birth_tests == {TestKind.LIGHT, TestKind.PATH}
    assert settings("all").birth_tests == frozenset(TestKind)
    with pytest.raises(ValidationError, match="speed is no test; there are ports, path"):
        settings("speed")
