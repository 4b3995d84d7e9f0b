"""From a quote to a live line, whole: quote, order by it, worker, devices by their own protocols, packets.

On the packet twin of the example's inner part: the last thing that is waited for is a ping from the premises to
the ISP's router, with the ordered tags in a capture at the handover. `python -m tests.benchmarks.live` prints
every step; root and Open vSwitch are needed.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from automation.twin.errors import TwinLacksPrograms, TwinNeedsRoot
from automation.twin.ovs.programs import require_packets
from inventory.store.engine import migrate, open_engine
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import EventStatus, OrderRequest, OrderState
from provisioning.quoting import QuoteRequest
from tests.benchmarks.measure import Line
from tests.system.packets import PRODUCT, PacketTown, both_ways, capture, circuit_of, echo_tags, packet_town, ping

MAY_TAKE_S = 30.0  # the whole of it; five is what is aimed at
MBPS = 20
HANDOVER, ISP = "ho-quayside-1", "quayside"
HOMES = ("999911000001", "999911000002", "999910000001")
C_VLAN = 101
PROBE_S = 1.0  # of each measurement


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and the seconds it took."""

    name: str
    seconds: float


def measure() -> Iterator[Line]:
    """Seconds from asking for a quote to the ping's answer, against what it may take. Nothing without root."""
    try:
        require_packets()
    except (TwinNeedsRoot, TwinLacksPrograms) as missing:
        print(f"live: {missing}", file=sys.stderr)
        return
    yield _line("live: quote, order, three devices, ping, tags captured at the handover", probes=False)
    yield _line("live: the same, measured with frames before it is confirmed", probes=True)


def _line(name: str, *, probes: bool) -> Line:
    runs = list(runs_of(HOMES, probes=probes))
    took = [whole(run) for run in runs]
    middle = runs[took.index(sorted(took)[len(took) // 2])]
    longest = sorted((one for one in middle if one.name != "order"), key=lambda one: -one.seconds)[:4]
    note = ", ".join(f"{one.name.strip()} {one.seconds:.2f} s" for one in longest)
    return Line(name, took, [MAY_TAKE_S] * len(took), "the 30 s it may take", note=note)


def whole(run: Sequence[Step]) -> float:
    """Seconds of all, the order's own steps once."""
    return sum(step.seconds for step in run if not step.name.startswith("  "))


def runs_of(homes: tuple[str, ...], *, probes: bool) -> Iterator[list[Step]]:
    """One line a home, on one twin."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'live.db'}"
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        with packet_town(url, Path(folder), probing=probes, probe_s=PROBE_S) as town:
            for number, home in enumerate(homes, 1):
                yield go_live(town, home, number)


def go_live(town: PacketTown, home: str, number: int) -> list[Step]:
    """Quote, order, deliver, ping and capture; the order's own steps stand below it."""
    tools, steps, at = town.house.tools, [], time.perf_counter()

    def took(name: str) -> None:
        nonlocal at
        steps.append(Step(name, time.perf_counter() - at))
        at = time.perf_counter()

    request = OrderRequest(PRODUCT, home, HANDOVER, MBPS, 12)
    quote = front_desk.ask_quote(tools, SYSTEM, QuoteRequest(items={"1": request}), isp_code=ISP)
    took("quote")
    request = replace(request, quote_id=quote.id)
    order, _ = front_desk.place_order(tools, SYSTEM, request, idempotency_key=home, isp_code=ISP)
    took("accept")
    done = town.wait(order)
    if done.state is not OrderState.COMPLETED:
        sys.exit(f"{home}: {[reason.sentence for reason in done.reasons]}")
    took("order")
    story = front_desk.order_story(tools, SYSTEM, order.id).events
    steps += [
        Step(f"  {one.step}", one.seconds)
        for one in story
        if one.status is EventStatus.DONE and one.seconds is not None
    ]
    circuit = circuit_of(town.service(done.service_id or ""))
    near, far = town.twin.network.router(circuit.uni), town.twin.network.router(circuit.handover_port)
    far.tagged(f"10.{number}.0.1/24", s_vlan=circuit.s_vlan, c_vlan=C_VLAN)
    outlet = near.tagged(f"10.{number}.0.2/24", c_vlan=C_VLAN)
    took("routers at both ends")
    isp = town.end(circuit.handover_port)
    with capture(isp.namespace, isp.interface) as seen:
        replies = ping(outlet, f"10.{number}.0.1")
        tags = echo_tags(seen.stop())
    took("ping and capture")
    if replies != 3 or tags != both_ways("0x88a8", circuit.s_vlan, C_VLAN):
        sys.exit(f"{home} is not live: {replies} of 3 replies, tags {tags}")
    return steps


def main() -> None:
    require_packets()
    for probes in (False, True):
        print("measured with frames before it is confirmed" if probes else "without probes", end="\n\n")
        for run in runs_of(HOMES, probes=probes):
            for step in run:
                print(f"{step.name:24} {step.seconds:6.2f} s")
            print(f"{'whole':24} {whole(run):6.2f} s\n")


if __name__ == "__main__":
    main()
