"""Example estates that come with the program: folders of files, each made by a seeded generator."""

from pathlib import Path

from inventory.errors import UnknownFolder

_FOLDER = Path(__file__).parent


def example_names() -> tuple[str, ...]:
    """The examples there are."""
    return tuple(sorted(head.parent.name for head in _FOLDER.glob("*/bundle.toml")))


def example_folder(name: str) -> Path:
    """Where the files of an example lie.

    Raises: UnknownFolder.
    """
    if name not in example_names():
        raise UnknownFolder(name, example_names())
    return _FOLDER / name
