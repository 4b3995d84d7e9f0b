"""What the operations and steps of this floor are given: everything outside the pure middle, by hand, once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from automation.access_points import AccessPointRules
from automation.baseline import BaselineRules
from automation.birth.prober import NoProber, Prober
from automation.deployer import Deployer
from automation.reading import NoReader, Reader
from automation.texts import NoTexts, Texts
from inventory.optics import LossFigures
from inventory.snapshot import Inventory, Snapshot
from inventory.source import ServiceRecord
from provisioning.catalogue import Catalogue
from provisioning.catalogues import Catalogues
from provisioning.identity import Passwords
from provisioning.orders import Order
from provisioning.sending import Wire
from provisioning.settings import ProvisioningSettings
from provisioning.store.work import OpensUnitOfWork


@dataclass(frozen=True, slots=True)
class Tools:
    """The store, the inventory, the devices, the record and the clock (always UTC)."""

    settings: ProvisioningSettings
    open_unit_of_work: OpensUnitOfWork
    load_snapshot: Callable[[], Snapshot]
    catalogues: Catalogues
    deployer: Deployer
    record: ServiceRecord
    now: Callable[[], datetime]
    passwords: Passwords = field(default_factory=Passwords)
    losses: LossFigures = field(default_factory=LossFigures)
    mirror: Callable[[], str] | None = None
    """Read the inventory from where it is kept, and say what came of it; None where it is kept here."""
    wire: Wire = field(default_factory=Wire)
    prober: Prober = field(default_factory=NoProber)
    reader: Reader = field(default_factory=NoReader)
    baseline: BaselineRules = field(default_factory=BaselineRules)
    change_inventory: Callable[[Callable[[Inventory], Inventory]], None] | None = None
    """Make of what exists what a function says, here and in NetBox where one is set; None: not from here."""
    texts: Texts = field(default_factory=NoTexts)
    access_points: AccessPointRules = field(default_factory=AccessPointRules)
    """What a new access point is given when it phones home."""

    @property
    def catalogue(self) -> Catalogue:
        """The price list that holds today. Raises: NoPriceList."""
        return self.catalogues.on(self.now().date())

    def catalogue_of(self, order: Order) -> Catalogue:
        """The price list the order was priced by. Raises: UnknownCatalogue."""
        return self.catalogues.version(order.catalogue_version) if order.catalogue_version else self.catalogue
