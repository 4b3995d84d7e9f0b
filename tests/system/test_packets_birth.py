"""Birth certificates on real frames: what the twin's own test head counts between commit and confirm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.birth.results import TestKind, Verdict
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState
from provisioning.questions.birth_certificate import birth_certificate
from tests.system.packets import MBPS, PacketTown, packet_town, skip_without_packets

pytestmark = pytest.mark.system
skip_without_packets()

HOME, NEIGHBOUR, HANDOVER = "999911000001", "999911000002", "ho-quayside-1"
TRUNK = "moss-side-1--science-park-1"
REQUIRED = ",".join(sorted(set(TestKind) - {TestKind.LIGHT}))  # the inner part comes without its plant


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PacketTown]:
    folder: Path = tmp_path_factory.mktemp("birth")
    with packet_town(
        f"sqlite:///{folder}/birth.db", folder, probing=True, probe_s=1.0, birth_required=REQUIRED
    ) as town:
        yield town


def test_every_test_is_measured_and_passes(town: PacketTown) -> None:
    done = town.wait(town.order(HOME, HANDOVER))
    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())

    found = birth_certificate(town.house.tools, SYSTEM, done.id)
    for one in found.results:
        print(one.verdict, one.sentence)

    assert {one.kind for one in found.results if one.verdict is Verdict.PASSED} == set(TestKind) - {TestKind.LIGHT}
    rate = next(one for one in found.results if one.kind is TestKind.INFORMATION_RATE)
    assert 0.9 * MBPS <= float(rate.measured) <= 1.1 * MBPS


def test_a_link_that_loses_every_frame_with_its_light_on_is_found_before_the_service_is_handed_over(
    town: PacketTown,
) -> None:
    """Devices see nothing wrong: ports are up, neighbours were heard, the text is right. Only frames tell."""
    before = town.configs()
    link = town.snapshot.links[TRUNK]
    town.twin.cut(link.a, link.z, TRUNK, silently=True)
    try:
        failed = town.wait(town.order(NEIGHBOUR, HANDOVER))
    finally:
        town.twin.repair(link.a, link.z, TRUNK)

    assert (failed.state, [one.code for one in failed.reasons]) == (OrderState.FAILED, ["birth-tests-failed"])
    assert "frame-loss at the circuit: measured 100.000 %, expected at most 0.010 %" in failed.reasons[0].sentence
    assert town.configs() == before
    found = birth_certificate(town.house.tools, SYSTEM, failed.id)
    by_devices = [one for one in found.results if one.subject != "the circuit"]
    assert not [one for one in by_devices if one.verdict is Verdict.FAILED]
