"""Which SSIDs the access points send, in the database. The keys decide: one SSID once, and eight on a radio."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, insert, not_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from provisioning.errors import ReservationConflict
from provisioning.store.product_tables import SSIDS_PER_RADIO, held_ssids


class StoredSsids:
    """Implements `work.HeldSsids`. Rows are inserted by device name: two orders never wait in a circle."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def on(self, devices: Sequence[str]) -> dict[str, dict[int, str]]:
        query = select(held_ssids.c.device, held_ssids.c.slot, held_ssids.c.ssid)
        found: dict[str, dict[int, str]] = {device: {} for device in devices}
        for device, slot, ssid in self._session.execute(query.where(held_ssids.c.device.in_(devices))):
            found[device][slot] = ssid
        return found

    def hold(self, service_id: str, devices: Sequence[str], ssid: str) -> None:
        taken = self.on(devices)
        rows = [
            {"device": device, "slot": _lowest_free(taken[device]), "ssid": ssid, "service_id": service_id}
            for device in sorted(set(devices))
        ]
        try:
            self._session.execute(insert(held_ssids), rows)
        except IntegrityError as error:
            raise ReservationConflict(service_id, "an SSID's place on an access point") from error

    def keep_only(self, service_id: str, devices: Sequence[str], ssid: str) -> None:
        is_kept = and_(held_ssids.c.device.in_(sorted(set(devices))), held_ssids.c.ssid == ssid)
        self._session.execute(delete(held_ssids).where(held_ssids.c.service_id == service_id, not_(is_kept)))

    def release(self, service_id: str) -> tuple[str, ...]:
        gone = delete(held_ssids).where(held_ssids.c.service_id == service_id).returning(held_ssids.c.device)
        return tuple(f"an SSID on {device}" for device in sorted(self._session.execute(gone).scalars()))


def _lowest_free(taken: dict[int, str]) -> int:
    """The lowest free slot; one too high where none is: the table refuses it, as a faster order would have."""
    return next(slot for slot in range(1, SSIDS_PER_RADIO + 2) if slot not in taken)
