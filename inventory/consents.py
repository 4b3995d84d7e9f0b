"""Consents: wayleaves and other permissions for an asset to be where it is, with dates.

A duct always needs one. Another asset (a place, a cable, a closure, an ODF) needs one where any
consent names it: then it lies on somebody's land.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inventory.plant import AssetKind, AssetRef
from inventory.windows import Window


@dataclass(frozen=True, slots=True)
class Consent:
    """One permission. `last_day` is None where it has no end; `yearly_pence` is what it costs a year.

    `term` is what kind of permission it is, such as "wayleave, 10 years" or "street works licence".
    """

    code: str
    grantor: str
    land_reference: str
    term: str
    first_day: date
    last_day: date | None
    yearly_pence: int

    @property
    def window(self) -> Window:
        """Raises: DatesReversed."""
        return Window(self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class ConsentCover:
    """A consent covers this asset: a duct, place, cable, closure or ODF."""

    consent: str
    asset: AssetRef


@dataclass(frozen=True, slots=True)
class ConsentGap:
    """An asset that has no consent for a window, and the nearest one it has (None: it never had any)."""

    asset: AssetRef
    wanted: Window
    nearest: Consent | None


class Consents:
    """Which consents cover which asset, indexed once."""

    def __init__(self, consents: Iterable[Consent], covers: Iterable[ConsentCover]) -> None:
        by_code = {consent.code: consent for consent in consents}
        found: dict[AssetRef, list[Consent]] = {}
        assets: dict[str, list[AssetRef]] = {}
        for cover in covers:
            found.setdefault(cover.asset, []).append(by_code[cover.consent])
            assets.setdefault(cover.consent, []).append(cover.asset)
        self._by_asset: Mapping[AssetRef, Sequence[Consent]] = found
        self._assets_of: Mapping[str, Sequence[AssetRef]] = assets

    def of(self, asset: AssetRef) -> Sequence[Consent]:
        """The consents that cover an asset, in inventory order."""
        return self._by_asset.get(asset, ())

    def assets_of(self, consent: str) -> tuple[AssetRef, ...]:
        """The assets that a consent covers, in inventory order."""
        return tuple(self._assets_of.get(consent, ()))

    def gap(self, asset: AssetRef, wanted: Window) -> ConsentGap | None:
        """What is missing for an asset to be used in a window, None where nothing is.

        A window without an end needs a consent on its first day: when consents expire is watched
        by itself. One with an end needs one consent for all of it, or several that follow each other.
        """
        consents = self.of(asset)
        if not consents:
            return ConsentGap(asset, wanted, None) if asset.kind is AssetKind.DUCT else None
        if _is_covered(consents, wanted):
            return None
        return ConsentGap(asset, wanted, min(consents, key=lambda each: _distance_days(each, wanted.first)))

    def gaps(self, assets: Iterable[AssetRef], wanted: Window) -> tuple[ConsentGap, ...]:
        """What is missing for these assets to be used in a window."""
        found = (self.gap(asset, wanted) for asset in assets)
        return tuple(gap for gap in found if gap is not None)


def _is_covered(consents: Sequence[Consent], wanted: Window) -> bool:
    needed = wanted.first
    last = wanted.first if wanted.last is None else wanted.last
    for consent in sorted(consents, key=lambda each: each.first_day):
        if consent.first_day <= needed and (consent.last_day is None or consent.last_day >= needed):
            if consent.last_day is None or consent.last_day >= last:
                return True
            needed = date.fromordinal(consent.last_day.toordinal() + 1)
    return False


def _distance_days(consent: Consent, day: date) -> int:
    if day < consent.first_day:
        return (consent.first_day - day).days
    return 0 if consent.last_day is None else max(0, (day - consent.last_day).days)
