"""One set of circuits put in the place of another on three devices, over real loopback HTTP."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.dialects.eos.platform import EOS
from automation.errors import DeviceUnreachable
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from tests.integration.test_deploy import (
    NAMES,
    REVERT_AFTER_S,
    circuit,
    deployer,
    deployer_for,
    fleet,
    put_on,
    rehearsed,
    texts,
)

__all__ = ["deployer", "fleet"]
ADD, REMOVE, REPLACE = ChangeAction.ADD, ChangeAction.REMOVE, ChangeAction.REPLACE
FASTER = BandwidthProfile(500, 0, 62_500, 0)


def replaced(
    deployer: NornirDeployer, before: Sequence[CircuitIntent], after: Sequence[CircuitIntent]
) -> tuple[DeviceChange, ...]:
    rehearsal = deployer.rehearse(after, REPLACE, before=before)
    assert rehearsal.refusals == ()
    return rehearsal.changes


def faster(intents: Sequence[CircuitIntent]) -> tuple[CircuitIntent, ...]:
    return tuple(replace(one, uni=one.uni and replace(one.uni, profile=FASTER)) for one in intents)


def elsewhere(label: str = "S-2") -> tuple[CircuitIntent, ...]:
    """Another circuit of the same UNI, whose path ends one device earlier."""
    uni = UniIntent("Ethernet1", f"{label} for 10001", FASTER)
    nte = CircuitIntent("nte", label, 3001, ("Ethernet10",), uni)
    return (nte, CircuitIntent("dxp", label, 3001, ("Ethernet1",)))


@pytest.mark.parametrize("after", [faster(circuit()), elsewhere()], ids=["faster", "elsewhere"])
def test_a_circuit_takes_another_ones_place_and_gives_it_back_byte_for_byte(fleet, deployer, after):
    fresh = texts(fleet)
    before = put_on(deployer, circuit())
    with_before = texts(fleet)

    there = replaced(deployer, before, after)
    assert texts(fleet) == with_before
    report = deployer.deploy(there, REVERT_AFTER_S)
    assert report.refusals == ()
    assert set(report.confirmed) == {change.device for change in there if change.commands}
    now = tuple(intent for change in there for intent in change.intents)
    proof = deployer.prove(now, REPLACE, before=before)
    assert proof.ok, [finding for finding in proof.findings if not finding.ok]
    assert {name: fleet.startup_config(name) for name in NAMES} == texts(fleet)
    assert deployer.deploy(there, REVERT_AFTER_S).confirmed == ()  # twice is the same as once

    with_after = texts(fleet)
    assert deployer.deploy(replaced(deployer, now, before), REVERT_AFTER_S).refusals == ()
    assert texts(fleet) == with_before
    assert deployer.deploy(replaced(deployer, before, now), REVERT_AFTER_S).refusals == ()
    assert texts(fleet) == with_after
    assert deployer.deploy(rehearsed(deployer, now, REMOVE), REVERT_AFTER_S).refusals == ()
    assert texts(fleet) == fresh


def test_one_refusal_leaves_the_circuit_that_was_there(fleet, deployer):
    before = put_on(deployer, circuit())
    with_before = texts(fleet)
    there = replaced(deployer, before, elsewhere())
    fleet.refuse("dxp", "^vlan 3001")

    report = deployer.deploy(there, REVERT_AFTER_S)

    assert [reason.device for reason in report.refusals] == ["dxp"]
    assert report.confirmed == ()
    assert texts(fleet) == with_before
    assert deployer.prove(before, ADD).ok


def test_a_device_lost_before_its_confirmation_takes_back_those_that_had_confirmed(fleet, deployer, monkeypatch):
    before = put_on(deployer, circuit())
    with_before = texts(fleet)
    there = replaced(deployer, before, elsewhere())
    confirm = EOS.speech.confirm

    def lose_one(device):
        if device.name == "dx":
            raise DeviceUnreachable("dx", "gone")
        confirm(device)

    monkeypatch.setattr(EOS.speech, "confirm", lose_one)

    report = deployer.deploy(there, REVERT_AFTER_S)

    assert [reason.device for reason in report.refusals] == ["dx"]
    assert texts(fleet) == with_before


def test_a_run_that_was_cut_short_goes_on_to_the_same_end(fleet, deployer):
    """A worker died when one device had the change: the next does the others, and what was approved stands."""
    before = put_on(deployer, circuit())
    there = replaced(deployer, before, elsewhere())
    [nte] = [change for change in there if change.device == "nte"]
    assert deployer.deploy([nte], REVERT_AFTER_S).confirmed == ("nte",)

    report = deployer_for(fleet).deploy(there, REVERT_AFTER_S)

    assert (set(report.confirmed), report.unchanged) == ({"dxp", "dx"}, ("nte",))
    now = tuple(intent for change in there for intent in change.intents)
    assert deployer.prove(now, REPLACE, before=before).ok


def test_a_replacement_that_is_no_longer_what_was_approved_is_not_applied(fleet, deployer):
    before = put_on(deployer, circuit())
    there = replaced(deployer, before, elsewhere())
    assert deployer.deploy(replaced(deployer, before, faster(before)), REVERT_AFTER_S).refusals == ()
    with_faster = texts(fleet)
    forged = tuple(replace(one, commands=one.commands.replace("3001", "3002")) for one in there)

    report = deployer.deploy(forged, REVERT_AFTER_S)

    assert {reason.code for reason in report.refusals} == {"changed-since-approval"}
    assert texts(fleet) == with_faster
