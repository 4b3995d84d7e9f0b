"""Trace, capacity and consents as people ask them, on the real store: with services, holds and rights."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

import provisioning.questions
from inventory.errors import UnknownThing
from inventory.plant import PositionRef, StrandRef
from inventory.store.engine import let_go, open_engine
from inventory.trace import HIDDEN, Trace
from inventory.windows import Window
from provisioning import front_desk
from provisioning.errors import Forbidden, RequestInvalid, UnknownOrder, UnknownService
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import OrderRequest
from provisioning.questions.birth_certificate import birth_certificate, birth_certificates
from provisioning.questions.capacity import capacity, pull
from provisioning.questions.certificate import (
    certificate,
    certificate_events,
    certificate_history,
    certificates,
)
from provisioning.questions.consents import consent, consents
from provisioning.questions.coverage import refresh_coverage, show_coverage
from provisioning.questions.cut import what_is_cut
from provisioning.questions.ofds import ofds_network, ofds_nodes, ofds_spans
from provisioning.questions.path import PathQuestion, find_path
from provisioning.questions.resilience import ask_resilience
from provisioning.questions.trace import trace
from provisioning.reservations import ReservationRequest
from provisioning.reserving import make_reservation
from provisioning.services import Service
from provisioning.tools import Tools
from provisioning.wanted import StrandsWanted
from tests.integration.strand_town import strand_town
from tests.integration.walking import START, Town, build_town

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
BELA = Principal("bela", Role.ISP_ADMIN, "birch")
READER = Principal("rosa", Role.AUDITOR, "alder")
ONLOOKER = Principal("otto", Role.AUDITOR, None)
TODAY = START.date()


@dataclass(frozen=True)
class World:
    """What alder has: a pair of strands, an Access E-Line, and one strand reserved for ten days of December."""

    town: Town
    pair: Service
    eline: Service

    @property
    def tools(self) -> Tools:
        return self.town.tools


@pytest.fixture(scope="module")
def world(module_database_url: str) -> Iterator[World]:
    """Tests here only ask, so that one world is enough for them."""
    engine = open_engine(module_database_url)
    town = build_town(engine, strand_town())
    made = World(town, strands(town), deliver(town, OrderRequest("access-eline", "1", "quay-alder", 100, 12), "k2"))
    festival = Window(date(2026, 12, 1), date(2026, 12, 10))
    asked = ReservationRequest("birch", "festival", festival, (StrandRef("k-east", 7),), (PositionRef("odf-quay", 7),))
    make_reservation(town.tools, SYSTEM, asked)
    yield made
    let_go(engine)


def deliver(town: Town, request: OrderRequest, key: str = "k1") -> Service:
    order, _ = front_desk.place_order(town.tools, ANNA, request, idempotency_key=key)
    town.walk_all()
    if town.look(order.id).awaiting_approval:
        story = front_desk.order_story(town.tools, SYSTEM, order.id)
        front_desk.approve(town.tools, SYSTEM, order.id, digest=story.plan_digest)
        town.walk_all()
    return front_desk.service(town.tools, SYSTEM, town.look(order.id).service_id or "none")


def strands(town: Town) -> Service:
    wanted = StrandsWanted("quay", "mill", Window(TODAY))
    return deliver(town, OrderRequest("dark-fibre-pair", "", "", 0, 12, "", wanted))


def met(found: Trace, section: int = 0, fibre: int = 0) -> list[str]:
    return [str(event.asset) for event in found.sections[section].fibres[fibre].events]


def used(found: Trace) -> set[str]:
    """Who uses the strands of the cable k-east."""
    events = (event for section in found.sections for fibre in section.fibres for event in fibre.events)
    return {event.parties.used_by for event in events if event.parties and event.asset.code.startswith("k-east")}


# Trace.


def test_a_service_of_strands_is_traced_by_its_isp_down_to_each_owner(world: World) -> None:
    service = world.pair

    found = trace(world.tools, ANNA, service.id)

    assert [section.name for section in found.sections] == ["leg 1"]
    assert met(found) == [
        "position:odf-quay:3",
        "strand:k-east:3",
        "splice:box:k-east:3+k-west:3",
        "strand:k-west:3",
        "position:odf-mill:3",
    ]
    assert used(found) == {"alder"}
    assert found.length_m == 1220.0
    assert found == trace(world.tools, READER, service.id) == trace(world.tools, SYSTEM, f"service:{service.id}")


def test_a_service_on_links_is_traced_link_by_link_from_its_uni_to_its_handover(world: World) -> None:
    found = trace(world.tools, ANNA, world.eline.id)

    assert [section.name for section in found.sections] == ["link:drop-1", "link:trunk"]
    assert [len(section.fibres) for section in found.sections] == [0, 2]
    assert (met(found, 1)[0], met(found, 1)[-1]) == ("port:sw-mill:Ethernet49", "port:sw-quay:Ethernet49")
    assert found.loss_db == found.sections[1].fibres[1].budget.loss_db


def test_an_ended_service_has_nothing_to_trace(engine: Engine) -> None:
    town = build_town(engine, strand_town())
    service = strands(town)
    front_desk.cease_service(town.tools, ANNA, service.id, idempotency_key="c1")
    town.walk_all()

    assert trace(town.tools, ANNA, service.id).sections == ()


def test_another_isps_service_and_none_are_told_apart_by_nothing(world: World) -> None:
    told = []
    for service_id in (world.pair.id, "S-0123456789"):
        with pytest.raises(UnknownService) as caught:
            trace(world.tools, BELA, service_id)
        told.append(str(caught.value).replace(service_id, "X"))

    assert told[0] == told[1]
    assert "alder" not in told[0]


@pytest.mark.parametrize("end", ["strand:k-east:3", "trunk", "sw-quay:Ethernet49", "nothing", "", "strand:x", "S-1"])
def test_an_isp_may_trace_nothing_but_services_whether_there_is_such_a_thing_or_not(world: World, end: str) -> None:
    with pytest.raises(Forbidden, match="anna may not trace anything but its own services"):
        trace(world.tools, ANNA, end)


def test_the_operators_people_see_which_isp_uses_a_strand(world: World) -> None:
    later = replace(world.tools, now=lambda: datetime(2026, 12, 5, tzinfo=UTC))
    asked = ((world.tools, 3), (world.tools, 7), (later, 7))

    found = [trace(tools, ONLOOKER, f"strand:k-east:{number}") for tools, number in asked]

    assert [used(each) for each in found] == [{"alder"}, {"coop"}, {"birch"}]


def test_an_isp_does_not_read_another_isps_name_in_the_trace_of_its_own_service(engine: Engine) -> None:
    inventory = strand_town()
    bores = tuple(replace(bore, used_by="birch") for bore in inventory.bores)
    town = build_town(engine, replace(inventory, bores=bores))
    service = strands(town)

    mine, all_of_it = (trace(town.tools, who, service.id) for who in (ANNA, SYSTEM))

    assert "birch" in repr(all_of_it)
    assert "birch" not in repr(mine)
    assert HIDDEN in repr(mine)


@pytest.mark.parametrize("end", ["service:", "service:S-1\x00", "service:\ud800", "service:' OR 1=1 --"])
def test_a_hostile_service_id_is_one_that_does_not_exist(world: World, end: str) -> None:
    with pytest.raises(UnknownService):
        trace(world.tools, SYSTEM, end)


# Capacity.


def test_what_is_sold_and_held_is_counted_on_its_days_and_free_again_after_them(world: World) -> None:
    today = capacity(world.tools, SYSTEM, "k-east")
    during = capacity(world.tools, ONLOOKER, "k-east", day=date(2026, 12, 10))

    assert (today.day, today.cables[0].strands.sold, today.cables[0].strands.free) == (TODAY, 2, 8)
    assert (during.cables[0].strands.held, during.cables[0].strands.free) == (1, 7)
    assert [(change.day, change.strands_taken, change.strands_freed) for change in today.changes] == [
        (date(2026, 12, 1), 1, 0),
        (date(2026, 12, 11), 0, 1),
    ]


def test_a_cable_is_pulled_where_the_ducts_have_room(world: World) -> None:
    found = pull(world.tools, SYSTEM, "quay", "mill", 96)

    assert (found.is_possible, found.day, found.length_m) == (True, TODAY, 1200.0)


@pytest.mark.parametrize("diameter_mm", [0.0, -1.0, float("nan"), float("inf"), 100.1])
def test_a_diameter_that_no_cable_has_is_refused(world: World, diameter_mm: float) -> None:
    with pytest.raises(RequestInvalid, match="diameter_mm"):
        pull(world.tools, SYSTEM, "quay", "mill", 96, diameter_mm=diameter_mm)


# Consents.


def test_consents_are_listed_by_their_end_and_told_with_all_that_depends_on_them(world: World) -> None:
    assert [each.consent.code for each in consents(world.tools, ONLOOKER)] == ["c-canal", "c-tram"]
    assert [each.consent.code for each in consents(world.tools, SYSTEM, expires_within_days=90)] == ["c-canal"]
    assert consents(world.tools, SYSTEM, expires_within_days=10) == ()
    found = consent(world.tools, SYSTEM, "c-canal")
    assert (found.cables, found.strands, found.links, found.services, found.reservations) == (1, 12, 1, 2, 0)


def test_what_nobody_has_a_consent_called_is_unknown(world: World) -> None:
    with pytest.raises(UnknownThing, match="No consent is called 'c-x'"):
        consent(world.tools, SYSTEM, "c-x")
    with pytest.raises(RequestInvalid):
        consents(world.tools, SYSTEM, expires_within_days=-1)


# One ISP learns nothing about the plant at large, nor about another's services: every question, one row each.


def forbidden(ask: Callable[[World], object]) -> Callable[[World], None]:
    def check(world: World) -> None:
        with pytest.raises(Forbidden) as caught:
            ask(world)
        assert not any(word in str(caught.value) for word in ("alder", "k-east", "tram", "c-canal"))

    return check


def unknown(ask: Callable[[World], object]) -> Callable[[World], None]:
    def check(world: World) -> None:
        with pytest.raises(UnknownService):
            ask(world)

    return check


def empty(ask: Callable[[World], object]) -> Callable[[World], None]:
    def check(world: World) -> None:
        assert ask(world) == ()

    return check


def no_birth_certificate(world: World) -> None:
    """Another's order is one that does not exist: never an order without a certificate."""
    with world.tools.open_unit_of_work(reading=True) as work:
        [order] = work.orders.of_service(world.eline.id)
    with pytest.raises(UnknownOrder):
        birth_certificate(world.tools, BELA, order.id)


