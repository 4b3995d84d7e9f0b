"""Paths, against all simple paths enumerated one by one."""

import gc
import itertools
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.devices import Device, DeviceRole, Lifecycle, PortRef
from inventory.errors import NoPath, UnknownThing
from inventory.graph import NetworkPath, graph_of
from inventory.links import Link
from inventory.snapshot import Inventory, Snapshot


def device(name: str, role: DeviceRole = DeviceRole.SWITCH, lifecycle: Lifecycle = Lifecycle.LIVE) -> Device:
    return Device(name, role, "eos", "Maker", "M1", name, "dx", None, None, lifecycle)


def link(code: str, a: str, z: str, length_m: float = 100.0, capacity_mbps: int = 10_000) -> Link:
    return Link(code, PortRef(a, f"to-{code}"), PortRef(z, f"to-{code}"), capacity_mbps, length_m)


def snapshot_of(devices: list[Device], links: list[Link]) -> Snapshot:
    return Snapshot(Inventory(devices=tuple(devices), links=tuple(links)))


def path(snapshot: Snapshot, a: str, z: str, mbps: int = 100, **committed: int) -> NetworkPath:
    return graph_of(snapshot).reach(a, bandwidth_mbps=mbps, committed_mbps=committed).path_to(z)


def codes(found: NetworkPath) -> list[str]:
    return [hop.link_code for hop in found.hops]


TRIANGLE = snapshot_of(
    [device("a"), device("b"), device("c")],
    [link("ab", "a", "b", 100.0), link("cb", "c", "b", 100.5), link("ac", "a", "c", 300.0)],
)


def test_the_path_with_the_least_fibre_is_found_and_walked_in_order() -> None:
    found = path(TRIANGLE, "a", "c")

    assert [str(hop.out_port) + ">" + str(hop.in_port) for hop in found.hops] == ["a:to-ab>b:to-ab", "b:to-cb>c:to-cb"]
    assert found.length_m == 200.5


def test_a_path_from_a_device_to_itself_has_no_hops() -> None:
    assert path(TRIANGLE, "b", "b") == NetworkPath((), 0.0)


def test_a_link_without_enough_room_is_gone_round_and_one_with_just_enough_is_used() -> None:
    assert codes(path(TRIANGLE, "a", "c", 100, ab=9_901)) == ["ac"]
    assert codes(path(TRIANGLE, "a", "c", 100, ab=9_900)) == ["ab", "cb"]


def test_no_room_anywhere_is_no_path_with_its_facts() -> None:
    with pytest.raises(NoPath, match="No path with 20000 Mbit/s uncommitted joins a and c") as caught:
        path(TRIANGLE, "a", "c", 20_000)

    assert caught.value.facts == {"a_device": "a", "z_device": "c", "bandwidth_mbps": 20_000}


@pytest.mark.parametrize(("a", "z"), [("a", "nobody"), ("nobody", "a")])
def test_a_device_that_nobody_knows_is_named(a: str, z: str) -> None:
    with pytest.raises(UnknownThing, match="No device is called 'nobody'"):
        path(TRIANGLE, a, z)


@pytest.mark.parametrize("lifecycle", [Lifecycle.PLANNED, Lifecycle.RETIRED])
def test_a_device_that_is_not_live_carries_no_path_and_ends_none(lifecycle: Lifecycle) -> None:
    snapshot = snapshot_of(
        [device("a"), device("b", lifecycle=lifecycle), device("c")],
        [link("ab", "a", "b"), link("bc", "b", "c"), link("ac", "a", "c", 900.0)],
    )

    assert codes(path(snapshot, "a", "c")) == ["ac"]
    with pytest.raises(NoPath):
        path(snapshot, "a", "b")
    with pytest.raises(NoPath):
        path(snapshot, "b", "a")


@pytest.mark.parametrize("role", [DeviceRole.NTE, DeviceRole.ACCESS_POINT])
def test_a_path_may_start_and_end_at_an_nte_but_never_pass_through_one(role: DeviceRole) -> None:
    snapshot = snapshot_of(
        [device("a"), device("n", role), device("z")],
        [link("an", "a", "n"), link("nz", "n", "z"), link("az", "a", "z", 900.0)],
    )

    assert codes(path(snapshot, "a", "z")) == ["az"]
    assert codes(path(snapshot, "a", "n")) == ["an"]
    assert codes(path(snapshot, "n", "a")) == ["an"]


def test_of_parallel_links_the_shortest_with_room_is_taken_then_the_first_by_code() -> None:
    snapshot = snapshot_of(
        [device("a"), device("z")],
        [link("p3", "a", "z", 50.0), link("p2", "z", "a", 40.0), link("p1", "a", "z", 40.0)],
    )

    assert codes(path(snapshot, "a", "z")) == codes(path(snapshot, "z", "a")) == ["p1"]
    assert codes(path(snapshot, "a", "z", p1=10_000)) == ["p2"]
    assert codes(path(snapshot, "a", "z", p1=10_000, p2=10_000)) == ["p3"]


