"""What a simulated device answers instead of doing it. Not errors of ours: part of the simulation."""

INVALID_COMMAND = 1002
COULD_NOT_RUN = 1000
UNCONVERTED = 1003


class CommandRefused(Exception):
    """The device refuses one command, in the words EOS uses over eAPI.

    `code` is eAPI's: 1000 could not run, 1002 invalid command, 1003 no JSON for it. (Arista,
    "Command API Protocol", error codes.) `summary` ends the message of the JSON-RPC error, `text` stands in its data.
    """

    def __init__(self, code: int, summary: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.summary = summary
        self.text = text


def invalid_input(index: int, token: str) -> CommandRefused:
    return CommandRefused(INVALID_COMMAND, "invalid command", f"Invalid input (at token {index}: '{token}')")


def incomplete_command(index: int, token: str) -> CommandRefused:
    return CommandRefused(INVALID_COMMAND, "invalid command", f"Incomplete command (at token {index}: '{token}')")


def incomplete_token(index: int, token: str) -> CommandRefused:
    """An abbreviated keyword, which eAPI refuses unless the request says `autoComplete`."""
    return CommandRefused(INVALID_COMMAND, "invalid command", f"Incomplete token (at token {index}: '{token}')")


def ambiguous(index: int, token: str) -> CommandRefused:
    return CommandRefused(INVALID_COMMAND, "invalid command", f"Ambiguous command (at token {index}: '{token}')")


def could_not_run(text: str) -> CommandRefused:
    return CommandRefused(COULD_NOT_RUN, "could not run command", text)


def unconverted() -> CommandRefused:
    return CommandRefused(UNCONVERTED, "unconverted command", "This is an unconverted command")
