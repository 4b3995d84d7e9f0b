"""A small town with a portal: two ISPs, four premises, real tables, and no devices that could be spoken to.

Orders are accepted for real; what a worker would do to them, a test does by the hands below.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.test import TestResponse

from automation.birth.results import Limits, TestKind, TestResult, Verdict
from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Finding, Proof, Rehearsal
from automation.devices import Answers
from automation.intents import CircuitIntent
from automation.scanning import Audit, Expectations
from automation.texts import DeviceText
from automation.verifying import Check
from inventory.consents import Consent, ConsentCover
from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.plant import (
    AssetKind,
    AssetRef,
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Duct,
    Odf,
    OdfPosition,
    PositionRef,
    Strand,
    StrandRef,
)
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory
from inventory.source import NoRecord
from inventory.store.mirror import SnapshotCache, read_inventory, replace_inventory
from inventory.vlans import TagRange
from inventory.windows import Window
from provisioning import certificate_key, front_desk
from provisioning.birth_certificates import About, BirthCertificate, draft, issued, performance_document
from provisioning.birth_design import designed_service
from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import only
from provisioning.front_desk import SYSTEM
from provisioning.identity import Passwords
from provisioning.isps import Role
from provisioning.orders import EventStatus, Order, OrderRequest, OrderState, WaitsFor
from provisioning.performance_tests import TESTS, Counted, PerformanceState, PerformanceTest, judge_counted
from provisioning.reservations import Reservation, ReservationRequest
from provisioning.reserve import reserve_for
from provisioning.services import Service, ServiceState
from provisioning.settings import ProvisioningSettings
from provisioning.store.engine_work import Work
from provisioning.store.tables import commitments
from provisioning.store.unit import open_store
from provisioning.tools import Tools
from provisioning.urgency import Urgency
from tests.certified import KEY
from tests.pairs import pair_service, plant_of_two_ways
from web.app import create_app
from web.settings import WebSettings

PASSWORD = "correct horse battery"
BUSINESS, HOME, NO_NTE, UNSERVED = "100000001", "100000002", "100000003", "100000004"
PEOPLE: Mapping[str, tuple[Role, str | None]] = {
    "olga": (Role.OPERATOR, None),
    "rita": (Role.AUDITOR, None),
    "anna": (Role.ISP_ADMIN, "alpha"),
    "axel": (Role.AUDITOR, "alpha"),
    "bert": (Role.ISP_ADMIN, "beta"),
    "ella": (Role.ENGINEER, None),
    "amit": (Role.APPROVER, None),
    "nora": (Role.NOC, None),
    "cora": (Role.COUNCIL, None),
    "uma": (Role.ISP_USER, "alpha"),
}


def small_town() -> Inventory:
    """One exchange, one neighbourhood, an NTE at two of four premises, a handover for each ISP."""
    exchange = Place("dx-quay", "Quay Exchange", PlaceKind.DX, "Quays", 381000.0, 397000.0)
    corner = Place("dxp-mill", "Mill Corner", PlaceKind.DXP, "Mill", 383000.0, 398000.0)
    addresses = {
        BUSINESS: ("1 Mill Lane", "M1 2AB", PremisesKind.BUSINESS, "dxp-mill"),
        HOME: ("2 Mill Lane", "M1 2AB", PremisesKind.HOME, "dxp-mill"),
        NO_NTE: ("3 Mill Lane", "M1 2AC", PremisesKind.HOME, "dxp-mill"),
        UNSERVED: ("1 Far Fold", "M9 9ZZ", PremisesKind.HOME, None),
    }
    switches = ("sw-quay", "dx-quay"), ("sw-mill", "dxp-mill")
    ntes = ("nte-1", BUSINESS), ("nte-2", HOME)
    devices = [
        *(
            Device(name, DeviceRole.SWITCH, "eos", "Arista", "7280", name, place, None, "127.1.0.1")
            for name, place in switches
        ),
        *(Device(name, DeviceRole.NTE, "eos", "Arista", "720", name, None, uprn, "127.1.0.2") for name, uprn in ntes),
    ]
    links = [
        Link("quay-mill", PortRef("sw-quay", "Ethernet1"), PortRef("sw-mill", "Ethernet1"), 100_000, 2300.0),
        Link("mill-nte-1", PortRef("sw-mill", "Ethernet11"), PortRef("nte-1", "Ethernet2"), 10_000, 140.0),
        Link("mill-nte-2", PortRef("sw-mill", "Ethernet12"), PortRef("nte-2", "Ethernet2"), 10_000, 160.0),
    ]
    handovers = [
        Handover("alpha-quay", "alpha", "dx-quay", PortRef("sw-quay", "Ethernet49"), 100_000, TagRange(2001, 2020)),
        Handover("beta-quay", "beta", "dx-quay", PortRef("sw-quay", "Ethernet50"), 100_000, TagRange(2001, 2020)),
    ]
    ports = [Port(end, PortRole.NNI, link.capacity_mbps) for link in links for end in (link.a, link.z)]
    ports += [Port(PortRef(name, "Ethernet1"), PortRole.UNI, 10_000) for name, _ in ntes]
    ports += [Port(handover.port, PortRole.HANDOVER, 100_000) for handover in handovers]
    return Inventory(
        places=(exchange, corner),
        premises=tuple(
            Premises(uprn, address, postcode, kind, 383100.0, 398100.0, place)
            for uprn, (address, postcode, kind, place) in addresses.items()
        ),
        organisations=(
            *(
                Organisation(code, f"{code.title()} Networks", frozenset({MemberRole.USER}), is_isp=True)
                for code in ("alpha", "beta")
            ),
            Organisation("gamma", "Gamma Ducts", frozenset({MemberRole.CONTRIBUTOR})),
        ),
        devices=tuple(devices),
        ports=tuple(ports),
        links=tuple(links),
        handovers=tuple(handovers),
        **_plant(),
    )


def _plant() -> dict[str, Any]:
    """One duct from the exchange to the neighbourhood, and in it one cable of twelve strands that nobody uses."""
    parties = ("gamma", "gamma", "gamma")
    strands = [StrandRef("cable-1", number) for number in range(1, 13)]
    return {
        "ducts": (
            Duct("duct-1", "dx-quay", "dxp-mill", ((381000.0, 397000.0), (383000.0, 398000.0)), 2300.0, *parties),
        ),
        "bores": (Bore(BoreRef("duct-1", 1), 40.0, 10.0, 50.0),),
        "cables": (Cable("cable-1", "dx-quay", "dxp-mill", 12, 12, 10.0, 0.0, *parties),),
        "cable_bores": (CableBore("cable-1", 1, BoreRef("duct-1", 1)),),
        "strands": tuple(Strand(strand) for strand in strands),
        "odfs": tuple(Odf(f"odf-{place}", place, 12, *parties) for place in ("dx-quay", "dxp-mill")),
        "odf_positions": tuple(
            OdfPosition(PositionRef(f"odf-{place}", strand.number), strand)
            for place in ("dx-quay", "dxp-mill")
            for strand in strands
        ),
        "consents": (Consent("w-quay", "Quay Estates", "GM1", "lease", date(2020, 1, 1), None, 100),),
        "consent_covers": (ConsentCover("w-quay", AssetRef(AssetKind.DUCT, "duct-1")),),
    }


@dataclass
class SilentDevices:
    """Devices that nobody speaks to in these tests, but for an audit, which finds what `findings` says."""

    findings: tuple[Finding, ...] = ()

    def rehearse(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Rehearsal:
        return Rehearsal(())

    def rehearse_changes(self, changes: Sequence[DeviceChange], standing: object = None) -> Rehearsal:
        return Rehearsal(tuple(replace(change, diff=f"+{change.commands}") for change in changes))

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        return DeployReport()

    def prove(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Proof:
        return Proof(self.findings)

    def audit(self, expected: Expectations) -> Audit:
        return Audit(self.findings)

    def running_config(self, device: str) -> str:
        return ""

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        return dict.fromkeys(devices, True)


@dataclass
class WrittenDown:
    """Jobs that nobody does: which work was asked for, on which order."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def walk(self, workflow: str, order_id: str, number: int = 1, urgency: Urgency | None = None) -> None:
        del urgency
        self.asked.append((workflow if number == 1 else f"{workflow}:{number}", order_id))

    def unfinished(self) -> tuple[Work, ...]:
        return ()


