"""Why the inventory could not answer.

    NeutralhostError                 every error of ours, on every floor
    └── InventoryError
        ├── UnknownThing             a place, device, port, link, handover or organisation nobody knows
        │   ├── UnknownPremises      a UPRN nobody knows
        │   └── UnknownFolder        neither a folder nor the name of an example
        ├── InventoryInvalid         a set of files or a NetBox whose content breaks a rule
        ├── InventoryInUse           a new inventory lacks what services still hold
        ├── DatesReversed            a window that ends before it begins
        ├── StrandLoop               splices and patches lead a strand back into itself
        ├── NoPath                   no links with room join two devices
        ├── NetBoxUnavailable        NetBox did not answer, or answered with its own failure
        ├── NetBoxRefused            NetBox answered that it will not do this
        │   ├── NetBoxForbidden      its token is unknown to NetBox, or may not do this
        │   └── NetBoxTaken          what a service needs there is another's
        ├── NetBoxEdited             what is to be written there was edited since we read it
        ├── NetBoxNotBootstrapped    NetBox lacks the custom fields, roles and groups we need
        ├── SandboxFailed            the NetBox for tests and trials could not be brought up
        └── DatabaseUnavailable      the database is locked, away or not migrated

Every error is one sentence with the facts, and one with the next step. The facts are
attributes and also stand in `facts`, so that CLI, API and portal print the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

type Fact = str | int | float | bool | Sequence[str] | None

CONFLICT = 409  # RFC 9110 section 15.5.10: what NetBox would have answered, had we tried
LONGEST_NAME = 64  # characters of a name that was asked for and is repeated in an error


def shortened(name: str) -> str:
    """A name somebody typed, as far as an error repeats it."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."


def quoted(name: str) -> str:
    """The same in quotes, and with nothing in it that a terminal or a page would obey rather than show."""
    return repr(shortened(name))


class NeutralhostError(Exception):
    """One reason why something was not done.

    `code` is stable and kebab-case: it is the last part of the problem type URI of the API.
    `next_step` tells the reader what to do. Nothing secret may ever be put in `facts`.
    """

    code: ClassVar[str] = "error"
    next_step: ClassVar[str] = ""

    def __init__(self, sentence: str, **facts: Fact) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts: dict[str, Fact] = facts

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".rstrip()


class InventoryError(NeutralhostError):
    """The inventory could not answer."""

    code = "inventory-error"


class UnknownThing(InventoryError):
    """Nothing of that kind has that name."""

    code = "unknown-thing"
    next_step = "Check the spelling, or list what there is with `neutralhost inventory show`."

    def __init__(self, kind: str, name: str, sentence: str = "") -> None:
        self.kind = kind
        self.name = name
        super().__init__(sentence or f"No {kind} is called {quoted(name)}.", kind=kind, name=shortened(name))


class UnknownPremises(UnknownThing):
    """No premises has that UPRN."""

    code = "unknown-premises"
    next_step = "Check the UPRN (1 to 12 digits), or look the premises up by postcode."

    def __init__(self, uprn: str) -> None:
        super().__init__("premises", uprn, f"No premises has UPRN {quoted(uprn)}.")
        self.uprn = uprn


class UnknownFolder(UnknownThing):
    """Neither a folder that is there, nor the name of an example that comes with the program."""

    code = "unknown-folder"
    next_step = "Give a folder of files that is there, or the name of one of the examples."

    def __init__(self, name: str, examples: Sequence[str]) -> None:
        self.examples = tuple(examples)
        super().__init__("folder", name, f"No folder and no example is called {quoted(name)}; {_examples(examples)}.")


def _examples(names: Sequence[str]) -> str:
    return f"the examples are {', '.join(names)}" if names else "there are no examples"


class DatesReversed(InventoryError):
    """A window whose last day is before its first."""

    code = "dates-reversed"
    next_step = "Give the earlier day first."

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        self.last = last
        super().__init__(f"The window ends on {last}, before it begins on {first}.", first=str(first), last=str(last))


class StrandLoop(InventoryError):
    """Splices and patches lead light back into a strand it was on."""

    code = "strand-loop"
    next_step = "Look at the splices and patches of that strand: one of them joins the wrong ends."

    def __init__(self, strand: str) -> None:
        self.strand = strand
        super().__init__(f"Splices and patches lead strand {strand} back into itself.", strand=strand)


class NoPath(InventoryError):
    """No chain of links with enough room joins two devices."""

    code = "no-path"
    next_step = "Order less bandwidth, choose another handover, or ask the operator to add capacity."

    def __init__(self, a_device: str, z_device: str, bandwidth_mbps: int) -> None:
        self.a_device = a_device
        self.z_device = z_device
        self.bandwidth_mbps = bandwidth_mbps
        super().__init__(
            f"No path with {bandwidth_mbps} Mbit/s uncommitted joins {a_device} and {z_device}.",
            a_device=a_device,
            z_device=z_device,
            bandwidth_mbps=bandwidth_mbps,
        )


