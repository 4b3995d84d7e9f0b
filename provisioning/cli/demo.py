"""`neutralhost demo`: everything in one program, on simulated devices, with one order shown live."""

import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

from sqlalchemy import Engine

from automation.settings import AutomationSettings
from automation.twin.fleet import Fleet
from automation.twin.run import start_twin
from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.settings import InventorySettings
from inventory.snapshot import Snapshot
from inventory.store.engine import open_engine
from inventory.store.mirror import read_inventory
from provisioning import front_desk
from provisioning.bootstrap import House, build, prepare_database
from provisioning.cli.demo_access_points import ubus_port, with_addresses, words_of, write_authority
from provisioning.cli.demo_folder import DemoFolder, claimed, make_secrets, write_private
from provisioning.cli.demo_twin import asked_as_a_twin, free_folder
from provisioning.cli.errors import listening
from provisioning.cli.example_order import Example, choose_example, place_example
from provisioning.cli.follow import follow_order, print_result
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.logs import log_to_file
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.serve import running_portal
from provisioning.cli.surroundings import read_settings, var_folder
from provisioning.cli.waiting import stop_signal
from provisioning.cli.words import duration, speed
from provisioning.front_desk import SYSTEM
from provisioning.isps import Role
from provisioning.orders import Order, OrderState
from provisioning.plant_writes import write_plant
from provisioning.sandbox_controls import FleetControls
from provisioning.settings import ProvisioningSettings
from provisioning.tools import Tools

