"""`neutralhost twin ...`: simulated devices, without the rest of a demo."""

from collections.abc import Callable
from pathlib import Path

import click

from provisioning.cli.command import group

type Declared = Callable[..., None]


@group("twin")
def command() -> None:
    """Run the network of your inventory as simulated devices.

    They speak eAPI, NETCONF and ubus as the real ones do; their command line parsers are ours, and no vendor's system
    runs in them. In memory they have configuration and links; with packets (Linux, root, Open vSwitch) they forward.
    """


def _chosen(declared: Declared) -> Declared:
    """The options of what a twin is made of."""
    for option in (
        click.option(
            "--limit", multiple=True, metavar="EXPR", help="Only devices like this (as in `playbook run --limit`)."
        ),
        click.option("--part", default=None, help="A named part of the inventory: `inner` of the Manchester example."),
        click.option(
            "--startup-dir",
            type=click.Path(file_okay=False, path_type=Path),
            default=None,
            help="Where devices save their configuration; on their first day at every start where left out.",
        ),
        click.option(
            "--port",
            type=click.IntRange(0, 65535),
            default=None,
            help="Port of eAPI on every device; as set where left out.",
        ),
        click.option(
            "--backend",
            type=click.Choice(("memory", "ovs")),
            default="memory",
            show_default=True,
            help="In memory, or with real packets (needs root).",
        ),
    ):
        declared = option(declared)
    return declared


@command.command("list", runs="provisioning.cli.twin:list_devices")
def list_devices() -> None:
    """List the devices of the inventory that can be simulated, and the addresses they would have."""


@command.command("serve", runs="provisioning.cli.twin:serve")
@_chosen
def serve() -> None:
    """Simulate the devices of the inventory until Ctrl-C or SIGTERM."""


@command.command("up", runs="provisioning.cli.twin_asked:up")
@_chosen
def up() -> None:
    """Simulate the devices of the inventory in the background."""


@command.command("down", runs="provisioning.cli.twin_asked:down")
def down() -> None:
    """End the twin in the background, and remove all it made, also after it was killed."""


@command.command("status", runs="provisioning.cli.twin_asked:status")
def status() -> None:
    """Show the devices of the running twin, who answers, and its links."""


@command.command("cut", runs="provisioning.cli.twin_asked:cut")
@click.argument("link")
@click.option("--silently", is_flag=True, help="Lose every frame, with the light on (with packets only).")
def cut() -> None:
    """Cut a LINK: its code in the inventory, or DEVICE:PORT."""


@command.command("repair", runs="provisioning.cli.twin_asked:repair")
@click.argument("link")
def repair() -> None:
    """Repair a LINK that was cut."""


@command.command("fault", runs="provisioning.cli.twin_asked:fault")
@click.argument("device")
@click.argument("kind")
@click.argument("state", type=click.Choice(("on", "off")), default="on")
@click.option("--port", default="", help="Of which port (light, wrong-neighbour).")
@click.option("--value", default="", help="How much, or what; docs/how-to/twin.md lists what each takes.")
def fault() -> None:
    """Let something be wrong with a DEVICE, or right again.

    KIND is one of: refuse, hang, slow, away, no-newcomers, drop-after-commit, break-answer, light, wrong-neighbour,
    lose-startup, reboot; `all off` ends every one.
    """


@command.command("exec", runs="provisioning.cli.twin_places:exec_in", context_settings={"ignore_unknown_options": True})
@click.argument("place")
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD...")
def exec_in() -> None:
    """Run a command inside a PLACE of the packet twin: a device, a UPRN, or a handover (the ISP's side)."""


@command.command("probe", runs="provisioning.cli.twin_places:probe")
def probe() -> None:
    """Measure a circuit on the packet twin: a task as JSON on standard input, what was counted on standard output.

    Made to be NEUTRALHOST_PROBE_COMMAND.
    """
