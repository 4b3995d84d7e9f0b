"""Bad input and troubles around us, on every face: one clear sentence, nothing half done, nothing left held.

One table of requests that are refused, one of orders that are rejected, one of orders that fail
on the way. Each is brought about for real, told by CLI, API and portal in the same words, and
leaves devices, reservations, claims and NetBox exactly as they were.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState
from tests.integration.faces import (
    ANOTHERS,
    FULL,
    GOOD,
    NO_NTE,
    NO_PATH,
    ONE_TAG,
    UNSERVED,
    Troubled,
    everything_stored,
    from_api,
    from_cli,
    page_words,
    secrets_of,
    troubled_house,
)
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    with troubled_house(module_database_url, tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def street(house: Troubled) -> Iterator[Troubled]:
    """The house; after the test it must be as it was before, with nothing wrong with it and no secret told."""
    before = house.trace()
    yield house
    house.heal()
    assert house.trace() == before
    told = "\n".join([*house.faces.said, house.faces.log.read_text(), everything_stored(house.town.house.engine)])
    found = [name for name, secret in secrets_of(house.faces).items() if secret in told]
    assert found == []
    assert "Traceback" not in told
    house.faces.said.clear()


def orders_of(house: Troubled) -> int:
    return len(front_desk.orders(house.town.house.tools, SYSTEM, limit=500).orders)


@dataclass(frozen=True)
class Refused:
    """A request that is refused at once: what is wrong with it, and what each face must say."""

    title: str
    changes: Mapping[str, object]
    code: str
    status: int
    says: str
    who: str = "isp"
    on_portal: bool = True
    api_code: str = ""  # where the API finds it when it reads the body, in words of its own
    api_status: int = 422


REFUSED = (
    Refused("unknown UPRN", {"uprn": "404"}, "unknown-premises", 404, "No premises has UPRN '404'."),
    Refused(
        "unknown product",
        {"product": "gold"},
        "unknown-product",
        404,
        "There is no product 'gold', but access-eline, access-eline-value.",
    ),
    Refused(
        "unknown ISP",
        {"isp_code": "nobody"},
        "unknown-isp",
        404,
        "There is no ISP 'nobody'.",
        who="operator",
        on_portal=False,  # a form has no field for it
    ),
    Refused(
        "unknown handover",
        {"handover": "nowhere"},
        "handover-not-yours",
        422,
        f"quayside has no handover 'nowhere', but {HANDOVER}, {FULL}, {ONE_TAG}.",
    ),
    Refused(
        "another ISP's handover",
        {"handover": ANOTHERS},
        "handover-not-yours",
        422,
        f"quayside has no handover '{ANOTHERS}', but {HANDOVER}, {FULL}, {ONE_TAG}.",
    ),
    Refused(
        "speed 0",
        {"bandwidth_mbps": 0},
        "speed-not-offered",
        422,
        "access-eline is not offered at 0 Mbit/s, but at 100, 250, 500, 1000, 2500, 10000 Mbit/s.",
    ),
    Refused(
        "a speed that is not sold",
        {"bandwidth_mbps": 333},
        "speed-not-offered",
        422,
        "access-eline is not offered at 333 Mbit/s, but at 100, 250, 500, 1000, 2500, 10000 Mbit/s.",
    ),
    Refused(
        "a term that is not sold",
        {"term_months": 7},
        "term-not-offered",
        422,
        "access-eline is not offered for 7 months, but for 1, 12, 36, 60 months.",
    ),
    Refused(
        "a UPRN that is none",
        {"uprn": "0123"},
        "request-invalid",
        422,
        "a UPRN has 1 to 12 digits and does not begin with 0",
        api_code="request-fields-invalid",
    ),
    Refused(
        "a reference of two lines",
        {"reference": "a\nb"},
        "request-invalid",
        422,
        "characters that cannot be printed on one line",
        api_code="request-fields-invalid",
    ),
)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_a_request_that_cannot_be_is_refused_in_the_same_words_on_every_face(street: Troubled, case: Refused) -> None:
    faces, before = street.faces, orders_of(street)

    by_cli = from_cli(faces.order_by_cli(as_json=True, **case.changes))
    for_people = faces.order_by_cli(as_json=False, **case.changes)
    by_api = from_api(faces.order_by_api(f"key-{case.title.encode().hex()}", who=case.who, **case.changes))

    assert (by_cli.status, by_cli.code) == (1, case.code)
    assert case.says in by_cli.words
    assert (for_people.exit_code, for_people.stdout) == (1, "")
    assert " ".join(for_people.stderr.split()) == f"Error: {by_cli.words}"
    assert (by_api.status, by_api.code) == (case.status, case.api_code or case.code)
    assert case.says in by_api.words
    if not case.api_code:
        assert by_api.words == by_cli.words
    if case.on_portal:
        visitor = faces.portal()
        for answer in (visitor.review(**case.changes), visitor.place(**case.changes)):
            if answer.status_code == 200:  # a review says it beside the order, which then has no button
                assert "Place the order" not in answer.text
            else:
                assert answer.status_code == case.status
                assert by_api.words in page_words(answer)
        assert answer.status_code == case.status
    assert orders_of(street) == before


@dataclass(frozen=True)
class Rejected:
    """An order that is accepted, and rejected before anything is held. `says` is its first reason."""

    title: str
    changes: Mapping[str, object]
    code: str
    says: str
    confidence: str = "red"


REJECTED = (
    Rejected(
        "a full handover",
        {"handover": FULL},
        "handover-oversubscribed",
        f"Handover {FULL} has 50 Mbit/s uncommitted, and 100 Mbit/s is asked for.",
    ),
    Rejected(
        "an exhausted tag range",
        {"handover": ONE_TAG},
        "handover-tags-exhausted",
        f"Handover {ONE_TAG} has no free S-VLAN: all 1 of 3001-3001 are in use.",
    ),
    Rejected(
        "a premises without a path",
        {"uprn": NO_PATH},
        "no-path",
        f"No path with 100 Mbit/s uncommitted leads from UPRN {NO_PATH} to {HANDOVER}.",
    ),
    Rejected(
        "a premises without an NTE",
        {"uprn": NO_NTE},
        "nte-missing",
        f"No NTE is installed and live at UPRN {NO_NTE}.",
        "yellow",
    ),
    Rejected(
        "a premises nothing serves",
        {"uprn": UNSERVED},
        "not-served",
        f"No exchange or neighbourhood point of presence with a live switch serves UPRN {UNSERVED}.",
    ),
)


@pytest.mark.parametrize("case", REJECTED, ids=lambda case: case.title)
def test_what_cannot_be_delivered_is_said_before_and_after_it_is_ordered(street: Troubled, case: Rejected) -> None:
    faces, wanted = street.faces, {"uprn": GOOD, "handover": HANDOVER, **case.changes}

    asked = faces.cli("qualify", wanted["uprn"], "--handover", wanted["handover"], "--bandwidth", 100, "--json")
    qualified = json.loads(asked.stdout)["qualification"]
    body = {"product": "access-eline", "bandwidth_mbps": 100, **wanted}
    answered = faces.api("POST", "/qualifications", body).json
    review = faces.portal().review(**case.changes)

    assert asked.exit_code == (1 if case.confidence == "red" else 0)
    for said in (qualified, answered):
        assert (said["confidence"], said["reasons"][0]["code"]) == (case.confidence, case.code)
        assert said["reasons"][0]["sentence"] == case.says
        assert said["reasons"][0]["next_step"]
    assert case.says in page_words(review)
    assert "Place the order" not in review.text

    placed = faces.order_by_api(f"key-{case.code}", **case.changes)
    assert placed.status_code == 201
    assert faces.ended(placed.json["id"]).state is OrderState.REJECTED
    look_at(street, placed.json["id"], "rejected", [case.code], case.says)
    followed = faces.order_by_cli(as_json=False, follow=True, **case.changes)
    assert followed.exit_code == 1
    assert f"{case.says} {said['reasons'][0]['next_step']}" in followed.stdout


def look_at(street: Troubled, order_id: str, state: str, codes: list[str], *says: str) -> None:
    """The order's state and reasons on all three faces: the same codes, sentences and next steps."""
    faces = street.faces
    by_cli = json.loads(faces.cli("order", "show", order_id, "--json").stdout)["order"]
    by_api = faces.api("GET", f"/orders/{order_id}").json
    for_people = faces.cli("order", "show", order_id).stdout
    page = page_words(faces.portal().get(f"/orders/{order_id}"))
    assert (by_cli["state"], by_api["state"]) == (state, state)
    assert by_cli["reasons"] == by_api["reasons"]
    assert [reason["code"] for reason in by_api["reasons"]] == codes
    for reason in by_api["reasons"]:
        assert reason["next_step"]
        assert f"{reason['sentence']} {reason['next_step']}" in for_people
        assert " ".join(f"{reason['sentence']} {reason['next_step']}".split()) in page
    for words in says:
        assert words in by_api["reasons"][0]["sentence"]


