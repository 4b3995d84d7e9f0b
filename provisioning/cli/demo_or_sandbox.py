"""`neutralhost demo`, with or without `--sandbox`."""

from pathlib import Path

from provisioning.cli.demo import run_demo
from provisioning.cli.sandbox_run import run_sandbox


def run(
    port: int, device_port: int, root: Path | None, wants_order: bool, exit_after_order: bool, sandbox: bool
) -> int:
    """Run the one or the other; a sandbox places no order by itself beyond those it is seeded with."""
    if sandbox:
        return run_sandbox(port, device_port, root, exit_when_seeded=exit_after_order)
    return run_demo(port, device_port, root, wants_order, exit_after_order)
