"""`neutralhost wifi ...`: what access points need beside themselves."""

from collections.abc import Mapping
from pathlib import Path

from provisioning import air_desk
from provisioning.cli.house import open_house
from provisioning.cli.output import current_output, sheet
from provisioning.radius_desk import radius_files
from provisioning.radius_errors import RadiusFileInvalid
from provisioning.rights import SYSTEM


def radius(folder: Path) -> None:
    output = current_output()
    with open_house() as house:
        files = radius_files(house.tools, SYSTEM, folder)
    try:
        write(folder, files)
    except OSError as error:
        raise RadiusFileInvalid(str(folder), error.strerror or "it cannot be written") from error
    names = sorted(files)
    output.answer(
        {"folder": str(folder), "files": names},
        lambda: output.say(f"Wrote {', '.join(names)} into {folder}. They hold secrets: only you may read them."),
    )


def shared() -> None:
    output = current_output()
    with open_house() as house:
        found = air_desk.shared_ssids(house.tools, SYSTEM)
    rows = ((one.service_id, one.ssid, ", ".join(one.access_points)) for one in found)
    output.answer({"shared_ssids": found}, lambda: output.table(sheet(("service", "ssid", "access points"), rows)))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Each file whole or not at all, and readable by nobody else from its first octet on."""
    for sub in (folder, folder / "log", folder / "run"):
        sub.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in files.items():
        made = folder / f".{name}.new"
        made.touch(mode=0o600)
        made.write_text(text, encoding="utf-8")
        made.replace(folder / name)
