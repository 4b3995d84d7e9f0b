"""Design and allocation, by example and against brute force on small random networks."""

from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.intents import BandwidthProfile
from inventory.devices import PortRef
from inventory.errors import NoPath
from inventory.handovers import Handover
from inventory.links import Link
from inventory.snapshot import Inventory, Snapshot
from inventory.vlans import TagRange
from provisioning.allocation import choose_s_vlan, free_unis
from provisioning.catalogue import Offer
from provisioning.catalogue_files import load_catalogue
from provisioning.design import allocate, design_circuit, has_room
from provisioning.errors import HandoverOversubscribed, HandoverTagsExhausted, UniTaken
from provisioning.services import DeviceHop
from provisioning.usage import Usage
from tests.towns import TownPlan, small_town, snapshot_of

OFFER = load_catalogue().product("access-eline").offer(100)
VALUE_OFFER = load_catalogue().product("access-eline-value").offer(100)


def test_a_circuit_runs_from_the_lowest_free_uni_to_the_handover_tagged_on_every_port_between() -> None:
    design = design_circuit(snapshot_of(), Usage(), "1", "quay-alder", OFFER)

    assert design.uni == PortRef("nte-1", "Ethernet1")
    assert design.hops == (
        DeviceHop("nte-1", ("Ethernet9",)),
        DeviceHop("sw-mill", ("Drop1", "Ethernet49")),
        DeviceHop("sw-quay", ("Ethernet49", "Ethernet1")),
    )
    assert (design.link_codes, design.length_m) == (("drop-1", "trunk"), 1280.0)


def test_the_uni_after_ethernet9_is_ethernet10_and_not_before_ethernet2() -> None:
    town = snapshot_of(TownPlan(unis=8))
    ports = tuple(
        replace(port, ref=PortRef(port.ref.device, "Ethernet10")) if port.ref == PortRef("nte-1", "Ethernet1") else port
        for port in town.inventory.ports
    )
    renamed = Snapshot(replace(town.inventory, ports=ports))

    assert free_unis(renamed, Usage(), "1", 100)[0] == PortRef("nte-1", "Ethernet2")
    assert free_unis(renamed, Usage(), "1", 100)[-1] == PortRef("nte-1", "Ethernet10")


def test_only_the_committed_rate_needs_room() -> None:
    usage = Usage(link_committed_mbps={"trunk": 100_000 - 20}, handover_committed_mbps={"quay-alder": 10_000 - 20})

    assert design_circuit(snapshot_of(), usage, "1", "quay-alder", VALUE_OFFER).profile.cir_mbps == 20
    with pytest.raises(HandoverOversubscribed, match="20 Mbit/s uncommitted, and 100"):
        design_circuit(snapshot_of(), usage, "1", "quay-alder", OFFER)


def test_a_handover_is_filled_to_its_last_megabit_and_not_beyond() -> None:
    exactly = Usage(handover_committed_mbps={"quay-alder": 9_900})
    one_more = Usage(handover_committed_mbps={"quay-alder": 9_901})

    assert design_circuit(snapshot_of(), exactly, "1", "quay-alder", OFFER).handover_code == "quay-alder"
    with pytest.raises(HandoverOversubscribed, match="99 Mbit/s uncommitted, and 100"):
        design_circuit(snapshot_of(), one_more, "1", "quay-alder", OFFER)


def test_taken_unis_and_full_links_are_named_in_the_error() -> None:
    taken = frozenset({"nte-1:Ethernet1", "nte-1:Ethernet2"})
    with pytest.raises(UniTaken, match="UPRN 1"):
        design_circuit(snapshot_of(), Usage(unis_taken=taken), "1", "quay-alder", OFFER)
    with pytest.raises(NoPath, match="100 Mbit/s uncommitted joins nte-1 and sw-quay"):
        design_circuit(snapshot_of(), Usage(link_committed_mbps={"trunk": 99_950}), "1", "quay-alder", OFFER)


def test_a_tag_in_use_on_any_device_of_the_path_is_not_chosen() -> None:
    town, usage = snapshot_of(), Usage(device_tags={"sw-mill": frozenset({2001, 2002})})
    design = design_circuit(town, usage, "1", "quay-alder", OFFER)

    assert allocate(town, usage, design).s_vlan == 2003