SHOWN_FAULTS = 20  # how many faults stand in the facts; the attribute `faults` has them all


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: in which file or source, at which row (1 is the heading, None the whole), and why."""

    where: str
    row: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.row is None else f"{self.where} row {self.row}: {self.reason}"


class InventoryInvalid(InventoryError):
    """The content of a source breaks rules; nothing of it was loaded. `faults` has every one."""

    code = "inventory-invalid"
    next_step = "Mend what is listed and load it again; nothing was changed."

    def __init__(self, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        count = len(self.faults)
        shown = [str(fault) for fault in self.faults[:SHOWN_FAULTS]]
        if count > SHOWN_FAULTS:
            shown.append(f"... and {count - SHOWN_FAULTS} more")
        super().__init__(
            f"{source} has {count} fault{'s' if count != 1 else ''} and was not loaded.",
            source=source,
            fault_count=count,
            faults=shown,
        )


class InventoryInUse(InventoryError):
    """The new inventory lacks things that services hold; nothing of it was loaded."""

    code = "inventory-in-use"
    next_step = "Cease the services that use them first, or keep them in the inventory with lifecycle `retired`."

    def __init__(self, held: Sequence[str]) -> None:
        self.held = tuple(held)
        shown = list(self.held[:SHOWN_FAULTS])
        if len(self.held) > SHOWN_FAULTS:
            shown.append(f"... and {len(self.held) - SHOWN_FAULTS} more")
        super().__init__(
            f"The new inventory lacks {len(self.held)} thing{'s' if len(self.held) != 1 else ''} that services hold.",
            held=shown,
        )


class DatabaseUnavailable(InventoryError):
    """The database is locked, away, not migrated, or not a database. `database` never holds a password."""

    code = "database-unavailable"
    next_step = (
        "Try again in a moment; where it stays so,"
        " the operator checks NEUTRALHOST_DATABASE_URL and the database itself."
    )

    def __init__(self, database: str, reason: str) -> None:
        self.database = database
        self.reason = reason
        super().__init__(f"The database {database} cannot be used: {reason}.", database=database, reason=reason)


class NetBoxUnavailable(InventoryError):
    """NetBox did not answer, failed by itself (5xx), or stopped in the middle of an answer.

    `passing` says that a read may be tried again at once: no connection, 502, 503 or half an answer.
    """

    code = "netbox-unavailable"
    next_step = "Check NEUTRALHOST_NETBOX_URL and that NetBox is up, then try again."

    def __init__(self, url: str, reason: str, *, passing: bool = False) -> None:
        self.url = url
        self.reason = reason
        self.passing = passing
        super().__init__(f"NetBox at {url} cannot be used: {reason}.", url=url, reason=reason)


class NetBoxRefused(InventoryError):
    """NetBox understood, and will not do it. `reason` is NetBox's own words, shortened; `status` its HTTP status."""

    code = "netbox-refused"
    next_step = "Correct the object in NetBox, or what was sent, as NetBox's words say; then try again."

    def __init__(self, what: str, status: int, reason: str) -> None:
        self.what = what
        self.status = status
        self.reason = reason
        super().__init__(f"NetBox will not {what} ({status}): {reason}.", what=what, status=status, reason=reason)


class NetBoxTaken(NetBoxRefused):
    """What a service needs in NetBox is another's: the service `holder`'s, or, None, nobody's of ours."""

    code = "netbox-taken"
    next_step = "Look at it in NetBox; where nothing needs it any more delete it there, then try again."

    def __init__(self, service_id: str, thing: str, holder: str | None) -> None:
        self.service_id = service_id
        self.thing = thing
        self.holder = holder
        whose = f"service {holder}" if holder else "somebody else"
        super().__init__(f"show service {service_id}", CONFLICT, f"{thing} belongs to {whose}")


class NetBoxForbidden(NetBoxRefused):
    """The token is unknown to NetBox (401), or its user may not do this (403)."""

    code = "netbox-forbidden"
    next_step = (
        "Check NEUTRALHOST_NETBOX_TOKEN (a v2 token, nbt_...: enabled, not expired, writes allowed)"
        " and the permissions of its user in NetBox."
    )


class NetBoxEdited(InventoryError):
    """What is to be written to NetBox says there what neither our mirror nor the change does; nothing was written."""

    code = "netbox-edited"
    next_step = (
        "Read it with `neutralhost inventory pull`, look at what was edited, then ask again; nothing was written."
    )

    def __init__(self, url: str, edits: Sequence[str]) -> None:
        self.url = url
        self.edits = tuple(edits)
        more = f" (and {len(self.edits) - 1} more)" if len(self.edits) > 1 else ""
        super().__init__(
            f"NetBox at {url} was edited since our mirror read it: {self.edits[0]}{more}.",
            url=url,
            edits=list(self.edits[:SHOWN_FAULTS]),
        )


class NetBoxNotBootstrapped(InventoryError):
    """NetBox lacks something that our custom fields, roles and groups are."""

    code = "netbox-not-bootstrapped"
    next_step = "Run `neutralhost netbox bootstrap`, then try again."

    def __init__(self, url: str, missing: Sequence[str]) -> None:
        self.url = url
        self.missing = tuple(missing)
        super().__init__(f"NetBox at {url} lacks {', '.join(missing)}.", url=url, missing=list(missing))


class SandboxFailed(InventoryError):
    """The NetBox for tests and trials could not be brought up, or asked to do something."""

    code = "sandbox-failed"
    next_step = "Read the logs in the `log` folder of its directory; `stop` and `up` again loses nothing."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The NetBox sandbox failed: {reason.removesuffix('.')}.", reason=reason)
