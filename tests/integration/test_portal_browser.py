"""The portal in a real browser: what only a browser can show, such as the live steps and the content policy."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine

from provisioning.orders import EventStatus, OrderState
from tests.web_town import HOME, PASSWORD, Town
from web.server import RunningServer, serve

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
expect.set_options(timeout=60_000)  # what takes longest is the page's own looking again, and that on a busy machine

pytestmark = pytest.mark.system


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine, listen_port=0)


@pytest.fixture
def running(town: Town) -> Iterator[RunningServer]:
    running = serve(town.app, town.settings)
    yield running
    running.close()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, timeout=120_000)
        yield browser
        browser.close()


def signed_in(chromium: Browser, running: RunningServer, name: str, said: list[str], **options: object) -> Page:
    page = chromium.new_context(**options).new_page()  # type: ignore[arg-type]  # options of Playwright's own
    page.set_default_timeout(60_000)
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{running.url}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=f"Good to see you, {name}")).to_be_visible()
    return page


def test_an_order_is_placed_and_followed_live_to_its_end(town: Town, running: RunningServer, chromium: Browser) -> None:
    said: list[str] = []
    page = signed_in(chromium, running, "anna", said)
    page.get_by_label("UPRN, postcode or address").fill(HOME)
    page.get_by_role("button", name="Check coverage").click()
    page.get_by_role("link", name="Order Access E-Line", exact=True).click()
    page.get_by_role("radio", name="500 Mbit/s £48.80").check()
    page.get_by_label("Your reference").fill("<b>floor</b> 3")
    page.get_by_role("button", name="Review the order").click()
    expect(page.get_by_text("£39.00")).to_be_visible()
    page.get_by_role("button", name="Place the order").click()
    expect(page.get_by_text("<b>floor</b> 3")).to_be_visible()
    order_id = page.url.rsplit("/", 1)[1]
    page.get_by_text("Everything that happened").click()

    with town.tools.open_unit_of_work() as work:
        work.orders.set_state(order_id, OrderState.IN_PROGRESS)
        work.orders.record(order_id, "qualify", EventStatus.DONE, "Green at 500 Mbit/s.", {}, 0.5)
        work.commit()
    expect(page.locator("#live .steps .done")).to_have_count(2)
    expect(page.locator("#news")).to_have_text("Green at 500 Mbit/s.")
    assert page.locator("#live details").get_attribute("open") is not None

    with town.tools.open_unit_of_work() as work:
        work.orders.set_state(order_id, OrderState.COMPLETED)
        work.commit()
    expect(page.locator("#live .badge")).to_have_text("completed")
    expect(page.locator("script")).to_have_count(0)
    assert said == []


def test_without_scripts_the_page_loads_itself_anew(town: Town, running: RunningServer, chromium: Browser) -> None:
    order = town.place()
    page = signed_in(chromium, running, "anna", [], java_script_enabled=False)
    page.goto(f"{running.url}/orders/{order.id}")
    with town.tools.open_unit_of_work() as work:
        work.orders.set_state(order.id, OrderState.IN_PROGRESS)
        work.commit()
    expect(page.locator("#live .badge")).to_have_text("in progress")


def test_no_page_is_wider_than_a_phone(town: Town, running: RunningServer, chromium: Browser) -> None:
    service = town.deliver(town.place(reference="W" * 64))
    order = town.place(key="k2", uprn=HOME, bandwidth_mbps=2500)
    town.wait_for_approval(order)
    page = signed_in(chromium, running, "olga", [], viewport={"width": 390, "height": 800})
    for path in (
        *(
            "/",
            "/coverage?q=M1",
            f"/coverage/{HOME}",
            f"/coverage/{HOME}/access-eline",
            "/orders",
            "/services",
            "/tokens",
        ),
        *("/sites", "/shared-ssids", "/changes", "/devices", f"/services/{service.id}/modify"),
        *(f"/orders/{order.id}", f"/services/{service.id}", "/approvals", "/audit", "/problems/", "/nothing"),
    ):
        page.goto(running.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
