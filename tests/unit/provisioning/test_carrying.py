"""Circuits on what the plant carries: avoided where it does not, refused with the reason where there is no other."""

from dataclasses import replace
from datetime import date
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.confidence import Confidence
from inventory.devices import PortRef
from inventory.links import Link
from inventory.optics import LossFigures
from inventory.plant import AssetStatus, StrandRef, StrandState
from inventory.snapshot import Inventory, Snapshot
from provisioning.carrying import Carrying, carried_path, why_not_carried
from provisioning.catalogue_files import load_catalogue
from provisioning.design import allocate, design_circuit
from provisioning.orders import Reason
from provisioning.qualification import QualificationRequest, qualify
from provisioning.strand_errors import NotCarried
from provisioning.usage import Usage
from tests.plants import planted_town
from tests.towns import small_town

CATALOGUE = load_catalogue()
OFFER = CATALOGUE.product("access-eline").offer(100)
TODAY = date(2026, 11, 22)
FIGURES = LossFigures()
CARRYING = Carrying(TODAY, FIGURES)
ASKED = QualificationRequest("access-eline", "1", 100, "quay-alder")


def with_strand(inventory: Inventory, ref: StrandRef, state: StrandState) -> Inventory:
    strands = tuple(replace(each, state=state) if each.ref == ref else each for each in inventory.strands)
    return replace(inventory, strands=strands)


def with_bypass(inventory: Inventory) -> Inventory:
    """A second trunk, longer, of which no plant is known."""
    [trunk] = (link for link in inventory.links if link.code == "trunk")
    return replace(inventory, links=(*inventory.links, beside(trunk, "trunk-2", 9_000.0)))


def beside(link: Link, code: str, length_m: float) -> Link:
    """A link between the same devices, at ports that nobody has patched."""
    a, z = (PortRef(end.device, f"of {code}") for end in (link.a, link.z))
    return replace(link, code=code, a=a, z=z, length_m=length_m)


def without_consent(inventory: Inventory) -> Inventory:
    ended = tuple(
        replace(each, last_day=date(2026, 11, 21)) if each.code == "c-canal" else each for each in inventory.consents
    )
    return replace(inventory, consents=ended)


def not_ready(inventory: Inventory) -> Inventory:
    ducts = tuple(
        replace(each, status=AssetStatus.BUILDING, ready_from=date(2026, 12, 1)) if each.code == "d-west" else each
        for each in inventory.ducts
    )
    return replace(inventory, ducts=ducts)


BROKEN = {
    "strand-faulty": lambda town: with_strand(town, StrandRef("k-east", 2), StrandState.FAULTY),
    "consent-missing": without_consent,
    "link-not-carried": not_ready,
}


def test_a_circuit_has_the_strands_its_links_are_lit_on_in_the_order_of_its_path() -> None:
    snapshot = Snapshot(planted_town())

    design = design_circuit(snapshot, Usage(), "1", "quay-alder", OFFER, CARRYING)
    circuit = allocate(snapshot, Usage(), design)

    east_west = [StrandRef(cable, number) for number in (1, 2) for cable in ("k-west", "k-east")]
    assert circuit.strands == tuple(east_west)
    assert circuit.loss_db == pytest.approx(1.107, abs=0.001)


def test_an_inventory_without_plant_is_sold_as_it_always_was() -> None:
    design = design_circuit(Snapshot(small_town()), Usage(), "1", "quay-alder", OFFER, CARRYING)

    assert (design.link_codes, design.strands, design.loss_db) == (("drop-1", "trunk"), (), None)


@pytest.mark.parametrize("code", sorted(BROKEN))
def test_a_link_that_is_not_carried_is_avoided_where_another_way_is_there(code: str) -> None:
    snapshot = Snapshot(with_bypass(BROKEN[code](planted_town())))

    design = design_circuit(snapshot, Usage(), "1", "quay-alder", OFFER, CARRYING)

    assert design.link_codes == ("drop-1", "trunk-2")
    assert qualify(snapshot, CATALOGUE, Usage(), ASKED, CARRYING).confidence is Confidence.GREEN


@pytest.mark.parametrize("code", sorted(BROKEN))
def test_without_another_way_it_is_refused_and_qualified_red_with_the_same_reason(code: str) -> None:
    snapshot = Snapshot(BROKEN[code](planted_town()))

    with pytest.raises(NotCarried) as caught:
        design_circuit(snapshot, Usage(), "1", "quay-alder", OFFER, CARRYING)
    answer = qualify(snapshot, CATALOGUE, Usage(), ASKED, CARRYING)

    assert caught.value.reason.code == code
    assert (answer.confidence, answer.reasons) == (Confidence.RED, (caught.value.reason,))


def test_the_refusal_names_the_consent_and_its_grantor() -> None:
    reason = why_not_carried(Snapshot(without_consent(planted_town())), "trunk", CARRYING)

    assert isinstance(reason, Reason)
    assert "duct:d-west has no consent from 2026-11-22: c-canal of Canal Trust is" in reason.sentence


def test_light_that_loses_more_than_its_optic_allows_is_refused_with_the_figures() -> None:
    heavy = Carrying(TODAY, LossFigures(per_connector_db=3.0))

    reason = why_not_carried(Snapshot(planted_town()), "trunk", heavy)

    assert isinstance(reason, Reason)
    assert reason.code == "loss-over-budget"
    assert "100GBASE-LR4 allows 6.30 dB" in reason.sentence


def test_what_is_carried_is_judged_by_the_day() -> None:
    snapshot = Snapshot(not_ready(planted_town()))

    assert why_not_carried(snapshot, "trunk", CARRYING) is not None
    assert why_not_carried(snapshot, "trunk", Carrying(date(2026, 12, 1), FIGURES)) is None


def ladder(random: Random) -> tuple[Snapshot, frozenset[str]]:
    """The planted town with more links between its switches, of random lengths, of which some cannot be carried."""
    town = planted_town()
    [trunk] = (link for link in town.links if link.code == "trunk")
    lengths = [random.randint(1, 40) * 100.0 for _ in range(6)]
    patched = tuple(replace(trunk, code=f"p{number}", length_m=length) for number, length in enumerate(lengths[:4]))
    known = random.random() < 0.5
    more = patched if known else (*patched, *(beside(trunk, f"u{length}", length) for length in lengths[4:]))
    links: tuple[Link, ...] = (*town.links, *more)
    if random.random() < 0.5:
        town = without_consent(town)
    snapshot = Snapshot(replace(town, links=links))
    unfit = {link.code for link in links if why_not_carried(snapshot, link.code, CARRYING) is not None}
    return snapshot, frozenset(unfit)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_path_is_the_shortest_over_links_that_are_carried(seed: int) -> None:
    snapshot, unfit = ladder(Random(seed))  # a test's dice

    found = carried_path(snapshot, "nte-1", ("sw-quay",), 100, {}, CARRYING)

    graph = nx.MultiGraph()
    for link in snapshot.inventory.links:
        if link.code not in unfit:
            graph.add_edge(link.a.device, link.z.device, weight=link.length_m)
    if "sw-quay" not in graph or not nx.has_path(graph, "nte-1", "sw-quay"):
        assert (found.path, set(found.left_out) <= unfit) == (None, True)
    else:
        assert found.path is not None
        assert found.path.length_m == nx.shortest_path_length(graph, "nte-1", "sw-quay", weight="weight")
        assert not unfit & {hop.link_code for hop in found.path.hops}
