"""Whether a circuit can have another speed where it is: every reason against it, and none it need not have."""

from dataclasses import replace

import pytest

from inventory.devices import PortRef
from inventory.snapshot import Inventory, Snapshot
from provisioning.catalogue_files import load_catalogue
from provisioning.design import allocate, design_circuit
from provisioning.modifying import why_not_modified
from provisioning.services import Circuit
from provisioning.usage import Usage
from tests.towns import small_town

PRODUCT = load_catalogue().product("access-eline")
TOWN = Snapshot(small_town())


def circuit(mbps: int = 100) -> Circuit:
    design = design_circuit(TOWN, Usage(), "1", "quay-alder", PRODUCT.offer(mbps))
    return allocate(TOWN, Usage(), design)


def codes(mbps: int, usage: Usage, town: Snapshot = TOWN, was: int = 100) -> list[str]:
    return [reason.code for reason in why_not_modified(town, usage, circuit(was), PRODUCT.offer(mbps))]


def committed(mbps: int, *, at_handover: int = 0) -> Usage:
    return Usage(
        link_committed_mbps=dict.fromkeys(circuit().link_codes, mbps),
        handover_committed_mbps={"quay-alder": at_handover or mbps},
    )


def test_only_the_difference_must_fit_on_every_link_and_at_the_handover() -> None:
    cir, more = circuit().profile.cir_mbps, PRODUCT.offer(1000).profile.cir_mbps
    narrowest = min(TOWN.links[code].capacity_mbps for code in circuit().link_codes)

    assert codes(1000, committed(narrowest - (more - cir), at_handover=1)) == []
    full = codes(1000, committed(narrowest - (more - cir) + 1, at_handover=1))
    assert full
    assert set(full) == {"path-full"}


def test_a_full_handover_is_said_and_a_slower_speed_needs_no_room() -> None:
    capacity = TOWN.handovers["quay-alder"].capacity_mbps
    full = committed(1, at_handover=capacity)

    assert codes(1000, full) == ["handover-oversubscribed"]
    assert codes(100, full, was=1000) == []


def test_a_speed_above_the_uni_and_a_uni_that_is_gone_are_said() -> None:
    assert codes(2500, Usage()) == ["speed-above-uni"]
    inventory: Inventory = small_town()
    gone = replace(inventory, ports=tuple(port for port in inventory.ports if port.ref != circuit().uni))
    assert codes(500, Usage(), Snapshot(gone)) == ["uni-unknown"]


@pytest.mark.parametrize("missing", ["first", "last"])
def test_a_link_that_is_no_longer_there_has_no_room(missing: str) -> None:
    code = circuit().link_codes[0 if missing == "first" else -1]
    town = small_town()
    without = Snapshot(replace(town, links=tuple(link for link in town.links if link.code != code)))

    assert codes(1000, Usage(), without) == ["path-full"]
    assert circuit().uni == PortRef("nte-1", "Ethernet1")