@dataclass
class Clock:
    """Time that goes on a second at every look, so that newest-first is always told apart."""

    at: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Browser:
    """A signed-in person: sends forms with the token that stood on the page before."""

    client: FlaskClient
    form_token: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.client.get(path, **options)
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', answer.text)
        self.form_token = found.group(1) if found else self.form_token
        return answer

    def post(self, path: str, form: Mapping[str, object] | None = None) -> TestResponse:
        return self.client.post(path, data={"form_token": self.form_token, **(form or {})})

    def sign_in(self, name: str, password: str = PASSWORD, **form: str) -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in", {"name": name, "password": password, **form})


@dataclass
class Machine:
    """A program with a token (or none)."""

    client: FlaskClient
    token: str | None

    def call(
        self, method: str, path: str, body: object = None, *, key: str | None = None, **options: Any
    ) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            options["json"] = body
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> TestResponse:
        return self.call("POST", path, body, **options)


class TalkingDevices:
    """Implements `Texts`: every device says something else each time it is read, and has a VLAN that a service left."""

    def __init__(self) -> None:
        self.reads = 0

    def each[T](self, names: Iterable[str], look: Callable[[DeviceText], T]) -> Answers[T]:
        self.reads += 1
        return {name: look(DeviceText(name, "eos", self._text(name))) for name in names}

    def _text(self, name: str) -> str:
        return f"hostname {name}\nvlan 2999\n   name S-GONE\nntp server 192.0.2.{self.reads % 250}\n"


