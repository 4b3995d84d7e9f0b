"""The rules that any inventory must keep, one broken at a time."""

import dataclasses
import math

import pytest

from inventory.devices import DeviceRole, Port, PortRef, PortRole
from inventory.links import Link
from inventory.rules import find_faults
from inventory.snapshot import Inventory
from tests.unit.inventory.estates import SMALL_ESTATE, changed, with_more, without

SW_A_1 = PortRef("sw-a", "Ethernet1")
SW_B_3 = PortRef("sw-b", "Ethernet3")


def test_an_estate_that_keeps_every_rule_has_no_fault() -> None:
    assert find_faults(SMALL_ESTATE) == ()
    assert find_faults(Inventory()) == ()


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (with_more("places", SMALL_ESTATE.places[0]), "places: place dx-a stands here a second time"),
        (with_more("ports", SMALL_ESTATE.ports[0]), "ports: port sw-a:Ethernet1 stands here a second time"),
        (
            changed("premises", 0, serving_place="dx-z"),
            "premises: UPRN 999900000001 is served from 'dx-z', no known place",
        ),
        (changed("devices", 1, place_code="dx-z"), "devices: sw-b stands at 'dx-z', no known place"),
        (changed("devices", 2, uprn="77"), "devices: nte-1 stands at UPRN 77, no known premises"),
        (changed("devices", 2, uprn=None), "devices: nte-1 is an NTE without premises"),
        (changed("devices", 1, uprn="999900000001"), "devices: sw-b stands at premises, which only an NTE may"),
        (changed("devices", 1, place_code=None), "devices: sw-b stands nowhere: it needs a place"),
        (
            with_more("ports", Port(PortRef("sw-z", "e1"), PortRole.NNI, 1)),
            "ports: port sw-z:e1 is on 'sw-z', no known device",
        ),
        (
            with_more("ports", Port(SW_B_3, PortRole.UNI, 1)),
            "ports: port sw-b:Ethernet3 is uni, which no port of a switch may be",
        ),
        (
            with_more("links", Link("l", SW_A_1, PortRef("sw-a", "Ethernet41"), 1, 1.0)),
            "links: link l joins sw-a to itself",
        ),
        (
            with_more("links", Link("l", SW_B_3, PortRef("sw-a", "Ethernet9"), 1, 1.0)),
            "links: link l ends at sw-b:Ethernet3, no known port",
        ),
        (
            changed("links", 1, z=PortRef("nte-1", "Ethernet1")),
            "links: link drop-1 ends at nte-1:Ethernet1, which is uni and not nni",
        ),
        (changed("links", 0, length_m=-1.0), "links: link a--b has -1.0 m of fibre, which is no length"),
        (changed("links", 0, length_m=math.nan), "links: link a--b has nan m of fibre, which is no length"),
        (
            changed("links", 1, a=SW_A_1),
            "links: link drop-1 ends at sw-a:Ethernet1, where link a--b ends already",
        ),
        (
            changed("handovers", 0, isp_code="nobody"),
            "handovers: handover ho-1 is of 'nobody', no known organisation",
        ),
        (changed("handovers", 0, isp_code="ducts"), "handovers: handover ho-1 is of 'ducts', which is no ISP"),
        (changed("handovers", 0, place_code="dx-z"), "handovers: handover ho-1 is at 'dx-z', no known place"),
        (
            changed("handovers", 0, place_code="dxp-b"),
            "handovers: handover ho-1 is at 'dxp-b', but its device stands at 'dx-a'",
        ),
        (
            changed("handovers", 0, port=SW_A_1),
            "handovers: handover ho-1 is on sw-a:Ethernet1, which is nni and not handover",
        ),
        (
            with_more("handovers", dataclasses.replace(SMALL_ESTATE.handovers[0], code="ho-2")),
            "handovers: handover ho-2 is on sw-a:Ethernet41, where ho-1 is already",
        ),
        (without("ports", 1), "handovers: handover ho-1 is on sw-a:Ethernet41, no known port"),
    ],
)
def test_each_broken_rule_is_told_with_its_facts(broken: Inventory, fault: str) -> None:
    assert fault in [str(found) for found in find_faults(broken)]


def test_a_handover_port_is_for_switches_and_a_radio_for_access_points_only() -> None:
    as_nte = changed("devices", 0, role=DeviceRole.NTE)
    assert "ports: port sw-a:Ethernet41 is handover, which no port of a nte may be" in map(str, find_faults(as_nte))