def test_equal_lengths_are_decided_by_hops_and_then_by_names_whatever_the_order_of_rows() -> None:
    devices = [device(name) for name in "abcz"]
    links = [link("1", "a", "b"), link("2", "b", "z"), link("3", "a", "c"), link("4", "c", "z")]
    direct = link("5", "a", "z", 200.0)

    for order in itertools.permutations(links):
        assert codes(path(snapshot_of(devices, list(order)), "a", "z")) == ["1", "2"]
        assert codes(path(snapshot_of(devices[::-1], [*order, direct]), "a", "z")) == ["5"]


def test_one_search_answers_for_many_devices() -> None:
    snapshot = snapshot_of([device(name) for name in "abcd"], [link("ab", "a", "b", 10.0), link("bc", "b", "c", 10.0)])
    reach = graph_of(snapshot).reach("a", bandwidth_mbps=100, committed_mbps={})

    assert [name for name in ("a", "b", "c", "d", "nobody") if name in reach] == ["a", "b", "c"]
    assert reach.nearest(["c", "b", "d"]) == "b"
    assert reach.nearest(["d"]) is None
    assert codes(reach.path_to("c")) == ["ab", "bc"]


def test_a_graph_is_built_once_and_goes_when_its_snapshot_goes() -> None:
    snapshot = snapshot_of([device("a")], [])
    graph = weakref.ref(graph_of(snapshot))
    assert graph_of(snapshot) is graph()

    del snapshot
    gc.collect()
    assert graph() is None


def _all_costs(snapshot: Snapshot, a: str, z: str, mbps: int, committed: dict[str, int]) -> list[tuple[float, int]]:
    """(length, hops) of every path without a repeated device: no cleverness at all."""
    found: list[tuple[float, int]] = []
    devices = snapshot.devices

    def walk(at: str, seen: frozenset[str], length_m: float) -> None:
        if at == z:
            found.append((length_m, len(seen) - 1))
            return
        if at != a and devices[at].role is not DeviceRole.SWITCH:
            return
        for each in snapshot.inventory.links:
            ends = {each.a.device, each.z.device}
            if at not in ends or each.capacity_mbps - committed.get(each.code, 0) < mbps:
                continue
            for onward in ends - seen:
                if devices[onward].lifecycle is Lifecycle.LIVE:
                    walk(onward, seen | {onward}, length_m + each.length_m)

    if all(devices[end].lifecycle is Lifecycle.LIVE for end in (a, z)):
        walk(a, frozenset({a}), 0.0)
    return found


@st.composite
def networks(draw: st.DrawFn) -> tuple[Snapshot, dict[str, int]]:
    size = draw(st.integers(2, 6))
    roles = st.sampled_from([DeviceRole.SWITCH] * 4 + [DeviceRole.NTE])
    lives = st.sampled_from([Lifecycle.LIVE] * 6 + [Lifecycle.RETIRED])
    devices = [device(f"d{number}", draw(roles), draw(lives)) for number in range(size)]
    ends = st.integers(0, size - 1)
    lengths = st.sampled_from([0.0, 1.0, 2.0, 2.5, 3.0, 7.25])
    rows = draw(st.lists(st.tuples(ends, ends, lengths, st.sampled_from([100, 1_000])), max_size=12))
    links = [link(f"l{n}", f"d{a}", f"d{z}", length_m, mbps) for n, (a, z, length_m, mbps) in enumerate(rows)]
    committed = {each.code: draw(st.sampled_from([0, 50, 100])) for each in links}
    return snapshot_of(devices, links), committed


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from([0, 50, 100, 500]))
def test_every_path_costs_what_the_best_of_all_simple_paths_costs(
    drawn: tuple[Snapshot, dict[str, int]], mbps: int
) -> None:
    snapshot, committed = drawn
    for a, z in itertools.permutations(snapshot.devices, 2):
        costs = _all_costs(snapshot, a, z, mbps, committed)
        if not costs:
            with pytest.raises(NoPath):
                graph_of(snapshot).reach(a, bandwidth_mbps=mbps, committed_mbps=committed).path_to(z)
            continue
        found = graph_of(snapshot).reach(a, bandwidth_mbps=mbps, committed_mbps=committed).path_to(z)
        assert (found.length_m, len(found.hops)) == min(costs)
        assert found.hops[0].out_port.device == a
        assert found.hops[-1].in_port.device == z
        for before, after in itertools.pairwise(found.hops):
            assert before.in_port.device == after.out_port.device
