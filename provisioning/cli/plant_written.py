"""What every command does that writes the plant: write it, and say which certificates that broke or made true again."""

from collections.abc import Mapping

from sqlalchemy import Engine

from inventory.snapshot import Inventory
from provisioning.cli.inventory import print_changes, shown_changes
from provisioning.cli.output import Output
from provisioning.cli.surroundings import read_settings
from provisioning.cli.words import safe
from provisioning.plant_writes import PlantWritten, write_plant
from provisioning.settings import CertificateSettings


def write_and_prove(engine: Engine, inventory: Inventory, source: str) -> PlantWritten:
    """Make the mirror hold exactly `inventory`, and prove again what that touched; see `write_plant`."""
    return write_plant(engine, inventory, source, read_settings(CertificateSettings).certificate_key)


def shown_write(written: PlantWritten) -> Mapping[str, object]:
    """What a document says of a write: how much changed, and what became of certificates."""
    return {"changes": shown_changes(written.changes), "certificates": written.certificates}


def print_write(written: PlantWritten, output: Output) -> None:
    """Print the same to people."""
    print_changes(written.changes.by_kind, output)
    for event in written.certificates:
        style = "red" if event.kind == "broken" else ""
        text = f"Certificate {event.certificate} of {event.service_id} {event.kind.value}. {event.text}"
        output.say(safe(text), style=style)
    if written.unsigned is not None:
        output.say(safe(str(written.unsigned)), style="yellow")
