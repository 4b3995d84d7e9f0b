"""`neutralhost place ...`."""

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError

from provisioning import device_desk
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import speed
from provisioning.front_desk import SYSTEM
from provisioning.new_dxp import Addition, NewDxp


def add_dxp(
    code: str,
    name: str,
    at: str,
    to: tuple[str, ...],
    like: str,
    area: str,
    zone: str,
    length_m: float | None,
    ntes: tuple[str, ...],
    serves_within_m: float,
    pool: str,
    serials: tuple[str, ...],
    dry_run: bool,
) -> int:
    output = current_output()
    easting_m, northing_m = _position(at)
    wanted = NewDxp(
        code=code,
        name=name or code,
        area=area,
        easting_m=easting_m,
        northing_m=northing_m,
        to=to,
        like=like,
        zone=zone,
        length_m=length_m,
        ntes=ntes,
        serves_within_m=serves_within_m,
        pool=_network(pool),
        serials=serials,
    )
    with open_house() as house:
        addition = device_desk.add_dxp(house.tools, SYSTEM, wanted, dry_run=dry_run)
    document = {
        "place": addition.place,
        "devices": addition.devices,
        "links": addition.links,
        "premises": addition.premises,
        "dry_run": dry_run,
    }
    output.answer(document, lambda: _print(addition, output, dry_run=dry_run))
    return EXIT_CHANGES if dry_run else EXIT_DONE


def _position(at: str) -> tuple[float, float]:
    easting, _, northing = at.partition(",")
    try:
        return float(easting), float(northing)
    except ValueError:
        raise InputRefused(f"--at {at!r} is not EASTING,NORTHING in metres, such as 384200,396300.") from None


def _network(pool: str) -> IPv4Network | None:
    try:
        return IPv4Network(pool) if pool else None
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise InputRefused(f"--pool {pool!r} is no IPv4 prefix: {error}.") from None


def _print(addition: Addition, output: Output, *, dry_run: bool) -> None:
    devices = ((each.name, each.role.value, each.model, each.management_address or "") for each in addition.devices)
    output.table(sheet(("device", "role", "model", "address"), devices))
    output.say()
    links = (
        (each.code, str(each.a), str(each.z), speed(each.capacity_mbps), f"{each.length_m:,.0f} m")
        for each in addition.links
    )
    output.table(sheet(("link", "from", "to", "speed", "length"), links, right=("speed", "length")))
    output.say()
    code = addition.place.code
    served = f"serves {len(addition.premises)} premises"
    if dry_run:
        output.say(f"{code} would be added, and {served}. Nothing was written.")
        return
    output.say(f"{code} is planned, and {served} once it is live.")
    output.say(f"Connect its devices, then: neutralhost playbook run commission --limit place={code}")
