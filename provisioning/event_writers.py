"""Who writes what a listener is sent: one function for each face, all of them here."""

from collections.abc import Callable, Mapping

from provisioning.changes import StateChange
from provisioning.events import write_events
from provisioning.listeners import Face, Listener, Message
from provisioning.sonata_events import write_sonata_events
from provisioning.store.work import UnitOfWork

type EventWriter = Callable[[UnitOfWork, StateChange, Listener], tuple[Message, ...]]
"""What is sent of one change to one listener; nothing, where its own query leaves the change out.

It may read, in the transaction it is given, and nothing else. It is called once for each delivery: what it
returns is kept, so that every try and every replay sends the same bytes.
"""

WRITERS: Mapping[Face, EventWriter] = {Face.V1: write_events, Face.SONATA: write_sonata_events}
