"""What a playbook is: a job of a network engineer over one or many devices, in one Python file.

    \"\"\"Say how long devices have been up.\"\"\"

    from provisioning.playbooks import Context, DeviceResult, Needs, Playbook, Report, Values, Verdict

    def run(context: Context, values: Values) -> Report:
        def look(device):
            fitness = context.reads.fitness(device.name)
            return DeviceResult(device.name, Verdict.OK, f"up for {fitness.uptime_s / 86_400:.0f} days")

        results = context.each(look)
        return Report(f"Asked: {len(results)}.", results)

    PLAYBOOK = Playbook("uptime", "Say how long devices have been up.", run)

A file in the folder of `NEUTRALHOST_PLAYBOOKS_FOLDER` names its playbook `PLAYBOOK`; a package names it as an
entry point of the group `neutralhost.playbooks`.

Whatever a playbook changes on devices goes through a change plan (`Context.propose_change`): rehearsed, held
against limits and freezes, approved, put on with a timer, proven. Nothing it is given has another way to write. (It is
Python all the same, and runs with the rights of whoever starts it: read what you put into the folder.)
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Concatenate, Protocol

from automation.change_plan import DeviceChange, Rehearsal
from inventory.devices import Device
from inventory.snapshot import Snapshot
from provisioning.isps import Principal
from provisioning.policy import Action

if TYPE_CHECKING:  # help must come at once, and these import the database and the devices' libraries
    from automation.facts import DeviceFacts
    from automation.fitness import Fitness
    from provisioning.change_plans import ChangePlan, PlanKind
    from provisioning.tools import Tools

NOTHING: Mapping[str, object] = MappingProxyType({})


class Verdict(StrEnum):
    """What became of one device, or of one thing that was looked at."""

    OK = "ok"  # as it should be: nothing to do
    CHANGED = "changed"  # it was changed, and proven
    PENDING = "pending"  # it would change, and waits for somebody (exit code 2)
    DRIFT = "drift"  # it says other than it should (exit code 2)
    SKIPPED = "skipped"  # not begun: it was stopped before, or the device's platform cannot do it
    FAILED = "failed"  # it could not be read or done (exit code 1)


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """What became of one device: `what` in one line, and `lines` beneath it (a diff, findings)."""

    device: str
    verdict: Verdict
    what: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to be shown under the devices: the titles of the columns, and texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How a playbook ended: the sum in one sentence, every device, tables for people, a document for programs.

    `document` has keys of its own beside those that every playbook's has (playbook, dry_run, stopped, says,
    results). `is_pending` says that something waits for somebody which no device's verdict says.
    """

    says: str
    results: tuple[DeviceResult, ...] = ()
    tables: tuple[Table, ...] = ()
    document: Mapping[str, object] = field(default=NOTHING)
    is_pending: bool = False

    def count(self, verdict: Verdict) -> int:
        """How many devices ended so."""
        return sum(result.verdict is verdict for result in self.results)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a playbook is told, as an option (`--some-name`) or, `positional`, as an argument.

    `kind` is what a text is made: str, int, float, bool (a flag), pathlib.Path or datetime.date. A `secret` is not
    in the audit trail.
    """

    name: str
    help: str
    kind: type = str
    required: bool = False
    default: object = None
    choices: tuple[str, ...] = ()
    many: bool = False
    positional: bool = False
    secret: bool = False


class Values(Mapping[str, object]):
    """What a playbook was told: every parameter of it by name, each with the value given or its default."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = dict(given)

    def __getitem__(self, name: str) -> object:
        return self._given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def text(self, name: str) -> str:
        """A text, "" where none was given."""
        value = self._given.get(name)
        return "" if value is None else str(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Every text of a parameter that may be given many times."""
        value = self._given.get(name)
        return tuple(map(str, value)) if isinstance(value, tuple | list) else ()

    def number(self, name: str) -> int | None:
        """A whole number, None where none was given."""
        value = self._given.get(name)
        return value if isinstance(value, int) else None

    def flag(self, name: str) -> bool:
        """Whether a flag was given."""
        return self._given.get(name) is True


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be so before a playbook runs.

    `right` is what whoever runs it must be allowed to do (docs/reference/rights.md). `can` names abilities of
    platforms (`automation.platform.Can`): a device whose platform lacks one is skipped, and says so.
    """

    right: Action = Action.AUDIT
    can: frozenset[str] = frozenset()


class Reads(Protocol):
    """The devices, for reading. Nothing here leaves anything on one."""

    def running_config(self, device: str) -> str:
        """The device's running configuration, without its secrets. Raises: AutomationError."""

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        """Which of these devices answer now."""

    def facts(self, device: str) -> "DeviceFacts":
        """What the device says: its text, ports, neighbours, light. Raises: AutomationError."""

    def fitness(self, device: str) -> "Fitness":
        """Its software, what is not saved, who holds a session, what room there is. Raises: AutomationError."""

    def rehearse(self, changes: Sequence[DeviceChange]) -> Rehearsal:
        """Load, compare and discard: what the devices would say to these changes. Leaves nothing on them."""


class Context(Protocol):
    """What a playbook is given. It reads the inventory and the devices, asks the front desk, and proposes changes."""

    @property
    def who(self) -> Principal:
        """Who runs it."""

    @property
    def dry_run(self) -> bool:
        """Whether nothing may be changed, here or on a device: say what would be."""

    @property
    def snapshot(self) -> Snapshot:
        """The inventory, as it was when the playbook began."""

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices that were chosen (`--limit`): of all that automation speaks to, in the inventory's order."""

    @property
    def reads(self) -> Reads:
        """The devices, for reading."""

    @property
    def stopped(self) -> bool:
        """Whether somebody wants it to end: finish what was begun, begin nothing new."""

    def each(
        self, work: Callable[[Device], DeviceResult], devices: Iterable[Device] | None = None
    ) -> tuple[DeviceResult, ...]:
        """Do `work` on the chosen devices (or these), many at a time; each result is shown when it is there.

        An AutomationError that `work` raises is that device's result. Once somebody stops the playbook, devices
        that were not begun are skipped. In the order of the devices.
        """

    def tell(self, *results: DeviceResult) -> None:
        """Show results now, of devices that `each` was not asked about; they must stand in the report too."""

    def working(self, what: str) -> None:
        """Say what is being done now, where somebody watches."""

    def ask[**P, R](
        self, function: "Callable[Concatenate[Tools, Principal, P], R]", *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Ask the front desk, as whoever runs the playbook: `context.ask(front_desk.service, service_id)`.

        Raises: NotAtTheDesk, where it is no function of the front desk's; and what the function raises.
        """

    def propose_change(
        self, kind: "PlanKind", changes: Sequence[DeviceChange], *, why: str, approve: bool = False
    ) -> "ChangePlan":
        """Propose a change of devices, and wait until it waits for a person, or has ended.

        With `approve` what the devices said they would change is approved as it was rehearsed, where whoever runs
        this may, and waited for. Raises: DryRun, where nothing may be changed; what the front desk raises.
        """

    def see_through(self, plan: "ChangePlan", *, approve: bool = False) -> "ChangePlan":
        """The same with a plan that the front desk has made already (a fix, a restore)."""


type Run = Callable[[Context, Values], Report]


@dataclass(frozen=True, slots=True)
class Playbook:
    """One job: its name as people type it, what it does in a sentence, and the function that does it.

    `run` is a function, or where one stands ("module:function"), which is imported when it is run. `about_devices`
    says that it runs over the chosen devices; without, `--limit` is refused. `dry_run` tells what a dry run means.
    """

    name: str
    does: str
    run: Run | str
    parameters: tuple[Parameter, ...] = ()
    needs: Needs = Needs()
    about_devices: bool = True
    dry_run: str = "It changes nothing anyway."
    more: str = ""

    @property
    def secrets(self) -> Collection[str]:
        """The parameters that no trail may hold."""
        return frozenset(parameter.name for parameter in self.parameters if parameter.secret)