class Town:
    """The tools, the app over them, and the hands of a worker."""

    def __init__(self, engine: Engine, **settings: Any) -> None:
        self.clock = Clock()
        self.jobs = WrittenDown()
        self.devices = SilentDevices()
        self.engine = engine
        replace_inventory(engine, small_town())
        self.tools = Tools(
            settings=ProvisioningSettings(
                token_pepper="pepper of a test", certificate_key=certificate_key.new_key(), _env_file=None
            ),
            open_unit_of_work=open_store(engine, jobs=lambda session: self.jobs, now=self.clock),
            load_snapshot=SnapshotCache(engine),
            catalogues=only(load_catalogue()),
            deployer=self.devices,
            record=NoRecord(),
            now=self.clock,
            passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
            texts=TalkingDevices(),
        )
        self.settings = WebSettings(**({"cookies_secure": False, "_env_file": None} | settings))
        self.app: Flask = create_app(self.tools, self.settings)
        for name, (role, isp) in PEOPLE.items():
            front_desk.create_user(self.tools, SYSTEM, name, role, isp, PASSWORD)

    def browser(self, name: str | None = None) -> Browser:
        browser = Browser(self.app.test_client())
        if name is not None:
            assert browser.sign_in(name).status_code == 303
            browser.get("/tokens")
        return browser

    def machine(self, name: str | None) -> Machine:
        token = None
        if name is not None:
            token, _ = front_desk.create_token(self.tools, SYSTEM, name, f"{name} in a test", None)
        return Machine(self.app.test_client(), token)

    def place(self, isp: str = "alpha", key: str = "key-1", **fields: Any) -> Order:
        wanted = {"product": "access-eline", "uprn": BUSINESS, "handover": f"{isp}-quay", "bandwidth_mbps": 500}
        request = OrderRequest(**(wanted | {"term_months": 12, "reference": ""} | fields))
        return front_desk.place_order(self.tools, SYSTEM, request, idempotency_key=key, isp_code=isp)[0]

    def wait_for_approval(self, order: Order) -> None:
        """What a worker leaves behind when it has rehearsed an order that a person must approve."""
        change = DeviceChange("sw-mill", ChangeAction.ADD, "vlan 2001", "+vlan 2001\n-   shutdown", ())
        with self.tools.open_unit_of_work() as work:
            work.orders.set_state(order.id, OrderState.IN_PROGRESS)
            work.orders.record(order.id, "qualify", EventStatus.DONE, "Green at 500 Mbit/s.", {}, 0.012)
            work.orders.save_changes(order.id, "rehearse", [change])
            work.orders.record(order.id, "rehearse", EventStatus.DONE, "1 device would change.", {"devices": "1"}, 1.25)
            work.orders.set_step(order.id, "approve")
            work.orders.wait(order.id, WaitsFor.APPROVAL)
            work.orders.record(order.id, "approve", EventStatus.WAITING, "Waits for a person.")
            work.commit()

    def commit_at_handover(self, code: str, mbps: int) -> None:
        """Let so much of a handover be committed to somebody."""
        with self.engine.begin() as connection:
            connection.execute(insert(commitments).values(kind="handover", code=code, committed_mbps=mbps))

    def reserve(self, *strands: str) -> Reservation:
        """Reserve strands, such as "cable-1:9", for alpha in June 2030."""
        window = Window(date(2030, 6, 1), date(2030, 6, 9))
        wanted = tuple(StrandRef(*self._numbered(each)) for each in strands)
        request = ReservationRequest("alpha", "Festival of light", window, wanted)
        return front_desk.make_reservation(self.tools, SYSTEM, request)

    @staticmethod
    def _numbered(key: str) -> tuple[str, int]:
        cable, _, number = key.partition(":")
        return cable, int(number)

    def sell_pair(self, isp: str = "alpha") -> Service:
        """An active service of two legs, each on a way of its own through a plant that the town gets with it."""
        known, more = read_inventory(self.engine), plant_of_two_ways()
        both = {field.name: getattr(known, field.name) + getattr(more, field.name) for field in fields(known)}
        replace_inventory(self.engine, replace(known, **both))
        service = pair_service("S-PA1R000000", isp)
        with self.tools.open_unit_of_work() as work:
            work.services.add(service)
            work.commit()
        return service

    def test(self, order: Order, service: Service) -> BirthCertificate:
        """A birth certificate of that order, with one test of each verdict but failed."""
        assert service.circuit is not None
        designed = designed_service(self.tools.load_snapshot(), service, self.tools.losses)
        assert designed is not None
        results = (
            TestResult(TestKind.PORTS, Verdict.PASSED, str(service.circuit.uni), "up", "up", detail="the UNI"),
            TestResult(TestKind.FRAME_LOSS, Verdict.NOT_MEASURED, "the circuit", detail="no probe is set"),
        )
        about = About(order.id, order.action.value, service.id, order.isp_code, service.product)
        made = issued(draft(about, designed, results, (), self.clock()), 1, self.clock(), KEY)
        with self.tools.open_unit_of_work() as work:
            work.births.save(made)
            work.commit()
        return made

    def measure(self, service: Service) -> PerformanceTest:
        """A performance test of it that has ended, and lost nothing."""
        designed = designed_service(self.tools.load_snapshot(), service, self.tools.losses)
        assert designed is not None
        counted = Counted(sent=90_000, delay_us_sum=36e6, worst_delay_us=500.0, slices=90)
        test = PerformanceTest(
            "PT-0000000001", service.id, service.isp_code, 15, "ed", PerformanceState.ENDED, 90, 1,
            self.clock(), self.clock(), KEY.id, "",
        )  # fmt: skip
        results = judge_counted(designed, counted, Limits())
        document = performance_document(test, service.product, designed, results, TESTS, 1, KEY)
        test = replace(test, document=document)
        with self.tools.open_unit_of_work() as work:
            work.performance.save(test)
            work.commit()
        return test

    def deliver(self, order: Order) -> Service:
        """An active service of that order, with all it holds."""
        request, service_id = order.request, order.id.replace("O", "S", 1)
        profile = self.tools.catalogue.product(request.product).offer(request.bandwidth_mbps)
        assert profile is not None
        service = Service(
            service_id, order.isp_code, request.product, request.uprn, request.handover, request.bandwidth_mbps,
            request.term_months, request.reference, ServiceState.PENDING_ACTIVE, None, order.monthly_pence,
            self.clock(), None, None,
        )  # fmt: skip
        with self.tools.open_unit_of_work() as work:
            work.services.add(service)
            circuit = reserve_for(work, self.tools.load_snapshot(), self.tools.catalogue, request, service_id)
            work.services.set_circuit(service_id, circuit)
            work.services.set_state(service_id, ServiceState.ACTIVE)
            work.orders.set_service(order.id, service_id)
            work.orders.set_state(order.id, OrderState.IN_PROGRESS)
            work.orders.set_state(order.id, OrderState.COMPLETED)
            work.orders.record(order.id, "tell", EventStatus.DONE, "The service is active.", {}, 0.1)
            work.commit()
        return front_desk.service(self.tools, SYSTEM, service_id)
