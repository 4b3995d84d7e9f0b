"""Products over the API and in the portal: what is shown to whom, what is never shown, and the letter as a file."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from inventory.store.mirror import read_inventory, replace_inventory
from provisioning import front_desk, product_desk
from provisioning.errors import Forbidden
from provisioning.far_end_desk import grant_far_end
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.product_errors import LetterNotThere, PassphraseNotThere
from provisioning.store.tables import orders, services
from provisioning.wanted import CrossConnectWanted
from provisioning.workflows import by_hand
from tests.integration.product_town import access_points_at
from tests.web_town import BUSINESS, HOME, Town

SECRET = "correct horse battery"
DAY = "2026-11-22"
BEN = Principal("ben", Role.ISP_ADMIN, "beta")
FAR = {"z_uprn": HOME}
CROSS = {"a": "sw-quay:Ethernet49", "z": "sw-quay:Ethernet50", "first_day": DAY}
SITE = {"place": "x", "equipment": "small-cell", "power_w": 1, "first_day": DAY}
SSID = {"ssid": "Alpha <b>Free</b>", "area": "dxp-mill", "security": "wpa2-personal", "passphrase": SECRET}


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def body(product: str, **fields: Any) -> dict[str, Any]:
    return {"product": product, "term_months": 12, **fields}


def ordered(town: Town, asked: dict[str, Any], steps: int = 3) -> str:
    """The id of an order that anna places over the API, after its first steps."""
    answer = town.machine("anna").post("/orders", asked, key=f"k-{asked['product']}")
    assert answer.status_code == 201, answer.text
    order_id: str = answer.json["id"]
    for step in (by_hand.qualify, by_hand.reserve, by_hand.approve)[:steps]:
        step(order_id, town.tools)
    return order_id


def service_id(town: Town, order_id: str) -> str:
    return front_desk.order(town.tools, SYSTEM, order_id).service_id or "none"


def test_a_letter_is_a_pdf_that_is_always_the_same_and_no_other_isps_to_read(town: Town) -> None:
    order_id = ordered(town, body("cross-connect", cross_connect=CROSS, reference="(rack 7) \\ 漢字\u202e"[:12]))
    of = f"/services/{service_id(town, order_id)}/letter-of-authority"
    anna, bert = town.machine("anna"), town.machine("bert")
    assert (anna.get(of).status_code, anna.get(of).json["code"]) == (404, "letter-not-there")

    grant_far_end(town.tools, BEN, order_id)

    answer = anna.get(of)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert anna.get(of).data == answer.data
    for words in (f"LOA-{service_id(town, order_id)}", "port sw-quay:Ethernet49", "consent by ben", "Patch port"):
        assert words.encode() in answer.data
    assert bert.get(of).status_code == 404
    page = town.browser("anna").get(f"/services/{service_id(town, order_id)}")
    assert "Letter of authority (PDF)" in page.text
    assert town.browser("anna").client.get(of).data == answer.data


def test_a_passphrase_is_nowhere_but_with_the_engineer(town: Town, engine: Engine) -> None:
    add_access_points(engine)
    order_id = ordered(town, body("hosted-ssid", handover="alpha-quay", ssid=SSID))
    its = service_id(town, order_id)

    shown = [town.machine("anna").get(f"/orders/{order_id}{rest}").text for rest in ("", "/events")]
    shown += [
        town.machine("olga").get(f"/orders/{order_id}/diffs").text,
        town.machine("anna").get(f"/services/{its}").text,
    ]
    shown += [town.browser("olga").get(page).text for page in (f"/orders/{order_id}", "/approvals", f"/services/{its}")]
    with engine.connect() as connection:
        shown += [str(row) for table in (orders, services) for row in connection.execute(select(table))]

    assert not any(SECRET in text for text in shown)
    assert not any("<b>Free" in text for text in shown[4:7])
    assert product_desk.passphrase(town.tools, SYSTEM, its).get_secret_value() == SECRET
    with pytest.raises(Forbidden):
        product_desk.passphrase(town.tools, Principal("anna", Role.ISP_ADMIN, "alpha"), its)


def test_the_same_passphrase_under_one_key_is_the_same_order_and_another_is_refused(town: Town, engine: Engine) -> None:
    add_access_points(engine)
    anna = town.machine("anna")
    asked = body("hosted-ssid", handover="alpha-quay", ssid=SSID)

    first, again = (anna.post("/orders", asked, key="k") for _ in range(2))
    other = anna.post(
        "/orders", body("hosted-ssid", handover="alpha-quay", ssid=SSID | {"passphrase": "another one"}), key="k"
    )

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json["id"] == again.json["id"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (body("cross-connect", cross_connect=CROSS, uprn=BUSINESS), "has no uprn"),
        (body("epl", e_line={"z_uprn": HOME}), "uprn, bandwidth_mbps missing"),
        (body("epl", uprn=BUSINESS, bandwidth_mbps=100, e_line={"z_uprn": HOME, "a_c_vlans": [7]}), "names no C-VLANs"),
        (body("evpl", uprn=BUSINESS, bandwidth_mbps=100, e_line={"z_uprn": HOME}), "needs the C-VLAN id"),
        (
            body(
                "evpl",
                uprn=BUSINESS,
                bandwidth_mbps=100,
                e_line={"z_uprn": HOME, "a_c_vlans": [7, 8], "z_c_vlans": [9]},
            ),
            "carries one circuit",
        ),
        (body("epl", uprn=BUSINESS, bandwidth_mbps=100, e_line={"z_uprn": BUSINESS}), "Both ends"),
        (body("access-eline", uprn=BUSINESS, bandwidth_mbps=100, e_line={"z_uprn": HOME}), "There is no product"),
        (body("hosted-ssid", handover="beta-quay", ssid=SSID), "beta-quay"),
        (body("hosted-ssid", handover="alpha-quay", ssid=SSID | {"passphrase": "short"}), "8 to 63"),
        (body("hosted-ssid", handover="alpha-quay", ssid=SSID, strands=None), "for one product"),
        (body("cross-connect", cross_connect=CROSS | {"a": "sw-quay:Ethernet1", "z": "nowhere:1"}), "unknown-thing"),
        (
            body("site-hosting", site_hosting={"place": "x", "equipment": "anvil", "power_w": 1, "first_day": DAY}),
            "equipment",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_no_secret_is_repeated(
    town: Town, asked: dict[str, Any], words: str
) -> None:
    answer = town.machine("anna").post("/orders", asked, key="k1")

    assert answer.status_code in {400, 404, 422}
    assert words in answer.text
    assert SECRET not in answer.text


def test_price_lists_are_the_same_for_everybody_and_an_order_cites_its_own(town: Town) -> None:
    seen = {town.machine(name).get("/catalogues").text for name in ("anna", "bert", "olga")}
    assert len(seen) == 1
    assert town.machine("anna").get("/catalogues").json["holds"] == "2026-11"
    assert town.machine("anna").get("/catalogues/2026-11").json["digest"] == town.tools.catalogue.digest
    assert town.machine("anna").get("/catalogues/1999").status_code == 404
    assert town.machine("anna").get("/products").json["version"] == "2026-11"
    placed = town.machine("anna").post("/orders", body("cross-connect", cross_connect=CROSS), key="k")
    assert placed.json["catalogue_version"] == "2026-11"
    assert placed.json["request"]["cross_connect"]["a"] == CROSS["a"]


@pytest.mark.parametrize(
    ("ask", "missing"), [(product_desk.letter, LetterNotThere), (product_desk.passphrase, PassphraseNotThere)]
)
def test_a_circuit_has_neither_letter_nor_passphrase(
    town: Town, ask: Callable[..., Any], missing: type[Exception]
) -> None:
    service = town.deliver(town.place())
    with pytest.raises(missing):
        ask(town.tools, SYSTEM, service.id)


def test_an_isp_that_uses_neither_end_may_not_order_the_patch(town: Town) -> None:
    answer = town.machine("bert").post(
        "/orders", body("cross-connect", cross_connect=CROSS | {"z": "odf-dx-quay:1"}), key="k"
    )
    assert "neither end is yours" in answer.text
    assert CrossConnectWanted.__name__ not in answer.text


def add_access_points(engine: Engine) -> None:
    """Two access points at the neighbourhood."""
    replace_inventory(engine, access_points_at(read_inventory(engine), "dxp-mill"))
