"""Finding premises among many, against reading them all: what was done before there was an index."""

from collections.abc import Iterator
from itertools import islice

from inventory.premises import Premises
from inventory.premises_search import PremisesSearch, squeezed
from inventory.snapshot import Snapshot
from tests.benchmarks.cities import premises
from tests.benchmarks.measure import Line, compare

COUNT, LIMIT = 200_000, 50
SEARCHES = (
    ("by a whole postcode", "M2 3CD", ""),
    ("by a word that is nowhere", "", "no such street"),
    ("by a street", "", "17 Weaverbrook Lane"),
    ("by a word and the beginning of a postcode", "M2", "Weaverbrook"),
)


def measure() -> Iterator[Line]:
    """Several sorts of search, and what building the index costs."""
    everything = premises(COUNT).premises
    search = Snapshot(premises(COUNT)).premises_search
    for words, postcode, text in SEARCHES:
        assert _indexed(search, postcode, text) == _read_all(everything, postcode, text)
        yield compare(
            f"premises: {words}, of {COUNT:,}",
            lambda postcode=postcode, text=text: _indexed(search, postcode, text),
            "reading them all",
            lambda postcode=postcode, text=text: _read_all(everything, postcode, text),
            rounds=5,
        )
    yield compare(
        f"premises: the index of {COUNT:,}, once a snapshot",
        lambda: PremisesSearch(everything),
        "one search by reading them all",
        lambda: _read_all(everything, "", "no such street"),
        rounds=3,
    )


def _indexed(search: PremisesSearch, postcode: str, text: str) -> tuple[Premises, ...]:
    return tuple(islice(search.find(postcode, text), LIMIT))


def _read_all(everything: tuple[Premises, ...], postcode: str, text: str) -> tuple[Premises, ...]:
    begins, contains = squeezed(postcode), squeezed(text)
    found = (
        each for each in everything if squeezed(each.postcode).startswith(begins) and contains in squeezed(each.address)
    )
    return tuple(islice(found, LIMIT))
