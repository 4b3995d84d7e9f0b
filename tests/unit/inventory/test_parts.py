"""A part of an inventory holds together by itself."""

from dataclasses import replace
from datetime import date

import pytest

from inventory.devices import DeviceRole
from inventory.errors import UnknownThing
from inventory.examples import example_folder
from inventory.examples.estate import TWO_CABLES
from inventory.files.bundle import read_bundle
from inventory.link_check import check_link, link_budget
from inventory.optics import LossFigures
from inventory.parts import INNER, part_named, part_of
from inventory.places import PlaceKind
from inventory.plant_map import plant_of
from inventory.rules import find_faults
from inventory.snapshot import Inventory, Snapshot


@pytest.fixture(scope="module")
def manchester() -> Inventory:
    return read_bundle(example_folder("manchester"))


def test_the_inner_part_is_the_one_that_is_promised(manchester: Inventory) -> None:
    inner = part_of(manchester, INNER)
    kinds = [place.kind for place in inner.places]
    roles = [device.role for device in inner.devices]

    assert (kinds.count(PlaceKind.DX), kinds.count(PlaceKind.DXP)) == (3, 4)
    assert (roles.count(DeviceRole.NTE), roles.count(DeviceRole.ACCESS_POINT)) == (8, 2)
    assert {handover.isp_code for handover in inner.handovers} == {"quayside", "loomlight", "peppermoth"}


def test_nothing_in_it_leads_out_of_it(manchester: Inventory) -> None:
    inner = part_of(manchester, INNER)
    names = {device.name for device in inner.devices}
    ports = {port.ref for port in inner.ports}

    assert {ref.device for ref in ports} == names
    assert all({link.a, link.z} <= ports for link in inner.links)
    assert all(handover.port in ports for handover in inner.handovers)
    assert find_faults(inner) == ()
    assert len(Snapshot(inner).circuit_links) == 4 + 4 * 2 + 8 + 2
    assert sorted(Snapshot(inner).members) == sorted(TWO_CABLES)


def test_an_inventory_without_it_is_refused_by_what_it_lacks(manchester: Inventory) -> None:
    with pytest.raises(UnknownThing, match="ap-hulme-1"):
        part_of(replace(manchester, devices=manchester.devices[:5]), INNER)
    with pytest.raises(UnknownThing, match="outer"):
        part_named("outer")


def test_its_links_are_lit_on_the_same_plant_as_in_the_whole(manchester: Inventory) -> None:
    inner = Snapshot(part_of(manchester, INNER))
    whole = Snapshot(manchester)
    day = date(2026, 12, 1)

    lit = [link for link in inner.inventory.links if link_budget(plant_of(whole), link, LossFigures())]
    assert lit == list(inner.inventory.links)
    for link in lit:
        here = check_link(plant_of(inner), link, LossFigures(), day)
        assert here == check_link(plant_of(whole), link, LossFigures(), day)
    met = {budget.optic for link in lit for budget in link_budget(plant_of(inner), link, LossFigures())}
    assert "10GBASE-BR20" in met
    assert len(inner.inventory.cables) < len(manchester.cables) / 3
