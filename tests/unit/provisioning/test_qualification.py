"""Qualification on a small town: every colour, each with its reason, and never an ISP's name."""

from dataclasses import replace

import pytest

from inventory.confidence import Confidence
from inventory.devices import Lifecycle
from inventory.errors import UnknownPremises
from inventory.snapshot import Inventory, Snapshot
from provisioning.catalogue_files import load_catalogue
from provisioning.errors import SpeedNotOffered, UnknownProduct
from provisioning.qualification import Qualification, QualificationRequest, qualify
from provisioning.usage import Usage
from tests.towns import NO_DROP, NO_NTE, TownPlan, small_town, snapshot_of, with_device

CATALOGUE = load_catalogue()
NOTHING = Usage()


def ask(
    snapshot: Snapshot, uprn: str, mbps: int | None = None, handover: str | None = None, usage: Usage = NOTHING
) -> Qualification:
    return qualify(snapshot, CATALOGUE, usage, QualificationRequest("access-eline", uprn, mbps, handover))


def codes(answer: Qualification) -> list[str]:
    return [reason.code for reason in answer.reasons]


def test_premises_with_a_free_uni_and_a_path_are_green_without_reasons() -> None:
    answer = ask(snapshot_of(), "1", 1000, "quay-alder")

    assert (answer.confidence, answer.reasons, answer.nte) == (Confidence.GREEN, (), "nte-1")
    assert answer.speeds[0].monthly_pence_by_term[12] == 5500


def test_a_speed_above_every_uni_is_red_and_the_slower_ones_stay_green() -> None:
    by_speed = {speed.bandwidth_mbps: speed for speed in ask(snapshot_of(), "1").speeds}

    assert by_speed[1000].confidence is Confidence.GREEN
    assert by_speed[2500].confidence is Confidence.RED
    assert by_speed[2500].reasons[0].code == "speed-above-uni"
    assert "1000 Mbit/s, less than 2500" in by_speed[2500].reasons[0].sentence


def test_served_premises_without_an_nte_are_yellow() -> None:
    answer = ask(snapshot_of(), NO_NTE, 100)

    assert (answer.confidence, codes(answer)) == (Confidence.YELLOW, ["nte-missing"])


def test_an_nte_that_is_only_planned_does_not_count() -> None:
    town = Snapshot(with_device(small_town(), "nte-1", Lifecycle.PLANNED))

    assert codes(ask(town, "1", 100)) == ["nte-missing"]


def test_premises_nothing_serves_are_red() -> None:
    answer = ask(snapshot_of(), NO_DROP, 100)

    assert (answer.confidence, codes(answer)) == (Confidence.RED, ["not-served"])


def test_premises_whose_unis_are_all_taken_are_yellow() -> None:
    usage = Usage(unis_taken=frozenset({"nte-1:Ethernet1", "nte-1:Ethernet2"}))

    answer = ask(snapshot_of(), "1", 100, usage=usage)

    assert (answer.confidence, codes(answer)) == (Confidence.YELLOW, ["uni-taken"])


def test_one_taken_uni_of_two_does_not_matter() -> None:
    usage = Usage(unis_taken=frozenset({"nte-1:Ethernet1"}))

    assert ask(snapshot_of(), "1", 100, usage=usage).confidence is Confidence.GREEN


def test_a_trunk_with_less_left_than_the_committed_rate_is_red_at_that_speed_only() -> None:
    usage = Usage(link_committed_mbps={"trunk": 100_000 - 500})

    by_speed = {speed.bandwidth_mbps: speed for speed in ask(snapshot_of(), "1", usage=usage).speeds}

    assert by_speed[500].confidence is Confidence.GREEN
    assert [reason.code for reason in by_speed[1000].reasons] == ["no-path"]


@pytest.mark.parametrize("device", ["sw-mill", "sw-quay"])
def test_a_switch_on_the_way_that_is_not_live_makes_it_red(device: str) -> None:
    town = Snapshot(with_device(small_town(), device, Lifecycle.RETIRED))

    assert ask(town, "1", 100, "quay-alder").confidence is Confidence.RED


def test_a_full_handover_is_red_with_its_figures() -> None:
    usage = Usage(handover_committed_mbps={"quay-alder": 9_950})

    answer = ask(snapshot_of(), "1", 100, "quay-alder", usage)

    assert (answer.confidence, codes(answer)) == (Confidence.RED, ["handover-oversubscribed"])
    assert "50 Mbit/s uncommitted, and 100" in answer.reasons[0].sentence


def test_a_handover_without_a_free_tag_is_red() -> None:
    usage = Usage(handover_tags={"quay-alder": frozenset(range(2001, 2021))})

    answer = ask(snapshot_of(), "1", 100, "quay-alder", usage)

    assert (answer.confidence, codes(answer)) == (Confidence.RED, ["handover-tags-exhausted"])
    assert "2001-2020" in answer.reasons[0].sentence


def test_every_reason_says_what_to_do_next() -> None:
    full = Usage(
        unis_taken=frozenset({"nte-2:Ethernet1", "nte-2:Ethernet2"}),
        link_committed_mbps={"trunk": 100_000},
        handover_committed_mbps={"quay-alder": 10_000},
        handover_tags={"quay-alder": frozenset(range(2001, 2021))},
    )
    answers = [ask(snapshot_of(), uprn, None, "quay-alder", full) for uprn in ("1", "2", NO_DROP, NO_NTE)]
    reasons = [reason for answer in answers for speed in answer.speeds for reason in speed.reasons]

    assert {reason.code for reason in reasons} >= {"no-path", "not-served", "nte-missing", "uni-taken"}
    assert all(reason.sentence.endswith(".") and reason.next_step.endswith(".") for reason in reasons)


def test_unknown_things_and_speed_zero_are_errors_that_name_them() -> None:
    with pytest.raises(UnknownPremises, match="777"):
        ask(snapshot_of(), "777", 100)
    with pytest.raises(SpeedNotOffered, match="0 Mbit/s, but at 100, 250"):
        ask(snapshot_of(), "1", 0)
    with pytest.raises(UnknownProduct, match="dark-fibre"):
        qualify(snapshot_of(), CATALOGUE, NOTHING, QualificationRequest("dark-fibre", "1"))


def test_swapping_the_names_of_the_isps_changes_no_answer() -> None:
    town = small_town(TownPlan(premises=2))
    usage = Usage(
        handover_tags={"quay-alder": frozenset({2001}), "quay-birch": frozenset(range(2001, 2021))},
        unis_taken=frozenset({"nte-2:Ethernet1", "nte-2:Ethernet2"}),
    )
    for uprn in ("1", "2", NO_DROP, NO_NTE):
        for handover in (None, "quay-alder", "quay-birch"):
            before = ask(Snapshot(town), uprn, None, handover, usage)
            assert ask(Snapshot(swap_isps(town)), uprn, None, handover, usage) == before


def swap_isps(town: Inventory) -> Inventory:
    other = {"alder": "birch", "birch": "alder"}
    handovers = tuple(replace(handover, isp_code=other[handover.isp_code]) for handover in town.handovers)
    return replace(town, handovers=handovers, organisations=tuple(reversed(town.organisations)))
