"""Access points and their first day: added, given a key, let in when they phone home, and followed until they serve.

The key is shown once and kept as a keyed hash. It is good once, and until it expires; a new one ends the old one.
"""

from dataclasses import replace
from datetime import timedelta

import structlog

from automation.access_points import FirstConfig, first_config
from inventory.devices import Device, Lifecycle
from inventory.snapshot import Snapshot
from provisioning.deeds import about, acts
from provisioning.device_desk import set_lifecycle, write_record
from provisioning.enrolment_errors import HomeKeyUsed, HomeKeyWrong, SerialUnknown
from provisioning.enrolments import (
    KEY_PREFIX,
    Enrolment,
    can_be_enrolled,
    must_be_enrollable,
    new_enrolment,
    phoned_home,
)
from provisioning.growing import serve_area
from provisioning.identity import keyed_hash, new_secret, same
from provisioning.isps import Principal
from provisioning.new_access_point import NewAccessPoint, NewDevice, with_access_point
from provisioning.policy import Action, must
from provisioning.rights import LONGEST_CODE, SYSTEM, must_be_text
from provisioning.tools import Tools

log = structlog.get_logger(__name__)


@acts("add an access point", "device", says=("wanted.name", "wanted.place", "wanted.serial", "wanted.to"))
def add_access_point(tools: Tools, who: Principal, wanted: NewAccessPoint) -> NewDevice:
    """Write a new access point into the record of what exists, as planned.

    Raises: Forbidden, RequestInvalid, UnknownThing, NotReady, RecordNotWritable, NetBoxUnavailable, NetBoxRefused.
    """
    must(who, Action.WRITE_RECORD)
    must_be_text("name", wanted.name, LONGEST_CODE)
    must_be_text("serial", wanted.serial, LONGEST_CODE)
    added = with_access_point(tools.load_snapshot(), wanted)
    write_record(tools, who, "device", wanted.name, lambda old: with_access_point(Snapshot(old), wanted).inventory)
    return added


@acts("enrol an access point", "device", "device", says=("device",))
def enrol(tools: Tools, who: Principal, device: str) -> tuple[str, Enrolment]:
    """Expect an access point of the inventory to phone home. Return its one-time key, shown this once, and until when.

    Raises: Forbidden, UnknownThing, NotEnrollable.
    """
    must(who, Action.ENROL)
    known = tools.load_snapshot().device(device)
    must_be_enrollable(known)
    key = KEY_PREFIX + new_secret()
    good_for = timedelta(days=tools.settings.home_key_days)
    enrolment = new_enrolment(known, _hashed(tools, key), who.user_name, tools.now(), good_for)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.enrolments.save(enrolment)
        about("device", device)
        work.commit()
    return key, enrolment


def enrolments(tools: Tools, who: Principal) -> tuple[Enrolment, ...]:
    """Every access point that is, or was, expected, newest first. Raises: Forbidden."""
    must(who, Action.READ_ENROLMENTS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.enrolments.all()


def enrollable(tools: Tools, who: Principal) -> tuple[Device, ...]:
    """The access points of the inventory that could be expected: planned ones, by name. Raises: Forbidden."""
    must(who, Action.READ_ENROLMENTS)
    devices = tools.load_snapshot().inventory.devices
    planned = (device for device in devices if device.lifecycle is Lifecycle.PLANNED and can_be_enrolled(device))
    return tuple(sorted(planned, key=lambda device: device.name))


def phone_home(tools: Tools, serial: str, key: str, address: str, request: str = "") -> FirstConfig:
    """Let an access point in, once, and tell it what to put on. `address` is where it calls from.

    With a signing `request` (PEM) it also gets a certificate, where an authority that signs is set.

    It is nobody's user: its serial and its key are all it has. The key is compared before anything is told of it,
    without telling by the time it takes how much of it is alike.

    Raises: SerialUnknown, HomeKeyWrong, HomeKeyUsed, HomeKeyExpired; UnknownThing, NotEnrollable: the inventory
        has changed since it was enrolled; SigningRequestInvalid, AuthorityUnusable: its key stays good.
    """
    snapshot, now = tools.load_snapshot(), tools.now()
    with tools.open_unit_of_work() as work:
        kept = work.enrolments.of_serial(serial)
        is_right = same(kept.key_hash if kept else _hashed(tools, new_secret()), _hashed(tools, key))
        if kept is None:
            raise SerialUnknown(serial)
        if not is_right:
            raise HomeKeyWrong(serial)
        used = phoned_home(kept, now, address)
        device = snapshot.device(kept.device)
        must_be_enrollable(device)
        answer = first_config(snapshot, device, tools.access_points, request, now)
        if not work.enrolments.use(used):
            raise HomeKeyUsed(kept.device, now)
        work.commit()
    log.info("an access point phoned home", device=device.name)
    return answer


def look_at_new(tools: Tools) -> tuple[str, ...]:
    """Reach for those that phoned home; those that answer to our account are live and serve from now on. By name."""
    with tools.open_unit_of_work(reading=True) as work:
        waiting = work.enrolments.not_serving()
    if not waiting:
        return ()
    up = tools.deployer.reachable([one.device for one in waiting])
    serving = [one for one in waiting if up.get(one.device)]
    for one in serving:
        set_lifecycle(tools, SYSTEM, [one.device], Lifecycle.LIVE)
        _note_serving(tools, one)
        serve_area(tools, one.device)
    return tuple(one.device for one in serving)


def _note_serving(tools: Tools, enrolment: Enrolment) -> None:
    with tools.open_unit_of_work() as work:
        work.enrolments.save(replace(enrolment, serving_at=tools.now()))
        work.commit()
    log.info("an access point serves", device=enrolment.device)


def _hashed(tools: Tools, key: str) -> str:
    return keyed_hash(tools.settings.token_pepper, f"phone home {key}")
