"""Coverage of 300,000 premises in a city of 100,000 places and 200 DXs, from the database and back into it.

The baseline is what one would write first: premises by premises, the nearest place by a KD-tree, then a
search over ducts that stops at the first DX that still takes them. It is given for nothing which DXs
are full and with whom, keeps the ducts in memory, and is timed on a sample; its answers must be
those of the batch.
"""

import heapq
import math
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from scipy.spatial import KDTree
from sqlalchemy import Engine, select, update

from inventory.coverage import Coverage, Ground, cover, make_ground
from inventory.coverage_nouns import REASONS, CoverageReason, CoverageRules, GroundRows, free_ports
from inventory.examples.generate import make_estate
from inventory.places import PlaceKind
from inventory.snapshot import Inventory, Snapshot
from inventory.store.coverage_tables import coverage
from inventory.store.mirror import replace_inventory
from inventory.store.tables import premises
from provisioning.questions.coverage import refresh_coverage
from provisioning.rights import SYSTEM
from provisioning.store.unit import StoredWork
from provisioning.tools import Tools
from tests.benchmarks.measure import Line, seconds_of
from tests.benchmarks.mirror import new_postgresql_databases, new_sqlite_databases, opened
from tests.integration.desk import desk_on
from tests.postgres import cluster

SCALE, ROUNDS, TIMED, COMPARED, SEED = 100, 3, 300, 1_000, 1904
NOT_READ = ("bores", "cables", "cable_bores", "strands", "closures", "splices", "odfs", "odf_positions", "patches")
TAKES_A_PORT = {CoverageReason.DROP_NEEDED, CoverageReason.FARTHER_DX, CoverageReason.NO_FREE_PORT}
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def measure() -> Iterator[Line]:
    """All of a refresh on SQLite, and on PostgreSQL where it is installed."""
    inventory = city()
    with tempfile.TemporaryDirectory() as folder:
        yield from _lines("SQLite", new_sqlite_databases(Path(folder)), inventory)
    if any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or shutil.which("pg_ctl"):
        with cluster() as url:
            yield from _lines("PostgreSQL", new_postgresql_databases(url), inventory)


def city() -> Inventory:
    """The generated city without its cables and strands, which coverage does not look at."""
    whole = make_estate(scale=SCALE)
    nothing: Mapping[str, tuple[()]] = dict.fromkeys((*NOT_READ, "consents", "consent_covers"), ())
    return replace(whole, **nothing)  # type: ignore[arg-type]  # every field of it is a tuple


def _lines(name: str, new_database: Callable[[], Engine], inventory: Inventory) -> Iterator[Line]:
    with opened(new_database) as engine:
        tools = _with_enough_ports(replace(desk_on(engine), now=lambda: NOW), inventory)
        replace_inventory(engine, inventory)
        one_by_one = OneByOne(*_answered(tools))
        ground = one_by_one.ground
        sample = random.Random(SEED).sample(range(len(ground.uprns)), COMPARED)
        one_by_one.must_agree(sample)
        batch, alone, whole, searches = (list[float]() for _ in range(4))
        for _ in range(ROUNDS):
            batch.append(seconds_of(lambda: refresh_coverage(tools, SYSTEM)))
            alone.append(seconds_of(lambda: cover(ground, one_by_one.rules)))
            whole.append(_of_all(ground, seconds_of(lambda: [one_by_one.one(tools, each) for each in sample[:TIMED]])))
            searches.append(
                _of_all(ground, seconds_of(lambda: [one_by_one.exchange_of(each) for each in sample[:TIMED]]))
            )
    size = f"{len(ground.uprns):,} premises, {len(ground.places):,} places, {len(ground.exchanges)} DXs with ports"
    loop = "premises by premises: a search that stops at the first DX that takes it"
    yield Line(
        f"coverage: {size}; read from {name}, worked out, written back",
        batch,
        whole,
        f"{loop}, its row read and its answer written (extrapolated from {TIMED})",
        note=f"{COMPARED:,} sampled answers identical",
    )
    yield Line("coverage: the same, worked out in memory only", alone, searches, f"{loop} (extrapolated from {TIMED})")


def _of_all(ground: Ground, seconds: float) -> float:
    return seconds / TIMED * len(ground.uprns)


def _with_enough_ports(tools: Tools, inventory: Inventory) -> Tools:
    """A tenth more ports than premises, so that many DXs are full and yet nearly everybody gets one somewhere."""
    exchanges = {place.code for place in inventory.places if place.kind is PlaceKind.DX}
    ports = sum(count for place, count in free_ports(Snapshot(inventory)).items() if place in exchanges)
    per_port = math.ceil(1.1 * len(inventory.premises) / ports)
    return replace(tools, settings=tools.settings.model_copy(update={"coverage_premises_per_port": per_port}))


