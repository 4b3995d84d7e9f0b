"""`neutralhost order e-line|cross-connect|ssid|site`: orders for what is neither an Access E-Line nor strands."""

import uuid
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from provisioning import front_desk, product_desk
from provisioning.bootstrap import House
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.order import follow_to_its_end, print_order
from provisioning.cli.order_strands import window_of
from provisioning.cli.output import current_output
from provisioning.cross_connects import parse_end
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    HostedEquipment,
    RealmWanted,
    SiteHostingWanted,
    SsidSecurity,
    SsidWanted,
)


def e_line(
    uprn: str,
    z_uprn: str,
    isp_code: str,
    bandwidth_mbps: int,
    product: str,
    a_c_vlan: int | None,
    z_c_vlan: int | None,
    term_months: int,
    reference: str,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    wanted = ELineWanted(z_uprn, _one(a_c_vlan), _one(z_c_vlan))
    request = OrderRequest(product, uprn, "", bandwidth_mbps, term_months, reference, wanted)
    with open_house() as house:
        return _place(house, request, isp_code, idempotency_key, follow)


def cross_connect(
    a: str,
    z: str,
    isp_code: str,
    product: str,
    first_day: datetime | None,
    last_day: datetime | None,
    term_months: int,
    reference: str,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    wanted = CrossConnectWanted(parse_end("A", a), parse_end("B", z), window_of(first_day, last_day))
    with open_house() as house:
        request = OrderRequest(product, "", "", 0, term_months, reference, wanted)
        return _place(house, request, isp_code, idempotency_key, follow)


def ssid(
    ssid: str,
    area: str,
    isp_code: str,
    handover: str,
    security: str,
    passphrase_file: str | None,
    product: str,
    term_months: int,
    reference: str,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    with open_house() as house:
        sealed = product_desk.sealed(house.tools, ssid, read_passphrase(passphrase_file))
        wanted = SsidWanted(ssid, area, SsidSecurity(security), sealed)
        request = OrderRequest(product, "", handover, 0, term_months, reference, wanted)
        return _place(house, request, isp_code, idempotency_key, follow)


def ssid_realm(
    shared: str,
    realm: str,
    isp_code: str,
    handover: str,
    product: str,
    term_months: int,
    reference: str,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    wanted = RealmWanted(shared, realm.lower())
    request = OrderRequest(product, "", handover, 0, term_months, reference, wanted)
    with open_house() as house:
        return _place(house, request, isp_code, idempotency_key, follow)


def site(
    place: str,
    isp_code: str,
    equipment: str,
    power_w: int,
    handover: str,
    manufacturer: str,
    model: str,
    serial: str,
    product: str,
    first_day: datetime | None,
    last_day: datetime | None,
    term_months: int,
    reference: str,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    window = window_of(first_day, last_day)
    wanted = SiteHostingWanted(place, HostedEquipment(equipment), power_w, window, manufacturer, model, serial)
    with open_house() as house:
        request = OrderRequest(product, "", handover, 0, term_months, reference, wanted)
        return _place(house, request, isp_code, idempotency_key, follow)


def _place(house: House, request: OrderRequest, isp_code: str, idempotency_key: str | None, follow: bool) -> int:
    output = current_output()
    key = idempotency_key or str(uuid.uuid4())
    order, is_new = front_desk.place_order(house.tools, SYSTEM, request, idempotency_key=key, isp_code=isp_code)
    output.say(f"Order {order.id} was {'placed' if is_new else 'placed before with this key'}.")
    if not follow:
        output.answer({"order": order, "new": is_new}, lambda: print_order(order, output))
        return EXIT_DONE
    return follow_to_its_end(house, order.id, output, None)


def _one(c_vlan: int | None) -> tuple[int, ...]:
    return () if c_vlan is None else (c_vlan,)


def read_passphrase(file: str | None) -> SecretStr | None:
    """Of a file and not of an option: the list of running programs shows those to everybody. Raises: InputRefused."""
    if file is None:
        return None
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"The passphrase could not be read from {file}: {type(error).__name__}.") from None
    return SecretStr(lines[0] if lines else "")
