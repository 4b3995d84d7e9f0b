"""A protected service through the product: ordered, told, refused where it cannot be had; one cut is no end of it."""

from collections.abc import Iterator
from datetime import date

import pytest

from inventory.confidence import Confidence
from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.parts import INNER, part_of
from inventory.plant_map import plant_of
from provisioning import device_desk, front_desk
from provisioning.front_desk import SYSTEM
from provisioning.impact import Fate
from provisioning.orders import OrderRequest, OrderState
from provisioning.qualification import QualificationRequest
from provisioning.questions.cut import what_is_cut
from provisioning.services import Service
from tests.integration.running import Running, running

PRODUCT = "access-eline-protected"
HOME, HANDOVER = "999912000001", "ho-loomlight-20"  # in Longsight, one of whose switch's uplinks is two cables
ELSEWHERE, THERE = "999910000001", "ho-quayside-1"  # in Hulme, whose switch has single ones
LINK = "longsight-1--science-park-2"


@pytest.fixture(scope="module")
def town(module_database_url: str) -> Iterator[Running]:
    inventory = part_of(read_bundle(example_folder("manchester")), INNER)
    with running(module_database_url, inventory) as town:
        yield town


@pytest.fixture(scope="module")
def service(town: Running) -> Service:
    request = OrderRequest(PRODUCT, HOME, HANDOVER, 100, 12)
    order, _ = front_desk.place_order(
        town.house.tools, SYSTEM, request, idempotency_key="protected", isp_code="loomlight"
    )
    [done] = town.wait([order])
    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    return front_desk.service(town.house.tools, SYSTEM, done.service_id or "")


def test_it_is_delivered_on_the_port_channel_tagged_there_and_proved_on_its_members(
    town: Running, service: Service
) -> None:
    circuit = service.circuit

    assert circuit is not None
    assert circuit.link_codes == ("drop-nte-0018", LINK)
    assert circuit.protected_between == ("sw-longsight-1", "sw-science-park-2")
    says = town.configs()["sw-longsight-1"]
    channel = says[says.index("interface Port-Channel1") :]
    assert f"switchport trunk allowed vlan {circuit.s_vlan}\n" in channel[: channel.index("!")]
    story = front_desk.order_story(town.house.tools, SYSTEM, _order_of(town, service))
    assert any(event.step == "prove" and event.status == "done" for event in story.events)


def test_a_cut_of_one_of_its_cables_leaves_it_on_and_says_by_what_it_runs(town: Running, service: Service) -> None:
    first, second = town.snapshot.members[LINK]
    plant = plant_of(town.snapshot)
    ducts = [duct for row in plant.rows_of(first) for strand in row for duct in plant.ducts_of(strand.cable)]

    answer = what_is_cut(town.house.tools, SYSTEM, f"duct:{ducts[len(ducts) // 2]}", date(2026, 12, 1), 0)

    [hit] = [one for one in answer.impact.services if one.id == service.id]
    assert hit.fate is Fate.PROTECTED
    assert (second.code,) in [one.left for one in answer.cut.weakened if one.link == LINK]
    assert answer.sentence.endswith("; 1 is protected and goes on.")
    assert answer.impact.isps[0].protected == 1


def test_a_cut_of_the_drop_is_the_end_of_it(town: Running, service: Service) -> None:
    hits = device_desk.without_link(town.house.tools, SYSTEM, "drop-nte-0018")

    assert [(one.hit.id, one.hit.fate) for one in hits] == [(service.id, Fate.LOST)]


def test_nobody_is_off_without_one_member_and_everybody_without_both(town: Running, service: Service) -> None:
    tools = town.house.tools

    assert device_desk.without_link(tools, SYSTEM, f"{LINK}-a") == ()
    assert [one.hit.id for one in device_desk.without_link(tools, SYSTEM, LINK)] == [service.id]


def test_where_a_link_is_one_cable_an_order_is_rejected_with_the_sentence(town: Running) -> None:
    asked = QualificationRequest(PRODUCT, ELSEWHERE, 100, THERE)
    answer = front_desk.qualify(town.house.tools, SYSTEM, asked)
    order, _ = front_desk.place_order(
        town.house.tools,
        SYSTEM,
        OrderRequest(PRODUCT, ELSEWHERE, THERE, 100, 12),
        idempotency_key="single",
        isp_code="quayside",
    )
    [rejected] = town.wait([order])

    assert answer.confidence is Confidence.RED
    assert rejected.state is OrderState.REJECTED
    assert [one.code for one in rejected.reasons] == [one.code for one in answer.reasons] == ["not-protected"]
    assert rejected.reasons[0].sentence == "Link hulme-1--science-park-1 is a single cable."


def _order_of(town: Running, service: Service) -> str:
    page = front_desk.orders(town.house.tools, SYSTEM, limit=100)
    return next(order.id for order in page.orders if order.service_id == service.id)
