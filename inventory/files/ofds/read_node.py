"""A node of an OFDS document as a place. Pure.

Of a place that is known already only what the node says otherwise is changed: the standard has no
words for the rest of it.
"""

from dataclasses import replace

from inventory.files.ofds.reading import Reading, is_same
from inventory.files.ofds.shapes import Node
from inventory.files.ofds.words import NODE_WORDS, NodeWords, kind_of_node
from inventory.places import Place, PlaceKind

NO_AREA = "unknown"


def place_of(node: Node, path: str, old: Place | None, reading: Reading) -> Place | None:
    """The place a node stands for; None, and faults, where it cannot be one."""
    code = reading.node_codes[node.id]
    if node.location is None:
        if old is None:
            reading.refuse(path, f"node {node.id!r} has no location, and nothing says where it is")
        return old
    point = reading.point(node.location.coordinates, f"{path}/location/coordinates")
    if point is None:
        return None
    if old is None:
        return _new_place(node, code, path, reading, point)
    if is_same(point, (old.easting_m, old.northing_m)):
        point = (old.easting_m, old.northing_m)
    return replace(
        old,
        name=node.name or old.name,
        kind=_kind_now(node, old),
        area=node.address.locality or old.area,
        easting_m=point[0],
        northing_m=point[1],
        owner=reading.party(node.supporting_infrastructure.owner) or old.owner,
    )


def _new_place(node: Node, code: str, path: str, reading: Reading, point: tuple[float, float]) -> Place | None:
    owner = reading.party(node.owner) or reading.owner
    if not owner:
        reading.refuse(path, f"node {node.id!r} names no owner, and no default owner was given")
        return None
    _note(node, reading)
    return Place(
        code=code,
        name=node.name or code,
        kind=_kind_of(_words(node)),
        area=_area(node) or NO_AREA,
        easting_m=point[0],
        northing_m=point[1],
        owner=owner,
        operator=owner,
        used_by=reading.party(node.user) or owner,
    )


def _note(node: Node, reading: Reading) -> None:
    words = _words(node)
    if node.owner is None:
        reading.notes.add("nodes without an owner", f"{reading.owner!r} was taken.", node.id)
    if not node.name:
        reading.notes.add("nodes without a name", "Their code was taken.", node.id)
    if not _area(node):
        reading.notes.add("nodes without a locality or region", f"The area is {NO_AREA!r}.", node.id)
    if words.types:
        done = "It is a site: exchanges and cabinets of the own network are made in the inventory itself."
        reading.notes.add(f"node type {'+'.join(words.types)}", done, node.id)
    elif not words.infrastructure:
        reading.notes.add("nodes that do not say what they are", "Each is a chamber.", node.id)


def _area(node: Node) -> str | None:
    return node.address.locality or node.address.region


def _words(node: Node) -> NodeWords:
    infrastructure = node.supporting_infrastructure
    return NodeWords(tuple(node.type), infrastructure.type or "", infrastructure.description or "")


def _kind_of(words: NodeWords) -> PlaceKind:
    return kind_of_node(words.types, words.infrastructure, words.description)


def _kind_now(node: Node, old: Place) -> PlaceKind:
    words = _words(node)
    return old.kind if words == NODE_WORDS[old.kind] else _kind_of(words)
