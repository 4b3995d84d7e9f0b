"""An OFDS document as text, piece by piece: a network of 100,000 nodes is not held as one string. Pure."""

import json
from collections.abc import Iterable, Iterator

from inventory.files.ofds.publish import Json, Publication


def package_text(publication: Publication) -> Iterator[str]:
    """The network package, as `json.loads` of all pieces joined gives it."""
    yield from ('{"networks": [', _text(publication.network())[:-1])
    yield from _list_text(', "nodes": ', publication.nodes())
    yield from _list_text(', "spans": ', publication.spans())
    yield "}]}\n"


def collection_text(features: Iterable[Json]) -> Iterator[str]:
    """A GeoJSON feature collection."""
    yield '{"type": "FeatureCollection", "features": ['
    yield from _items(features)
    yield "]}\n"


def _list_text(name: str, things: Iterable[Json]) -> Iterator[str]:
    """A named list, or nothing where it would be empty: the standard has no empty lists."""
    items = _items(things)
    first = next(items, None)
    if first is not None:
        yield from (name, "[", first)
        yield from items
        yield "]"


def _items(things: Iterable[Json]) -> Iterator[str]:
    for number, thing in enumerate(things):
        yield f"{',' if number else ''}\n{_text(thing)}"


def _text(thing: Json) -> str:
    return json.dumps(thing, ensure_ascii=False, allow_nan=False)
