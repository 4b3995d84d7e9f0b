"""Whether an order takes longer under one ISP's name than under another's.

Two towns on two databases are the same but for the names: the ISPs are permuted. Each line of one order book is walked
in both, in turn, from accept to its end. Which of both takes longer must be chance: Wilcoxon's signed-rank test on the
pairs says how likely so large a difference is if it is.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from scipy.stats import wilcoxon

from inventory.source import NoRecord
from inventory.store.engine import migrate, open_engine
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from tests.benchmarks.measure import Line
from tests.integration.test_identity_blind import Wish, isps_of, manchester, order_book, permuted
from tests.integration.walking import Town, build_town

ORDERS, WARM_UP = 150, 10


def measure() -> Iterator[Line]:
    """Seconds of each order under its own ISP's name, and under another's."""
    isps = isps_of(manchester())
    own = dict(zip(isps, isps, strict=True))
    others = dict(zip(isps, isps[1:] + isps[:1], strict=True))
    with tempfile.TemporaryDirectory() as folder:
        towns = [(_town(Path(folder), f"{number}.db", names), names) for number, names in enumerate((own, others))]
        book = order_book(manchester(), ORDERS + WARM_UP, seed=7)
        pairs = [_both(towns, number, wish) for number, wish in enumerate(book)][WARM_UP:]
        for town, _ in towns:
            town.engine.dispose()
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    chance = wilcoxon(ours, theirs).pvalue
    yield Line(
        f"identity: an order of a book of {ORDERS}, from accept to its end",
        ours,
        theirs,
        "the same order under another ISP's name",
        note=f"Wilcoxon's p {chance:.2f}: a difference like this is chance as often as that",
    )


def _town(folder: Path, name: str, names: Mapping[str, str]) -> Town:
    engine = open_engine(f"sqlite:///{folder / name}")
    migrate(engine)
    town = build_town(engine, permuted(manchester(), names))
    town.tools = replace(town.tools, record=NoRecord())
    return town


def _both(towns: list[tuple[Town, Mapping[str, str]]], number: int, wish: Wish) -> tuple[float, float]:
    """Walk one line of the book in both towns; who is first changes with every line."""
    took = [0.0, 0.0]
    for which in (0, 1) if number % 2 else (1, 0):
        town, names = towns[which]
        began = time.perf_counter()
        front_desk.place_order(
            town.tools, SYSTEM, wish.request, idempotency_key=f"wish-{number}", isp_code=names[wish.isp_code]
        )
        town.walk_all()
        took[which] = time.perf_counter() - began
    return took[0], took[1]