def test_a_design_has_room_until_its_uni_or_one_of_its_links_is_taken() -> None:
    town = snapshot_of()
    design = design_circuit(town, Usage(), "1", "quay-alder", OFFER)

    assert has_room(town, Usage(link_committed_mbps={"trunk": 99_900}), design)
    assert not has_room(town, Usage(link_committed_mbps={"trunk": 99_901}), design)
    assert not has_room(town, Usage(unis_taken=frozenset({"nte-1:Ethernet1"})), design)


tags = st.frozensets(st.integers(1, 12), max_size=12)


@settings(max_examples=60, deadline=None)
@given(first=st.integers(1, 10), size=st.integers(0, 5), here=tags, there=tags, on_path=st.booleans())
def test_the_tag_is_the_lowest_of_the_range_that_nobody_uses(
    first: int, size: int, here: frozenset[int], there: frozenset[int], on_path: bool
) -> None:
    handover = Handover("h", "alder", "quay", PortRef("sw", "1"), 1000, TagRange(first, first + size))
    usage = Usage(handover_tags={"h": here}, device_tags={"sw": there})
    devices = ["sw"] if on_path else []
    free = sorted(set(range(first, first + size + 1)) - here - (there if on_path else frozenset()))

    if free:
        assert choose_s_vlan(handover, devices, usage) == free[0]
    else:
        with pytest.raises(HandoverTagsExhausted, match=f"all {size + 1} of {first}-{first + size}"):
            choose_s_vlan(handover, devices, usage)


@st.composite
def meshes(draw: st.DrawFn) -> tuple[Inventory, dict[str, int]]:
    """The small town, with extra parallel ways of other lengths and capacities between mill and quay."""
    town = small_town()
    middle = [f"sw-mid{number}" for number in range(draw(st.integers(0, 3)))]
    switch = next(device for device in town.devices if device.name == "sw-mill")
    ends = ["sw-mill", *middle, "sw-quay"]
    pairs = [(a, z) for number, a in enumerate(ends) for z in ends[number + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=6))
    links = [town.links[0]] * draw(st.integers(0, 1))
    for number, (a, z) in enumerate(chosen):
        capacity, length = draw(st.sampled_from([50, 100, 150])), float(draw(st.integers(1, 40)) * 100)
        links.append(Link(f"x{number}", PortRef(a, f"X{number}"), PortRef(z, f"X{number}"), capacity, length))
    usage = {link.code: draw(st.sampled_from([0, 0, 50])) for link in links}
    devices = (*town.devices, *(replace(switch, name=name) for name in middle))
    return replace(town, devices=devices, links=(*links, *town.links[1:])), usage


@settings(max_examples=60, deadline=None)
@given(meshes())
def test_the_path_is_as_short_as_the_shortest_of_all_simple_paths_with_room(
    mesh: tuple[Inventory, dict[str, int]],
) -> None:
    inventory, committed = mesh
    best = shortest_by_brute_force(inventory, committed, 100)

    if best is None:
        with pytest.raises(NoPath):
            design_circuit(Snapshot(inventory), Usage(committed), "1", "quay-alder", OFFER)
        return
    design = design_circuit(Snapshot(inventory), Usage(committed), "1", "quay-alder", OFFER)
    assert design.length_m == pytest.approx(best)
    assert len(set(design.devices)) == len(design.devices) == len(design.link_codes) + 1
    assert has_room(Snapshot(inventory), Usage(committed), design)


def shortest_by_brute_force(inventory: Inventory, committed: dict[str, int], mbps: int) -> float | None:
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.add_nodes_from(device.name for device in inventory.devices)
    for link in inventory.links:
        if link.capacity_mbps - committed.get(link.code, 0) >= mbps:
            graph.add_edge(link.a.device, link.z.device, length=link.length_m)
    lengths = [
        sum(graph.edges[edge]["length"] for edge in path)
        for path in nx.all_simple_edge_paths(graph, "nte-1", "sw-quay")
        if not any(a.startswith("nte") or z.startswith("nte") for a, z, _ in path[1:])
    ]
    return min(lengths, default=None)


def test_an_offer_of_nothing_committed_needs_no_room_at_all() -> None:
    nothing = Offer(100, BandwidthProfile(0, 100, 0, 125_000), {1: 100}, 0, needs_approval=False)
    usage = Usage(link_committed_mbps={"trunk": 100_000}, handover_committed_mbps={"quay-alder": 10_000})

    assert design_circuit(snapshot_of(), usage, "1", "quay-alder", nothing).link_codes == ("drop-1", "trunk")
