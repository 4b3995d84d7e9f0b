"""A new DXP from the likeness of another, on the street."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from inventory.devices import Lifecycle, Port, PortRef, PortRole
from inventory.errors import UnknownPremises, UnknownThing
from inventory.places import PlaceKind
from inventory.rules import find_faults
from inventory.snapshot import Snapshot
from provisioning.new_dxp import NewDxp, with_dxp
from provisioning.playbook_errors import NotReady
from tests.integration.street import DX_SWITCH, street, uprn_of


def town(homes=3, without_nte=True):
    """The street with a free port for an uplink on each switch, and a last home without an NTE and a place."""
    inventory = street(homes)
    last = f"nte-{homes}"
    inventory = replace(
        inventory,
        ports=(
            *inventory.ports,
            Port(PortRef(DX_SWITCH, "Ethernet2"), PortRole.NNI, 100_000),
            Port(PortRef(DX_SWITCH, "Ethernet3"), PortRole.NNI, 10_000),
        ),
    )
    if not without_nte:
        return Snapshot(inventory)
    return Snapshot(
        replace(
            inventory,
            devices=tuple(each for each in inventory.devices if each.name != last),
            ports=tuple(each for each in inventory.ports if each.ref.device != last),
            links=tuple(each for each in inventory.links if each.a.device != last),
            premises=tuple(
                replace(each, serving_place=None) if each.uprn == uprn_of(homes) else each
                for each in inventory.premises
            ),
        )
    )


WANTED = NewDxp("dxp-mill", "The Mill", "", 385_000.0, 398_000.0, ("dx",), "dxp", ntes=(uprn_of(3),))


def test_it_gets_the_likeness_of_the_switch_a_link_an_nte_and_the_first_free_addresses():
    added = with_dxp(town(), WANTED)

    switch, nte = added.devices
    assert (added.place.kind, added.place.area) == (PlaceKind.DXP, "North")
    assert (switch.name, switch.place_code, switch.model, switch.lifecycle) == (
        "sw-mill-1",
        "dxp-mill",
        "M1",
        Lifecycle.PLANNED,
    )
    assert (switch.management_address, nte.management_address) == ("127.1.0.3", "127.1.1.3")
    assert (nte.name, nte.uprn, nte.lifecycle) == (f"nte-{uprn_of(3)}", uprn_of(3), Lifecycle.PLANNED)
    uplink, drop = added.links
    assert (uplink.code, str(uplink.a), str(uplink.z)) == ("mill-1--dx", "sw-mill-1:Ethernet1", "sw-dx:Ethernet2")
    assert (uplink.capacity_mbps, round(uplink.length_m)) == (100_000, 1838)
    assert (str(drop.a), str(drop.z), drop.capacity_mbps) == (
        f"nte-{uprn_of(3)}:Ethernet2",
        "sw-mill-1:Ethernet2",
        10_000,
    )
    assert added.premises == (uprn_of(3),)
    assert Snapshot(added.inventory).premises_at(uprn_of(3)).serving_place == "dxp-mill"


def test_what_it_makes_is_an_inventory_without_faults_and_what_stood_there_is_untouched():
    before = town()
    added = with_dxp(before, WANTED)

    assert find_faults(added.inventory) == ()
    assert set(before.inventory.devices) < set(added.inventory.devices)
    assert set(before.inventory.ports) < set(added.inventory.ports)
    assert set(before.inventory.links) < set(added.inventory.links)


def test_a_serial_is_that_of_the_box_and_a_measured_length_is_kept():
    wanted = replace(WANTED, serials=("SN-1", "SN-2"), length_m=912.5, pool=IPv4Network("127.9.0.0/29"))

    added = with_dxp(town(), wanted)

    assert [device.serial for device in added.devices] == ["SN-1", "SN-2"]
    assert [device.management_address for device in added.devices] == ["127.9.0.1", "127.9.0.2"]
    assert added.links[0].length_m == 912.5


@pytest.mark.parametrize(
    ("snapshot", "changed", "words"),
    [
        (town(), {"code": "dxp"}, "There is a place dxp already."),
        (town(), {"to": ()}, "It must be linked to at least one exchange."),
        (town(), {"to": ("dx", "dx", "dx")}, "No port of a live switch at dx is free"),
        (town(), {"pool": IPv4Network("127.1.0.0/30"), "ntes": ()}, "No management address of 127.1.0.0/30 is free."),
        (town(without_nte=False), {}, f"There is an NTE at UPRN {uprn_of(3)} already: nte-3."),
    ],
)
def test_everything_in_the_way_is_named(snapshot, changed, words):
    if changed.get("pool"):
        devices = [replace(each) for each in snapshot.inventory.devices]
        assert len(devices) > 1
    with pytest.raises(NotReady) as refused:
        with_dxp(snapshot, replace(WANTED, **changed))

    assert words in refused.value.sentence


def test_a_likeness_or_premises_that_nobody_knows_is_refused():
    with pytest.raises(UnknownThing):
        with_dxp(town(), replace(WANTED, like="dxp-9"))
    with pytest.raises(UnknownPremises):
        with_dxp(town(), replace(WANTED, ntes=("404",)))
