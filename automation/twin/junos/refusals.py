"""What a simulated Junos device answers instead of doing it. Not errors of ours: part of the simulation."""

from dataclasses import dataclass, field

from automation.twin.refusals import COULD_NOT_RUN, CommandRefused


@dataclass(frozen=True, slots=True)
class RpcError:
    """One `<rpc-error>` (RFC 6241 section 4.3): `path` is where in the configuration, `bad_element` the word."""

    message: str
    bad_element: str = ""
    path: str = ""
    severity: str = "error"
    error_type: str = "protocol"
    tag: str = "operation-failed"


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A request is not done, or only in part. `within` is the element the errors stand in, "" for the reply itself."""

    errors: tuple[RpcError, ...]
    within: tuple[str, ...] = field(default=())

    @property
    def words(self) -> str:
        return "; ".join(f"{error.path} {error.bad_element}: {error.message}".strip(" :") for error in self.errors)

    def by_hand(self) -> CommandRefused:
        """The same, for somebody at the console."""
        return CommandRefused(COULD_NOT_RUN, "could not run command", self.words)


def refuse(message: str, bad_element: str = "", path: str = "") -> Refused:
    return Refused((RpcError(message, bad_element, path),))
