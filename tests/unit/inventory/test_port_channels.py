"""Port-channels: two cables that are one link for circuits, and two for light, neighbours and cuts."""

from dataclasses import replace
from datetime import date

import pytest

from inventory.cut import Weakened, cut, lost_with, weakened_by
from inventory.devices import Port, PortRef, PortRole
from inventory.graph import graph_of
from inventory.link_check import check_link, fibres_of
from inventory.optics import LossFigures
from inventory.plant import AssetKind, AssetRef
from inventory.plant_map import plant_of
from inventory.port_channel_rules import find_channel_breaches
from inventory.port_channels import left_mbps
from inventory.snapshot import Inventory, Snapshot
from tests.channels import CHANNEL, NEW, OLD, protected_town

TODAY = date(2026, 11, 22)


def town() -> Snapshot:
    return Snapshot(protected_town())


def test_a_port_channel_keeps_every_rule_and_is_the_one_link_circuits_are_put_on() -> None:
    snapshot = town()

    assert list(find_channel_breaches(snapshot.inventory)) == []
    assert [link.code for link in snapshot.members["trunk"]] == [NEW, OLD]
    assert {link.code for link in snapshot.circuit_links} & {"trunk", NEW, OLD} == {"trunk"}
    assert {link.code for link in snapshot.cabled_links} & {"trunk", NEW, OLD} == {NEW, OLD}
    path = graph_of(snapshot).reach("nte-1").path_to("sw-quay")
    assert [(hop.link_code, hop.out_port.port, hop.in_port.port) for hop in path.hops][1:] == [
        ("trunk", CHANNEL, CHANNEL)
    ]


def test_light_is_on_the_members_and_each_is_told_from_the_same_device_on() -> None:
    snapshot = town()
    turned = tuple(replace(one, a=one.z, z=one.a) if one.code == NEW else one for one in snapshot.inventory.links)
    plant = plant_of(Snapshot(replace(snapshot.inventory, links=turned)))

    fibres = fibres_of(plant, plant.links["trunk"])

    assert [fibre.begins_at for fibre in fibres] == ["mill"] * 4
    assert len(check_link(plant, plant.links["trunk"], LossFigures(), TODAY)) == 4
    assert set(plant.link_on_strand.values()) == {OLD, NEW}


def test_a_cut_of_one_member_leaves_the_link_and_a_cut_of_all_takes_it() -> None:
    snapshot = town()

    one = cut(snapshot, AssetRef(AssetKind.DUCT, "d-west"), TODAY)
    place = cut(snapshot, AssetRef(AssetKind.PLACE, "mill"), TODAY)

    assert (one.links, one.weakened) == ((OLD,), (Weakened("trunk", (OLD,), (NEW,)),))
    assert {"trunk", OLD, NEW} <= set(place.links)
    assert place.weakened == ()


def test_both_members_are_the_link_and_the_link_is_both_members() -> None:
    snapshot = town()

    assert lost_with(snapshot, {OLD, NEW}) == lost_with(snapshot, {"trunk"}) == {"trunk", OLD, NEW}
    assert lost_with(snapshot, {OLD}) == {OLD}
    assert weakened_by(snapshot, {"drop-1"}) == ()


def test_what_is_left_is_counted_without_the_largest_member() -> None:
    members = town().members["trunk"]

    assert left_mbps(members) == 100_000
    assert left_mbps((members[0], replace(members[1], capacity_mbps=400_000))) == 100_000
    assert left_mbps(members[:1]) == left_mbps(()) == 0


def _ports(inventory: Inventory, ref: PortRef, **values: object) -> Inventory:
    return replace(
        inventory,
        ports=tuple(replace(one, **values) if one.ref == ref else one for one in inventory.ports),  # type: ignore[arg-type]  # whatever is tried
    )


def _link(inventory: Inventory, code: str, **values: object) -> Inventory:
    return replace(
        inventory,
        links=tuple(replace(one, **values) if one.code == code else one for one in inventory.links),  # type: ignore[arg-type]  # whatever is tried
    )


AT = PortRef("sw-mill", "Ethernet50")
WHOLE = protected_town()


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (_ports(WHOLE, AT, lag="Port-Channel9"), "a member of 'Port-Channel9', no known port there"),
        (_ports(WHOLE, AT, lag="Ethernet49"), "a member of sw-mill:Ethernet49, which is a member itself"),
        (_ports(WHOLE, AT, lag="Drop1"), f"link {NEW} ends at a member of a port-channel"),
        (_ports(WHOLE, PortRef("sw-quay", "Ethernet1"), lag=CHANNEL), "sw-quay:Ethernet1 is handover and not nni"),
        (_link(WHOLE, "trunk", length_m=10.0), "link trunk has 10 m of fibre, and the longest of its members 1500 m"),
        (_link(WHOLE, "trunk", capacity_mbps=200_000), "200000 Mbit/s, and 100000 Mbit/s are left when the largest"),
        (
            replace(WHOLE, links=tuple(one for one in WHOLE.links if one.code not in {OLD, NEW})),
            "link trunk ends at a port-channel, and no members of it are joined",
        ),
        (
            replace(WHOLE, links=tuple(one for one in WHOLE.links if one.code != "trunk")),
            f"link {OLD} ends at a member of a port-channel, and no link joins",
        ),
    ],
)
def test_a_broken_port_channel_is_refused_with_the_reason(broken: Inventory, says: str) -> None:
    reasons = [breach.reason for breach in find_channel_breaches(broken)]

    assert any(says in reason for reason in reasons), reasons


def test_a_port_of_no_port_channel_says_so() -> None:
    assert Port(AT, PortRole.NNI, 1_000).channel is None
    assert Port(AT, PortRole.NNI, 1_000, CHANNEL).channel == PortRef("sw-mill", CHANNEL)