@dataclass(frozen=True)
class Failed:
    """Trouble that meets an order on its way: how it comes about, and what the order says of it."""

    title: str
    bring_about: Callable[[Troubled], Any]
    codes: list[str]
    says: tuple[str, ...]
    steps: tuple[str, ...] = field(default=())  # among the events of the order


def netbox_is(trouble: str) -> Callable[[Troubled], None]:
    def bring_about(street: Troubled) -> None:
        street.netbox.trouble = trouble

    return bring_about


def netbox_cannot_write(path: str) -> Callable[[Troubled], None]:
    def bring_about(street: Troubled) -> None:
        street.netbox.broken_path = path

    return bring_about


FAILED = (
    Failed(
        "a device that refuses",
        lambda street: street.town.fleet.refuse(DX_SWITCH, "^vlan"),
        ["rehearsal-refused"],
        (f": {DX_SWITCH} refused: ", "'vlan 2001' failed: invalid command"),
        ("rehearse failed", "clear undone", "withdraw undone", "close undone"),
    ),
    Failed(
        "a device that is away",
        lambda street: street.town.fleet.go_away(DXP_SWITCH),
        ["rehearsal-refused"],
        (f": {DXP_SWITCH} does not answer: Connection refused.",),
        ("rehearse waiting", "rehearse failed", "close undone"),
    ),
    Failed(
        "a device that breaks off its answers",
        lambda street: street.town.fleet.break_answers(DXP_SWITCH, 1000),
        ["rehearsal-refused"],
        (DXP_SWITCH,),
        ("rehearse failed", "close undone"),
    ),
    Failed(
        "a NetBox that is down",
        netbox_is("down"),
        ["netbox-unavailable", "netbox-unavailable"],
        ("NetBox at http://127.0.0.1:", "no connection, or one that broke"),
        ("document waiting", "document failed", "withdraw failed", "close undone"),
    ),
    Failed(
        "a NetBox that answers 500",
        netbox_is("500"),
        ["netbox-unavailable", "netbox-unavailable"],
        ("it failed to read ipam/vlan-groups (500): the database of this NetBox is on fire",),
        ("document failed", "close undone"),
    ),
    Failed(
        "a NetBox that gives half a page",
        netbox_is("half"),
        ["netbox-unavailable", "netbox-unavailable"],
        ("NetBox at http://127.0.0.1:",),
        ("document failed", "close undone"),
    ),
    Failed(
        "a NetBox that fails in the middle of what is written",
        netbox_cannot_write("vpn/l2vpns"),
        ["netbox-unavailable"],
        ("it failed to create 1 of vpn/l2vpns (500): the database of this NetBox is on fire",),
        ("document failed", "withdraw undone", "close undone"),
    ),
)


@pytest.mark.parametrize("case", FAILED, ids=lambda case: case.title)
def test_trouble_on_the_way_ends_the_order_which_says_what_happened_and_holds_nothing(
    street: Troubled, case: Failed
) -> None:
    case.bring_about(street)

    placed = street.faces.order_by_api(f"key-{case.title.encode().hex()}")
    assert placed.status_code == 201
    order = street.faces.ended(placed.json["id"])

    look_at(street, order.id, "failed", case.codes, *case.says)
    events = street.town.events(order.id)
    assert [step for step in case.steps if step not in events] == []
    assert street.town.held().get(order.service_id or "") is None
    service = street.faces.api("GET", f"/services/{order.service_id}").json
    assert service["state"] == "cancelled"
