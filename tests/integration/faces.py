"""The three faces of one running house: what a person at a terminal, a program and a browser are told.

The house has recognisable secrets, and everything that is said or logged is kept, so that a test
can look for them in all of it.
"""

import html
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import stamina
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Engine, inspect, select, text
from werkzeug.test import TestResponse

from inventory.devices import DeviceRole, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.organisations import MemberRole, Organisation
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory
from inventory.store.engine import reading
from inventory.vlans import TagRange
from provisioning import front_desk
from provisioning.cli.logs import log_to_file, stop_logging
from provisioning.cli.main import command
from provisioning.front_desk import SYSTEM
from provisioning.isps import Role
from provisioning.orders import ENDED, Order, OrderState
from provisioning.store.engine_tables import claims
from provisioning.tools import Tools
from tests.integration import running as house_of
from tests.integration.running import Running, running, wait_until
from tests.integration.small_netbox import SmallNetBox, small_netbox
from tests.integration.street import DX_SWITCH, HANDOVER, street, uprn_of
from tests.web_town import Browser, Machine
from web.app import create_app
from web.settings import WebSettings

GOOD, TAKES_THE_TAG, NO_PATH, NO_NTE, FILLS_IT, ALSO_GOOD = (uprn_of(home) for home in range(1, 7))
UNSERVED = uprn_of(99)
FULL, ONE_TAG, FREE_TAG, ANOTHERS = "quayside-full", "quayside-one", "quayside-race", "shipcanal-dx"
ORDER: Mapping[str, Any] = {
    "isp_code": "quayside",
    "product": "access-eline",
    "uprn": GOOD,
    "handover": HANDOVER,
    "bandwidth_mbps": 100,
    "term_months": 12,
    "reference": "",
}
OPTIONS = {"isp_code": "--isp", "bandwidth_mbps": "--bandwidth", "term_months": "--term"}

NETBOX_TOKEN = "nbt_plantedNbToken.plantedNetBoxSecret42"
PEPPER = "planted-pepper-43"
USER_PASSWORD = "planted portal password 44"


def troubled_street() -> Inventory:
    """A street with everything that can be in an order's way.

    One home has no way to the exchange, one no NTE, one is served by nothing; one handover is too
    small for two services, two have a single tag each, and one is another ISP's.
    """
    town = street(homes=6)
    [dx_handover] = town.handovers
    more = (
        Handover(FULL, "quayside", "dx", PortRef(DX_SWITCH, "Ethernet47"), 150, TagRange(3101, 3110)),
        Handover(ONE_TAG, "quayside", "dx", PortRef(DX_SWITCH, "Ethernet46"), 10_000, TagRange(3001, 3001)),
        Handover(FREE_TAG, "quayside", "dx", PortRef(DX_SWITCH, "Ethernet44"), 10_000, TagRange(3301, 3301)),
        Handover(ANOTHERS, "shipcanal", "dx", PortRef(DX_SWITCH, "Ethernet45"), 10_000, TagRange(3201, 3210)),
    )
    far = Premises(UNSERVED, "1 Far Fold (made up)", "M99 9ZZ", PremisesKind.HOME, 390_000.0, 399_000.0, None)
    missing = {device.name for device in town.devices if device.role is DeviceRole.NTE and device.uprn == NO_NTE}
    return replace(
        town,
        organisations=(
            *town.organisations,
            Organisation("shipcanal", "Shipcanal", frozenset({MemberRole.USER}), is_isp=True),
        ),
        premises=(*town.premises, far),
        devices=tuple(device for device in town.devices if device.name not in missing),
        ports=(
            *(port for port in town.ports if port.ref.device not in missing),
            *(Port(handover.port, PortRole.HANDOVER, 100_000) for handover in more),
        ),
        links=tuple(link for link in town.links if link.code not in {"drop-3", "drop-4"}),
        handovers=(dx_handover, *more),
    )


@dataclass(frozen=True)
class Told:
    """What one face says of one trouble. `status` is HTTP's, or the exit code."""

    status: int
    code: str
    words: str


