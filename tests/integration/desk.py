"""What the tests of the store and of the front desk stand on: a town in a database, and a queue that only notes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Finding, Proof, Rehearsal
from automation.intents import CircuitIntent
from automation.scanning import Audit, Expectations
from inventory.snapshot import Inventory
from inventory.source import NoRecord
from inventory.store.mirror import SnapshotCache, replace_inventory
from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import only
from provisioning.identity import Passwords
from provisioning.settings import ProvisioningSettings
from provisioning.store.engine_work import Work
from provisioning.store.unit import open_store
from provisioning.tools import Tools
from provisioning.urgency import Urgency
from tests.towns import TownPlan, small_town


@dataclass
class NotedJobs:
    """A queue that notes what was asked of it, whether or not the transaction is committed."""

    noted: list[tuple[str, str]] = field(default_factory=list)

    def walk(self, workflow: str, order_id: str, number: int = 1, urgency: Urgency | None = None) -> None:
        del urgency
        self.noted.append((workflow if number == 1 else f"{workflow}:{number}", order_id))

    def unfinished(self) -> tuple[Work, ...]:
        return ()


@dataclass
class QuietDeployer:
    """Devices that do what is intended, except for the VLANs named in `missing`."""

    missing: frozenset[int] = frozenset()
    asked: list[CircuitIntent] = field(default_factory=list)
    audited: list[str] = field(default_factory=list)

    def rehearse(self, intents: object, action: ChangeAction, *, before: Sequence[CircuitIntent] = ()) -> Rehearsal:
        return Rehearsal(())

    def rehearse_changes(self, changes: object, standing: object = None) -> Rehearsal:
        return Rehearsal(())

    def deploy(
        self, changes: object, revert_after_s: int, checks: object = (), standing: object = None
    ) -> DeployReport:
        return DeployReport()

    def prove(
        self, intents: list[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Proof:
        self.asked += intents
        return Proof(tuple(Finding(i.device, "vlan", i.s_vlan not in self.missing, f"{i.s_vlan}") for i in intents))

    def audit(self, expected: Expectations) -> Audit:
        self.audited += expected.devices
        circuits = [intent for intent in expected.intents if isinstance(intent, CircuitIntent)]
        return Audit(
            tuple(Finding(i.device, f"circuit {i.label}", i.s_vlan not in self.missing, "read") for i in circuits)
        )

    def running_config(self, device: str) -> str:
        return ""

    def reachable(self, devices: object) -> dict[str, bool]:
        return {}


class Clock:
    """A clock that moves a second forward whenever it is read."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def desk_on(
    engine: Engine,
    plan: TownPlan | None = None,
    *,
    jobs: NotedJobs | None = None,
    deployer: QuietDeployer | None = None,
    now: Callable[[], datetime] | None = None,
    inventory: Inventory | None = None,
) -> Tools:
    """Tools on a database that holds the small town, or what is given."""
    replace_inventory(engine, inventory or small_town(plan))
    queue, clock = jobs or NotedJobs(), now or Clock()

    def noted(_session: Session) -> NotedJobs:
        return queue

    return Tools(
        settings=ProvisioningSettings(token_pepper=SecretStr("pepper for tests"), _env_file=None),
        open_unit_of_work=open_store(engine, jobs=noted, now=clock),
        load_snapshot=SnapshotCache(engine),
        catalogues=only(load_catalogue()),
        deployer=deployer or QuietDeployer(),
        record=NoRecord(),
        now=clock,
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )


def change(device: str, commands: str = "vlan 2001") -> DeviceChange:
    """A rehearsed change of one device."""
    intent = CircuitIntent(device, "S-1", 2001, ("Ethernet1",))
    return DeviceChange(device, ChangeAction.ADD, commands, f"+{commands}", (intent,), ("no shutdown",))