def _answered(tools: Tools) -> tuple[GroundRows, CoverageRules]:
    with tools.open_unit_of_work(reading=True) as work:
        rows, _ = work.coverage.ground(NOW.date())
    return rows, CoverageRules(tools.settings.coverage_drop_limit_m, tools.settings.coverage_premises_per_port)


@dataclass(init=False)
class OneByOne:
    """The baseline, and the batch's answers to compare with."""

    ground: Ground
    found: Coverage

    def __init__(self, rows: GroundRows, rules: CoverageRules) -> None:
        self.rules = rules
        self.ground = make_ground(rows)
        self.found = cover(self.ground, rules)
        self.tree = KDTree(self.ground.place_positions)
        self.positions = self.ground.place_positions.tolist()
        self.around: list[list[tuple[int, int]]] = [[] for _ in self.ground.places]
        lengths_cm = self.ground.duct_lengths_cm.tolist()
        for (a, z), length_cm in zip(self.ground.duct_ends.tolist(), lengths_cm, strict=True):
            self.around[a].append((z, length_cm))
            self.around[z].append((a, length_cm))
        self.exchange_at = {node: number for number, node in enumerate(self.ground.exchange_nodes.tolist())}
        self.last_taken = self._last_taken()

    def _last_taken(self) -> dict[int, tuple[float, int]]:
        """Of each DX the farthest premises it takes a port for; endlessly far where it has room left."""
        taken: dict[int, list[tuple[float, int]]] = {number: [] for number in range(len(self.ground.exchanges))}
        answers = (self.found.exchanges, self.found.distances_cm, self.found.reasons)
        for number, (dx, cm, reason) in enumerate(zip(*(each.tolist() for each in answers), strict=True)):
            if dx >= 0 and REASONS[reason] in TAKES_A_PORT:
                taken[dx].append((cm, number))
        room = (self.ground.free_ports * self.rules.premises_per_port).tolist()
        last = {dx: max(those, default=(-1.0, -1)) for dx, those in taken.items()}
        return {dx: last[dx] if len(those) >= room[dx] else (math.inf, -1) for dx, those in taken.items()}

    def exchange_of(self, number: int) -> tuple[int, int]:
        """The DX of one premises and how far it is in centimetres; (-1, 0) where there is none."""
        position = self.ground.premises_positions[number]
        away, place = self.tree.query(position)
        drop_cm = round(float(away) * 100)
        if drop_cm > self.rules.drop_limit_m * 100:
            return -1, 0
        has_nte = bool(self.ground.has_nte[number])
        settled: set[int] = set()
        # Of equally near DXs the first by code: where all of one distance are found before any farther one.
        best: tuple[int, int] | None = None
        queue = [(drop_cm, int(place))]
        while queue and (best is None or queue[0][0] <= best[0]):
            cm, node = heapq.heappop(queue)
            if node in settled:
                continue
            settled.add(node)
            dx = self.exchange_at.get(node)
            if dx is not None and (has_nte or (cm, number) <= self.last_taken[dx]):
                best = min(best or (cm, dx), (cm, dx))
            for other, length_cm in self.around[node]:
                if other not in settled:
                    heapq.heappush(queue, (cm + length_cm, other))
        return (-1, 0) if best is None else (best[1], best[0])

    def one(self, tools: Tools, number: int) -> None:
        """Answer for one premises as one qualification would: read its row, search, and write the answer."""
        uprn = self.ground.uprns[number]
        with tools.open_unit_of_work(reading=True) as work:
            read = select(premises.c.easting_m, premises.c.northing_m).where(premises.c.uprn == uprn)
            cast("StoredWork", work).session.execute(read).one()
        dx, cm = self.exchange_of(number)
        answer = {"dx": self.ground.exchanges[dx] if dx >= 0 else None, "distance_m": cm / 100}
        with tools.open_unit_of_work() as work:
            cast("StoredWork", work).session.execute(update(coverage).where(coverage.c.uprn == uprn).values(answer))
            work.commit()

    def must_agree(self, sample: list[int]) -> None:
        """Raises: AssertionError, where an answer of the batch is another one."""
        for number in sample:
            dx = int(self.found.exchanges[number])
            expected = (dx, int(self.found.distances_cm[number]) if dx >= 0 else 0)
            assert self.exchange_of(number) == expected, self.ground.uprns[number]