@dataclass
class Faces:
    """One house, seen from three sides; `isp` is a user of quayside, `operator` one of ours."""

    tools: Tools
    app: Flask
    cli_settings: Mapping[str, str]
    log: Path
    tokens: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    visitors: dict[str, "Visitor"] = field(default_factory=dict)

    def cli(self, *arguments: object, **more: Any) -> Result:
        """Run a command, and keep all it says."""
        ended = CliRunner().invoke(
            command, [str(argument) for argument in arguments], env=dict(self.cli_settings), **more
        )
        log_to_file(self.log, logging.DEBUG)  # the command has set up logging for itself
        self.said += [ended.stdout, ended.stderr]
        return ended

    def api(self, method: str, path: str, body: object = None, *, who: str = "isp", key: str | None = None) -> Any:
        answer = Machine(self.app.test_client(), self.tokens.get(who)).call(method, path, body, key=key)
        self.said += [answer.text, str(answer.headers)]
        return answer

    def portal(self, who: str = "isp") -> "Visitor":
        """A browser that has signed in through the form, once."""
        if who not in self.visitors:
            visitor = self.visitors[who] = Visitor(Browser(self.app.test_client()), self.said)
            answer = visitor.browser.sign_in(who, USER_PASSWORD)
            assert answer.status_code == 303, answer.text
            visitor.get("/tokens")
        return self.visitors[who]

    def order_by_cli(self, *, as_json: bool, follow: bool = False, **changes: object) -> Result:
        arguments: list[object] = ["order", "place"]
        for name, value in (ORDER | changes).items():
            arguments += [OPTIONS.get(name, f"--{name}"), value]
        return self.cli(*arguments, *(["--json"] if as_json else []), *(["--follow"] if follow else []))

    def order_by_api(self, key: str, *, who: str = "isp", **changes: object) -> Any:
        body = {**ORDER, **changes}
        if who == "isp" and body["isp_code"] == ORDER["isp_code"]:
            del body["isp_code"]
        return self.api("POST", "/orders", body, who=who, key=key)

    def ended(self, order_id: str, timeout_s: float = 60.0) -> Order:
        """Wait until the order has ended."""
        deadline = time.monotonic() + timeout_s
        while (order := front_desk.order(self.tools, SYSTEM, order_id)).state not in ENDED:
            assert time.monotonic() < deadline, f"{order_id} is at {order.step}"
            time.sleep(0.02)
        return order


@dataclass
class Visitor:
    """A person with a browser, who follows forms."""

    browser: Browser
    said: list[str]

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._kept(self.browser.get(path, **options))

    def post(self, path: str, form: Mapping[str, object]) -> TestResponse:
        return self._kept(self.browser.post(path, form))

    def review(self, **changes: object) -> TestResponse:
        """The page with the order once more, before it is placed."""
        return self.get("/order/review", query_string=without_isp(changes))

    def place(self, **changes: object) -> TestResponse:
        """Send the order's form, as the review page has it; where that has none, as a hand would forge it."""
        fields = self.fields_of(self.review(**changes))
        forged = {**without_isp(changes), "key": f"forged-{time.monotonic_ns()}"}
        return self.post("/orders", fields if "key" in fields else forged)

    @staticmethod
    def fields_of(review: TestResponse) -> dict[str, str]:
        """The hidden fields of a page's forms."""
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', review.text)
        return {name: html.unescape(value) for name, value in found}

    def _kept(self, answer: TestResponse) -> TestResponse:
        self.said += [answer.text, str(answer.headers)]
        return answer


def without_isp(changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in (ORDER | changes).items() if name != "isp_code"}


def page_words(answer: TestResponse) -> str:
    """The words of a page as they are read: without tags, each run of spaces as one."""
    inside = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(inside).split())


def from_cli(ended: Result) -> Told:
    """Of a command with `--json`."""
    error = json.loads(ended.stdout)["error"]
    return Told(ended.exit_code, error["code"], f"{error['detail']} {error['next_step']}".rstrip())


def from_api(answer: Any) -> Told:
    assert answer.mimetype == "application/problem+json", answer.text
    return Told(answer.status_code, answer.json["code"], answer.json["detail"])


@dataclass
class Troubled:
    """The troubled street in a running house, with hands on its devices and its NetBox."""

    town: Running
    netbox: SmallNetBox
    faces: Faces

    def heal(self) -> None:
        self.netbox.heal()
        for device in self.town.fleet.devices:
            self.town.fleet.come_back(device.name)
            self.town.fleet.heal(device.name)

    def trace(self) -> dict[str, object]:
        """All that an order may leave behind, apart from its own story."""
        with reading(self.town.house.engine) as connection:
            claimed = list(connection.execute(select(claims.c.name)).scalars())
        return {
            "configs": self.town.configs(),
            "held": self.town.held(),
            "claims": claimed,
            "netbox": [dict(row) for row in self.netbox.shown()],
        }


