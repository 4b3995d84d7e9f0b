"""`neutralhost device ...`: the switches, NTEs and access points, by record and by wire."""

from collections.abc import Sequence

import click

from inventory.devices import Device, DeviceRole
from inventory.errors import UnknownThing
from inventory.snapshot import Snapshot
from inventory.store.mirror import read_inventory
from provisioning.cli.command import group
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.selection import managed_devices, select_devices
from provisioning.cli.surroundings import open_database, open_house
from provisioning.cli.words import safe, speed

ROLES = [role.value for role in DeviceRole]
LIMIT = click.option("--limit", "patterns", multiple=True, metavar="GLOB", help="Only devices like this; repeatable.")


@group("device")
def command() -> None:
    """Show devices, their configuration, and whether they answer."""


@command.command("list")
@click.option("--role", type=click.Choice(ROLES), default=None, help="Only devices of this role.")
@click.option("--place", "place_code", default=None, help="Only devices at this place.")
@LIMIT
def list_devices(role: str | None, place_code: str | None, patterns: tuple[str, ...]) -> None:
    """List the devices."""
    output = current_output()
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    if place_code is not None and place_code not in snapshot.places:
        raise UnknownThing("place", place_code)
    found = [
        device
        for device in select_devices(snapshot.devices.values(), patterns)
        if role in (None, device.role.value) and place_code in (None, device.place_code)
    ]
    output.answer({"devices": found}, lambda: _print_devices(found, output))


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Show a device and its ports."""
    output = current_output()
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    device = snapshot.device(name)
    ports = snapshot.ports_of(name)
    output.answer({"device": device, "ports": ports}, lambda: _print_device(device, snapshot, output))


@command.command("config")
@click.argument("name")
def config(name: str) -> None:
    """Print a device's running configuration, without its secrets."""
    output = current_output()
    with open_house() as house:
        house.tools.load_snapshot().device(name)
        text = house.tools.deployer.running_config(name)
    output.answer({"device": name, "config": text}, lambda: _print_config(text))


@command.command("check")
@LIMIT
def check(patterns: tuple[str, ...]) -> int:
    """Say which devices answer now.

    Exit codes: 0 all do, 1 some do not.
    """
    output = current_output()
    with open_house() as house:
        devices = managed_devices(house.tools.load_snapshot(), patterns)
        answers = house.tools.deployer.reachable([device.name for device in devices])
    rows = (
        (device.name, device.management_address or "", "ok" if answers[device.name] else "fail") for device in devices
    )
    output.answer({"reachable": answers}, lambda: output.table(sheet(("device", "address", "answer"), rows)))
    away = [name for name, answered in answers.items() if not answered]
    output.say(f"{len(answers) - len(away)} of {len(answers)} devices answer.")
    return EXIT_ERROR if away else EXIT_DONE


def _print_config(text: str) -> None:
    click.echo("\n".join(safe(line) for line in text.splitlines()))


def _print_devices(devices: Sequence[Device], output: Output) -> None:
    rows = (
        (
            device.name,
            device.role.value,
            device.platform,
            device.model,
            device.place_code or f"UPRN {device.uprn}",
            device.management_address or "",
            device.lifecycle.value,
        )
        for device in devices
    )
    output.table(sheet(("device", "role", "platform", "model", "stands at", "address", "lifecycle"), rows))


def _print_device(device: Device, snapshot: Snapshot, output: Output) -> None:
    output.facts(
        (
            ("device", device.name),
            ("role", device.role.value),
            ("platform", device.platform),
            ("model", f"{device.manufacturer} {device.model}"),
            ("serial", device.serial),
            ("stands at", device.place_code or f"UPRN {device.uprn}"),
            ("address", device.management_address or ""),
            ("lifecycle", device.lifecycle.value),
        )
    )
    far_ends = {link.a: link.z for link in snapshot.links.values()} | {
        link.z: link.a for link in snapshot.links.values()
    }
    rows = (
        (port.ref.port, port.role.value, speed(port.speed_mbps), str(far_ends.get(port.ref, "")))
        for port in snapshot.ports_of(device.name)
    )
    output.say()
    output.table(sheet(("port", "role", "speed", "joined to"), rows, right=("speed",)))
