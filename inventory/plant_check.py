"""What is suspicious with a plant, although it keeps every rule, on a day. Pure.

What one permission or one owner is behind is told once, however many ducts it is about.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from inventory.consents import Consent
from inventory.devices import DeviceRole
from inventory.issues import Issue, Severity, listed
from inventory.link_check import check_link
from inventory.optics import LossFigures
from inventory.plant import AssetStatus
from inventory.plant_errors import LinkUnfit
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot
from inventory.windows import on

LOOK_AHEAD = timedelta(days=365)  # a consent takes about as long to renew


def check_plant(snapshot: Snapshot, today: date, figures: LossFigures) -> Iterator[Issue]:
    """Yield every issue of the plant on a day."""
    plant = plant_of(snapshot)
    yield from _without_consent(plant, today)
    yield from _expiring(plant, today)
    yield from _dark_links(plant, today, figures)
    yield from _patched_elsewhere(snapshot, plant)
    yield from _cables_in_what_is_not_there(plant, today)


def _warning(code: str, subject: str, sentence: str, next_step: str) -> Issue:
    return Issue(Severity.WARNING, code, subject, sentence, next_step)


def _is_there(asset_status: AssetStatus, ready_from: date | None, today: date) -> bool:
    return asset_status is AssetStatus.LIVE and (ready_from is None or ready_from <= today)


def _without_consent(plant: Plant, today: date) -> Iterator[Issue]:
    by_owner: dict[str, list[str]] = {}
    for duct in plant.inventory.ducts:
        if _is_there(duct.status, duct.ready_from, today) and plant.consents.gap(duct.ref, on(today)) is not None:
            by_owner.setdefault(duct.owner, []).append(duct.code)
    for owner, ducts in by_owner.items():
        yield _warning(
            "duct-without-consent",
            owner,
            f"Of {owner}'s live ducts {len(ducts)} have no consent today: {listed(ducts)}.",
            "Record the consent that covers each, or get one: no path may use them.",
        )


def _expiring(plant: Plant, today: date) -> Iterator[Issue]:
    covered: dict[str, int] = {}
    for cover in plant.inventory.consent_covers:
        covered[cover.consent] = covered.get(cover.consent, 0) + 1
    for consent in plant.inventory.consents:
        if consent.last_day is not None and today <= consent.last_day <= today + LOOK_AHEAD:
            yield _ends_soon(consent, (consent.last_day - today).days, covered.get(consent.code, 0))


def _ends_soon(consent: Consent, days: int, assets: int) -> Issue:
    return _warning(
        "consent-expires",
        consent.code,
        f"Consent {consent.code} of {consent.grantor} ends on {consent.last_day}, in {days} days; "
        f"it covers {assets} assets.",
        "Renew it with its grantor, or find other ways for what lies there.",
    )


def _dark_links(plant: Plant, today: date, figures: LossFigures) -> Iterator[Issue]:
    """Links that are patched, but along whose strands no light gets from port to port as it should."""
    for link in plant.inventory.links:
        if link.a in plant.patches_of_port or link.z in plant.patches_of_port:
            try:
                check_link(plant, link, figures, today)
            except LinkUnfit as error:
                yield _warning(error.code, link.code, error.sentence, error.next_step)


def _patched_elsewhere(snapshot: Snapshot, plant: Plant) -> Iterator[Issue]:
    """A switch stands where the frame is that its ports are patched to. (Access points hang nearby.)"""
    for port, patches in plant.patches_of_port.items():
        device = snapshot.devices[port.device]
        at = {plant.odfs[patch.position.odf].place for patch in patches}
        if device.role is DeviceRole.SWITCH and at != {device.place_code}:
            yield _warning(
                "patched-elsewhere",
                str(port),
                f"Port {port} is patched at {listed(sorted(at))}, and {device.name} stands at {device.place_code}.",
                "Mend the patch, or the place of the device.",
            )


def _cables_in_what_is_not_there(plant: Plant, today: date) -> Iterator[Issue]:
    for cable in plant.inventory.cables:
        if _is_there(cable.status, cable.ready_from, today):
            for code in plant.ducts_of(cable.code):
                duct = plant.ducts[code]
                if not _is_there(duct.status, duct.ready_from, today):
                    is_so = f"ready from {duct.ready_from}" if duct.status is AssetStatus.LIVE else duct.status.value
                    yield _warning(
                        "cable-before-duct",
                        cable.code,
                        f"Cable {cable.code} is live, and its duct {code} is {is_so}.",
                        "Mend the status or the date of one of them.",
                    )
