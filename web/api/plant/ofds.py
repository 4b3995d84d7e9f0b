"""`GET /plant/ofds...`: the plant as a network of the Open Fibre Data Standard 0.4, its nodes and spans by the page.

This is the standard's own form for large networks: the network links to two addresses that give its
nodes and its spans, and each page links to the next.
"""

from typing import Annotated, Any, cast

from flask import request
from pydantic import BeforeValidator, Field

from inventory.files.ofds.words import NODES_API, SPANS_API
from provisioning.errors import CursorInvalid, Forbidden
from provisioning.policy import Action
from provisioning.questions.ofds import Page, ofds_network, ofds_nodes, ofds_spans
from web.api.fields import AskedInQuery, Cursor, Shown, digits_only
from web.api.operation import Answer, Call, Operation

MOST_PER_PAGE = 1_000

type OfdsPageSize = Annotated[int, Field(ge=1, le=MOST_PER_PAGE), BeforeValidator(digits_only)]
type OfdsThing = Annotated[dict[str, Any], Field(description="as the standard's network schema has it")]


class OfdsQuery(AskedInQuery):
    """Which page."""

    cursor: Cursor | None = Field(None, description="as in the link to the next page")
    limit: OfdsPageSize = 500


class OfdsPackageShown(Shown):
    """A network package with one network, without nodes and spans: `links` says where they are."""

    networks: list[OfdsThing]


class OfdsLinksShown(Shown):
    """Where the next page is, null on the last."""

    next: str | None


class OfdsNodesShown(Shown):
    """A page of nodes: places that a duct ends at."""

    nodes: list[OfdsThing]
    links: OfdsLinksShown


class OfdsSpansShown(Shown):
    """A page of spans: ducts."""

    spans: list[OfdsThing]
    links: OfdsLinksShown


def get_network(call: Call) -> Answer:
    network = ofds_network(call.tools, call.who)
    network["links"] += [
        {"href": f"{request.base_url}/{part}", "rel": rel} for part, rel in (("nodes", NODES_API), ("spans", SPANS_API))
    ]
    return Answer(OfdsPackageShown(networks=[network]))


def list_nodes(call: Call) -> Answer:
    query = cast("OfdsQuery", call.query)
    page = ofds_nodes(call.tools, call.who, query.cursor, query.limit)
    return Answer(OfdsNodesShown(nodes=list(page.items), links=_links(page, query)))


def list_spans(call: Call) -> Answer:
    query = cast("OfdsQuery", call.query)
    page = ofds_spans(call.tools, call.who, query.cursor, query.limit)
    return Answer(OfdsSpansShown(spans=list(page.items), links=_links(page, query)))


def _links(page: Page, query: OfdsQuery) -> OfdsLinksShown:
    if page.next_cursor is None:
        return OfdsLinksShown(next=None)
    return OfdsLinksShown(next=f"{request.base_url}?cursor={page.next_cursor}&limit={query.limit}")


OPERATIONS = (
    Operation(
        "getOfdsNetwork",
        "GET",
        "/plant/ofds",
        "The plant as an Open Fibre Data Standard network, without its nodes and spans",
        "plant",
        get_network,
        OfdsPackageShown,
        action=Action.READ_PLANT,
        errors=(Forbidden,),
        notes="`neutralhost inventory export FILE.json` writes all of it into one file.",
    ),
    Operation(
        "listOfdsNodes",
        "GET",
        "/plant/ofds/nodes",
        "Its nodes: the places that a duct ends at",
        "plant",
        list_nodes,
        OfdsNodesShown,
        action=Action.READ_PLANT,
        query=OfdsQuery,
        errors=(Forbidden, CursorInvalid),
    ),
    Operation(
        "listOfdsSpans",
        "GET",
        "/plant/ofds/spans",
        "Its spans: the ducts",
        "plant",
        list_spans,
        OfdsSpansShown,
        action=Action.READ_PLANT,
        query=OfdsQuery,
        errors=(Forbidden, CursorInvalid),
    ),
)
