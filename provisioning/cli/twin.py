"""`neutralhost twin serve` and `twin list`: simulated devices, without the rest of a demo."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from automation.baseline import rules_of
from automation.limit import choose
from automation.settings import AutomationSettings
from automation.twin import running
from automation.twin.backend import start_backend
from automation.twin.control import answering
from automation.twin.model import TwinDevice
from automation.twin.run import twin_rows
from automation.twin.serving import TwinService
from automation.twin.topology import twin_devices
from inventory.parts import part_named, part_of
from inventory.snapshot import Snapshot
from inventory.store.mirror import read_inventory
from provisioning.cli.output import current_output, sheet
from provisioning.cli.surroundings import open_database, read_settings
from provisioning.cli.twin_asked import must_not_be_up, twin_folder
from provisioning.cli.waiting import stop_signal


def list_devices() -> None:
    output = current_output()
    settings = read_settings(AutomationSettings)
    with open_database() as engine:
        found = twin_rows(Snapshot(read_inventory(engine)), settings)
    output.answer(
        {"devices": found},
        lambda: output.table(
            sheet(
                ("device", "model", "address", "port"),
                ((one.name, one.model, one.address, str(one.port)) for one in found),
            )
        ),
    )


def serve(port: int | None, startup_dir: Path | None, backend: str, part: str | None, limit: tuple[str, ...]) -> None:
    """Raises: TwinIsUp; what starting a twin raises."""
    output = current_output()
    folder = twin_folder()
    must_not_be_up(folder)
    settings = read_settings(AutomationSettings, **({} if port is None else {"eapi_port": port}))
    snapshot, devices = _chosen(settings, part, limit)
    if startup_dir is not None:
        startup_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    running.write_server(folder, backend)
    with ExitStack() as stack:
        stack.callback(running.forget, folder)
        twin = start_backend(backend, snapshot, devices, settings, folder=folder, startup_dir=startup_dir)
        stack.callback(twin.stop)
        service = TwinService(twin, snapshot)
        stopped = stack.enter_context(stop_signal())
        service.stopped = stopped
        stack.enter_context(answering(folder, service.answer))
        ports = ", ".join(f"{platform} on port {number}" for platform, number in twin.fleet.ports.items())
        text = f"{len(twin.fleet.devices):,} simulated devices answer ({ports}). Ctrl-C stops."
        document = {"devices": len(twin.fleet.devices), "port": twin.fleet.port}
        output.answer(document, lambda: output.say(text))
        stopped.wait()


def _chosen(
    settings: AutomationSettings, part: str | None, limit: Sequence[str]
) -> tuple[Snapshot, tuple[TwinDevice, ...]]:
    """The inventory, or a part of it, and its simulated devices that fit the limit."""
    with open_database() as engine:
        inventory = read_inventory(engine)
    if part is not None:
        inventory = part_of(inventory, part_named(part))
    snapshot = Snapshot(inventory)
    names = {device.name for device in choose(snapshot, inventory.devices, limit)}
    return snapshot, tuple(one for one in twin_devices(snapshot, rules_of(settings)) if one.name in names)
