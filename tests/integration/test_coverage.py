"""Coverage on the database: the bulk reader against the snapshot, what is kept, pages, and who may."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import Engine

from inventory.confidence import Confidence
from inventory.coverage import cover, make_ground, rows_of
from inventory.coverage_nouns import CoverageReason, CoverageRules, GroundRows, ground_rows
from inventory.devices import DeviceRole, Lifecycle
from inventory.plant import AssetStatus
from inventory.plant_errors import CoverageMissing
from inventory.snapshot import Inventory
from inventory.store.mirror import replace_inventory
from provisioning.errors import Forbidden
from provisioning.isps import Principal, Role
from provisioning.questions.coverage import refresh_coverage, show_coverage
from provisioning.rights import SYSTEM
from provisioning.tools import Tools
from tests.integration.desk import desk_on
from tests.integration.strand_town import strand_town

TODAY = date(2026, 11, 21)


@pytest.fixture
def tools(engine: Engine) -> Tools:
    tools = desk_on(engine)
    replace_inventory(engine, strand_town())
    return tools


def test_nobody_sees_what_nobody_worked_out_yet(tools: Tools) -> None:
    with pytest.raises(CoverageMissing, match="coverage refresh"):
        show_coverage(tools, SYSTEM)


def test_what_was_worked_out_is_counted_and_listed_page_by_page(tools: Tools) -> None:
    refresh_coverage(tools, SYSTEM)
    whole = show_coverage(tools, SYSTEM)

    assert whole.sentence == "Of 5 premises: 3 green, 0 yellow, 2 red."
    assert {each.reason for each in whole.premises} == {CoverageReason.INSTALLED, CoverageReason.NO_FREE_PORT}
    assert (whole.premises[0].place, whole.premises[0].dx, whole.premises[0].drop_m) == ("mill", "quay", 100.0)
    assert whole.premises[0].distance_m == 1300.0
    paged, after = [], ""
    while after is not None:
        page = show_coverage(tools, SYSTEM, after=after, limit=2)
        paged += page.premises
        after = page.next_uprn
    assert tuple(paged) == whole.premises
    assert [each.uprn for each in show_coverage(tools, SYSTEM, confidence=Confidence.RED).premises] == ["9001", "9002"]
    assert show_coverage(tools, SYSTEM, dx="nowhere").premises == ()


def test_it_says_when_the_inventory_has_changed_since(engine: Engine, tools: Tools) -> None:
    refresh_coverage(tools, SYSTEM)
    assert not show_coverage(tools, SYSTEM).is_stale
    town = strand_town()
    replace_inventory(engine, replace(town, premises=town.premises[:-1]))

    assert show_coverage(tools, SYSTEM).is_stale
    assert "has changed since" in show_coverage(tools, SYSTEM).sentence
    refresh_coverage(tools, SYSTEM)
    assert show_coverage(tools, SYSTEM).sentence == "Of 4 premises: 3 green, 0 yellow, 1 red."


def test_the_rules_are_the_settings(tools: Tools) -> None:
    near = tools.settings.model_copy(update={"coverage_drop_limit_m": 50.0, "coverage_premises_per_port": 7})
    refresh_coverage(replace(tools, settings=near), SYSTEM)
    shown = show_coverage(tools, SYSTEM)

    assert {each.reason for each in shown.premises} == {CoverageReason.TOO_FAR}
    assert (shown.round.rules.drop_limit_m, shown.round.rules.premises_per_port) == (50.0, 7)


def test_a_reader_of_the_operator_sees_it_and_does_not_refresh_it(tools: Tools) -> None:
    rita = Principal("rita", Role.AUDITOR, None)
    refresh_coverage(tools, SYSTEM)

    assert show_coverage(tools, rita).counts
    with pytest.raises(Forbidden):
        refresh_coverage(tools, rita)


@pytest.mark.parametrize("seed", range(4))
def test_the_bulk_reader_reads_what_the_snapshot_says(engine: Engine, tools: Tools, seed: int) -> None:
    random = Random(seed)
    replace_inventory(engine, shuffled(random, strand_town()))

    for day in (TODAY, date(2030, 1, 1)):
        with tools.open_unit_of_work(reading=True) as work:
            read, _ = work.coverage.ground(day)
        known = ground_rows(tools.load_snapshot(), day)
        assert as_sets(read) == as_sets(known)
        assert answers(read) == answers(known)


def shuffled(random: Random, town: Inventory) -> Inventory:
    """The town with its statuses, dates and lifecycles thrown like dice, and its trunk perhaps unlinked."""
    dates = (None, date(2027, 1, 1), date(2020, 1, 1))
    return replace(
        town,
        ducts=tuple(
            replace(duct, status=random.choice(list(AssetStatus)), ready_from=random.choice(dates))
            for duct in town.ducts
        ),
        devices=tuple(replace(device, lifecycle=random.choice(list(Lifecycle))) for device in town.devices),
        links=tuple(link for link in town.links if link.code != "trunk" or random.random() < 0.5),
        patches=(),
    )


def as_sets(rows: GroundRows) -> tuple[object, ...]:
    at_exchanges = {code for code, _, _, is_dx in rows.places if is_dx}
    free = {place: count for place, count in rows.free_ports.items() if place in at_exchanges}
    return set(rows.places), sorted(rows.ducts), set(rows.premises), set(rows.with_nte), free


def answers(rows: GroundRows) -> list[object]:
    ground = make_ground(rows)
    return list(rows_of(ground, cover(ground, CoverageRules())))


def test_only_live_ntes_are_installed(engine: Engine, tools: Tools) -> None:
    town = strand_town()
    planned = tuple(
        replace(each, lifecycle=Lifecycle.PLANNED) if each.role is DeviceRole.NTE else each for each in town.devices
    )
    replace_inventory(engine, replace(town, devices=planned))
    refresh_coverage(tools, SYSTEM)

    assert show_coverage(tools, SYSTEM).count(Confidence.GREEN) == 0
