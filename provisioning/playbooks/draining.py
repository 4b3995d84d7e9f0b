"""The playbook `drain`: move the traffic off a link, service by service, and name what cannot be moved.

Each service is a change plan of its own, all or nothing on its devices: one that fails leaves that service where it
was and the others where they are. Nothing is interrupted silently: without another path a service stays on the
link, and is named.
"""

from inventory.cut import lost_with, weakened_by
from inventory.errors import NeutralhostError, UnknownThing
from provisioning import detour_desk, device_desk, front_desk
from provisioning.birth_design import links_of
from provisioning.change_plans import PLAN_ENDED, ChangePlan, PlanState
from provisioning.device_desk import OtherWay
from provisioning.playbooks.commissioning import said_of_plan
from provisioning.playbooks.rehearsing import results_of
from provisioning.playbooks.shape import Context, Report, Table, Values

MOVED, CAN_BE, STAYS, WAITS = "moved", "can be moved", "stays", "waits"
type Row = tuple[str, str, str, str]


def run(context: Context, values: Values) -> Report:
    link = values.text("link")
    if link not in context.snapshot.links:
        raise UnknownThing("link", link)
    avoid = frozenset({link, *values.texts("avoid")})
    moving = context.ask(detour_desk.moves_under_way)
    rows: list[Row] = []
    for way in context.ask(device_desk.without_link, link):
        plan = moving.get(way.hit.id)
        if context.stopped:
            rows.append((way.hit.id, way.hit.product, STAYS, "stopped before it was begun"))
        elif not values.flag("approve") or context.dry_run:
            rows.append(_foresee(context, way, avoid) if plan is None else _row_of(context, way, plan))
        else:
            context.working(f"moving {way.hit.id}")
            rows.append(_move(context, way, link, avoid) if plan is None else _go_on(context, way, plan))
    return _report(link, rows, _still_carried(context, link))


def _still_carried(context: Context, link: str) -> str:
    """Of a member of a port-channel: on what its services go on. "" where the link is none, or has no other."""
    weakened = weakened_by(context.snapshot, lost_with(context.snapshot, {link}))
    return "".join(f" It is a member of {each.link}, which runs on {', '.join(each.left)}." for each in weakened)


def _foresee(context: Context, way: OtherWay, avoid: frozenset[str]) -> Row:
    """Which path it would get, and what its devices say to that; nothing is left on them."""
    try:
        detour = context.ask(detour_desk.foresee_detour, way.hit.id, avoid)
    except NeutralhostError as error:
        return way.hit.id, way.hit.product, STAYS, error.sentence
    rehearsal = context.reads.rehearse(detour.changes)
    context.tell(*results_of(rehearsal))
    refused = "; ".join(f"{each.device}: {each.reason}" for each in rehearsal.refusals)
    if refused:
        return way.hit.id, way.hit.product, STAYS, refused
    return way.hit.id, way.hit.product, CAN_BE, _over(detour.links)


def _move(context: Context, way: OtherWay, link: str, avoid: frozenset[str]) -> Row:
    why = f"drain {link}: move {way.hit.id}"
    try:
        plan = context.ask(detour_desk.move_service, way.hit.id, avoid, why=why)
    except NeutralhostError as error:
        return way.hit.id, way.hit.product, STAYS, error.sentence
    return _go_on(context, way, plan)


def _go_on(context: Context, way: OtherWay, plan: ChangePlan) -> Row:
    """A plan ends its move by itself, whoever looks on: here it is only approved and waited for."""
    try:
        return _row_of(context, way, context.see_through(plan, approve=True))
    except NeutralhostError as error:  # nobody walks it now, or it may not be approved
        return way.hit.id, way.hit.product, WAITS, error.sentence


def _row_of(context: Context, way: OtherWay, plan: ChangePlan) -> Row:
    if plan.state is not PlanState.DONE:
        return way.hit.id, way.hit.product, STAYS if plan.state in PLAN_ENDED else WAITS, said_of_plan(plan)
    service = context.ask(front_desk.service, way.hit.id)
    return way.hit.id, way.hit.product, MOVED, _over(links_of(context.snapshot, service))


def _over(links: tuple[str, ...]) -> str:
    return f"over {', '.join(links)}"


def _report(link: str, rows: list[Row], still_carried: str = "") -> Report:
    count = {what: sum(row[2] == what for row in rows) for what in (MOVED, CAN_BE, STAYS, WAITS)}
    pending = count[CAN_BE] + count[STAYS] + count[WAITS] > 0
    if not rows:
        crosses = "is off without" if still_carried else "crosses"
        says = f"No service {crosses} {link}: it can be taken down.{still_carried}"
    elif count[CAN_BE]:
        says = f"{link}: {count[CAN_BE]} can be moved (--approve does it), {count[STAYS]} have to stay."
    else:
        says = f"{link}: {count[MOVED]} moved, {count[STAYS]} stay, {count[WAITS]} wait."
    if rows and not pending:
        says += " It can be taken down."
    table = Table(("service", "product", "what", "how"), tuple(rows))
    services = [dict(zip(("service", "product", "what", "how"), row, strict=True)) for row in rows]
    return Report(says, (), (table,), {"link": link, "services": services}, is_pending=pending)
