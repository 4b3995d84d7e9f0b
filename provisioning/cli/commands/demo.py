"""`neutralhost demo`: everything in one program, on simulated devices, with one order shown live."""

from pathlib import Path

import click

from provisioning.cli.command import command as make_command


@make_command("demo", runs="provisioning.cli.demo_or_sandbox:run")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Port of portal and API.")
@click.option(
    "--device-port", default=18480, show_default=True, type=click.IntRange(1, 65535), help="Port of the devices' eAPI."
)
@click.option(
    "--var", "root", default=None, type=click.Path(path_type=Path), help="Folder of the data.  [default: var]"
)
@click.option("--order/--no-order", "wants_order", default=True, help="Place an example order, and show it.")
@click.option(
    "--sandbox", is_flag=True, help="Run an ISP's sandbox: seeded data, reset, failure switches.  [data: var/sandbox]"
)
@click.option("--exit-after-order", is_flag=True, help="Stop when the order has ended, instead of staying up.")
def command() -> None:
    """Run everything here, on simulated devices, and show one order live.

    Database, inventory of an example city, simulated switches, worker, portal and API: all in this one program, with
    its data in `var/`. Stays up until Ctrl-C; a second run goes on with the same data. Needs no root, Docker or server.

    With --sandbox it is what an ISP builds its own systems against: every ISP of the example has a token and services,
    `neutralhost sandbox` switches failures on and off and brings the seeded data back.
    """
