"""`neutralhost twin ...`: simulated devices, without the rest of a demo."""

from pathlib import Path

from automation.settings import AutomationSettings
from automation.twin.fleet import Fleet
from automation.twin.run import run_twin, twin_rows
from inventory.snapshot import Snapshot
from inventory.store.mirror import read_inventory
from provisioning.cli.output import current_output, sheet
from provisioning.cli.surroundings import open_database, read_settings
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


def serve(port: int | None, startup_dir: Path | None) -> None:
    output = current_output()
    settings = read_settings(AutomationSettings)
    if port is not None:
        settings = settings.model_copy(update={"eapi_port": port})
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    if startup_dir is not None:
        startup_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    def say_ready(fleet: Fleet) -> None:
        text = f"{len(fleet.devices):,} simulated devices answer eAPI over HTTP on port {fleet.port}. Ctrl-C stops."
        output.answer({"devices": len(fleet.devices), "port": fleet.port}, lambda: output.say(text))

    with stop_signal() as stopped:
        run_twin(snapshot, settings, startup_dir=startup_dir, on_ready=say_ready, stop=stopped)
