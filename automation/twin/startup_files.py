"""Where the devices of a fleet keep their startup-config while the program does not run."""

from pathlib import Path


def read_startup(folder: Path | None, device: str) -> str | None:
    """Return what the device wrote last, None where it never did."""
    if folder is None:
        return None
    path = _path(folder, device)
    return path.read_text(encoding="utf-8") if path.exists() else None


def write_startup(folder: Path | None, device: str, text: str) -> None:
    """Write whole or not at all: a program killed in the middle leaves what was there before."""
    if folder is None:
        return
    path = _path(folder, device)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o600)  # a configuration holds password hashes
    draft.replace(path)


def forget_startup(folder: Path | None, device: str) -> None:
    """What the device wrote is gone; twice is the same as once."""
    if folder is not None:
        _path(folder, device).unlink(missing_ok=True)


def _path(folder: Path, device: str) -> Path:
    safe = "".join(letter if letter.isalnum() or letter in "-_" else f"%{ord(letter):x}" for letter in device)
    return folder / f"{safe}.startup-config"
