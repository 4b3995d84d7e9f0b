"""Cuts in a city of 100,000 places with 300,000 services: the services hit, against tracing every one again.

Each service runs from the switch that serves its premises over the shortest path of lit links to the
nearest handover of its ISP. Ours derives the links of a duct from the plant, once a snapshot, and asks the
database which services hold them; nothing about services is kept in memory.
"""

import random
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import cast

from sqlalchemy import Engine, func, select

from inventory.cut import cut
from inventory.devices import DeviceRole
from inventory.examples.generate import make_estate
from inventory.graph import graph_of
from inventory.plant import AssetKind, AssetRef, StrandRef
from inventory.plant_map import plant_of
from inventory.snapshot import Inventory, Snapshot
from inventory.store.bulk import insert_rows
from inventory.store.mirror import replace_inventory
from provisioning.questions.cut import what_is_cut
from provisioning.rights import SYSTEM
from provisioning.store.tables import held_links, services
from provisioning.store.unit import StoredWork
from provisioning.tools import Tools
from tests.benchmarks.measure import MEGABYTES, Line, seconds_of
from tests.benchmarks.mirror import new_postgresql_databases, new_sqlite_databases, opened
from tests.benchmarks.plant_coverage import NOT_READ
from tests.integration.desk import desk_on
from tests.postgres import cluster

SCALE, SERVICES, ROUNDS, DUCTS, TRACED, WORST, SEED = 100, 300_000, 3, 300, 300, 20, 1904
TODAY = datetime(2026, 11, 22, tzinfo=UTC).date()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Way:
    """The circuit of many services: its ISP, handover and links, and how it stands in the database."""

    isp: str
    handover: str
    links: tuple[str, ...]
    circuit: str


def measure() -> Iterator[Line]:
    """On SQLite, and on PostgreSQL where it is installed."""
    before_mb = resident_mb()
    snapshot = Snapshot(make_estate(scale=SCALE))
    city_mb = resident_mb() - before_mb
    first_s = seconds_of(lambda: cut(snapshot, AssetRef(AssetKind.DUCT, snapshot.inventory.ducts[0].code), TODAY))
    index_mb = resident_mb() - before_mb - city_mb
    yield Line(
        "cut: memory of the process, the whole city in it and every index of the first cut",
        [resident_mb()],
        [before_mb + city_mb],
        "the same before the first cut",
        MEGABYTES,
        note=f"indexes {index_mb:,.0f} MB, built in {first_s:.1f} s; without a city {before_mb:,.0f} MB",
    )
    ways = list(make_ways(snapshot))
    with tempfile.TemporaryDirectory() as folder:
        yield from _lines("SQLite", new_sqlite_databases(Path(folder)), snapshot, ways)
    if any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or shutil.which("pg_ctl"):
        with cluster() as url:
            yield from _lines("PostgreSQL", new_postgresql_databases(url), snapshot, ways)


