"""Protected circuits: only on links that no one cut takes, refused with the reason where there are none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from inventory.confidence import Confidence
from inventory.errors import NoPath
from inventory.optics import LossFigures
from inventory.plant import Duct, StrandRef, StrandState
from inventory.plant_map import plant_of
from inventory.protection import why_not_protected
from inventory.snapshot import Inventory, Snapshot
from provisioning.carrying import Carrying, carried_path
from provisioning.catalogue_files import load_catalogue
from provisioning.design import allocate, design_circuit
from provisioning.qualification import QualificationRequest, qualify
from provisioning.rerouting import rerouted
from provisioning.strand_errors import NotCarried, NotProtected
from provisioning.usage import Usage
from tests.channels import CHANNEL, protected_town
from tests.plants import planted_town
from tests.towns import TownPlan

CATALOGUE = load_catalogue()
CODE = "access-eline-protected"
OFFER, PLAIN = (CATALOGUE.product(code).offer(100) for code in (CODE, "access-eline"))
CARRYING = Carrying(date(2026, 11, 22), LossFigures())
ASKED = QualificationRequest(CODE, "1", 100, "quay-alder")


def faulty(inventory: Inventory, *refs: StrandRef) -> Inventory:
    """The estate with strands that carry nothing any more."""
    strands = tuple(replace(each, state=StrandState.FAULTY) if each.ref in refs else each for each in inventory.strands)
    return replace(inventory, strands=strands)


def test_a_protected_circuit_is_on_the_port_channel_and_says_from_where_to_where() -> None:
    snapshot = Snapshot(protected_town())

    circuit = allocate(snapshot, Usage(), design_circuit(snapshot, Usage(), "1", "quay-alder", OFFER, CARRYING))

    assert circuit.link_codes == ("drop-1", "trunk")
    assert circuit.protected_between == ("sw-mill", "sw-quay")
    assert [hop.tagged_ports for hop in circuit.hops] == [("Ethernet9",), ("Drop1", CHANNEL), (CHANNEL, "Ethernet1")]
    assert {strand.cable for strand in circuit.strands} == {"k-east", "k-west", "k-north"}


def test_one_that_is_not_protected_says_nothing_of_it_on_the_same_links() -> None:
    snapshot = Snapshot(protected_town())

    assert design_circuit(snapshot, Usage(), "1", "quay-alder", PLAIN, CARRYING).protected_between == ()


def with_ducts(inventory: Inventory, become: Callable[[Duct], Duct]) -> Inventory:
    """The estate with every duct as this makes it."""
    return replace(inventory, ducts=tuple(map(become, inventory.ducts)))


NOT_DIVERSE = {
    "a single cable": planted_town(),
    "two members, trunk-new and trunk-old, in one duct: d-east and 1 more": protected_town(second_duct="d-east"),
    "two members, trunk-new and trunk-old, over one bridge: weir": with_ducts(
        protected_town(), lambda duct: replace(duct, bridge="weir")
    ),
    "two members, trunk-new and trunk-old, along one corridor: tram": with_ducts(
        protected_town(), lambda duct: replace(duct, corridor="tram")
    ),
    "a member, trunk-new, of which nobody knows where it lies": replace(
        protected_town(), cable_bores=planted_town().cable_bores
    ),
}


@pytest.mark.parametrize("words", NOT_DIVERSE)
def test_where_one_cut_takes_the_link_it_is_refused_with_the_sentence(words: str) -> None:
    snapshot = Snapshot(NOT_DIVERSE[words])

    with pytest.raises(NotProtected) as caught:
        design_circuit(snapshot, Usage(), "1", "quay-alder", OFFER, CARRYING)
    answer = qualify(snapshot, CATALOGUE, Usage(), ASKED, CARRYING)

    assert words in caught.value.sentence
    assert caught.value.sentence.startswith("No path from nte-1 to sw-quay is protected: Link trunk ")
    assert answer.confidence is Confidence.RED
    assert [reason.code for reason in answer.reasons] == ["not-protected"]
    assert words in answer.reasons[0].sentence
    assert design_circuit(snapshot, Usage(), "1", "quay-alder", PLAIN, CARRYING).link_codes == ("drop-1", "trunk")


def test_a_member_that_carries_no_light_today_is_no_protection_and_still_a_link() -> None:
    broken = Snapshot(faulty(protected_town(), StrandRef("k-north", 1)))

    with pytest.raises(NotProtected, match="Link trunk-new is on strand k-north:1, which is faulty"):
        design_circuit(broken, Usage(), "1", "quay-alder", OFFER, CARRYING)
    plain = design_circuit(broken, Usage(), "1", "quay-alder", PLAIN, CARRYING)

    assert {strand.cable for strand in plain.strands} == {"k-east", "k-west"}
    assert plain.loss_db is not None


def test_a_port_channel_none_of_whose_members_carries_light_carries_nothing() -> None:
    broken = Snapshot(faulty(protected_town(), StrandRef("k-north", 1), StrandRef("k-east", 1)))

    with pytest.raises(NotCarried, match="is carried by the plant"):
        design_circuit(broken, Usage(), "1", "quay-alder", PLAIN, CARRYING)


def test_a_qualification_says_between_which_switches_it_would_be_protected() -> None:
    answer = qualify(Snapshot(protected_town()), CATALOGUE, Usage(), ASKED, CARRYING)

    assert answer.confidence is Confidence.GREEN
    assert answer.speeds[0].protected_between == ("sw-mill", "sw-quay")
    plain = qualify(Snapshot(protected_town()), CATALOGUE, Usage(), replace(ASKED, product="access-eline"), CARRYING)
    assert plain.speeds[0].protected_between == ()


def test_a_circuit_with_nothing_but_its_drop_is_not_sold_as_protected() -> None:
    snapshot = Snapshot(protected_town())

    found = carried_path(snapshot, "nte-1", ("sw-mill",), 100, {}, CARRYING, protected=True)

    assert found.path is None
    assert [reason.sentence for reason in found.left_out.values()] == [
        "Between nte-1 and sw-mill there is nothing but the drop."
    ]


def test_the_room_of_a_port_channel_is_what_is_left_without_its_largest_member() -> None:
    town = protected_town(TownPlan(handover_mbps=400_000))
    full = Usage(link_committed_mbps={"trunk": 100_000 - 99})

    with pytest.raises(NoPath, match="100 Mbit/s"):
        design_circuit(Snapshot(town), full, "1", "quay-alder", OFFER, CARRYING)


def test_a_protected_circuit_that_is_moved_stays_protected_or_stays() -> None:
    snapshot = Snapshot(protected_town())
    circuit = allocate(snapshot, Usage(), design_circuit(snapshot, Usage(), "1", "quay-alder", OFFER, CARRYING))

    same = rerouted(snapshot, Usage(), circuit, (), CARRYING)

    assert same.protected_between == circuit.protected_between
    with pytest.raises(NotProtected):
        rerouted(Snapshot(NOT_DIVERSE["a single cable"]), Usage(), circuit, (), CARRYING)


def test_why_not_is_empty_only_where_no_duct_is_under_two_members() -> None:
    # They come into the same building, as the members of any link do.
    snapshot = Snapshot(with_ducts(protected_town(), lambda duct: replace(duct, a_entry="front", z_entry="back")))

    assert why_not_protected(plant_of(snapshot), snapshot.links["trunk"]) == ""
    assert why_not_protected(plant_of(snapshot), snapshot.links["drop-1"]) == "is a single cable"


def test_every_protected_product_has_a_plain_one_beside_it_that_costs_less() -> None:
    for product in (*CATALOGUE.products, *CATALOGUE.e_line_products):
        if product.protected:
            plain = CATALOGUE.circuit_product(product.code.removesuffix("-protected"))
            for offer in product.offers:
                same, prices = plain.offer(offer.bandwidth_mbps), offer.monthly_pence_by_term
                assert offer.profile == same.profile
                assert all(prices[term] > pence for term, pence in same.monthly_pence_by_term.items())
