"""The plant as an Open Fibre Data Standard network, in pages: what others may read of it. For the operator's people.

A city has 100,000 nodes and more, so nodes and spans come by the page, as the standard wants it of large networks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from inventory.files.ofds.publish import Json, Publication
from inventory.places import Place
from inventory.plant import Duct
from inventory.snapshot import Inventory, Snapshot
from provisioning.errors import CursorInvalid
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.tools import Tools

NETWORK_NAME = "neutralhost"


@dataclass(frozen=True, slots=True)
class Page:
    """Nodes or spans, and the cursor of the page after it, None on the last."""

    items: Sequence[Json]
    next_cursor: str | None


def ofds_network(tools: Tools, who: Principal) -> Json:
    """The network without its nodes and spans, dated today.

    Raises: Forbidden.
    """
    must(who, Action.READ_PLANT)
    published = _published(tools.load_snapshot())
    return published.publication.network() | {"publicationDate": tools.now().date().isoformat()}


def ofds_nodes(tools: Tools, who: Principal, cursor: str | None, limit: int) -> Page:
    """A page of nodes in inventory order.

    Raises: Forbidden, CursorInvalid.
    """
    must(who, Action.READ_PLANT)
    published = _published(tools.load_snapshot())
    publication = published.publication
    return _page(publication.places, published.place_numbers, publication.node, cursor, limit)


def ofds_spans(tools: Tools, who: Principal, cursor: str | None, limit: int) -> Page:
    """A page of spans in inventory order.

    Raises: Forbidden, CursorInvalid.
    """
    must(who, Action.READ_PLANT)
    published = _published(tools.load_snapshot())
    publication = published.publication
    return _page(publication.inventory.ducts, published.duct_numbers, publication.span, cursor, limit)


class _Published:
    """A snapshot ready to be published, and where in its order each code stands."""

    def __init__(self, inventory: Inventory) -> None:
        self.publication = Publication(inventory, NETWORK_NAME, date.min)
        self.place_numbers = _numbers(self.publication.places)
        self.duct_numbers = _numbers(inventory.ducts)


_kept: WeakKeyDictionary[Snapshot, _Published] = WeakKeyDictionary()


def _published(snapshot: Snapshot) -> _Published:
    published = _kept.get(snapshot)
    if published is None:
        published = _kept.setdefault(snapshot, _Published(snapshot.inventory))
    return published


def _numbers(things: Sequence[Place] | Sequence[Duct]) -> Mapping[str, int]:
    return {code: number for number, code in enumerate(thing.code for thing in things)}


def _page[T: (Place, Duct)](
    things: Sequence[T], numbers: Mapping[str, int], shown: Callable[[T], Json], cursor: str | None, limit: int
) -> Page:
    """The cursor is the code of the last thing of the page before."""
    if cursor is not None and cursor not in numbers:
        raise CursorInvalid
    first = 0 if cursor is None else numbers[cursor] + 1
    items = things[first : first + limit]
    is_last = first + limit >= len(things)
    return Page([shown(thing) for thing in items], None if is_last else items[-1].code)
