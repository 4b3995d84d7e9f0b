"""An ISP reads what happened to its order, and nothing of another ISP's or of the operator's addresses."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from provisioning.discretion import event_for_isp, order_for_isp, text_for_isp
from provisioning.orders import EventStatus, Order, OrderAction, OrderEvent, OrderRequest, OrderState, Reason
from provisioning.references import new_order_id, new_service_id

NOW = datetime(2026, 11, 21, tzinfo=UTC)
OWN, OTHER = new_service_id(), new_service_id()
ORDER = Order(
    id=new_order_id(),
    action=OrderAction.ADD,
    isp_code="alpha",
    request=OrderRequest("access-eline", "1", "h", 100, 12),
    state=OrderState.FAILED,
    step="rehearse",
    waits_for=None,
    reasons=(Reason("tag-not-free", f"On sw-1, VLAN 2001 is called {OTHER}, not {OWN}.", f"Ask for {OTHER}."),),
    service_id=OWN,
    monthly_pence=1,
    setup_pence=1,
    requested_by="anna",
    created_at=NOW,
    updated_at=NOW,
)


def test_another_services_id_is_told_in_general_words_and_the_own_one_stays():
    (reason,) = order_for_isp(ORDER).reasons

    assert reason.sentence == f"On sw-1, VLAN 2001 is called another service, not {OWN}."
    assert reason.next_step == "Ask for another service."
    assert reason.code == "tag-not-free"


def test_a_name_made_from_an_id_is_treated_as_the_id():
    shown = text_for_isp(f"policy-map nh-{OTHER}, policy-map nh-{OWN}", frozenset({OWN}))

    assert shown == f"policy-map another service, policy-map nh-{OWN}"


def test_the_operators_addresses_are_left_out_of_texts_and_facts():
    event = OrderEvent(
        order_id=ORDER.id,
        number=1,
        at=NOW,
        step="document",
        status=EventStatus.DONE,
        text="Shown as planned at http://netbox.internal:8000/vpn/l2vpns/7/.",
        facts={"record": "http://netbox.internal:8000/vpn/l2vpns/7/", "s_vlan": "2001", "order": ORDER.id},
    )

    shown = event_for_isp(event, ORDER)

    assert "netbox.internal" not in repr(shown)
    assert shown.facts == {"s_vlan": "2001", "order": ORDER.id}
    assert shown == replace(event, text=shown.text, facts=shown.facts)


@given(st.text(), st.text())
def test_no_id_but_the_own_ones_is_ever_left(before: str, after: str):
    shown = text_for_isp(f"{before} {OTHER} {after}", frozenset({OWN}))

    assert OTHER not in shown
