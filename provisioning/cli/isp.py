"""`neutralhost isp ...`: who takes part, and where ISPs take their traffic."""

from inventory.errors import UnknownThing
from inventory.organisations import Organisation
from inventory.snapshot import Snapshot
from inventory.store.mirror import read_inventory
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.surroundings import open_database
from provisioning.cli.words import speed, yes_no


def list_isps(everybody: bool) -> None:
    output = current_output()
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    found = [one for one in snapshot.organisations.values() if everybody or one.is_isp]
    rows = (
        (
            one.code,
            one.name,
            yes_no(one.is_isp),
            one.operator_code,
            ", ".join(sorted(one.roles)),
            _handovers(snapshot, one),
        )
        for one in found
    )
    output.answer(
        {"organisations": found},
        lambda: output.table(sheet(("code", "name", "isp", "operator code", "roles", "handovers"), rows)),
    )


def show(code: str) -> None:
    output = current_output()
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    if code not in snapshot.organisations:
        raise UnknownThing("organisation", code)
    organisation = snapshot.organisations[code]
    handovers = [handover for handover in snapshot.handovers.values() if handover.isp_code == code]
    output.answer(
        {"organisation": organisation, "handovers": handovers},
        lambda: _print_isp(organisation, snapshot, output),
    )


def _handovers(snapshot: Snapshot, organisation: Organisation) -> str:
    return ", ".join(code for code, handover in snapshot.handovers.items() if handover.isp_code == organisation.code)


def _print_isp(organisation: Organisation, snapshot: Snapshot, output: Output) -> None:
    output.facts(
        (
            ("code", organisation.code),
            ("name", organisation.name),
            ("isp", yes_no(organisation.is_isp)),
            ("operator code", organisation.operator_code),
            ("roles", ", ".join(sorted(organisation.roles))),
        )
    )
    rows = (
        (one.code, one.place_code, str(one.port), speed(one.capacity_mbps), str(one.s_vlans))
        for one in snapshot.handovers.values()
        if one.isp_code == organisation.code
    )
    output.say()
    output.table(sheet(("handover", "place", "port", "capacity", "s-vlans"), rows, right=("capacity",)))