def resident_mb() -> float:
    """What this process holds of the machine's memory now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def make_ways(snapshot: Snapshot) -> Iterator[Way]:
    """One for each service: of a random premises that is served, and a random ISP."""
    rng, graph = random.Random(SEED), graph_of(snapshot)
    switches = {d.place_code: d.name for d in snapshot.inventory.devices if d.role is DeviceRole.SWITCH}
    handovers: dict[str, dict[str, str]] = {}
    for handover in snapshot.inventory.handovers:
        handovers.setdefault(handover.isp_code, {})[handover.port.device] = handover.code
    isps, known = sorted(handovers), dict[tuple[str, str], Way | None]()
    starts = [switches[p.serving_place] for p in snapshot.inventory.premises if p.serving_place in switches]
    reach = {start: graph.reach(start) for start in sorted(set(starts))}
    made = 0
    while made < SERVICES:
        start, isp = rng.choice(starts), rng.choice(isps)
        if (start, isp) not in known:
            end = reach[start].nearest(handovers[isp])
            links = () if end is None else tuple(hop.link_code for hop in reach[start].path_to(end).hops)
            way = Way(isp, handovers[isp][end], links, _circuit(start, links)) if end is not None and links else None
            known[start, isp] = way
        found = known[start, isp]
        if found is not None:
            made += 1
            yield found


def _circuit(start: str, links: Sequence[str]) -> str:
    hops = ",".join(f'{{"device":"sw-{code}","tagged_ports":["Ethernet1","Ethernet2"]}}' for code in links)
    codes = ",".join(f'"{code}"' for code in links)
    profile = '{"cir_mbps":10,"eir_mbps":90,"cbs_bytes":12500,"ebs_bytes":112500}'
    return (
        f'{{"uni":{{"device":"{start}","port":"Ethernet1"}},"s_vlan":2001,"hops":[{hops}],'
        f'"link_codes":[{codes}],"length_m":1000.0,"profile":{profile}}}'
    )


def _lines(name: str, new_database: Callable[[], Engine], snapshot: Snapshot, ways: Sequence[Way]) -> Iterator[Line]:
    with opened(new_database) as engine:
        tools = replace(desk_on(engine), now=lambda: NOW, load_snapshot=lambda: snapshot)
        replace_inventory(engine, _without_plant(snapshot.inventory))
        _sell(engine, snapshot, ways)
        city = City(tools, snapshot, ways, engine)
        rng, ducts = random.Random(SEED), city.fullest_ducts()
        random_s, worst_s, whole_s, traced_s = (list[float]() for _ in range(4))
        worst = ducts[:WORST]
        for _ in range(ROUNDS):
            times = [seconds_of(lambda duct=duct: city.hit(duct)) for duct in rng.sample(ducts, DUCTS)]
            random_s.append(statistics.quantiles(times, n=20)[-1])
            worst_s.append(max(seconds_of(lambda duct=duct: city.hit(duct)) for duct in worst))
            whole_s.append(seconds_of(lambda: what_is_cut(tools, SYSTEM, worst[0], TODAY, ways=0)))
            traced_s.append(city.traced_again(rng, worst[0]))
        most = max(len(city.hit(duct)) for duct in worst)
    against = f"tracing every service again (extrapolated from {TRACED})"
    yield Line(
        f"cut: services hit out of {SERVICES:,}, p95 of {DUCTS} random ducts, {name}", random_s, traced_s, against
    )
    note = f"the worst hits {most:,} services"
    yield Line(f"cut: the same, worst of the {WORST} fullest ducts, {name}", worst_s, traced_s, against, note=note)
    note = "with ISPs, premises, public sites, and for each service whether other links have room"
    yield Line(f"cut: the whole answer for the fullest duct, {name}", whole_s, traced_s, against, note=note)


def _without_plant(inventory: Inventory) -> Inventory:
    """What services refer to; the plant itself is asked in memory, as a server keeps it."""
    nothing = dict.fromkeys((*NOT_READ, "ducts", "consents", "consent_covers"), ())
    return replace(inventory, **nothing)  # type: ignore[arg-type]  # every field of it is a tuple


def _sell(engine: Engine, snapshot: Snapshot, ways: Sequence[Way]) -> None:
    rng = random.Random(SEED)
    ids = [f"S-{number:010}" for number in rng.sample(range(10**10), len(ways))]
    uprns = [premises.uprn for premises in snapshot.inventory.premises]
    is_sqlite = engine.dialect.name == "sqlite"
    at = "2026-11-22 12:00:00.000000" if is_sqlite else NOW
    columns = [column.name for column in services.columns]
    with engine.begin() as connection:
        rows = []
        for service_id, way, uprn in zip(ids, ways, cycle(uprns), strict=False):
            values = {
                "id": service_id,
                "isp_code": way.isp,
                "product": "access-eline",
                "uprn": uprn,
                "handover": way.handover,
                "bandwidth_mbps": 100,
                "term_months": 12,
                "reference": "",
                "state": "active",
                "circuit": way.circuit,
                "idle_lines": "{}",
                "monthly_pence": 2_400,
                "created_at": at,
                "activated_at": at,
                "legs": "[]",
            }
            rows.append(tuple(values.get(column) for column in columns))
        insert_rows(connection, services, rows)
        held = sorted({(each, link, 10) for each, way in zip(ids, ways, strict=True) for link in way.links})
        insert_rows(connection, held_links, held)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


class City:
    """The two ways to the same list."""

    def __init__(self, tools: Tools, snapshot: Snapshot, ways: Sequence[Way], engine: Engine) -> None:
        self.tools, self.snapshot, self.ways, self.engine = tools, snapshot, ways, engine
        self.plant = plant_of(snapshot)

    def hit(self, duct: str) -> frozenset[str]:
        lost = cut(self.snapshot, AssetRef(AssetKind.DUCT, duct), TODAY)
        with self.tools.open_unit_of_work(reading=True) as work:
            strands = work.impacts.strands_held_in(lost.cables, TODAY)
            on_strands = {hold.service_id for hold in strands if hold.service_id is not None}
            return work.impacts.ids_on_links(lost.links) | on_strands

    def fullest_ducts(self) -> list[str]:
        """Those that carry services, the ones whose links are held most often first."""
        with self.tools.open_unit_of_work(reading=True) as work:
            query = select(held_links.c.link, func.count()).group_by(held_links.c.link)
            counts = dict(row.tuple() for row in cast("StoredWork", work).session.execute(query))
        on_cable: Counter[str] = Counter()
        for link, fibres in self.plant.fibres_of_link.items():
            for cable in {strand.cable for fibre in fibres for strand in fibre}:
                on_cable[cable] += counts.get(link, 0)
        in_duct = {duct: sum(on_cable[cable] for cable in cables) for duct, cables in self.plant.cables_in_duct.items()}
        return sorted((duct for duct, held in in_duct.items() if held), key=lambda duct: -in_duct[duct])

    def traced_again(self, rng: random.Random, duct: str) -> float:
        """How long it would take to trace all services from port to port, and look for the duct."""
        some = rng.sample(self.ways, TRACED)
        return seconds_of(lambda: [self._lies_in(way, duct) for way in some]) / TRACED * len(self.ways)

    def _lies_in(self, way: Way, duct: str) -> bool:
        for code in way.links:
            for patch in self.plant.patches_of_port.get(self.plant.links[code].a, ()):
                for step in self.plant.walk(patch.position):
                    if isinstance(step, StrandRef) and duct in self.plant.ducts_of(step.cable):
                        return True
        return False
