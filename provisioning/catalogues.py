"""All price lists side by side: which one holds on a day, and how two of them differ. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inventory.counted import counted
from provisioning.catalogue import Catalogue, HandProduct, Product, Sold, StrandProduct
from provisioning.catalogue_errors import CataloguesClash, NoPriceList, UnknownCatalogue


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Every price list there is, oldest first. `withdrawn` are those that were used and whose files are gone.

    What was sold by a withdrawn one is delivered by it still; nothing new is sold by it.

    Raises: CataloguesClash.
    """

    lists: tuple[Catalogue, ...]
    withdrawn: tuple[Catalogue, ...] = ()

    def __post_init__(self) -> None:
        for before, after in _pairs(self.lists):
            if before.version == after.version:
                raise CataloguesClash((before.version, after.version), "have the same version")
            if before.valid_from == after.valid_from:
                raise CataloguesClash((before.version, after.version), "begin on the same day")

    @property
    def all_lists(self) -> tuple[Catalogue, ...]:
        """Those that are sold by, then those that are not any more."""
        return (*self.lists, *self.withdrawn)

    def on(self, day: date) -> Catalogue:
        """The list that holds on a day: of those that do, the one that began last.

        Raises: NoPriceList.
        """
        holding = [one for one in self.lists if one.holds_on(day)]
        if not holding:
            raise NoPriceList(day, [one.version for one in self.lists])
        return max(holding, key=_beginning)

    def version(self, version: str) -> Catalogue:
        """Raises: UnknownCatalogue."""
        for one in self.all_lists:
            if one.version == version:
                return one
        raise UnknownCatalogue(version, [one.version for one in self.lists])

    def with_withdrawn(self, used: Sequence[Catalogue]) -> "Catalogues":
        """These, and of the used ones those whose files are gone."""
        there = {one.version for one in self.lists}
        return replace(self, withdrawn=tuple(one for one in used if one.version not in there))


def only(catalogue: Catalogue) -> Catalogues:
    """One price list that is all there are."""
    return Catalogues((catalogue,))


def in_order(lists: Sequence[Catalogue]) -> Catalogues:
    """Price lists as read, oldest first. Raises: CataloguesClash."""
    return Catalogues(tuple(sorted(lists, key=lambda one: (_beginning(one), one.version))))


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price that is not the same in two lists; None where a list does not have it."""

    product: str
    what: str
    was_pence: int | None
    now_pence: int | None


def changes_between(was: Catalogue, now: Catalogue) -> tuple[PriceChange, ...]:
    """Every price that differs, by product and then by what it is the price of."""
    before, after = _prices(was), _prices(now)
    keys = dict.fromkeys((*before, *after))
    return tuple(
        PriceChange(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    )


def _prices(catalogue: Catalogue) -> Mapping[tuple[str, str], int]:
    found = {(sold.code, what): pence for sold in catalogue.all_products for what, pence in _prices_of(sold)}
    for item in catalogue.build_items:
        found |= {(item.code, "built, once"): item.once_pence, (item.code, "built, a metre"): item.pence_per_m}
    return found


def _prices_of(sold: Sold) -> Iterator[tuple[str, int]]:
    match sold:
        case Product():
            for offer in sold.offers:
                speed = f"{offer.bandwidth_mbps} Mbit/s"
                yield f"{speed}, setup", offer.setup_pence
                yield from (
                    (f"{speed}, {counted(term, 'month')}", pence) for term, pence in offer.monthly_pence_by_term.items()
                )
        case StrandProduct():
            yield "setup", sold.setup_pence
            yield from (
                (f"a leg, {counted(term, 'month')}", pence) for term, pence in sold.monthly_pence_by_term.items()
            )
            yield from (
                (f"a km, {counted(term, 'month')}", pence) for term, pence in sold.monthly_pence_per_km_by_term.items()
            )
        case HandProduct():
            yield "setup", sold.setup_pence
            yield from ((counted(term, "month"), pence) for term, pence in sold.monthly_pence_by_term.items())
            yield "a watt", sold.monthly_pence_per_watt


def _pairs(lists: Sequence[Catalogue]) -> Iterator[tuple[Catalogue, Catalogue]]:
    for position, one in enumerate(lists):
        yield from ((one, other) for other in lists[position + 1 :])


def _beginning(catalogue: Catalogue) -> date:
    return catalogue.valid_from or date.min
