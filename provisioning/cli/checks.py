"""What the doctor looks at: one check each, one sentence each, and a next step where something is not right."""

import resource
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from automation.settings import AutomationSettings
from inventory.errors import NeutralhostError
from inventory.netbox.bootstrap import require_bootstrapped
from inventory.netbox.client import NetBox
from inventory.settings import InventorySettings
from inventory.store.engine import describe, require_migrated
from inventory.store.mirror import read_inventory
from provisioning.certificate_errors import CertificateKeyMissing
from provisioning.certificate_key import read_key
from provisioning.cli.house import open_house
from provisioning.cli.managed import managed_devices
from provisioning.cli.surroundings import open_database, read_settings, settings_files
from provisioning.settings import CertificateSettings, ProvisioningSettings

OLDEST_PYTHON = (3, 12)
SQLITE_WITH_SUBSEC = (3, 42, 0)
OPEN_FILES_WANTED = 4096  # a thousand simulated devices with two sockets each, and room


class Verdict(StrEnum):
    """What a check found."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `next_step` is empty where all is well."""

    subject: str
    verdict: Verdict
    sentence: str
    next_step: str = ""


def run_checks(checks: Sequence[tuple[str, Callable[[], Check]]]) -> tuple[Check, ...]:
    """Run them all; one that cannot be made is a failure with our error's own words."""
    return tuple(_run(subject, check) for subject, check in checks)


def _run(subject: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except NeutralhostError as error:
        return Check(subject, Verdict.FAIL, error.sentence, error.next_step)


def check_python() -> Check:
    """Is this Python new enough?"""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Check("python", Verdict.OK, f"Python {found}.")
    return Check("python", Verdict.FAIL, f"Python {found} is too old.", "Install Python 3.12 or newer.")


def check_sqlite() -> Check:
    """Which SQLite library is used, where SQLite is?"""
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= SQLITE_WITH_SUBSEC:
        return Check("sqlite", Verdict.OK, f"SQLite library {found}.")
    return Check("sqlite", Verdict.OK, f"SQLite library {found}: older than 3.42, what it lacks is made up for.")


def check_open_files() -> Check:
    """May this program open enough files and sockets?"""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= OPEN_FILES_WANTED:
        return Check("open files", Verdict.OK, f"Up to {soft:,} open files are allowed.")
    return Check(
        "open files",
        Verdict.WARN,
        f"Only {soft:,} open files are allowed: too few for a thousand simulated devices.",
        f"Raise it in this shell with `ulimit -n {OPEN_FILES_WANTED}`.",
    )


def check_settings() -> Check:
    """Is every setting there?"""
    for kind in (InventorySettings, AutomationSettings, ProvisioningSettings):
        read_settings(kind)
    found = [str(path) for path in settings_files() if path.exists()]
    return Check("settings", Verdict.OK, f"All settings are there ({', '.join(['the environment', *found])}).")


def check_secret_files() -> Check:
    """May nobody else read the files that hold secrets?"""
    held = [path for path in settings_files() if path.exists()]
    for path in held:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            sentence = f"{path} may be read by others."
            return Check("secret files", Verdict.FAIL, sentence, f"Run `chmod 600 {path}`.")
    found = ", ".join(str(path) for path in held) or "none"
    return Check("secret files", Verdict.OK, f"Only their owner reads the settings files ({found}).")


def check_certificate_key() -> Check:
    """Is there a key to sign diversity certificates with?"""
    setting = read_settings(CertificateSettings).certificate_key
    try:
        key = read_key(setting)
    except CertificateKeyMissing as missing:
        return Check("certificates", Verdict.WARN, missing.sentence, missing.next_step)
    return Check("certificates", Verdict.OK, f"Diversity certificates are signed with key {key.id}.")


def check_database() -> Check:
    """Does the database answer, with the newest tables?"""
    with open_database() as engine:
        require_migrated(engine)
        return Check("database", Verdict.OK, f"{describe(engine.url)} answers, with the newest tables.")


def check_inventory() -> Check:
    """Is there an inventory?"""
    with open_database() as engine:
        found = read_inventory(engine)
    if not found.places:
        return Check(
            "inventory",
            Verdict.WARN,
            "The inventory is empty.",
            "Load one: `neutralhost inventory load manchester`, or `neutralhost inventory pull` from NetBox.",
        )
    sentence = f"{len(found.places)} places, {len(found.premises):,} premises, {len(found.devices):,} devices."
    return Check("inventory", Verdict.OK, sentence)


def check_netbox() -> Check:
    """Where a NetBox is set: does it answer, and does it have what we need?"""
    settings = read_settings(InventorySettings)
    if settings.netbox_url is None:
        return Check("netbox", Verdict.OK, "No NetBox is set: the inventory comes from files.")
    netbox = NetBox.from_settings(settings)
    version = netbox.version()
    require_bootstrapped(netbox)
    return Check("netbox", Verdict.OK, f"NetBox {version} at {settings.netbox_url} answers and is prepared.")


def check_devices() -> Check:
    """Do the devices answer?"""
    with open_house() as house:
        devices = managed_devices(house.tools.load_snapshot(), ())
        answers = house.tools.deployer.reachable([device.name for device in devices])
    away = [name for name, answered in answers.items() if not answered]
    if not away:
        return Check("devices", Verdict.OK, f"All {len(answers):,} devices answer.")
    return Check(
        "devices",
        Verdict.FAIL if len(away) == len(answers) else Verdict.WARN,
        f"{len(away):,} of {len(answers):,} devices do not answer: {', '.join(away[:5])}{', ...' if away[5:] else ''}.",
        "`neutralhost device check` says which; simulated ones need `neutralhost demo` or `neutralhost twin serve`.",
    )


def check_uncertain() -> Check:
    """Is there a device of which nobody knows for certain what it says?"""
    with open_house() as house, house.tools.open_unit_of_work(reading=True) as work:
        names = [each.device for each in work.uncertain.open()]
    if not names:
        return Check("uncertain", Verdict.OK, "Of every device it is known what it says.")
    return Check(
        "uncertain",
        Verdict.WARN,
        f"Nobody knows for certain what {', '.join(names[:5])}{', ...' if names[5:] else ''} say.",
        "`neutralhost change-plan uncertain` says why; `neutralhost schedule run audit` reads them.",
    )


def check_port(host: str, port: int) -> Check:
    """May portal and API listen where they should?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or "unknown reason"
            return Check(
                "port",
                Verdict.WARN,
                f"Nothing new can listen on {host}:{port} ({reason}).",
                "Unless it is a neutralhost that runs already, choose another with --port or NEUTRALHOST_LISTEN_PORT.",
            )
    return Check("port", Verdict.OK, f"{host}:{port} is free for portal and API.")
