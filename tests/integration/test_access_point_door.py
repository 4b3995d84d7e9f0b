"""The door that access points knock at, and the page where people follow them, without a server and devices."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.store.mirror import replace_inventory
from provisioning import enrolment_desk
from provisioning.front_desk import SYSTEM
from tests.web_town import Town, small_town

NAME, SERIAL = "ap-mill-1", "LW6-1"


@pytest.fixture
def town(engine: Engine) -> Town:
    town = Town(engine)
    base = small_town()
    device = Device(
        NAME,
        DeviceRole.ACCESS_POINT,
        "openwrt",
        "Maker",
        "AP6",
        SERIAL,
        base.places[0].code,
        None,
        "192.0.2.9",
        Lifecycle.PLANNED,
    )
    ports = (
        Port(PortRef(NAME, "eth0"), PortRole.NNI, 2_500),
        Port(PortRef(NAME, "radio0"), PortRole.RADIO, 1_200),
    )
    replace_inventory(engine, replace(base, devices=(*base.devices, device), ports=(*base.ports, *ports)))
    return town


def knock(town: Town, **body: object):  # type: ignore[no-untyped-def]  # werkzeug's test response
    return town.app.test_client().post("/phone-home", json=body)


def test_an_access_point_is_let_in_once_and_told_its_place_and_nobody_keeps_the_answer(town: Town) -> None:
    key, _ = enrolment_desk.enrol(town.tools, SYSTEM, NAME)

    first, second = knock(town, serial=SERIAL, key=key), knock(town, serial=SERIAL, key=key)

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    assert "option ipaddr '192.0.2.9'" in first.json["config"]
    assert "option country 'GB'" in first.json["config"]
    assert (second.status_code, second.json["code"]) == (410, "home-key-used")
    assert second.mimetype == "application/problem+json"


def test_refusals_do_not_repeat_the_key_and_a_wrong_body_is_named_by_its_fields(town: Town) -> None:
    enrolment_desk.enrol(town.tools, SYSTEM, NAME)

    wrong = knock(town, serial=SERIAL, key="nhap_SECRETGUESS")
    unknown = knock(town, serial="<b>nobody</b>", key="nhap_SECRETGUESS")
    odd = knock(town, serial=SERIAL, key=["SECRETGUESS"], more=1)

    assert [answer.status_code for answer in (wrong, unknown, odd)] == [403, 403, 422]
    assert [answer.json["code"] for answer in (wrong, unknown)] == ["home-key-wrong", "serial-unknown"]
    assert "SECRETGUESS" not in wrong.text + unknown.text + odd.text
    assert town.app.test_client().post("/phone-home", data="serial=x").status_code == 415


def test_an_engineer_gives_a_key_on_a_page_and_sees_how_far_it_has_come(town: Town) -> None:
    ella = town.browser("ella")
    assert f'value="{NAME}"' in ella.get("/access-points").text

    made = ella.post("/access-points", {"device": NAME})
    key = made.text.split('<pre class="secret" tabindex="0">')[1].split("<")[0]

    assert f"{NAME} is expected" in made.text
    assert key not in ella.get("/access-points").text
    assert knock(town, serial=SERIAL, key=key).status_code == 200
    assert "phoned home" in ella.get("/access-points").text
    assert town.browser("anna").get("/access-points").status_code == 403


def test_what_was_done_is_in_the_audit_trail_and_the_key_is_not(town: Town) -> None:
    key, _ = enrolment_desk.enrol(town.tools, SYSTEM, NAME)

    with town.tools.open_unit_of_work(reading=True) as work:
        kept = work.enrolments.of_serial(SERIAL)

    assert kept is not None
    assert key not in str(kept.key_hash)
    trail = town.machine("olga").get("/audit-trail").json["items"]
    assert [row["subject"] for row in trail if row["action"] == "enrol an access point"] == [NAME]
    assert key not in str(trail)
