"""`neutralhost demo --sandbox`: the demo with seeded data, failure switches and a reset.

The first run seeds: each ISP of the example gets a user, a token and services, by the front desk and on the devices
like any other. Then everything is stopped once and its data copied aside. A reset stops everything, brings the copy
back, and starts again: so what an ISP has written down (tokens, ids) stays true.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

from provisioning.cli.demo import SANDBOX_PORTS, RunningDemo, own_command, running_demo
from provisioning.cli.demo_folder import DemoFolder, claimed
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.operator_hand import OperatorHand
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.sandbox_folder import SandboxFolder
from provisioning.cli.sandbox_seed import Seeded, seed
from provisioning.cli.surroundings import var_folder
from provisioning.cli.waiting import stop_signal
from provisioning.sandbox_controls import FleetControls

LOOK_EVERY_S = 0.2


def run_sandbox(port: int, device_port: int, root: Path | None, *, exit_when_seeded: bool) -> int:
    output = current_output()
    folder = SandboxFolder(DemoFolder(root or var_folder() / "sandbox"))
    with claimed(folder.demo), stop_signal() as stopped:
        if not folder.is_seeded:
            _seed(folder, port, device_port, output)
        seeded = folder.read_seeded()
        if exit_when_seeded:
            output.answer(_document("", seeded), lambda: _print_seeded(seeded, output))
            return EXIT_DONE
        for number, demo in enumerate(_runs(folder, port, device_port, output, stopped)):
            if number == 0:
                _tell_where(demo.url, seeded, folder, output)
            output.say("Ctrl-C stops everything.")
    output.say("Stopped. The next run goes on with the same data.")
    return EXIT_DONE


def _runs(
    folder: SandboxFolder, port: int, device_port: int, output: Output, stopped: threading.Event
) -> Iterator[RunningDemo]:
    """Run until somebody says stop; at a reset bring the seeded data back and run again."""
    while not stopped.is_set():
        with running_demo(folder.demo, port, device_port, output, as_sandbox=True) as demo:
            controls = _controls(demo)
            with OperatorHand(demo.tools, controls):
                yield demo
                while not stopped.wait(LOOK_EVERY_S) and not controls.reset_asked.is_set():
                    pass
        if controls.reset_asked.is_set():
            folder.restore()
            output.say("Reset: the data are as they were seeded.")


def _controls(demo: RunningDemo) -> FleetControls:
    if demo.controls is None:
        raise ValueError("a sandbox has switches")
    return demo.controls


def _seed(folder: SandboxFolder, port: int, device_port: int, output: Output) -> None:
    """Seed from nothing; what an earlier run left half seeded is thrown away."""
    folder.clear()
    with (
        running_demo(folder.demo, port, device_port, output, as_sandbox=True) as demo,
        OperatorHand(demo.tools, _controls(demo)),
    ):
        found = seed(demo.tools, output)
    folder.keep(found)


def _document(url: str, seeded: tuple[Seeded, ...]) -> dict[str, object]:
    return {
        "url": url,
        "isps": [
            {
                "isp_code": one.isp_code,
                "token": one.token,
                "client_id": one.client_id,
                "client_secret": one.client_secret,
                "handover": one.handover,
                "services": list(one.services),
            }
            for one in seeded
        ],
    }


def _tell_where(url: str, seeded: tuple[Seeded, ...], folder: SandboxFolder, output: Output) -> None:
    output.answer(_document(url, seeded), lambda: _print_where(url, seeded, folder, output))


def _print_where(url: str, seeded: tuple[Seeded, ...], folder: SandboxFolder, output: Output) -> None:
    own = own_command()
    output.say()
    output.facts(
        (
            ("API", f"{url}/api/v1/openapi.json describes it"),
            ("Sonata", f"{url}/mefApi/sonata/openapi.json describes it; tokens for clients at {url}/oauth2/token"),
            (
                "Listeners",
                f"may be at 127.0.0.1 or localhost, ports {SANDBOX_PORTS[0]} to {SANDBOX_PORTS[-1]}, over http",
            ),
            ("Switches", f"{own} sandbox show (in another terminal; --help lists the rest)"),
            ("Operator", f"NEUTRALHOST_VAR={folder.demo.root} {own} order list"),
            ("Log", str(folder.demo.log)),
        )
    )
    output.say()
    _print_seeded(seeded, output)
    output.say(
        f"These, and each ISP's OAuth2 client, stay after a reset: {folder.seeded}, for its owner only.", style="dim"
    )


def _print_seeded(seeded: tuple[Seeded, ...], output: Output) -> None:
    rows = ((one.isp_code, one.token, one.handover, " ".join(one.services)) for one in seeded)
    output.table(sheet(("ISP", "token", "handover", "services"), rows))
