"""Whether the strands of a link carry its light: are there enough, are they sound, and is too much lost on the way?

Pure. `link_budget` answers, `check_link` refuses.
"""

from collections.abc import Iterator
from datetime import date

from inventory.links import Link
from inventory.optics import LossBudget, LossFigures, least_optic
from inventory.plant import StrandRef, StrandState
from inventory.plant_errors import LinkNotCarried, LinkUnfit, LossOverBudget, StrandFaulty
from inventory.plant_map import Fibre, Plant
from inventory.readiness import why_not_there
from inventory.trace import trace_fibre


def fibres_of(plant: Plant, link: Link) -> tuple[Fibre, ...]:
    """The fibres that join a link's two ports, from `a` to `z`; of port-channels, those of all members.

    Raises: StrandLoop.
    """
    return tuple(
        fibre
        for cable in plant.cables_of(link)
        for fibre in plant.fibres_of_port(cable.a)
        if fibre.steps[-1] == cable.z
    )


def link_budget(plant: Plant, link: Link, figures: LossFigures) -> tuple[LossBudget, ...]:
    """What each fibre of a link loses, from `a` to `z`; () where no strands join its ports.

    Raises: StrandLoop.
    """
    return tuple(trace_fibre(plant, fibre, figures).budget for fibre in fibres_of(plant, link))


def check_link(plant: Plant, link: Link, figures: LossFigures, day: date) -> tuple[LossBudget, ...]:
    """Return the budget of each fibre of a link that can carry its light on that day.

    A link between two port-channels carries it while one of its members does: the fibres are those of such members.

    Raises:
        LinkNotCarried: no strands join its ports, fewer than its optic needs, or a duct or cable is not there then.
        StrandFaulty: a strand of it is faulty, or set aside by its owner.
        LossOverBudget: a fibre loses more than its optic allows.
        StrandLoop: its strands lead back into themselves.
    """
    budgets: list[LossBudget] = []
    refused: list[LinkUnfit] = []
    for cable in plant.cables_of(link):
        try:
            budgets += _check_cable(plant, cable, figures, day)
        except LinkUnfit as error:
            refused.append(error)
    if refused and not budgets:
        raise refused[0]
    return tuple(budgets)


def _check_cable(plant: Plant, link: Link, figures: LossFigures, day: date) -> tuple[LossBudget, ...]:
    fibres = fibres_of(plant, link)
    traces = tuple(trace_fibre(plant, fibre, figures) for fibre in fibres)
    _check_count(link, len(fibres), tuple(event.optic for trace in traces for event in trace.events if event.optic))
    for fibre in fibres:
        for strand in (step for step in fibre.steps if isinstance(step, StrandRef)):
            _check_strand(plant, link, strand, day)
    budgets = tuple(trace.budget for trace in traces)
    for budget in budgets:
        _check_loss(link, budget)
    return budgets


def _check_count(link: Link, count: int, optics: tuple[str, ...]) -> None:
    if not count:
        raise LinkNotCarried(link.code, f"no strands join {link.a} and {link.z}")
    optic = least_optic(optics)
    if optic is not None and count < optic.strands:
        raise LinkNotCarried(link.code, f"{optic.name} needs {optic.strands} fibres, and {count} joins its ports")


def _check_strand(plant: Plant, link: Link, ref: StrandRef, day: date) -> None:
    strand = plant.strands[ref]
    if strand.state is not StrandState.USABLE:
        raise StrandFaulty(link.code, str(ref), strand.state.value)
    for reason in filter(None, _why_away(plant, ref.cable, day)):
        raise LinkNotCarried(link.code, reason)


def _why_away(plant: Plant, cable: str, day: date) -> Iterator[str]:
    yield why_not_there(plant.cables[cable], day)
    yield from (why_not_there(plant.ducts[duct], day) for duct in plant.ducts_of(cable))


def _check_loss(link: Link, budget: LossBudget) -> None:
    if budget.allowed_db is not None and budget.loss_db > budget.allowed_db:
        raise LossOverBudget(link.code, budget.optic, budget.allowed_db, budget.loss_db, budget.items)
