"""`neutralhost service ...`: what ISPs have, and its end."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from inventory.counted import counted
from inventory.routes import StrandLeg
from provisioning import front_desk, ssid_desk
from provisioning.changing_ssids import SsidChange
from provisioning.cli.errors import InputRefused
from provisioning.cli.follow import follow_order, print_result
from provisioning.cli.house import open_house, why_silent
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.order import follow_to_its_end, print_order
from provisioning.cli.order_products import read_passphrase
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment, money, speed
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState
from provisioning.protecting import words_of
from provisioning.services import Circuit, Service, ServiceState
from provisioning.wanted import SsidSecurity


def list_services(state: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    with open_house() as house:
        page = front_desk.services(
            house.tools,
            SYSTEM,
            state=None if state is None else ServiceState(state),
            cursor=cursor,
            limit=limit,
        )
    output.answer(page, lambda: output.table(services_sheet(page.services)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(service_id: str) -> None:
    output = current_output()
    with open_house() as house:
        service = front_desk.service(house.tools, SYSTEM, service_id)
    output.answer({"service": service}, lambda: print_service(service, output))


def cease(service_id: str, on: datetime | None, idempotency_key: str | None, follow: bool) -> int:
    output = current_output()
    with open_house() as house:
        order, _ = front_desk.cease_service(
            house.tools,
            SYSTEM,
            service_id,
            on=None if on is None else on.date(),
            idempotency_key=idempotency_key or str(uuid.uuid4()),
        )
        if not follow:
            output.answer({"order": order}, lambda: output.say(f"Order {order.id} ceases {service_id}."))
            return EXIT_DONE
        story = follow_order(
            lambda after: front_desk.order_story(house.tools, SYSTEM, order.id, after=after),
            output,
            why_silent=lambda: why_silent(house),
        )
    output.answer(story, lambda: print_result(story.order, output))
    return EXIT_DONE if story.order.state is OrderState.COMPLETED else EXIT_ERROR


def modify(
    service_id: str,
    bandwidth_mbps: int | None,
    term_months: int | None,
    ssid: str | None,
    area: str | None,
    security: str | None,
    passphrase_file: str | None,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    output = current_output()
    change = SsidChange(ssid, area, None if security is None else SsidSecurity(security))
    passphrase, key = read_passphrase(passphrase_file), idempotency_key or str(uuid.uuid4())
    is_ssid = change != SsidChange() or passphrase is not None
    if is_ssid and (bandwidth_mbps is not None or term_months is not None):
        raise InputRefused("A hosted SSID has no bandwidth, and keeps its term: leave out --bandwidth and --term.")
    with open_house() as house:
        if is_ssid:
            order, is_new = ssid_desk.change_ssid(
                house.tools, SYSTEM, service_id, change, passphrase=passphrase, idempotency_key=key
            )
        else:
            order, is_new = front_desk.modify_service(
                house.tools,
                SYSTEM,
                service_id,
                bandwidth_mbps=bandwidth_mbps,
                term_months=term_months,
                idempotency_key=key,
            )
        output.say(f"Order {order.id} was {'placed' if is_new else 'placed before with this key'}.")
        if not follow:
            output.answer({"order": order, "new": is_new}, lambda: print_order(order, output))
            return EXIT_DONE
        return follow_to_its_end(house, order.id, output, None)


def services_sheet(services: Sequence[Service]) -> Sheet:
    """Return services as a table."""
    rows = (
        (
            service.id,
            service.isp_code,
            _where(service),
            service.handover,
            str(service.s_vlan or ""),
            "" if service.window is not None else f"{service.bandwidth_mbps:,}",
            service.state.value,
        )
        for service in services
    )
    return sheet(
        ("service", "isp", "where", "handover", "s-vlan", "mbit/s", "state"),
        rows,
        right=("s-vlan", "mbit/s"),
    )


def print_service(service: Service, output: Output) -> None:
    """Print one service's facts."""
    output.facts(
        (
            ("service", service.id),
            ("state", service.state.value),
            ("isp", service.isp_code),
            *_product_facts(service),
            ("price", f"{money(service.monthly_pence)} a month, without VAT"),
            ("reference", service.reference),
            ("active since", moment(service.activated_at)),
            ("ended", moment(service.ended_at)),
            *_circuit_facts(service.circuit),
            *(fact for number, leg in enumerate(service.legs, 1) for fact in _leg_facts(number, leg)),
            *(() if service.by_hand is None else service.by_hand.facts.items()),
        )
    )


def _product_facts(service: Service) -> tuple[tuple[str, str], ...]:
    if service.window is not None:
        return (
            ("product", f"{service.product}, {counted(service.term_months, 'month')}"),
            ("window", str(service.window)),
        )
    return (
        ("product", f"{service.product}, {speed(service.bandwidth_mbps)}, {counted(service.term_months, 'month')}"),
        ("premises", service.uprn),
        ("handover", service.handover),
    )


def _leg_facts(number: int, leg: StrandLeg) -> Iterator[tuple[str, str]]:
    yield f"leg {number}", f"{_ends(leg)}, {leg.length_m:,.0f} m, {leg.loss_db:.2f} dB, {len(leg.ducts)} ducts"
    for fibre in leg.fibres:
        yield "  fibre", " + ".join(map(str, fibre))
    if leg.positions:
        yield "  positions", ", ".join(map(str, leg.positions))


def _where(service: Service) -> str:
    if service.legs:
        return _ends(service.legs[0])
    return service.uprn if service.by_hand is None else service.by_hand.where


def _ends(leg: StrandLeg) -> str:
    return f"{leg.a_place} - {leg.z_place}"


def _circuit_facts(circuit: Circuit | None) -> tuple[tuple[str, str], ...]:
    if circuit is None:
        return ()
    profile = circuit.profile
    return (
        ("s-vlan", str(circuit.s_vlan)),
        ("uni", str(circuit.uni)),
        ("handover port" if circuit.z_uni is None else "far uni", str(circuit.handover_port)),
        ("c-vlans", "" if circuit.c_vlan is None else f"{circuit.c_vlan} - {circuit.z_c_vlan}"),
        ("devices", " > ".join(hop.device for hop in circuit.hops)),
        ("links", ", ".join(circuit.link_codes)),
        ("length", f"{circuit.length_m:,.0f} m"),
        *((("protection", words_of(circuit.protected_between)),) if circuit.protected_between else ()),
        *_strand_facts(circuit),
        ("profile", f"CIR {speed(profile.cir_mbps)}, EIR {speed(profile.eir_mbps)}, CBS {profile.cbs_bytes:,} bytes"),
    )


def _strand_facts(circuit: Circuit) -> Iterator[tuple[str, str]]:
    """What the links were lit on when the circuit was designed, where that is known."""
    if circuit.strands:
        yield "strands", ", ".join(map(str, circuit.strands))
    if circuit.loss_db is not None:
        yield "loss", f"{circuit.loss_db:.2f} dB on the link that loses most"
