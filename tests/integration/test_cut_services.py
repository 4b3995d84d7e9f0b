"""Who feels a cut, over real tables, against every service traced again link by link and strand by strand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from random import Random

import networkx as nx
import pytest
from sqlalchemy import Engine, event

from automation.intents import BandwidthProfile
from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.plant import (
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Duct,
    Odf,
    OdfPosition,
    Patch,
    PositionRef,
    Strand,
    StrandRef,
)
from inventory.premises import Premises, PremisesKind
from inventory.routes import StrandLeg
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import replace_inventory
from inventory.vlans import TagRange
from inventory.windows import Window
from provisioning.errors import Forbidden
from provisioning.impact import Fate
from provisioning.isps import Principal, Role
from provisioning.questions.cut import CutAnswer, what_is_cut
from provisioning.rights import SYSTEM
from provisioning.services import Circuit, DeviceHop, Service, ServiceState
from provisioning.store.plant_work import Holder
from provisioning.tools import Tools
from tests.integration.desk import desk_on

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
PARTIES = ("coop", "coop", "coop")
NOBODY = dict.fromkeys(("alder", "birch"), True) | {"coop": False}


@dataclass
class Town:
    """A ring and a few chords of ducts; a cable in each, and a link between the switches at its ends.

    Strand 1 of each cable is lit; what is kept here are the services in it, as they were designed.
    """

    random: Random
    size: int
    ducts: list[tuple[int, int]] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)

    def inventory(self, homes: int) -> Inventory:
        random, places = self.random, range(self.size)
        self.ducts = [(number, (number + 1) % self.size) for number in places]
        self.ducts += [tuple(random.sample(places, 2)) for _ in range(2)]  # type: ignore[misc]  # two of them
        at = [(380_000.0 + 500 * number, 397_000.0) for number in places]
        numbered = list(enumerate(self.ducts))
        return Inventory(
            places=tuple(Place(f"p{n}", f"Place {n}", PlaceKind.DXP, "Quays", *at[n]) for n in places),
            premises=tuple(
                Premises(str(home), f"{home} Street", "M1 1AA", random.choice(list(PremisesKind)), *at[0], "p0")
                for home in range(1, homes + 1)
            ),
            organisations=tuple(
                Organisation(code, code, frozenset({MemberRole.USER}), is_isp=is_isp) for code, is_isp in NOBODY.items()
            ),
            devices=(
                *(Device(f"sw{n}", DeviceRole.SWITCH, "eos", "M", "M", f"s{n}", f"p{n}", None, None) for n in places),
                *(_nte(home) for home in range(1, homes + 1)),
            ),
            ports=tuple(self._ports(homes)),
            links=(
                *(_link(n, a, z, random.choice((100, 300))) for n, (a, z) in numbered),
                *(_drop(home, random.randrange(self.size)) for home in range(1, homes + 1)),
            ),
            handovers=tuple(
                Handover(f"h-{isp}", isp, f"p{n}", PortRef(f"sw{n}", f"h-{isp}"), 10_000, TagRange(2001, 2100))
                for n, isp in enumerate(("alder", "birch"))
            ),
            ducts=tuple(
                Duct(f"d{n}", f"p{a}", f"p{z}", (at[a], at[z]), 500.0 * abs(a - z), *PARTIES) for n, (a, z) in numbered
            ),
            bores=tuple(Bore(BoreRef(f"d{n}", 1), 40.0, 10.0, 40.0) for n, _ in numbered),
            cables=tuple(Cable(f"k{n}", f"p{a}", f"p{z}", 4, 4, 8.0, 0.0, *PARTIES) for n, (a, z) in numbered),
            cable_bores=tuple(CableBore(f"k{n}", 1, BoreRef(f"d{n}", 1)) for n, _ in numbered),
            strands=tuple(Strand(StrandRef(f"k{n}", strand)) for n, _ in numbered for strand in range(1, 5)),
            odfs=tuple(Odf(f"o{n}", f"p{n}", 48, *PARTIES) for n in places),
            odf_positions=tuple(_position(n, end) for n, ends in numbered for end in ends),
            patches=tuple(
                Patch(PositionRef(f"o{end}", n + 1), PortRef(f"sw{end}", f"l{n}"), None, "10GBASE-LR")
                for n, ends in numbered
                for end in ends
            ),
        )

    def _ports(self, homes: int) -> Iterable[Port]:
        for n, ends in enumerate(self.ducts):
            yield from (Port(PortRef(f"sw{end}", f"l{n}"), PortRole.NNI, 10_000) for end in ends)
        yield from (
            Port(PortRef(f"sw{n}", f"h-{isp}"), PortRole.HANDOVER, 10_000) for n, isp in enumerate(("alder", "birch"))
        )
        for home in range(1, homes + 1):
            yield Port(PortRef(f"nte{home}", "up"), PortRole.NNI, 10_000)
            yield Port(PortRef(f"nte{home}", "uni"), PortRole.UNI, 10_000)
            yield from (Port(PortRef(f"sw{n}", f"drop{home}"), PortRole.NNI, 10_000) for n in range(self.size))

    def fill(self, tools: Tools, inventory: Inventory) -> None:
        """Put every service that fits on a random simple path, and some on strands, with one leg or two."""
        with tools.open_unit_of_work() as work:
            for number, home in enumerate(inventory.premises):
                service = self._on_links(Snapshot(inventory), number, home.uprn)
                work.services.add(service)
                assert service.circuit is not None
                work.reservations.hold(service.id, service.circuit)
                self.services.append(service)
            for number in range(3):
                service = self._on_strands(number)
                work.services.add(service)
                held = [strand for leg in service.legs for fibre in leg.fibres for strand in fibre]
                window = service.window or Window(TODAY)
                work.holds.take(Holder(service_id=service.id), window, strands=held)
                self.services.append(service)
            work.commit()

    def _on_links(self, snapshot: Snapshot, number: int, uprn: str) -> Service:
        isp = self.random.choice(("alder", "birch"))
        drop = snapshot.links[f"drop{uprn}"]
        far = 0 if isp == "alder" else 1
        ways = list(nx.all_simple_edge_paths(self._network(range(len(self.ducts))), int(drop.z.device[2:]), far))
        way = self.random.choice(ways) if ways else []
        codes = (drop.code, *(f"l{n}" for _, _, n in way))
        hops = tuple(dict.fromkeys([drop.z.device, *(f"sw{end}" for a, z, _ in way for end in (a, z))]))
        cir = self.random.choice((10, 60))
        circuit = Circuit(
            uni=PortRef(f"nte{uprn}", "uni"),
            handover_code=f"h-{isp}",
            handover_port=PortRef(f"sw{far}", f"h-{isp}"),
            s_vlan=2001 + number,
            hops=(DeviceHop(f"nte{uprn}", ("up",)), *(DeviceHop(name, ("x",)) for name in hops)),
            link_codes=codes,
            length_m=1.0,
            profile=BandwidthProfile(cir, 0, 1, 1),
        )
        return _service(f"S-{number}", isp, uprn, circuit=circuit)

    def _on_strands(self, number: int) -> Service:
        rows = self.random.sample(range(len(self.ducts)), 2)
        legs = [
            StrandLeg(f"p{a}", f"p{z}", ((StrandRef(f"k{n}", number + 2),),), (f"d{n}",), 500.0, 1.0)
            for n in rows[: self.random.choice((1, 2))]
            for a, z in [self.ducts[n]]
        ]
        return _service(f"S-dark-{number}", "birch", "", legs=tuple(legs))

    def _network(self, numbers: Iterable[int]) -> "nx.MultiGraph[int]":
        network: nx.MultiGraph[int] = nx.MultiGraph()
        network.add_nodes_from(range(self.size))
        network.add_edges_from((*self.ducts[n], n) for n in numbers)
        return network

    def fates(self, inventory: Inventory, ducts: set[int], places: set[int]) -> dict[str, Fate]:
        """What becomes of each service, found one by one."""
        gone = {f"l{n}" for n, ends in enumerate(self.ducts) if n in ducts or places & set(ends)}
        gone |= {link.code for link in inventory.links if {f"sw{n}" for n in places} & {link.a.device, link.z.device}}
        cables = {f"k{n}" for n, ends in enumerate(self.ducts) if n in ducts or places & set(ends)}
        others: dict[str, int] = {}
        for service in self.services:
            if service.circuit is not None and gone.isdisjoint(service.circuit.link_codes):
                for code in service.circuit.link_codes:
                    others[code] = others.get(code, 0) + service.circuit.profile.cir_mbps
        found = {}
        for service in self.services:
            if service.circuit is not None and not gone.isdisjoint(service.circuit.link_codes):
                found[service.id] = self._fate(inventory, service.circuit, gone, others)
            hit = [any(strand.cable in cables for fibre in leg.fibres for strand in fibre) for leg in service.legs]
            if any(hit):
                found[service.id] = Fate.LOST if all(hit) else Fate.DIVERSITY
        return found

    def _fate(self, inventory: Inventory, circuit: Circuit, gone: set[str], others: dict[str, int]) -> Fate:
        fits = [
            link
            for link in inventory.links
            if link.code not in gone and link.capacity_mbps - others.get(link.code, 0) >= circuit.profile.cir_mbps
        ]
        left = nx.Graph((link.a.device, link.z.device) for link in fits if not _is_drop_of_another(link, circuit))
        ends = (circuit.uni.device, circuit.handover_port.device)
        return Fate.OTHER_LINKS if all(end in left for end in ends) and nx.has_path(left, *ends) else Fate.LOST


def _is_drop_of_another(link: Link, circuit: Circuit) -> bool:
    return link.a.device.startswith("nte") and link.a.device != circuit.uni.device


def _link(number: int, a: int, z: int, mbps: int) -> Link:
    return Link(f"l{number}", PortRef(f"sw{a}", f"l{number}"), PortRef(f"sw{z}", f"l{number}"), mbps, 500.0)


def _drop(home: int, place: int) -> Link:
    return Link(f"drop{home}", PortRef(f"nte{home}", "up"), PortRef(f"sw{place}", f"drop{home}"), 10_000, 80.0)


def _nte(home: int) -> Device:
    return Device(f"nte{home}", DeviceRole.NTE, "eos", "M", "M", f"n{home}", None, str(home), None)


def _position(number: int, end: int) -> OdfPosition:
    return OdfPosition(PositionRef(f"o{end}", number + 1), StrandRef(f"k{number}", 1))


def _service(
    service_id: str, isp: str, uprn: str, circuit: Circuit | None = None, legs: tuple[StrandLeg, ...] = ()
) -> Service:
    asked = (isp, "access-eline", uprn, f"h-{isp}", 100, 12, "")
    window = Window(TODAY) if legs else None
    return Service(service_id, *asked, ServiceState.ACTIVE, circuit, 2400, NOON, NOON, None, legs=legs, window=window)


@pytest.mark.parametrize("seed", range(6))
def test_a_cut_hits_exactly_the_services_that_tracing_each_again_finds(engine: Engine, seed: int) -> None:
    town = Town(Random(seed), size=4 + seed % 3)
    tools = desk_on(engine)
    inventory = town.inventory(homes=8)
    replace_inventory(engine, inventory)
    town.fill(tools, inventory)

    for number in range(len(town.ducts)):
        assert fates(what_is_cut(tools, SYSTEM, f"d{number}", TODAY)) == town.fates(inventory, {number}, set())
    for number in range(town.size):
        assert fates(what_is_cut(tools, SYSTEM, f"p{number}", TODAY)) == town.fates(inventory, set(), {number})


def fates(answer: CutAnswer) -> dict[str, Fate]:
    found = {hit.id: hit.fate for hit in answer.impact.services}
    assert len(found) == len(answer.impact.services) == sum(hit.services for hit in answer.impact.isps)
    return found


@pytest.fixture
def ring(engine: Engine) -> Tools:
    town = Town(Random(1), size=4)
    tools = desk_on(engine)
    inventory = town.inventory(homes=8)
    public = tuple(replace(each, kind=PremisesKind.PUBLIC) for each in inventory.premises)
    replace_inventory(engine, replace(inventory, premises=public))
    town.fill(tools, inventory)
    return tools


def test_the_first_line_says_it_all(ring: Tools) -> None:
    answer = what_is_cut(ring, SYSTEM, "p1")

    homes = sum(1 for hit in answer.impact.services if hit.uprn)
    assert answer.sentence.startswith("Cut of p1 (Place 1): ")
    hit = f", {len(answer.impact.services)} services of 2 ISPs, {homes} premises, {homes} public sites; "
    assert hit in answer.sentence
    assert what_is_cut(ring, SYSTEM, "d0").sentence.startswith("Cut of d0 (p0 to p1, owner coop): 4 strands, 1 link, ")


def test_a_reservation_on_a_strand_that_is_cut_is_named_and_counted(ring: Tools) -> None:
    before = what_is_cut(ring, SYSTEM, "d3", TODAY).impact

    assert before.reservations == ()
    assert before.held_strands == sum(1 for hit in before.services if hit.id.startswith("S-dark"))


def test_a_cut_of_many_services_on_strands_asks_the_database_no_more_than_one_of_few(engine: Engine) -> None:
    tools = desk_on(engine)
    town = Town(Random(1), size=4)
    inventory = town.inventory(homes=1)
    many = tuple(Strand(StrandRef("k0", number)) for number in range(5, 65))
    roomy = tuple(replace(each, strand_count=64) if each.code == "k0" else each for each in inventory.cables)
    replace_inventory(engine, replace(inventory, cables=roomy, strands=inventory.strands + many))
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))

    counted = []
    for some in (many[:1], many[1:]):
        with tools.open_unit_of_work() as work:
            for strand in some:
                leg = StrandLeg("p0", "p1", ((strand.ref,),), ("d0",), 500.0, 1.0)
                work.services.add(_service(f"S-{strand.ref.number}", "birch", "", legs=(leg,)))
                work.holds.take(Holder(service_id=f"S-{strand.ref.number}"), Window(TODAY), strands=[strand.ref])
            work.commit()
        tools.load_snapshot()
        asked.clear()
        answer = what_is_cut(tools, SYSTEM, "d0", TODAY, ways=0)
        counted.append((len(answer.impact.services), len(asked)))

    (few, statements), (all_of_them, statements_of_all) = counted
    assert (few, all_of_them) == (1, 60)
    assert statements_of_all == statements


@pytest.mark.parametrize("isp_role", [Role.ISP_ADMIN, Role.AUDITOR])
def test_no_isp_may_ask(ring: Tools, isp_role: Role) -> None:
    with pytest.raises(Forbidden):
        what_is_cut(ring, Principal("anna", isp_role, "alder"), "d0")


def test_what_is_not_held_yet_or_any_more_on_the_day_is_not_hit(ring: Tools) -> None:
    later = what_is_cut(ring, SYSTEM, "place:p0", date(2020, 1, 1)).impact

    assert not [hit for hit in later.services if hit.id.startswith("S-dark")]
    assert later.held_strands == 0
