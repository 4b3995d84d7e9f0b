"""The plant as an Open Fibre Data Standard network over the API: it links to its pages, each page to the next."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from inventory.files.ofds.publish import Publication
from inventory.files.ofds.words import NODES_API, SPANS_API
from inventory.store.mirror import read_inventory, replace_inventory
from tests.unit.inventory.planted import PLANTED
from tests.web_town import Machine, Town


@pytest.fixture
def town(engine: Engine) -> Town:
    town = Town(engine)
    replace_inventory(engine, PLANTED)
    return town


def pages(machine: Machine, address: str, name: str) -> list[Any]:
    """Everything behind an address, page by page, as a reader of the standard's links would take it."""
    things: list[Any] = []
    following: str | None = address
    while following is not None:
        parts = urlsplit(following)
        assert parts.path.startswith("/api/v1/")
        page = machine.get(f"{parts.path.removeprefix('/api/v1')}?{parts.query}").json
        things += page[name]
        assert len(things) < 1_000  # or the pages go round in a circle
        following = page["links"]["next"]
    return things


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 1_000])
def test_a_reader_who_follows_the_links_has_every_node_and_span(town: Town, limit: int) -> None:
    olga = town.machine("olga")
    (network,) = olga.get("/plant/ofds").json["networks"]
    links = {link["rel"]: link["href"] for link in network["links"]}
    publication = Publication(read_inventory(town.engine), "neutralhost", town.tools.now().date())

    assert {**network, "links": network["links"][:1]} == publication.network()
    assert pages(olga, f"{links[NODES_API]}?limit={limit}", "nodes") == list(publication.nodes())
    assert pages(olga, f"{links[SPANS_API]}?limit={limit}", "spans") == list(publication.spans())


@pytest.mark.parametrize("query", ["cursor=nobody", "limit=0", "limit=1001", "limit=+5", "page=2"])
def test_a_page_that_is_none_is_refused(town: Town, query: str) -> None:
    answer = town.machine("olga").get(f"/plant/ofds/nodes?{query}")

    assert answer.status_code == 422


def test_an_isp_reads_none_of_it(town: Town) -> None:
    for path in ("/plant/ofds", "/plant/ofds/nodes", "/plant/ofds/spans"):
        assert town.machine("anna").get(path).status_code == 403


def test_what_changed_in_the_inventory_is_in_the_next_answer(town: Town) -> None:
    olga = town.machine("olga")
    before = olga.get("/plant/ofds/spans").json["spans"]

    replace_inventory(town.engine, type(PLANTED)(organisations=PLANTED.organisations))

    assert len(before) == 3
    assert olga.get("/plant/ofds/spans").json == {"spans": [], "links": {"next": None}}
    assert "wayleaves" not in olga.get("/plant/ofds").json["networks"][0]