EXAMPLE = "manchester"
PORTAL_HOST = "127.0.0.1"
OPERATOR = "operator"
# Where an ISP's developer may listen to notifications on this machine: nowhere else may they go to loopback.
SANDBOX_PORTS = range(9000, 9010)
SANDBOX_LISTENERS = ",".join(f"{host}:{port}" for host in ("127.0.0.1", "localhost") for port in SANDBOX_PORTS)
PASSWORD_BYTES = 12  # of randomness: 96 bits, 16 letters to type


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who may sign in. The password is known only in the run that made the user."""

    name: str
    isp_code: str | None
    password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """A demo that is up: where portal and API are, how many devices answer, and who may sign in."""

    url: str
    tools: Tools = field(repr=False)
    devices: int
    device_port: int
    sign_ins: tuple[SignIn, ...]
    controls: FleetControls | None = None


def run_demo(port: int, device_port: int, root: Path | None, wants_order: bool, exit_after_order: bool) -> int:
    output = current_output()
    folder = DemoFolder(root or var_folder())
    started = time.monotonic()
    with claimed(folder), running_demo(folder, port, device_port, output) as demo:
        output.say()
        ended = show_order(demo.tools, output) if wants_order else None
        document = {"url": demo.url, "devices": demo.devices, "sign_ins": _sign_in_documents(demo), "order": ended}
        output.answer(document, lambda: print_where_to_look(demo, folder, output))
        output.say(f"Up after {duration(time.monotonic() - started)}.", style="dim")
        if exit_after_order:
            return EXIT_ERROR if ended is not None and ended.state is not OrderState.COMPLETED else EXIT_DONE
        with stop_signal() as stopped:
            output.say("Ctrl-C stops everything.")
            stopped.wait()
    output.say("Stopped. The next run goes on with the same data.")
    return EXIT_DONE


@contextmanager
def running_demo(
    folder: DemoFolder, port: int, device_port: int, output: Output, *, as_sandbox: bool = False
) -> Iterator[RunningDemo]:
    """Bring everything up, one printed line each, and take it down in the opposite order.

    A sandbox has switches for what is to fail.

    Raises:
        AddressTaken: portal or devices cannot listen.
        TwinIsUp: the folder has a twin that another program runs; FolderNotOurs.
    """
    log_to_file(folder.log)
    _require_free(PORTAL_HOST, port)
    asked_at = free_folder(folder.root)
    settings = _settings(folder, port, device_port, listeners=SANDBOX_LISTENERS if as_sandbox else "")
    with ExitStack() as stack:
        with _line(output, "Database", f"{folder.database}, tables up to date"):
            engine = stack.enter_context(_opened(settings.inventory))
        snapshot = _inventory(engine, output)
        fleet = stack.enter_context(_running_fleet(snapshot, settings.automation, folder, output))
        stack.enter_context(asked_as_a_twin(fleet, snapshot, asked_at))
        with _line(output, "Worker", "walks orders, and goes on where it was stopped"):
            house = stack.enter_context(_opened_house(settings))
        with _line(output, "Portal", f"portal, API and metrics on http://{PORTAL_HOST}:{port}"):
            controls = FleetControls(fleet) if as_sandbox else None
            portal = stack.enter_context(
                running_portal(house, listen_host=PORTAL_HOST, listen_port=port, cookies_secure=False, sandbox=controls)
            )
        sign_ins = make_sign_ins(house.tools)
        yield RunningDemo(portal.url, house.tools, len(fleet.devices), device_port, sign_ins, controls)


@dataclass(frozen=True, slots=True)
class _Settings:
    inventory: InventorySettings
    automation: AutomationSettings
    provisioning: ProvisioningSettings


def _settings(folder: DemoFolder, port: int, device_port: int, *, listeners: str) -> _Settings:
    """The demo's own, whatever the environment says: it must never touch a database or device that is not its own."""
    secret = make_secrets(folder)
    write_private(
        folder.settings,
        {
            "NEUTRALHOST_DATABASE_URL": folder.database_url,
            "NEUTRALHOST_EAPI_TRANSPORT": "http",
            "NEUTRALHOST_EAPI_PORT": str(device_port),
            "NEUTRALHOST_UBUS_PORT": str(ubus_port(device_port)),
            "NEUTRALHOST_UBUS_CA_FILE": str(folder.ubus_authority.absolute()),
            "NEUTRALHOST_LISTEN_PORT": str(port),
            "NEUTRALHOST_COOKIES_SECURE": "false",
        },
    )
    return _Settings(
        read_settings(InventorySettings, database_url=folder.database_url, netbox_url=None, netbox_token=None),
        read_settings(
            AutomationSettings,
            device_password=secret["NEUTRALHOST_DEVICE_PASSWORD"],
            eapi_transport="http",
            eapi_port=device_port,
            ubus_port=ubus_port(device_port),
            ubus_ca_file=folder.ubus_authority,
            token_pepper=secret["NEUTRALHOST_TOKEN_PEPPER"],
        ),
        read_settings(
            ProvisioningSettings,
            token_pepper=secret["NEUTRALHOST_TOKEN_PEPPER"],
            certificate_key=secret["NEUTRALHOST_CERTIFICATE_KEY"],
            webhook_allow=listeners,
        ),
    )


@contextmanager
def _opened(settings: InventorySettings) -> Iterator[Engine]:
    prepare_database(settings)
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        yield engine
    finally:
        engine.dispose()


def _inventory(engine: Engine, output: Output) -> Snapshot:
    """Load the example where there is nothing yet: what somebody loaded later stays."""
    with _line(output, "Inventory", "") as told:
        found = read_inventory(engine)
        if not found.places:
            found = with_addresses(read_bundle(example_folder(EXAMPLE)))
            write_plant(engine, found, f"The example {EXAMPLE}", None)
        told.append(f"{len(found.places):,} places, {len(found.premises):,} premises, {len(found.devices):,} devices")
    return Snapshot(found)


@contextmanager
def _running_fleet(
    snapshot: Snapshot, settings: AutomationSettings, folder: DemoFolder, output: Output
) -> Iterator[Fleet]:
    folder.twin.mkdir(mode=0o700, exist_ok=True)
    with _line(output, "Devices", "") as told:
        write_authority(folder.ubus_authority)
        fleet = start_twin(snapshot, settings, folder.twin)
        told.append(words_of(fleet))
    try:
        yield fleet
    finally:
        fleet.stop()


