"""`neutralhost line ...`: lines, for the operator at this machine."""

import uuid
from collections.abc import Sequence

from provisioning import front_desk
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.order import follow_to_its_end, print_order
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment, safe, speed, yes_no
from provisioning.front_desk import SYSTEM
from provisioning.lines import LineFacts
from provisioning.orders import OrderRequest


def list_lines(uprn: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    with open_house() as house:
        page = front_desk.lines(house.tools, SYSTEM, uprn=uprn, cursor=cursor, limit=limit)
    output.answer(page, lambda: output.table(_lines_sheet(page.lines)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(name: str) -> None:
    output = current_output()
    of_service = name.upper().startswith("S-")
    with open_house() as house:
        facts = front_desk.line(
            house.tools,
            SYSTEM,
            service_id=name if of_service else None,
            access_line_id=None if of_service else name,
        )
    output.answer({"line": facts}, lambda: _print_line(facts, output))


def match(access_line_id: str, uprn: str) -> int:
    output = current_output()
    with open_house() as house:
        found = front_desk.match_line(house.tools, SYSTEM, access_line_id, uprn)
    words = f"{found.access_line_id} is {'' if found.matched else 'not '}a live line at UPRN {found.uprn}."

    def tell() -> None:
        output.say(words)
        if found.matched:
            operator = ("network operator", found.network_operator or "-")
            output.facts((operator, *_nte(found.nte, found.nte_serial), ("port", found.nte_port)))

    output.answer({"match": found}, tell)
    return EXIT_DONE if found.matched else EXIT_ERROR


def move(
    access_line_id: str,
    uprn: str,
    isp_code: str,
    handover: str,
    bandwidth_mbps: int,
    term_months: int,
    product: str,
    reference: str,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    output = current_output()
    request = OrderRequest(product, uprn, handover, bandwidth_mbps, term_months, reference, takes_over=access_line_id)
    with open_house() as house:
        order, is_new = front_desk.place_order(
            house.tools, SYSTEM, request, idempotency_key=idempotency_key or str(uuid.uuid4()), isp_code=isp_code
        )
        output.say(f"Order {order.id} was {'placed' if is_new else 'placed before with this key'}.")
        if not follow:
            output.answer({"order": order, "new": is_new}, lambda: print_order(order, output))
            return EXIT_DONE
        return follow_to_its_end(house, order.id, output, None)


def _lines_sheet(lines: Sequence[LineFacts]) -> Sheet:
    rows = (
        (
            facts.line.access_line_id,
            facts.line.uprn,
            str(facts.line.uni),
            safe(facts.nte_serial),
            facts.line.isp_code,
            facts.line.service_id,
            yes_no(facts.line.is_live),
        )
        for facts in lines
    )
    return sheet(("line", "uprn", "nte port", "nte serial", "isp", "service", "live"), rows)


def _print_line(facts: LineFacts, output: Output) -> None:
    line = facts.line
    output.facts(
        (
            ("access line id", line.access_line_id),
            ("uprn", line.uprn),
            ("live", yes_no(line.is_live)),
            ("network operator", facts.network_operator or "- (NEUTRALHOST_NETWORK_OPERATOR_CODE is not set)"),
            *_nte(line.uni.device, facts.nte_serial),
            ("port", line.uni.port),
            ("service", f"{line.service_id} of {line.isp_code}: {facts.product}, {speed(facts.bandwidth_mbps)}"),
            ("since", moment(line.made_at)),
        )
    )


def _nte(name: str, serial: str) -> tuple[tuple[str, str], ...]:
    return ("nte", name), ("nte serial", safe(serial) or "-")
