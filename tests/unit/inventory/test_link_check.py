"""Whether a link's strands carry its light."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from inventory.link_check import check_link, link_budget
from inventory.optics import OPTICS, LossFigures
from inventory.plant import AssetStatus, PositionRef, StrandRef, StrandState
from inventory.plant_errors import LinkNotCarried, LossOverBudget, StrandFaulty
from inventory.plant_map import Plant
from inventory.snapshot import Inventory, Snapshot
from tests.plants import planted_town

DAY = date(2026, 11, 22)
FIGURES = LossFigures(per_km_db=0.5, per_splice_db=9.0, per_connector_db=0.25)


def plant_with(**changes: Any) -> Plant:
    return Plant(Snapshot(replace(planted_town(), **changes)))


def check(plant: Plant, day: date = DAY, figures: LossFigures = FIGURES) -> None:
    check_link(plant, plant.links["trunk"], figures, day)


def test_a_budget_adds_measured_splices_and_reckons_the_rest() -> None:
    plant = plant_with()

    one, two = link_budget(plant, plant.links["trunk"], FIGURES)

    assert (one.fibre_km, one.fibre_db) == (1.22, 0.61)
    assert (one.splices, one.splices_db, one.connectors, one.connectors_db) == (1, 0.05, 2, 0.5)
    assert (one.loss_db, one.optic, one.allowed_db, one.margin_db) == (1.16, "100GBASE-LR4", 6.3, 5.14)
    assert two.loss_db == 1.19
    assert one.items == ("1.22 km of strand 0.61 dB", "1 splice 0.05 dB", "2 connectors 0.50 dB")


def test_a_sound_link_is_carried_and_its_budgets_are_returned() -> None:
    plant = plant_with()

    assert check_link(plant, plant.links["trunk"], FIGURES, DAY) == link_budget(plant, plant.links["trunk"], FIGURES)


def test_a_link_without_strands_is_not_carried() -> None:
    plant = plant_with(patches=())

    assert link_budget(plant, plant.links["trunk"], FIGURES) == ()
    with pytest.raises(LinkNotCarried, match="Link trunk is not carried: no strands join sw-mill:Ethernet49 and"):
        check(plant)


def test_an_optic_for_two_fibres_is_not_carried_by_one() -> None:
    patches = [patch for patch in planted_town().patches if patch.position.number == 1]

    with pytest.raises(LinkNotCarried, match="100GBASE-LR4 needs 2 fibres, and 1 joins its ports"):
        check(plant_with(patches=tuple(patches)))


def test_a_missing_splice_is_a_missing_fibre() -> None:
    with pytest.raises(LinkNotCarried, match="no strands join"):
        check(plant_with(splices=()))


@pytest.mark.parametrize("state", [StrandState.FAULTY, StrandState.SET_ASIDE])
def test_a_faulty_or_kept_strand_is_named(state: StrandState) -> None:
    strands = tuple(
        replace(each, state=state) if each.ref == StrandRef("k-east", 2) else each for each in planted_town().strands
    )

    with pytest.raises(StrandFaulty, match=f"strand k-east:2, which is {state}"):
        check(plant_with(strands=strands))


def changed(inventory: Inventory, kind: str, **values: Any) -> dict[str, Any]:
    first, *rest = getattr(inventory, kind)
    return {kind: (replace(first, **values), *rest)}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": AssetStatus.RETIRED}, "is retired"),
        ({"status": AssetStatus.PROPOSED, "ready_from": DAY}, "is proposed"),
        ({"status": AssetStatus.BUILDING}, "is building without a date"),
        ({"status": AssetStatus.PLANNED, "ready_from": date(2026, 11, 23)}, "is ready from 2026-11-23 only"),
        ({"ready_from": date(2027, 1, 1)}, "is ready from 2027-01-01 only"),
    ],
)
@pytest.mark.parametrize(("kind", "name"), [("ducts", "duct:d-east"), ("cables", "cable:k-east")])
def test_what_is_not_there_on_the_day_carries_nothing(kind: str, name: str, values: dict[str, Any], words: str) -> None:
    with pytest.raises(LinkNotCarried, match=f"{name} {words}"):
        check(plant_with(**changed(planted_town(), kind, **values)))


def test_what_is_ready_by_the_day_carries_it() -> None:
    planned = changed(planted_town(), "ducts", status=AssetStatus.PLANNED, ready_from=DAY)

    check(plant_with(**planned))
    with pytest.raises(LinkNotCarried):
        check(plant_with(**planned), date(2026, 11, 21))


def test_too_much_loss_is_refused_with_the_figures() -> None:
    ducts = tuple(replace(duct, length_m=duct.length_m * 10) for duct in planted_town().ducts)

    with pytest.raises(LossOverBudget) as caught:
        check(plant_with(ducts=ducts))

    error = caught.value
    assert (error.optic, error.budget_db, error.loss_db) == ("100GBASE-LR4", 6.3, pytest.approx(6.56))
    assert error.sentence == (
        "Link trunk loses 6.56 dB, and 100GBASE-LR4 allows 6.30 dB: "
        "12.02 km of strand 6.01 dB, 1 splice 0.05 dB, 2 connectors 0.50 dB."
    )
    assert error.facts["over_by_db"] == 0.26


def test_the_weaker_of_two_optics_decides() -> None:
    patches = tuple(
        replace(patch, optic="100GBASE-ER4") if patch.position.odf == "odf-mill" else patch
        for patch in planted_town().patches
    )
    plant = plant_with(patches=patches)

    assert {budget.optic for budget in link_budget(plant, plant.links["trunk"], FIGURES)} == {"100GBASE-LR4"}


def test_an_optic_nobody_knows_is_judged_by_nothing_but_its_strands() -> None:
    patches = tuple(replace(patch, optic="") for patch in planted_town().patches)
    plant = plant_with(patches=patches)

    assert [budget.margin_db for budget in check_link(plant, plant.links["trunk"], FIGURES, DAY)] == [None, None]


def test_one_strand_is_enough_for_an_optic_that_sends_both_ways_on_it() -> None:
    patches = tuple(
        replace(patch, optic="10GBASE-BR20")
        for patch in planted_town().patches
        if patch.position in {PositionRef("odf-quay", 1), PositionRef("odf-mill", 1)}
    )

    check(plant_with(patches=patches))


def test_every_optic_is_listed_under_its_own_name_and_needs_one_strand_or_two() -> None:
    assert all(name == optic.name and optic.strands in {1, 2} for name, optic in OPTICS.items())