ISOLATION: dict[str, Callable[[World], None]] = {
    "ask_resilience": forbidden(lambda w: ask_resilience(w.tools, BELA)),
    "birth_certificate": no_birth_certificate,
    "birth_certificates": unknown(lambda w: birth_certificates(w.tools, BELA, w.eline.id)),
    "capacity": forbidden(lambda w: capacity(w.tools, BELA, "k-east")),
    "certificate": unknown(lambda w: certificate(w.tools, BELA, w.pair.id)),
    "certificates": empty(lambda w: certificates(w.tools, BELA)),
    "certificate_events": empty(lambda w: certificate_events(w.tools, BELA)),
    "certificate_history": unknown(lambda w: certificate_history(w.tools, BELA, w.pair.id)),
    "consent": forbidden(lambda w: consent(w.tools, BELA, "c-canal")),
    "consents": forbidden(lambda w: consents(w.tools, BELA)),
    "find_path": forbidden(lambda w: find_path(w.tools, BELA, PathQuestion("quay", "mill"))),
    "ofds_network": forbidden(lambda w: ofds_network(w.tools, BELA)),
    "ofds_nodes": forbidden(lambda w: ofds_nodes(w.tools, BELA, None, 5)),
    "ofds_spans": forbidden(lambda w: ofds_spans(w.tools, BELA, None, 5)),
    "public_key": lambda w: None,  # the same for everybody: it is public
    "pull": forbidden(lambda w: pull(w.tools, BELA, "quay", "mill", 96)),
    "refresh_coverage": forbidden(lambda w: refresh_coverage(w.tools, BELA)),
    "show_coverage": forbidden(lambda w: show_coverage(w.tools, BELA)),
    "trace": unknown(lambda w: trace(w.tools, BELA, w.pair.id)),
    "what_is_cut": forbidden(lambda w: what_is_cut(w.tools, BELA, "d-east")),
}


def test_every_question_has_its_row_in_the_isolation_table() -> None:
    modules = [
        importlib.import_module(f"provisioning.questions.{module.name}")
        for module in pkgutil.iter_modules(provisioning.questions.__path__)
    ]
    questions = {
        name
        for module in modules
        for name, thing in vars(module).items()
        if inspect.isfunction(thing)
        and thing.__module__ == module.__name__
        and not name.startswith("_")
        and {"tools", "who"} <= set(inspect.signature(thing).parameters)
    }

    assert questions == set(ISOLATION)


@pytest.mark.parametrize("name", sorted(ISOLATION))
def test_another_isp_is_told_nothing(world: World, name: str) -> None:
    ISOLATION[name](world)
