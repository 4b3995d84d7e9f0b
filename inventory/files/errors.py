"""Why a file could not be read or written for a reason other than its content.

InventoryError
└── FileError
    ├── FormatUnclear            neither the name nor the choice says what format a file has
    ├── OptionUnfit              an option that means nothing for a file of that format
    ├── DistanceInvalid          a distance that is none, or takes in half the city
    ├── FileUnwritable           the disk, or the rights on it, do not let a file be written
    └── ExtraMissing             a library that is installed only on wish is not there
"""

from collections.abc import Sequence

from inventory.errors import InventoryError, quoted, shortened


class FileError(InventoryError):
    """A file cannot be read or written like this."""

    code = "file-error"


class FormatUnclear(FileError):
    """Nothing says what format a file has."""

    code = "format-unclear"
    next_step = "Give the file one of these endings; `inventory export` also takes --format."

    def __init__(self, name: str, endings: Sequence[str]) -> None:
        self.endings = tuple(endings)
        super().__init__(
            f"The name {quoted(name)} does not say its format: the endings are {', '.join(endings)}.",
            name=shortened(name),
            endings=self.endings,
        )


class OptionUnfit(FileError):
    """An option was given that files of this format have no use for."""

    code = "option-unfit"
    next_step = "Leave it out, or give a file it is meant for."

    def __init__(self, option: str, file_format: str) -> None:
        self.option = option
        self.file_format = file_format
        super().__init__(f"{option} means nothing for {file_format}.", option=option, format=file_format)


class DistanceInvalid(FileError):
    """How far from a place premises may be added is no sensible distance."""

    code = "distance-invalid"
    next_step = "Give how far a drop may reach, in metres, such as 50."

    def __init__(self, distance_m: float, most_m: float) -> None:
        self.distance_m = distance_m
        self.most_m = most_m
        super().__init__(f"{distance_m} m is not a distance from 0 to {most_m:g} m.", distance_m=str(distance_m))


class FileUnwritable(FileError):
    """A file could not be written; one that was there before is as it was."""

    code = "file-unwritable"
    next_step = "Check the folder, the rights on it and the room on the disk, then try again."

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{quoted(path)} cannot be written: {reason}.", path=shortened(path), reason=reason)


class ExtraMissing(FileError):
    """A library that not everybody needs is not installed."""

    code = "extra-missing"
    next_step = "Install it with pip install 'neutralhost[gis]', then try again."

    def __init__(self, what: str, library: str) -> None:
        self.library = library
        super().__init__(f"{what} needs {library}, which is not installed.", library=library)
