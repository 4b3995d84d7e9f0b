"""What ISPs do in the portal about SSIDs, on simulated devices: one is changed, and a realm ordered on a shared one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.isps import Role
from provisioning.orders import OrderState, WaitsFor
from provisioning.wanted import SsidSecurity
from tests.integration.air_town import AirTown, running_air_town
from web.app import create_app
from web.portal import site_slots
from web.settings import WebSettings

pytestmark = pytest.mark.system
WORD = "correct horse 9 battery"


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(database_url, tmp_path, radius_servers=("127.1.9.9",)) as town:
        yield town


def browser(town: AirTown, isp: str) -> FlaskClient:
    """Somebody of that ISP, signed in."""
    name = f"of-{isp}"
    front_desk.create_user(town.house.tools, SYSTEM, name, Role.ISP_ADMIN, isp, WORD)
    client = create_app(town.house.tools, WebSettings.model_validate({"cookies_secure": False})).test_client()
    post(client, "/sign-in", "/sign-in", {"name": name, "password": WORD})
    return client


def post(client: FlaskClient, page: str, path: str, fields: dict[str, str]) -> int:
    """Send the form of a page."""
    hidden = dict(re.findall(r'name="(form_token|key|product)" value="([^"]+)"', client.get(page).text))
    return client.post(path, data=hidden | fields).status_code


def test_an_isp_renames_its_ssid_and_another_gets_no_form_for_it(town: AirTown) -> None:
    service_id = town.deliver("Quayside Free")
    quinn, liam, path = browser(town, "quayside"), browser(town, "loomlight"), f"/services/{service_id}/ssid"

    assert f'href="{path}"' in quinn.get(f"/services/{service_id}").text
    assert liam.get(path).status_code == 404
    assert post(liam, "/services", path, {"ssid": "Mine", "key": "portal-1234567890"}) in {403, 404}
    assert post(quinn, path, path, {"ssid": "x" * 33}) == 422
    assert post(quinn, path, path, {"ssid": "Quayside Guests", "security": "", "passphrase": "", "area": ""}) == 303

    [order, *_] = front_desk.orders(town.house.tools, SYSTEM, state=None, cursor=None, limit=5).orders
    assert town.approve(order).state is OrderState.COMPLETED
    assert town.fleet.running_config("ap-1").count("option ssid 'Quayside Guests'") == 2


def test_an_isp_orders_a_realm_on_a_shared_ssid_and_sees_whose_it_is_nowhere(town: AirTown) -> None:
    shared = town.deliver("Community Wi-Fi", security=SsidSecurity.PASSPOINT)
    liam, path = browser(town, "loomlight"), "/shared-ssids"
    page = liam.get(path).text
    assert "Community Wi-Fi" in page
    assert "quayside" not in page
    fields = {"shared": shared, "handover": "loomlight-dx", "term_months": "12", "reference": ""}

    assert post(liam, path, path, fields | {"realm": "not a realm"}) == 422
    assert post(liam, path, path, fields | {"realm": "ISP.Example"}) == 303

    [order, *_] = front_desk.orders(town.house.tools, SYSTEM, state=None, cursor=None, limit=5).orders
    assert town.until(order, WaitsFor.APPROVAL).request.wanted.realm == "isp.example"  # type: ignore[union-attr]


def test_site_slots_are_shown_a_page_at_a_time_and_a_page_that_is_none_is_refused(
    town: AirTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_slots, "PER_PAGE", 2)  # of the column's three positions
    quinn = browser(town, "quayside")

    first, second = quinn.get("/sites").text, quinn.get("/sites?page=2").text

    assert [first.count('data-label="Position"'), second.count('data-label="Position"')] == [2, 1]
    assert ["page=2" in first, "page=3" in second] == [True, False]
    assert [quinn.get(f"/sites?page={page}").status_code for page in ("0", "-1", "x")] == [422] * 3
