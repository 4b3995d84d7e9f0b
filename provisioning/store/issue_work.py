"""What one transaction may read and write of trouble tickets and incidents; a part of the unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from provisioning.incidents import AffectedService, Incident, IncidentPage, IncidentState, IncidentsWanted
from provisioning.tickets import Note, Ticket, TicketChange, TicketPage, TicketState, TicketsWanted


class Tickets(Protocol):
    """Trouble tickets and what was said about them."""

    def add(self, ticket: Ticket) -> None: ...

    def get(self, ticket_id: str) -> Ticket:
        """Raises: UnknownTicket."""

    def set_state(self, ticket_id: str, state: TicketState, why: str = "") -> None:
        """Move on, and write down why.

        Raises: WrongState, when `tickets.TICKET_BECOMES` does not allow it; UnknownTicket.
        """

    def change(self, ticket_id: str, change: TicketChange) -> None:
        """Replace the facts that are given. Raises: WrongState, when it has ended; UnknownTicket."""

    def add_note(self, note: Note) -> None:
        """Keep a note under the next number. Raises: WrongState, when the ticket has ended; UnknownTicket."""

    def notes(self, ticket_id: str) -> tuple[Note, ...]:
        """Oldest first."""

    def page(self, wanted: TicketsWanted, cursor: str | None, limit: int) -> TicketPage:
        """Newest first. Raises: CursorInvalid."""

    def some(self, wanted: TicketsWanted, offset: int, limit: int) -> tuple[tuple[Ticket, ...], int]:
        """The same from an offset on, with how many there are in all."""

    def resolved_before(self, moment: datetime) -> tuple[str, ...]:
        """The ids of those that have been `resolved` since before then, in order."""


class Incidents(Protocol):
    """Incidents, the services they hit and what was said about them."""

    def add(self, incident: Incident) -> None: ...

    def get(self, incident_id: str, isp_code: str | None = None) -> Incident:
        """With all services it hits, or with those of an ISP.

        Raises: UnknownIncident, also where it hits none of them.
        """

    def set_state(self, incident_id: str, state: IncidentState, why: str = "") -> None:
        """Raises: WrongState, when `incidents.INCIDENT_BECOMES` does not allow it; UnknownIncident."""

    def expect(self, incident_id: str, expected_at: datetime) -> None:
        """Say when it is meant to be over. Raises: UnknownIncident."""

    def add_services(self, incident_id: str, services: Sequence[AffectedService]) -> None:
        """Say of more services that it hits them; those it is said of already are fine."""

    def add_note(self, note: Note) -> None:
        """Keep a note under the next number. Raises: UnknownIncident."""

    def notes(self, incident_id: str) -> tuple[Note, ...]:
        """Oldest first."""

    def page(self, wanted: IncidentsWanted, cursor: str | None, limit: int) -> IncidentPage:
        """Newest first; of each the services of `wanted.isp_code` alone. Raises: CursorInvalid."""

    def some(self, wanted: IncidentsWanted, offset: int, limit: int) -> tuple[tuple[Incident, ...], int]:
        """The same from an offset on, with how many there are in all."""
