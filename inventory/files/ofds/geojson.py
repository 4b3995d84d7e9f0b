"""OFDS as GeoJSON (RFC 7946): a feature collection of nodes and one of spans, and back to a network. Pure.

The standard's GeoJSON transformation specification puts the network, its organisations and the nodes
at a span's ends into every feature. Wayleaves are left out there: each feature would repeat them all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.files.ofds.publish import Json, Publication

REFERENCES = ("physicalInfrastructureProvider", "transmissionMediumOwner", "supplier")


def node_features(publication: Publication) -> Iterator[Json]:
    """Every node as a feature."""
    network = _network(publication)
    organisations = _organisations(publication)
    for node in publication.nodes():
        geometry = node.pop("location")
        yield _feature(geometry, _dereferenced(node, organisations), network, "node")


def span_features(publication: Publication) -> Iterator[Json]:
    """Every span as a feature, with the nodes at its ends."""
    network = _network(publication)
    organisations = _organisations(publication)
    nodes = {node["id"]: node for node in publication.nodes()}
    for span in publication.spans():
        geometry = span.pop("route")
        ends = {end: nodes[span[end]] for end in ("start", "end")}
        yield _feature(geometry, _dereferenced(span, organisations) | ends, network, "span")


def network_of_features(nodes: list[Any], spans: list[Any]) -> Json:
    """The network the features are of, as it stands in JSON; what is no feature stays as it is, to be refused there."""
    found: dict[str, Any] = {}
    networks: dict[str, Json] = {}
    shown_nodes = [_thing(feature, "location", found, networks) for feature in nodes]
    shown_spans = [_span(feature, found, networks) for feature in spans]
    network = next(iter(networks.values()), {})
    return network | {"nodes": shown_nodes, "spans": shown_spans, "organisations": list(found.values())}


def _network(publication: Publication) -> Json:
    left_out = ("organisations", "wayleaves")
    return {name: value for name, value in publication.network().items() if name not in left_out}


def _organisations(publication: Publication) -> Mapping[str, Json]:
    return {organisation["id"]: organisation for organisation in publication.organisations()}


def _dereferenced(thing: Json, organisations: Mapping[str, Json]) -> Json:
    if "networkProviders" not in thing:
        return thing
    return thing | {"networkProviders": [organisations[one["id"]] for one in thing["networkProviders"]]}


def _feature(geometry: Json, properties: Json, network: Json, kind: str) -> Json:
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": properties | {"network": network, "featureType": kind},
    }


def _thing(feature: Any, place: str, found: dict[str, Any], networks: dict[str, Json]) -> Any:
    """A node or span out of its feature; its organisations and its network are put aside."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return feature
    thing = {name: value for name, value in feature["properties"].items() if name not in ("network", "featureType")}
    network = feature["properties"].get("network")
    if isinstance(network, dict) and isinstance(network.get("id"), str):
        networks.setdefault(network["id"], network)
    for organisation in _named_in(thing):
        found.setdefault(organisation["id"], organisation)
    return thing | ({place: feature["geometry"]} if feature.get("geometry") is not None else {})


def _span(feature: Any, found: dict[str, Any], networks: dict[str, Json]) -> Any:
    span = _thing(feature, "route", found, networks)
    if not isinstance(span, dict):
        return span
    ends = {end: span[end].get("id") for end in ("start", "end") if isinstance(span.get(end), dict)}
    return span | ends


def _named_in(thing: Json) -> Iterator[Json]:
    infrastructure = thing.get("supportingInfrastructure")
    named = [thing.get(name) for name in REFERENCES]
    named += thing["networkProviders"] if isinstance(thing.get("networkProviders"), list) else []
    named += [infrastructure.get("owner")] if isinstance(infrastructure, dict) else []
    for one in named:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            yield one
