"""Why a command could not do its work here.

NeutralhostError
└── CommandError
    ├── SettingsIncomplete    a setting is missing or is not what it should be
    ├── AddressTaken          somebody else listens where we should
    ├── FolderNotOurs         others may write what we would act on
    ├── FaceMissing           the package that serves portal and API is not installed
    ├── DemoRunning           another demo runs on the same folder
    ├── SeedingFailed         a sandbox could not be filled with what it begins with
    ├── InputRefused          an option's value cannot be used
    ├── PersonNotShown        somebody is named whose token was not given
    ├── NotThatPerson         the token is somebody else's
    └── NobodyLooked          what is approved was shown to nobody, and no digest says what was looked at
"""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from inventory.errors import NeutralhostError


class CommandError(NeutralhostError):
    """A command could not do its work here."""

    code = "command-error"


class SettingsIncomplete(CommandError):
    """A setting is missing, or is not what it should be. Values are never shown: some are secret."""

    code = "settings-incomplete"
    next_step = (
        "Set it in the environment or in .env (docs/reference/settings.md lists all), or try `neutralhost demo`."
    )

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        said = "; ".join(f"{name}: {reason}" for name, reason in faults)
        super().__init__(f"A setting is missing or wrong ({said}).", settings=[name for name, _ in faults])


class AddressTaken(CommandError):
    """Somebody else listens on the address and port we should listen on."""

    code = "address-taken"
    next_step = "Stop the other program, or choose another port with --port (devices: --device-port)."

    def __init__(self, what: str, host: str, port: int | None) -> None:
        self.host = host
        self.port = port
        where = host if port is None else f"{host}:{port}"
        super().__init__(f"{what} cannot listen on {where}: it is in use.", host=host, port=port)


@contextmanager
def listening(what: str, host: str, port: int | None) -> Iterator[None]:
    """Turn an address in use into our error.

    Raises:
        AddressTaken.
    """
    try:
        yield
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise AddressTaken(what, host, port) from error


class FolderNotOurs(CommandError):
    """A folder whose record we act on belongs to somebody else, or others may write into it."""

    code = "folder-not-ours"
    next_step = "Run it as the folder's owner, or name another folder in NEUTRALHOST_VAR; `chmod 700` shuts it."

    def __init__(self, folder: str, owner: int, mode: int) -> None:
        self.folder = folder
        super().__init__(
            f"What {folder} says is not believed: it is of user {owner}, mode {mode & 0o777:o}, and not yours alone.",
            folder=folder,
            owner=owner,
        )


class FaceMissing(CommandError):
    """No installed package says that it serves portal and API."""

    code = "face-missing"
    next_step = "Install the whole distribution again: `make clean run`, or `pip install neutralhost`."

    def __init__(self, name: str) -> None:
        super().__init__(f"Nothing installed here serves the {name}.", face=name)


class SeedingFailed(CommandError):
    """A sandbox could not be filled with what it begins with."""

    code = "seeding-failed"
    next_step = "Look into demo.log of its folder; the next start begins anew."

    def __init__(self, why: str) -> None:
        super().__init__(f"The sandbox could not be seeded: {why}.", why=why)


class DemoRunning(CommandError):
    """Another demo holds the folder."""

    code = "demo-running"
    next_step = "Use the one that runs, stop it with Ctrl-C, or choose another folder with --var."

    def __init__(self, folder: str) -> None:
        super().__init__(f"A demo is already running on {folder}.", folder=folder)


class PersonNotShown(CommandError):
    """Somebody is to do it, and nothing shows that it is them."""

    code = "person-not-shown"
    next_step = (
        "Set NEUTRALHOST_TOKEN to an API token of theirs (portal: API access; or `neutralhost user token add`), or run "
        "the command on a terminal, which asks for it."
    )

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Nothing shows that {name} gives this command.", person=name)


class NotThatPerson(CommandError):
    """The token that was given is somebody else's."""

    code = "not-that-person"
    next_step = "Name whose token it is, or give a token of who is named."

    def __init__(self, name: str, owner: str) -> None:
        self.name = name
        self.owner = owner
        super().__init__(f"{name} is to give this command, and the token is {owner}'s.", person=name, owner=owner)


class NobodyLooked(CommandError):
    """What is to be approved was shown to nobody, and no digest says what somebody looked at."""

    code = "nobody-looked"
    next_step = "Look at that, then approve exactly that by its --digest; or approve on a terminal, which shows it."

    def __init__(self, approved: str, digest: str, look: str) -> None:
        self.approved = approved
        self.digest = digest
        super().__init__(
            f"{approved} would be approved unseen: there is no terminal to show it on. What it would do now is "
            f"--digest {digest}, and is shown by `{look}`.",
            approved=approved,
            digest=digest,
        )


class InputRefused(CommandError):
    """A value given on the command line, or on standard input, cannot be used."""

    code = "input-refused"
    next_step = "Run the command with --help for what it takes."
