"""Everything that hangs on links: circuits and backhauls, which hold them, and what comes over them from the air."""

from collections.abc import Collection

from inventory.snapshot import Snapshot
from provisioning.air_detours import on_links
from provisioning.hits import LinkService
from provisioning.store.work import UnitOfWork


def services_on_links(work: UnitOfWork, snapshot: Snapshot, links: Collection[str]) -> tuple[LinkService, ...]:
    """The services that cross one of these links, each once."""
    held = work.impacts.services_on_links(links)
    known = {each.id for each in held}
    on_air = on_links(snapshot, work.services.carried(), links) if links else ()
    return (*held, *(each for each in on_air if each.id not in known))
