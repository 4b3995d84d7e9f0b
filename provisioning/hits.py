"""What the database says hangs on links and strands. Nouns only: the store imports them, and nothing heavy."""

from dataclasses import dataclass

from inventory.plant import StrandRef


@dataclass(frozen=True, slots=True)
class LinkService:
    """A service that crosses a link that is lost. `device` is its UNI's; rates in Mbit/s.

    Of an SSID `points` are its access points, and `device` is the first of them.
    """

    id: str
    isp_code: str
    product: str
    state: str
    uprn: str
    handover: str
    device: str
    cir_mbps: int
    points: tuple[str, ...] = ()

    @property
    def starts(self) -> tuple[str, ...]:
        """The devices where its traffic comes in."""
        return self.points or (self.device,)


@dataclass(frozen=True, slots=True)
class HeldStrand:
    """A strand that a service or (`service_id` is None) a reservation holds on the day of the cut."""

    strand: StrandRef
    service_id: str | None
    reservation_id: str | None