def secrets_of(faces: Faces) -> dict[str, str]:
    """Every secret of the house, by what it is."""
    tokens = {f"token of {name}": token.partition(".")[2] for name, token in faces.tokens.items()}
    return {
        "device password": house_of.PASSWORD.get_secret_value(),
        "NetBox token": NETBOX_TOKEN.partition(".")[2],
        "pepper": PEPPER,
        "portal password": USER_PASSWORD,
        **tokens,
    }


def everything_stored(engine: Engine) -> str:
    """Every row of every table, the durable engine's too, as text."""
    looker = inspect(engine)
    schemas = [schema for schema in looker.get_schema_names() if schema != "information_schema"]
    tables = [f'"{schema}"."{table}"' for schema in schemas for table in looker.get_table_names(schema=schema)]
    with reading(engine) as connection:
        return "\n".join(repr(list(connection.execute(text(f"SELECT * FROM {table}")))) for table in tables)  # noqa: S608  # names of our own tables


@contextmanager
def logged_to(log: Path) -> Iterator[None]:
    """Keep every line that is logged meanwhile, down to the last detail."""
    log_to_file(log, logging.DEBUG)
    try:
        yield
    finally:
        stop_logging()


@contextmanager
def troubled_house(database_url: str, folder: Path) -> Iterator[Troubled]:
    """Bring up the troubled street, a NetBox and the faces; the single tag is taken, and the small handover is full."""
    inventory = troubled_street()
    log = folder / "log.jsonl"
    with logged_to(log), stamina.set_testing(True, attempts=1), small_netbox(NETBOX_TOKEN) as netbox:
        netbox.fill(inventory)
        settings = {"netbox_url": netbox.url, "netbox_token": NETBOX_TOKEN}
        quick = {"step_tries": 2, "undo_tries": 2, "token_pepper": PEPPER, "first_pause_s": 0.02}
        with running(database_url, inventory, netbox=settings, **quick) as town:
            terminal = cli_settings(database_url, folder, town.fleet.port, netbox.url)
            troubled = Troubled(town, netbox, faces_of(town.house.tools, terminal, log))
            for uprn, handover in ((TAKES_THE_TAG, ONE_TAG), (FILLS_IT, FULL)):
                placed = troubled.faces.order_by_api(f"takes-{handover}", uprn=uprn, handover=handover)
                assert troubled.faces.ended(placed.json["id"]).state is OrderState.COMPLETED
                wait_until(lambda order_id=placed.json["id"]: "tell done" in town.events(order_id))
            yield troubled


def cli_settings(database_url: str, folder: Path, eapi_port: int = 1, netbox_url: str = "") -> dict[str, str]:
    """What a terminal's environment must say to work on the same house."""
    netbox = {"NEUTRALHOST_NETBOX_URL": netbox_url, "NEUTRALHOST_NETBOX_TOKEN": NETBOX_TOKEN} if netbox_url else {}
    return {
        "NEUTRALHOST_VAR": str(folder / "var"),
        "NEUTRALHOST_DATABASE_URL": database_url,
        "NEUTRALHOST_TOKEN_PEPPER": PEPPER,
        "NEUTRALHOST_DEVICE_PASSWORD": house_of.PASSWORD.get_secret_value(),
        "NEUTRALHOST_EAPI_TRANSPORT": "http",
        "NEUTRALHOST_EAPI_PORT": str(eapi_port),
        **netbox,
    }


def faces_of(tools: Tools, settings: Mapping[str, str], log: Path, *, with_people: bool = True) -> Faces:
    """The faces of these tools; `with_people`, a user with a token of quayside's, and one of the operator's."""
    app = create_app(tools, WebSettings(cookies_secure=False, _env_file=None, sign_ins_per_minute=10_000))
    faces = Faces(tools, app, settings, log)
    people = (("isp", Role.ISP_ADMIN, "quayside"), ("operator", Role.OPERATOR, None)) if with_people else ()
    for name, role, isp in people:
        front_desk.create_user(tools, SYSTEM, name, role, isp, USER_PASSWORD)
        faces.tokens[name], _ = front_desk.create_token(tools, SYSTEM, name, "a test", None)
    return faces
