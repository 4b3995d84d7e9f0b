"""`neutralhost device add-ap|enrol|enrolments`: access points on their first day."""

from provisioning import enrolment_desk
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, current_output, sheet
from provisioning.enrolments import Enrolment
from provisioning.front_desk import SYSTEM
from provisioning.new_access_point import NewAccessPoint


def add_ap(name: str, place: str, serial: str, like: str, to: str, port: str, address: str, length_m: float) -> None:
    output = current_output()
    wanted = NewAccessPoint(name, place, serial, like, to, port, address, length_m)
    with open_house() as house:
        added = enrolment_desk.add_access_point(house.tools, SYSTEM, wanted)
        key, enrolment = enrolment_desk.enrol(house.tools, SYSTEM, name)
    document = {"device": added.device, "link": added.link, "enrolment": _document(enrolment), "key": key}
    output.answer(document, lambda: _print_added(added.device.management_address or "", str(added.link.z), output))
    if not output.as_json:
        _print_key(enrolment, key, output)


def enrol(name: str) -> None:
    output = current_output()
    with open_house() as house:
        key, enrolment = enrolment_desk.enrol(house.tools, SYSTEM, name)
    output.answer({"enrolment": _document(enrolment), "key": key}, lambda: _print_key(enrolment, key, output))


def enrolments() -> None:
    output = current_output()
    with open_house() as house:
        found = enrolment_desk.enrolments(house.tools, SYSTEM)
        now = house.tools.now()
    rows = [
        (one.device, one.serial, one.state(now).value, f"{one.expires_at:%Y-%m-%d %H:%M}", one.phoned_from)
        for one in found
    ]
    document = {"enrolments": [_document(one) | {"state": one.state(now).value} for one in found]}
    columns = ("device", "serial", "state", "key good until", "phoned from")
    output.answer(document, lambda: output.table(sheet(columns, rows)))


def _document(enrolment: Enrolment) -> dict[str, object]:
    return {name: getattr(enrolment, name) for name in Enrolment.__slots__ if name != "key_hash"}


def _print_added(address: str, to: str, output: Output) -> None:
    output.say(f"It is planned: joined to {to}, management address {address}.")


def _print_key(enrolment: Enrolment, key: str, output: Output) -> None:
    output.say(f"{enrolment.device} (serial {enrolment.serial}) is expected. Its key, shown this once:")
    output.say()
    output.say(f"  {key}")
    output.say()
    output.say(f"It is good once, until {enrolment.expires_at:%Y-%m-%d %H:%M} UTC.")
