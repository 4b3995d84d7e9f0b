"""A search everywhere at once, against a search from each device."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.devices import Device, DeviceRole, Lifecycle, PortRef
from inventory.graph import NO_ROOM, graph_of
from inventory.links import Link
from inventory.snapshot import Inventory, Snapshot


def network(random: Random) -> tuple[Snapshot, dict[str, int]]:
    names = [f"d{number}" for number in range(random.randint(1, 7))]
    devices = tuple(
        Device(
            name,
            random.choice(list(DeviceRole)),
            "eos",
            "M",
            "M",
            name,
            None,
            None,
            None,
            random.choices(list(Lifecycle), weights=[1, 8, 1])[0],
        )
        for name in names
    )
    links = tuple(
        Link(f"l{n}", PortRef(random.choice(names), f"{n}"), PortRef(random.choice(names), f"-{n}"), 100, 1.0)
        for n in range(random.randint(0, 12))
    )
    committed = {link.code: random.choice((0, 50, 95, NO_ROOM)) for link in links}
    return Snapshot(Inventory(devices=devices, links=links)), committed


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_two_devices_are_joined_where_a_search_from_one_finds_the_other(seed: int) -> None:
    snapshot, committed = network(Random(seed))
    graph = graph_of(snapshot)
    islands = graph.islands(bandwidth_mbps=10, committed_mbps=committed)

    for a in snapshot.devices:
        reach = graph.reach(a, bandwidth_mbps=10, committed_mbps=committed)
        for z in snapshot.devices:
            assert islands.join(a, z) == (z in reach), (a, z)


def test_a_device_that_nobody_knows_is_joined_to_none() -> None:
    snapshot, _ = network(Random(1))

    assert not graph_of(snapshot).islands().join("nobody", "d0")
