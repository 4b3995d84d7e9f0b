"""`neutralhost netbox ...`: the record of what exists."""

from argparse import Namespace
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from pydantic import SecretStr

from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.netbox.bootstrap import bootstrap
from inventory.netbox.client import NetBox
from inventory.netbox.push import PushReport, push
from inventory.netbox.sandbox import __main__ as sandbox
from inventory.netbox.sandbox import server
from inventory.netbox.sandbox.state import Home
from inventory.settings import InventorySettings
from inventory.store.mirror import read_inventory
from provisioning import front_desk
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.surroundings import open_database, read_settings
from provisioning.cli.words import duration
from provisioning.front_desk import SYSTEM

EXAMPLE = "manchester"


def up(port: int | None, fill: bool, folder: Path) -> None:
    output = current_output()
    home = Home(folder.resolve())
    with redirect_stdout(StringIO()):  # its token: it is in the private file that is named below
        sandbox.up(home, Namespace(port=port, python=None))
    state = sandbox.known_state(home)
    url = server.url(state)
    if fill:
        fill_netbox(NetBox(url, SecretStr(state.token)), output)
    document = {"url": url, "user": "admin", "password": state.password, "settings_file": home.env_file}
    output.answer(document, lambda: print_up(document, output))


def stop(folder: Path) -> None:
    output = current_output()
    sandbox.stop(Home(folder.resolve()), Namespace())
    output.answer(
        {"state": "stopped"}, lambda: output.say("NetBox is stopped; `neutralhost netbox up` goes on with it.")
    )


def status(folder: Path) -> int:
    output = current_output()
    state = Home(folder.resolve()).load()
    version = None if state is None else server.running_version(state)
    url = None if state is None else server.url(state)
    said = (
        f"NetBox {version} answers at {url}." if version else "No NetBox answers; `neutralhost netbox up` starts one."
    )
    output.answer({"version": version, "url": url}, lambda: output.say(said))
    return EXIT_DONE if version else EXIT_ERROR


def run_bootstrap() -> None:
    output = current_output()
    report = bootstrap(NetBox.from_settings(read_settings(InventorySettings)))
    made, mended = len(report.made), len(report.mended)
    output.answer(
        {"bootstrap": report},
        lambda: output.say(f"{made} made, {mended} mended, {report.present} were as they should be."),
    )


def show() -> None:
    output = current_output()
    NetBox.from_settings(
        read_settings(InventorySettings)
    )  # without one there is nothing to show it in, and that is said
    with open_house() as house, output.working("NetBox"):
        shown = front_desk.show_again(house.tools, SYSTEM)
    output.answer({"services": shown}, lambda: output.say(f"Active services shown in NetBox: {len(shown)}."))


def run_push() -> None:
    output = current_output()
    with open_database() as engine:
        inventory = read_inventory(engine)
    netbox = NetBox.from_settings(read_settings(InventorySettings))
    with output.working("NetBox") as tell:
        report = push(netbox, inventory, lambda path, done, total: tell(f"{path} {done:,} of {total:,}"))
    output.answer({"push": report}, lambda: print_push(report, output))


def fill_netbox(netbox: NetBox, output: Output) -> None:
    """Prepare a NetBox, and make it hold the example."""
    bootstrap(netbox)
    example = read_bundle(example_folder(EXAMPLE))
    with output.working("Filling NetBox") as tell:
        report = push(netbox, example, lambda path, done, total: tell(f"{path} {done:,} of {total:,}"))
    print_push(report, output)


def print_up(document: Mapping[str, object], output: Output) -> None:
    """Print where NetBox is, who may sign in, and how to use it."""
    output.facts(
        (
            ("NetBox", str(document["url"])),
            ("sign in", f"{document['user']} with password {document['password']}"),
            ("settings", f"{document['settings_file']} (with its token; `cat` it into .env to use this NetBox)"),
        )
    )


def print_push(report: PushReport, output: Output) -> None:
    """Print what a push did, list by list."""
    titles = ("list", "created", "changed", "unchanged", "took")
    rows = (
        (one.path, f"{one.created:,}", f"{one.changed:,}", f"{one.unchanged:,}", duration(one.seconds))
        for one in report.tables
    )
    output.table(sheet(titles, rows, right=titles[1:]))
    output.say(f"{report.created:,} created, {report.changed:,} changed in {duration(report.seconds)}.")
