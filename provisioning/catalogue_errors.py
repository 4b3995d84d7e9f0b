"""Why there is no price list for something.

ProvisioningError
├── CatalogueChanged      a price list that was used says something else now
├── CataloguesClash       two price lists cannot stand side by side
├── NoPriceList           none holds on that day
├── RouteNotKnown         the price depends on the length of a route that is not known
└── NotFound
    └── UnknownCatalogue  there is no price list of that version
"""

from collections.abc import Sequence
from datetime import date

from inventory.errors import quoted
from provisioning.errors import NotFound, ProvisioningError


class CatalogueChanged(ProvisioningError):
    """A version was used, and its file says something else now: what was quoted by it could not be explained."""

    code = "catalogue-changed"
    next_step = "Put the file back as it was, and give the new prices a version and a first day of their own."

    def __init__(self, version: str, used_digest: str, digest: str) -> None:
        self.version = version
        sentence = (
            f"Price list {quoted(version)} has been used, and is not what it was: "
            f"its digest was {used_digest[:12]} and is {digest[:12]}."
        )
        super().__init__(sentence, version=version, used_digest=used_digest, digest=digest)


class CataloguesClash(ProvisioningError):
    """Two price lists have one version, or begin on one day."""

    code = "catalogues-clash"
    next_step = "Give every price list a version and a first day of its own."

    def __init__(self, versions: Sequence[str], what: str) -> None:
        self.versions = tuple(versions)
        super().__init__(f"The price lists {' and '.join(map(quoted, versions))} {what}.", versions=list(versions))


class NoPriceList(ProvisioningError):
    """No price list holds on a day."""

    code = "no-price-list"
    next_step = "Ask the operator for a price list of that day, or choose another day."

    def __init__(self, day: date, versions: Sequence[str]) -> None:
        self.day = day
        known = f" (there are {', '.join(versions)})" if versions else ""
        super().__init__(f"No price list holds on {day}{known}.", day=day.isoformat(), versions=list(versions))


class RouteNotKnown(ProvisioningError):
    """A product is priced by length, and no route was found yet."""

    code = "route-not-known"
    next_step = "Qualify first: the answer has the route, and the price."

    def __init__(self, product: str) -> None:
        self.product = product
        super().__init__(
            f"The price of {product} depends on how long its route is, which is not known.", product=product
        )


class UnknownCatalogue(NotFound):
    """There is no price list of that version."""

    code = "unknown-catalogue"
    kind = "price list"
    next_step = "Choose one of those that `neutralhost catalogue list` shows."

    def __init__(self, name: str, versions: Sequence[str] = ()) -> None:
        super().__init__(name, versions=tuple(versions))
