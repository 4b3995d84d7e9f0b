"""What a move of a line costs its subscriber, and what foreseeing many moves costs.

Simulated devices; the port is looked at every millisecond: out of service is a port that is shut, or in no S-VLAN.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from inventory.store.engine import migrate, open_engine
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.line_move_desk import foresee_line_moves, plan_by_rule
from provisioning.orders import OrderRequest, OrderState
from provisioning.qualification import QualificationRequest
from tests.benchmarks.measure import SECONDS, Line, seconds_of
from tests.integration.running import Running, running
from tests.integration.street import uprn_of
from tests.integration.two_isps import GAINING, GAINING_HANDOVER, active, line_of, move, two_isps
from tests.integration.walking import build_town

ROUNDS, LINES = 3, 200
LOOK_EVERY_S = 0.001


def measure() -> Iterator[Line]:
    """Seconds the port is out of service, and seconds to foresee moves."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(f"sqlite:///{Path(folder) / 'moves.db'}", two_isps(homes=2 * ROUNDS)) as town,
    ):
        moved = [_out_of_service(town, home, _move) for home in range(1, ROUNDS + 1)]
        ceased = [_out_of_service(town, home, _cease_and_provide) for home in range(ROUNDS + 1, 2 * ROUNDS + 1)]
    yield Line(
        "a line's move: the subscriber's port is out of service",
        moved,
        ceased,
        "ceasing the old service, then ordering the new one",
        SECONDS,
        "looked at every millisecond: the switch is one commit, and no look found the port out",
    )
    yield from _foreseeing()


def _foreseeing() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'plan.db'}")
        migrate(engine)
        town = build_town(engine, two_isps(LINES, gaining_tags=LINES))
        for home in range(1, LINES + 1):
            town.order(home)
        town.walk_all()
        plan = plan_by_rule(town.tools, SYSTEM, "quayside", GAINING, GAINING_HANDOVER)
        asked = [QualificationRequest("access-eline", uprn_of(home), 100) for home in range(1, LINES + 1)]

        def alone() -> None:
            for each in asked:
                front_desk.qualify(town.tools, SYSTEM, each)

        def together() -> None:
            foresee_line_moves(town.tools, SYSTEM, "quayside", plan)

        together(), alone()
        ours, bare = zip(*((seconds_of(together), seconds_of(alone)) for _ in range(ROUNDS)), strict=True)
        engine.dispose()
    yield Line(
        f"a dry run of {LINES} moves, all counted together", ours, bare, "qualifying each of them alone", SECONDS
    )


def _move(town: Running, home: int, line: str, _service_id: str) -> None:
    [done] = town.wait([move(town, line, home)])
    assert done.state is OrderState.COMPLETED


def _cease_and_provide(town: Running, home: int, _line: str, service_id: str) -> None:
    town.wait([town.cease(service_id)])
    request = OrderRequest("access-eline", uprn_of(home), GAINING_HANDOVER, 100, 12)
    placed, _ = front_desk.place_order(
        town.house.tools, SYSTEM, request, idempotency_key=f"again-{home}", isp_code=GAINING
    )
    [done] = town.wait([placed])
    assert done.state is OrderState.COMPLETED


def _out_of_service(town: Running, home: int, act: Callable[[Running, int, str, str], None]) -> float:
    """Seconds for which the home's port was shut or in no S-VLAN while the change was made."""
    service = active(town, home)
    line, over, lost = line_of(town, service), threading.Event(), [0.0]

    def look() -> None:
        before = time.monotonic()
        while not over.is_set():
            port = town.fleet.running_config(f"nte-{home}").partition("interface Ethernet1\n")[2].partition("!")[0]
            now = time.monotonic()
            if "\n   shutdown" in f"\n{port}" or "switchport access vlan" not in port:
                lost[0] += now - before
            before = now
            time.sleep(LOOK_EVERY_S)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        act(town, home, line, service.id)
    finally:
        over.set()
        watcher.join()
    return lost[0]
