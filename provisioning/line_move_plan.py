"""What a plan of moves would do, line by line: room at handovers and on links is counted for all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import batched

from inventory.errors import NeutralhostError
from inventory.snapshot import Snapshot
from provisioning.allocation import NO_TAGS
from provisioning.carrying import Carrying
from provisioning.catalogue import Catalogue, Product
from provisioning.design import allocate, design_circuit
from provisioning.line_errors import LineBusy, LineIsYours, LineNotMatched
from provisioning.line_moves import SAME, LineMoveRow, PlanRow, RowState
from provisioning.lines import Line
from provisioning.rights import must_be_isp, own_handover
from provisioning.services import Circuit, Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.taking_over import as_taker_sees
from provisioning.usage import Usage

ALL_LINES = 1_000_000
NOT_PLANNED = "The plan does not say who takes this line."
_DEVICES_AT_ONCE = 500


@dataclass
class _Taken:
    """What is taken, and what the lines foreseen so far would take and give back. Mbit/s; tags by place."""

    links: dict[str, int] = field(default_factory=dict)
    handovers: dict[str, int] = field(default_factory=dict)
    handover_tags: dict[str, frozenset[int]] = field(default_factory=dict)
    device_tags: dict[str, frozenset[int]] = field(default_factory=dict)

    @property
    def usage(self) -> Usage:
        return Usage(self.links, self.handovers, frozenset(), self.handover_tags, self.device_tags)

    def add(self, usage: Usage) -> None:
        self.links |= usage.link_committed_mbps
        self.handovers |= usage.handover_committed_mbps
        self.handover_tags |= usage.handover_tags
        self.device_tags |= usage.device_tags

    def move(self, leaving: Circuit, circuit: Circuit) -> None:
        for code in leaving.link_codes:
            self.links[code] = self.links.get(code, 0) - leaving.profile.cir_mbps
        for code in circuit.link_codes:
            self.links[code] = self.links.get(code, 0) + circuit.profile.cir_mbps
        code, tag = circuit.handover_code, frozenset({circuit.s_vlan})
        self.handovers[code] = self.handovers.get(code, 0) + circuit.profile.cir_mbps
        self.handover_tags[code] = self.handover_tags.get(code, NO_TAGS) | tag
        for hop in circuit.hops:
            self.device_tags[hop.device] = self.device_tags.get(hop.device, NO_TAGS) | tag


@dataclass(frozen=True)
class _Foresight:
    """All that a line's answer comes from."""

    snapshot: Snapshot
    catalogue: Catalogue
    carrying: Carrying
    lines: Mapping[str, Line]
    services: Mapping[str, Service]
    taken: _Taken

    def answer(self, number: int, row: PlanRow) -> LineMoveRow:
        """The line as it would be ordered; not possible, with the reason, where it could not."""
        line = self.lines.get(row.access_line_id)
        service = None if line is None else self.services.get(line.service_id)
        wanted = _row(number, row, line, service)
        try:
            present, leaving = _leaving(row, line, service)
            must_be_isp(self.snapshot, row.isp_code)
            own_handover(self.snapshot, row.isp_code, row.handover)
            wanted = _termed(wanted, self.catalogue.product(wanted.product), present)
            if present.state is not ServiceState.ACTIVE:  # it is ordered when the other order is done
                return replace(wanted, why=LineBusy(row.access_line_id).sentence)
            self.taken.move(leaving, self._circuit(wanted, leaving))
        except NeutralhostError as error:
            return replace(wanted, state=RowState.NOT_POSSIBLE, why=error.sentence)
        return wanted

    def _circuit(self, wanted: LineMoveRow, leaving: Circuit) -> Circuit:
        offer = self.catalogue.product(wanted.product).offer(wanted.bandwidth_mbps)
        seen = as_taker_sees(self.snapshot, self.taken.usage, wanted.uprn, leaving)
        found = design_circuit(self.snapshot, seen, wanted.uprn, wanted.handover, offer, self.carrying)
        return allocate(self.snapshot, seen, found)


def foresee(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    from_isp: str,
    plan: Sequence[PlanRow],
    carrying: Carrying,
) -> tuple[LineMoveRow, ...]:
    """Say for every line of the plan, and for every other live line of the ISP, what would become of it."""
    lines = {line.access_line_id: line for line in work.lines.page(isp_code=from_isp, limit=ALL_LINES)}
    services = {each.id: each for each in work.services.some([line.service_id for line in lines.values()])}
    taken = _taken_now(work, snapshot, plan)
    foresight = _Foresight(snapshot, catalogue, carrying, lines, services, taken)
    found = [foresight.answer(number, row) for number, row in enumerate(plan, 1)]
    named = {row.access_line_id for row in plan}
    forgotten = [line for name, line in lines.items() if name not in named and line.is_live]
    return (
        *found,
        *(_forgotten(number, line, services[line.service_id]) for number, line in enumerate(forgotten, len(found) + 1)),
    )


def _row(number: int, row: PlanRow, line: Line | None, service: Service | None) -> LineMoveRow:
    return LineMoveRow(
        number=number,
        access_line_id=row.access_line_id,
        uprn="" if line is None else line.uprn,
        isp_code=row.isp_code,
        handover=row.handover,
        product=service.product if service is not None and row.product == SAME else row.product,
        bandwidth_mbps=row.bandwidth_mbps or (0 if service is None else service.bandwidth_mbps),
        term_months=0,
        state=RowState.WAITING,
    )


def _termed(row: LineMoveRow, product: Product, service: Service) -> LineMoveRow:
    """With the term it has, or the shortest where that is not sold. Raises: SpeedNotOffered."""
    offered = product.offer(row.bandwidth_mbps).monthly_pence_by_term
    return replace(row, term_months=service.term_months if service.term_months in offered else min(offered))


def _leaving(row: PlanRow, line: Line | None, service: Service | None) -> tuple[Service, Circuit]:
    """The service on the line, and its circuit. Raises: LineNotMatched, LineIsYours."""
    if line is None or service is None or service.circuit is None or not line.is_live:
        raise LineNotMatched(row.access_line_id, "" if line is None else line.uprn)
    if service.isp_code == row.isp_code:
        raise LineIsYours(row.access_line_id, service.id)
    return service, service.circuit


def _forgotten(number: int, line: Line, service: Service) -> LineMoveRow:
    row = _row(number, PlanRow(line.access_line_id, "", ""), line, service)
    return replace(row, state=RowState.NOT_PLANNED, why=NOT_PLANNED)


def _taken_now(work: UnitOfWork, snapshot: Snapshot, plan: Sequence[PlanRow]) -> _Taken:
    """What is taken on every device and link, and at every handover of the plan."""
    taken = _Taken()
    for code in sorted({row.handover for row in plan} & snapshot.handovers.keys()):
        taken.add(work.reservations.usage((), None, code))
    for some in batched(sorted(snapshot.devices), _DEVICES_AT_ONCE):
        taken.device_tags |= work.reservations.usage(some, (), None).device_tags
    return taken