@contextmanager
def _opened_house(settings: _Settings) -> Iterator[House]:
    house = build(settings.inventory, settings.automation, settings.provisioning)
    try:
        house.start_worker()
        yield house
    finally:
        house.close()


def _require_free(host: str, port: int) -> None:
    """Look before anything is started; the portal's own error stays the last word.

    Raises:
        AddressTaken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with listening("The portal", host, port):
            probe.bind((host, port))


@contextmanager
def _line(output: Output, what: str, text: str) -> Iterator[list[str]]:
    """Print one line when the block is done, with how long it took; the block may add to the text."""
    told = [text] if text else []
    started = time.monotonic()
    with output.working(what):
        yield told
    output.step("done", what, duration(time.monotonic() - started), " ".join(told))


def make_sign_ins(tools: Tools) -> tuple[SignIn, ...]:
    """Return who may sign in: an operator, and a user of the first ISP. Those that are missing are made."""
    isps = [one.code for one in tools.load_snapshot().organisations.values() if one.is_isp]
    wanted = [(OPERATOR, Role.OPERATOR, None), *((f"{code}-orders", Role.ISP_ADMIN, code) for code in isps[:1])]
    known = {user.name for user in front_desk.users(tools, SYSTEM)}
    return tuple(_sign_in(tools, name, role, isp_code, is_known=name in known) for name, role, isp_code in wanted)


def _sign_in(tools: Tools, name: str, role: Role, isp_code: str | None, *, is_known: bool) -> SignIn:
    if is_known:
        return SignIn(name, isp_code, None)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    front_desk.create_user(tools, SYSTEM, name, role, isp_code, password)
    return SignIn(name, isp_code, password)


def show_order(tools: Tools, output: Output) -> Order | None:
    """Place the example order, and print its life; None where no premises is left to serve."""
    example = choose_example(tools)
    if example is None:
        output.say("No example order: no premises is left that can be served at once.", style="yellow")
        return None
    order = place_example(tools, example)
    _print_asked(example, order, output)
    story = follow_order(lambda after: front_desk.order_story(tools, SYSTEM, order.id, after=after), output)
    print_result(story.order, output)
    return story.order


def _print_asked(example: Example, order: Order, output: Output) -> None:
    request, premises = example.request, example.premises
    output.facts(
        (
            ("Order", order.id),
            ("from", f"{example.isp_code}, an ISP"),
            ("for", f"{request.product}, {speed(request.bandwidth_mbps)}, {request.term_months} months"),
            ("at", f"{premises.address}, {premises.postcode} (UPRN {premises.uprn})"),
            ("to", f"its handover {request.handover}"),
        )
    )
    output.say()


def print_where_to_look(demo: RunningDemo, folder: DemoFolder, output: Output) -> None:
    """Print where everything is, and who may sign in."""
    output.say()
    output.facts(
        (
            ("Portal", demo.url),
            ("API", f"{demo.url}/api/v1/openapi.json describes it"),
            ("Metrics", f"{demo.url}/metrics"),
            ("Terminal", f"{own_command()} order list (in another one; --help lists the rest)"),
            ("Log", str(folder.log)),
        )
    )
    output.say()
    rows = (
        (
            one.name,
            one.password or "(printed at the first run)",
            f"the ISP {one.isp_code}" if one.isp_code else "operator",
        )
        for one in demo.sign_ins
    )
    output.table(sheet(("sign in as", "password", "for"), rows))
    if any(one.password is None for one in demo.sign_ins):
        output.say("`neutralhost user password NAME` sets a new password.", style="dim")
    else:
        output.say("Passwords are printed this once; only their hashes are kept.", style="dim")


def own_command() -> str:
    """Return how a person types this command here: by its name where it is on the PATH, otherwise by its path."""
    name = "neutralhost"
    path = Path(sys.argv[0])
    return name if which(name) or path.name != name else os.path.relpath(path)


def _sign_in_documents(demo: RunningDemo) -> list[dict[str, str | None]]:
    return [{"name": one.name, "isp_code": one.isp_code, "password": one.password} for one in demo.sign_ins]
