"""`neutralhost catalogue ...`: price lists, side by side."""

from collections.abc import Iterator
from dataclasses import replace

from inventory.counted import counted
from provisioning import product_desk
from provisioning.catalogue import BuildItem, Catalogue, HandProduct, Product, Sold, StrandProduct
from provisioning.catalogues import PriceChange
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import money
from provisioning.front_desk import SYSTEM
from provisioning.used_catalogues import catalogues_in_use

type Row = tuple[str, str, str, str]


def list_catalogues() -> int:
    output = current_output()
    with open_house() as house:
        lists = product_desk.catalogues(house.tools, SYSTEM)
        holding = product_desk.catalogue(house.tools, SYSTEM).version
    shown = [
        {"version": one.version, "valid_from": one.valid_from, "valid_until": one.valid_until, "digest": one.digest}
        for one in lists
    ]
    output.answer({"holds": holding, "items": shown}, lambda: output.table(_lists_sheet(lists, holding)))
    return EXIT_DONE


def show(version: str | None) -> int:
    output = current_output()
    with open_house() as house:
        found = product_desk.catalogue(house.tools, SYSTEM, version)
    output.answer(replace(found, text=""), lambda: _print(found, output))
    return EXIT_DONE


def check() -> int:
    """Raises: CatalogueInvalid, CataloguesClash, CatalogueChanged."""
    output = current_output()
    with open_house() as house:
        found = catalogues_in_use(house.tools.open_unit_of_work, house.tools.settings)
        with house.tools.open_unit_of_work(reading=True) as work:
            used = work.catalogues.digests()
    gone = [one.version for one in found.withdrawn]
    count = len(found.lists)
    text = f"{count} price list{'s' if count != 1 else ''} read; {len(used)} used, and all as they were."
    output.answer(
        {"versions": [one.version for one in found.lists], "used": sorted(used), "withdrawn": gone},
        lambda: output.say(text),
    )
    return EXIT_DONE


def diff(was: str, now: str) -> int:
    output = current_output()
    with open_house() as house:
        changes = product_desk.price_changes(house.tools, SYSTEM, was, now)
    output.answer({"items": changes}, lambda: _print_changes(changes, was, now, output))
    return EXIT_CHANGES if changes else EXIT_DONE


def _lists_sheet(lists: tuple[Catalogue, ...], holding: str) -> Sheet:
    rows = (
        (
            one.version,
            "" if one.valid_from is None else one.valid_from.isoformat(),
            "" if one.valid_until is None else one.valid_until.isoformat(),
            str(len(one.all_products)),
            "holds today" if one.version == holding else "",
            one.digest[:12],
        )
        for one in lists
    )
    return sheet(("version", "from", "until", "products", "", "digest"), rows, right=("products",))


def _print(found: Catalogue, output: Output) -> None:
    rows = [row for sold in found.all_products for row in _rows(sold)]
    rows += [_build_row(item) for item in found.build_items]
    output.table(sheet(("product", "what", "once", "a month"), rows, right=("once", "a month")))


def _rows(sold: Sold) -> Iterator[Row]:
    match sold:
        case Product():
            for offer in sold.offers:
                for term, pence in offer.monthly_pence_by_term.items():
                    what = f"{offer.bandwidth_mbps:,} Mbit/s, {counted(term, 'month')}"
                    yield sold.code, what, money(offer.setup_pence), money(pence)
        case StrandProduct():
            for term, pence in sold.monthly_pence_by_term.items():
                yield sold.code, f"a leg, {counted(term, 'month')}", money(sold.setup_pence), money(pence)
            for term, pence in sold.monthly_pence_per_km_by_term.items():
                yield sold.code, f"a km, {counted(term, 'month')}", "", money(pence)
        case HandProduct():
            yield from _hand_rows(sold)


def _hand_rows(sold: HandProduct) -> Iterator[Row]:
    for term, pence in sold.monthly_pence_by_term.items():
        yield sold.code, counted(term, "month"), money(sold.setup_pence), money(pence)
    for slot in sold.slots:
        yield (
            sold.code,
            f"with {slot.power_w} W and {slot.backhaul.cir_mbps} Mbit/s for a {slot.equipment.words}",
            "",
            "",
        )
    if sold.monthly_pence_per_watt:
        yield sold.code, "a watt more" if sold.slots else "a watt", "", money(sold.monthly_pence_per_watt)


def _build_row(item: BuildItem) -> Row:
    more = f", {money(item.pence_per_m)} a metre" if item.pence_per_m else ""
    return item.code, f"built for {item.for_reason}, {counted(item.lead_days, 'day')}{more}", money(item.once_pence), ""


def _print_changes(changes: tuple[PriceChange, ...], was: str, now: str, output: Output) -> None:
    if not changes:
        output.say(f"{was} and {now} have the same prices.")
        return
    rows = ((one.product, one.what, _pence(one.was_pence), _pence(one.now_pence)) for one in changes)
    output.table(sheet(("product", "what", was, now), rows, right=(was, now)))


def _pence(pence: int | None) -> str:
    return "-" if pence is None else money(pence)
