"""Whether a duct or cable is there on a day: by its status, and by its ready-for-service date."""

from datetime import date

from inventory.plant import AssetStatus, Cable, Duct

_EXPECTED = frozenset({AssetStatus.LIVE, AssetStatus.PLANNED, AssetStatus.BUILDING})


def why_not_there(asset: Cable | Duct, day: date) -> str:
    """Why a duct or cable cannot be used on a day, as the end of a sentence; "" where it can.

    A live one can from its ready-for-service date on. One that is planned or being built can too, once
    that date has come; without a date it cannot. What is proposed or retired never can.
    """
    if asset.status not in _EXPECTED:
        return f"{asset.ref} is {asset.status}"
    if asset.ready_from is None:
        return "" if asset.status is AssetStatus.LIVE else f"{asset.ref} is {asset.status} without a date"
    return "" if asset.ready_from <= day else f"{asset.ref} is ready from {asset.ready_from} only"


def is_there(asset: Cable | Duct, day: date) -> bool:
    """Whether a duct or cable can be used on a day."""
    return not why_not_there(asset, day)
