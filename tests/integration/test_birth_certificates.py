"""Circuits are tested between commit and confirm, on simulated devices; a test that fails sends every device back."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from automation.birth.designed import TESTS, Shape
from automation.birth.prober import When
from automation.birth.results import TestKind, Verdict
from automation.twin.fleet import Fleet
from inventory.devices import PortRef
from provisioning import front_desk
from provisioning.birth_certificates import BirthCertificate, BirthState
from provisioning.birth_errors import UnknownBirthCertificate
from provisioning.certificate_key import new_key, read_key
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.errors import UnknownOrder, UnknownService
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import Order, OrderState
from provisioning.questions.birth_certificate import birth_certificate, birth_certificates
from provisioning.verify_certificate import find_faults
from tests.integration.faces import USER_PASSWORD, page_words
from tests.integration.lit_street import Probe, lit_street
from tests.integration.running import Running, running
from tests.integration.street import DX_SWITCH, DXP_SWITCH
from tests.web_town import Browser, Machine
from web.app import create_app
from web.settings import WebSettings

QUAYSIDE = Principal("quentin", Role.ISP_USER, "quayside")
OTHER = Principal("olga", Role.ISP_USER, "canalside")
TRUNK = PortRef(DX_SWITCH, "Ethernet1")


def certificate_of(town: Running, order: Order) -> BirthCertificate:
    return birth_certificate(town.house.tools, QUAYSIDE, order.id)


def kinds(certificate: BirthCertificate, verdict: Verdict) -> set[TestKind]:
    return {one.kind for one in certificate.results if one.verdict is verdict}


def test_what_devices_tell_is_tested_and_what_nothing_measures_is_said_plainly(database_url: str) -> None:
    key = SecretStr(new_key())
    with running(database_url, lit_street(1), certificate_key=key) as town:
        [done] = town.wait([town.order(1)])
        tools = town.house.tools
        found = certificate_of(town, done)

        assert (done.state, found.state, found.number) == (OrderState.COMPLETED, BirthState.ISSUED, 1)
        assert kinds(found, Verdict.FAILED) == set()
        assert {TestKind.PORTS, TestKind.PATH, TestKind.LIGHT, TestKind.TAGS} <= kinds(found, Verdict.PASSED)
        by_frames = {TestKind.FRAME_LOSS, TestKind.FRAME_DELAY, TestKind.INFORMATION_RATE}
        assert by_frames <= kinds(found, Verdict.NOT_MEASURED)
        assert not by_frames & kinds(found, Verdict.PASSED)
        light = {one.subject: one for one in found.results if one.kind is TestKind.LIGHT}
        assert light[str(TRUNK)].measured == "0.85"
        assert "no optic" in light["nte-1:Ethernet2"].detail
        assert find_faults(found.document.encode(), read_key(key).public) == ()
        assert find_faults(found.document.replace('"0.85"', '"0.15"').encode(), read_key(key).public)

        assert done.service_id is not None
        with pytest.raises(UnknownOrder):
            birth_certificate(tools, OTHER, done.id)
        with pytest.raises(UnknownService):
            birth_certificates(tools, OTHER, done.service_id)
        [ceased] = town.wait([town.cease(done.service_id)])
        with pytest.raises(UnknownBirthCertificate):
            birth_certificate(tools, QUAYSIDE, ceased.id)


@dataclass(frozen=True)
class Faces:
    """The portal, the API and the command line of one house, for the ISP that orders."""

    browser: Browser
    machine: Machine
    cli: Callable[..., Result]


@contextmanager
def faces_of(town: Running, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Faces]:
    tools = town.house.tools
    front_desk.create_user(tools, SYSTEM, "quentin", Role.ISP_USER, "quayside", USER_PASSWORD)
    app = create_app(tools, WebSettings(cookies_secure=False, _env_file=None))
    browser = Browser(app.test_client())
    assert browser.sign_in("quentin", USER_PASSWORD).status_code == 303
    token, _ = front_desk.create_token(tools, SYSTEM, "quentin", "a test", None)
    for name, value in (("DATABASE_URL", database_url), ("DEVICE_PASSWORD", "twin"), ("TOKEN_PEPPER", "pepper")):
        monkeypatch.setenv(f"NEUTRALHOST_{name}", value)

    def cli(*arguments: object) -> Result:
        return CliRunner().invoke(command, [str(argument) for argument in arguments])

    yield Faces(browser, Machine(app.test_client(), token), cli)
    stop_logging()


FAULTS: Sequence[tuple[str, Callable[[Fleet], None], str]] = (
    (
        "ports",
        lambda fleet: fleet.unplug(DX_SWITCH, "Ethernet48"),
        "ports at sw-dx:Ethernet48: measured down, expected up (the handover)",
    ),
    (
        "light",
        lambda fleet: fleet.set_light(DX_SWITCH, "Ethernet1", -9.5),
        "light at sw-dx:Ethernet1: measured 7.50 dB, expected at most 3.85 dB",
    ),
    (
        "path",
        lambda fleet: fleet.miswire(DXP_SWITCH, "Ethernet1", PortRef("sw-elsewhere", "Ethernet7")),
        "measured sw-elsewhere:Ethernet7, expected sw-dx:Ethernet1 (LLDP, link trunk)",
    ),
)


def test_a_failed_test_sends_all_back_and_every_face_says_which(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Probe()
    with (
        running(database_url, lit_street(len(FAULTS) + 1), prober=probe, birth_settle_s=0.0) as town,
        faces_of(town, monkeypatch, database_url) as faces,
    ):
        before = town.configs()
        for home, (kind, break_it, words) in enumerate(FAULTS, 1):
            break_it(town.fleet)
            [failed] = town.wait([town.order(home)])
            town.fleet.heal(DX_SWITCH)
            town.fleet.heal(DXP_SWITCH)
            town.fleet.plug(DX_SWITCH, "Ethernet48")
            _failed_by(town, failed, kind, words, before)
        probe.says["tags"] = ((0x8100, 2001),)

        [failed] = town.wait([town.order(len(FAULTS) + 1)])

        words = "tags at the circuit: measured 0x8100 VLAN 2001, expected 0x88a8 VLAN 2001"
        _failed_by(town, failed, "tags", words, before)
        _faces_say(faces, failed, words)


def _failed_by(town: Running, failed: Order, kind: str, words: str, before: Mapping[str, str]) -> None:
    assert (failed.state, [one.code for one in failed.reasons]) == (OrderState.FAILED, ["birth-tests-failed"])
    assert words in failed.reasons[0].sentence
    assert town.configs() == before
    assert town.held() == {}
    kept = certificate_of(town, failed)
    assert (kept.state, kept.number, kept.content["verdict"]) == (BirthState.FAILED, 0, "failed")
    assert kinds(kept, Verdict.FAILED) == {TestKind(kind)}
    assert any(words in sentence for sentence in kept.content["failed"])
    events = [event for event in town.events(failed.id) if event.startswith(("deploy", "clear"))]
    assert events == ["deploy started", "deploy failed", "clear started", "clear undone"]


def _faces_say(faces: Faces, failed: Order, words: str) -> None:
    page = page_words(faces.browser.get(f"/orders/{failed.id}"))
    assert words in page
    assert "Tests before handover: failed" in page
    said_first = page.partition("How far it is")[0]
    assert "Not handed over: a test failed" in said_first
    assert "Tags at the circuit Measured 0x8100 VLAN 2001 Expected 0x88a8 VLAN 2001" in said_first
    assert "What happens next. Every device was taken back to what it was before" in said_first
    answer = faces.machine.get(f"/orders/{failed.id}/birth-certificate")
    [wrong] = [one for one in answer.json["results"] if one["verdict"] == "failed"]
    assert (wrong["kind"], wrong["measured"], wrong["expected"]) == ("tags", "0x8100 VLAN 2001", "0x88a8 VLAN 2001")
    assert answer.json["verdict"] == "failed"
    story = faces.machine.get(f"/orders/{failed.id}").json
    assert words in story["reasons"][0]["sentence"]
    pdf = faces.machine.get(f"/orders/{failed.id}/birth-certificate.pdf")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert faces.browser.client.get(f"/orders/{failed.id}/birth-certificate.pdf").data == pdf.data
    said = faces.cli("order", "birth-certificate", failed.id, "--json")
    assert json.loads(said.stdout)["birth_certificates"][0]["verdict"] == "failed"
    assert "0x8100 VLAN 2001" in faces.cli("order", "birth-certificate", failed.id).stdout
    assert faces.machine.get(f"/orders/{failed.id}x/birth-certificate").status_code == 404


def test_the_circuit_is_in_force_while_it_is_tested_and_each_change_has_its_certificate(database_url: str) -> None:
    carried: list[bool] = []
    with running(database_url, lit_street(1), works=False, prober=(probe := Probe())) as town:
        probe.then = lambda _task: carried.append("vlan 2001" in town.fleet.running_config(DX_SWITCH))
        town.house.start_worker()
        tools = town.house.tools
        [made] = town.wait([town.order(1, mbps=100)])
        assert (made.state, carried) == (OrderState.COMPLETED, [False, True])
        assert kinds(certificate_of(town, made), Verdict.FAILED) == set()
        assert kinds(certificate_of(town, made), Verdict.PASSED) == TESTS[Shape.ACCESS_LINE]
        assert made.service_id is not None

        change = partial(front_desk.modify_service, tools, SYSTEM, made.service_id, term_months=12)
        [faster] = town.wait([change(bandwidth_mbps=1000, idempotency_key="faster")[0]])
        found = birth_certificates(tools, QUAYSIDE, made.service_id)
        assert [(one.order_id, one.number) for one in found] == [(made.id, 1), (faster.id, 2)]
        assert [one.design["cir_mbps"] for one in found] == [
            task.cir_mbps for task in probe.asked if task.when is When.AFTER
        ]
        assert [task.in_service for task in probe.asked] == [False, False, True, True]

        before = town.configs()
        probe.says["rate_mbps"] = 1.0
        [failed] = town.wait([change(bandwidth_mbps=100, idempotency_key="slower")[0]])
        assert [one.code for one in failed.reasons] == ["birth-tests-failed"]
        assert town.configs() == before
        service = front_desk.service(tools, SYSTEM, made.service_id)
        assert (service.state, service.bandwidth_mbps) == ("active", 1000)
        found = birth_certificates(tools, QUAYSIDE, made.service_id)
        assert [(one.number, one.state.value) for one in found] == [(1, "issued"), (2, "issued"), (0, "failed")]


def test_what_is_required_and_cannot_be_measured_keeps_a_service_from_being_handed_over(database_url: str) -> None:
    with running(database_url, lit_street(1), birth_required="path, frame-loss") as town:
        before = town.configs()
        [failed] = town.wait([town.order(1)])

        assert "frame-loss at the circuit: not measured: no probe is set" in failed.reasons[0].sentence
        assert town.configs() == before
        assert certificate_of(town, failed).state is BirthState.FAILED


def test_frames_that_reach_a_neighbour_before_anything_is_changed_stop_the_order(database_url: str) -> None:
    probe = Probe(before={"strays": ((PortRef("nte-2", "Ethernet1"), 1),)})
    with running(database_url, lit_street(2), prober=probe) as town:
        [failed] = town.wait([town.order(1)])

        assert (
            "isolation-before at neighbour 1 of 1: measured 1 frames, expected 0 frames" in failed.reasons[0].sentence
        )
        assert [task.when for task in probe.asked] == [When.BEFORE]
        assert "deploy done" not in town.events(failed.id)
        assert town.fleet.commits(DX_SWITCH).commits == 0
        town.fleet.refuse(DX_SWITCH, "^vlan")
        probe.before = {}
        [refused] = town.wait([town.order(2)])
        assert [one.code for one in refused.reasons] == ["rehearsal-refused"]
        with pytest.raises(UnknownBirthCertificate):
            certificate_of(town, refused)
