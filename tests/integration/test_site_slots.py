"""Site slots as ISPs and the operator's people see them, and the last room on their way, without devices."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from automation.port_usage import PortUsage
from automation.reading import NoReader
from inventory.devices import PortRef
from inventory.errors import NoPath
from inventory.hosting import HostingPosition, HostingRef
from inventory.places import Place, PlaceKind
from inventory.store.mirror import replace_inventory
from inventory.windows import Window
from provisioning import front_desk
from provisioning.errors import RequestInvalid, ReservationConflict
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import Order, OrderRequest, OrderState
from provisioning.services import ServiceState
from provisioning.wanted import HostedEquipment, SiteHostingWanted
from provisioning.workflows import by_hand
from tests.web_town import BUSINESS, Town, small_town
from web.app import create_app

SITE = "site-school"
GATEWAY, CELL = HostedEquipment.LORAWAN_GATEWAY, HostedEquipment.SMALL_CELL
MADE = ("Kerlink", "iStation", "K-1")


class Counting(NoReader):
    """Every port has counted the same."""

    def port_usage(self, ports):  # type: ignore[no-untyped-def]  # as NoReader's
        return tuple(PortUsage(port, True, 1_234, 5_678) for port in ports)


@pytest.fixture
def town(engine: Engine) -> Town:
    """A school with two positions and, by its NTE, one UNI; the link to it has room for one small cell."""
    town = Town(engine)
    base = small_town()
    school = Place(SITE, "A school", PlaceKind.SITE, "Mill", 383100.0, 398100.0, uprn=BUSINESS)
    more = tuple(replace(base.ports[6], ref=PortRef("nte-1", f"Ethernet{number}")) for number in (3, 4))
    links = tuple(replace(one, capacity_mbps=260) if one.code == "mill-nte-1" else one for one in base.links)
    positions = tuple(HostingPosition(HostingRef(SITE, number), 9.0, 60 * number) for number in (1, 2))
    grown = replace(
        base,
        places=(*base.places, school),
        ports=(*base.ports, *more),
        links=links,
        hosting_positions=positions,
        consents=(),
        consent_covers=(),
    )
    replace_inventory(engine, grown)
    town.tools = replace(town.tools, reader=Counting())
    town.app = create_app(town.tools, town.settings)
    return town


def order(town: Town, isp: str, equipment: HostedEquipment = GATEWAY, *, power_w: int = 12, key: str = "k") -> Order:
    window = Window(town.tools.now().date())
    wanted = SiteHostingWanted(SITE, equipment, power_w, window, *MADE)
    request = OrderRequest("site-hosting", "", f"{isp}-quay", 0, 12, "", wanted)
    return front_desk.place_order(town.tools, SYSTEM, request, idempotency_key=f"{isp}-{key}", isp_code=isp)[0]


def hung(town: Town, isp: str, equipment: HostedEquipment = GATEWAY, key: str = "k") -> str:
    """The active service of an order whose equipment hangs."""
    placed = order(town, isp, equipment, key=key)
    by_hand.reserve(placed.id, town.tools)
    service_id = front_desk.order(town.tools, SYSTEM, placed.id).service_id or ""
    with town.tools.open_unit_of_work() as work:
        work.services.set_state(service_id, ServiceState.ACTIVE)
        work.commit()
    return service_id


def committed(town: Town) -> dict[str, int]:
    with town.tools.open_unit_of_work(reading=True) as work:
        usage = work.reservations.usage((), None, "alpha-quay")
    return {**usage.link_committed_mbps, **usage.handover_committed_mbps}


def test_an_isp_sees_free_slots_prices_its_own_tenancy_and_usage_and_the_operators_people_all(town: Town) -> None:
    mine, others = hung(town, "alpha"), hung(town, "beta")

    olga, anna = (town.machine(name).get(f"/site-slots?place={SITE}").json for name in ("olga", "anna"))

    assert [one["free"] for one in anna["items"]] == [False, False]
    assert [(one["tenant"] or {}).get("service") for one in anna["items"]] == [mine, None]
    assert [one["tenant"]["service"] for one in olga["items"]] == [mine, others]
    assert {one["tenant"]["s_vlan"] for one in olga["items"]} == {2001, 2002}
    assert [(one["equipment"], one["backhaul_mbps"]) for one in anna["prices"]] == [
        ("lorawan-gateway", 10),
        ("small-cell", 250),
    ]
    assert town.machine("anna").get(f"/site-slots?place={SITE}&free=true").json["items"] == []
    assert town.machine("anna").get("/site-slots?place=nowhere").status_code == 404
    it_reads_what_its_own_backhaul_carries(town, mine, others)
    the_pages_say_it_too(town, mine, others)


def it_reads_what_its_own_backhaul_carries(town: Town, mine: str, others: str) -> None:
    anna = town.machine("anna")
    assert anna.get(f"/services/{mine}/slot-usage").json == {
        "port": "nte-1:Ethernet1",
        "up": True,
        "received_bytes": 1_234,
        "sent_bytes": 5_678,
    }
    refused = anna.get(f"/services/{others}/slot-usage")
    assert (refused.status_code, refused.json["code"]) == (404, "unknown-service")
    assert "beta" not in refused.text


def the_pages_say_it_too(town: Town, mine: str, others: str) -> None:
    anna, olga = town.browser("anna"), town.browser("olga")

    assert mine in anna.get("/sites").text
    assert others not in anna.get("/sites").text + anna.get(f"/sites?place={SITE}").text
    assert 'data-label="S-VLAN">2001<' in anna.get("/services").text
    assert "£40.00 over 12 months" in anna.get("/sites").text
    assert f"/services/{mine}/usage" in anna.get(f"/services/{mine}").text
    assert "1,234 octets" in anna.get(f"/services/{mine}/usage").text
    refused = anna.get(f"/services/{others}/usage")
    assert refused.status_code == 404
    assert "beta" not in refused.text
    assert mine in (page := olga.get("/devices/nte-1").text)
    assert others in page
    assert "LoRaWAN gateway, Kerlink iStation, serial K-1" in page


def test_a_backhaul_holds_its_rate_on_its_path_and_the_next_is_refused_with_the_figures(town: Town) -> None:
    hung(town, "alpha", CELL)
    assert committed(town) == {"mill-nte-1": 250, "quay-mill": 250, "alpha-quay": 250}

    hung(town, "beta", GATEWAY)
    refused = order(town, "alpha", CELL, key="more")
    with pytest.raises(NoPath):
        by_hand.qualify(refused.id, town.tools)

    found = front_desk.order(town.tools, SYSTEM, refused.id)
    assert (found.state, found.reasons[0].code) == (OrderState.REJECTED, "no-path")
    assert found.reasons[0].sentence == "No path with 250 Mbit/s uncommitted joins nte-1 and sw-quay."


def test_of_two_who_reserve_the_last_room_on_a_link_at_one_moment_one_gets_it_and_a_cease_gives_it_back(
    town: Town,
) -> None:
    orders = [order(town, isp, CELL) for isp in ("alpha", "beta")]
    both = threading.Barrier(2, timeout=60)
    lost: list[Exception] = []

    def reserve(order_id: str) -> None:
        both.wait()
        while True:
            try:
                by_hand.reserve(order_id, town.tools)
            except ReservationConflict:
                continue
            except NoPath as error:
                lost.append(error)
            return

    threads = [threading.Thread(target=reserve, args=(one.id,)) for one in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(lost) == 1
    with town.tools.open_unit_of_work() as work:
        assert work.reservations.usage((), None, None).link_committed_mbps == {"mill-nte-1": 250, "quay-mill": 250}
        for one in orders:
            work.reservations.release(front_desk.order(town.tools, SYSTEM, one.id).service_id or "none")
        assert work.reservations.usage((), None, None).link_committed_mbps == {}
        work.commit()


def test_what_a_device_is_called_must_fit_the_inventory(town: Town) -> None:
    body = {
        "product": "site-hosting",
        "handover": "alpha-quay",
        "term_months": 12,
        "site_hosting": {
            "place": SITE,
            "equipment": "small-cell",
            "power_w": 30,
            "first_day": str(town.tools.now().date()),
            "model": "=HYPERLINK(1)",
        },
    }

    answer = town.machine("anna").post("/orders", json=body, headers={"Idempotency-Key": "m"})

    assert answer.status_code == 422
    ana = Principal("ana", Role.ISP_ADMIN, "alpha")
    for model in ("a\nb", "Cell 5 "):  # NetBox would keep the second without its space, and never find it again
        wanted = SiteHostingWanted(SITE, CELL, 30, Window(town.tools.now().date()), model=model)
        request = OrderRequest("site-hosting", "", "alpha-quay", 0, 12, "", wanted)
        with pytest.raises(RequestInvalid, match="model"):
            front_desk.place_order(town.tools, ana, request, idempotency_key="n")
