"""`neutralhost quote ...`: what something would cost."""

from collections.abc import Sequence

from inventory.counted import counted
from provisioning import front_desk
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment, money, safe, speed
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest
from provisioning.quotes import Quote, QuoteItem, QuoteLevel, QuoteState, QuotesWanted
from provisioning.quoting import QuoteRequest


def ask(
    isp_code: str,
    uprn: str,
    handover: str,
    bandwidth_mbps: int,
    term_months: int,
    product: str | None,
    alternatives: bool,
    budgetary: bool,
    external_id: str,
) -> None:
    output = current_output()
    with open_house() as house:
        code = product or house.tools.catalogue.products[0].code
        request = QuoteRequest(
            items={"1": OrderRequest(code, uprn, handover, bandwidth_mbps, term_months)},
            level=QuoteLevel.BUDGETARY if budgetary else QuoteLevel.FIRM,
            alternatives=alternatives,
            external_id=external_id,
        )
        made = front_desk.ask_quote(house.tools, SYSTEM, request, isp_code=isp_code)
    output.answer({"quote": made}, lambda: print_quote(made, output))


def list_quotes(state: str | None, isp_code: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    wanted = QuotesWanted(isp_code=isp_code, state=None if state is None else QuoteState(state))
    with open_house() as house:
        page = front_desk.quotes(house.tools, SYSTEM, wanted, cursor=cursor, limit=limit)
    output.answer(page, lambda: output.table(quotes_sheet(page.quotes)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(quote_id: str) -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.quote(house.tools, SYSTEM, quote_id)
        history = front_desk.quote_history(house.tools, SYSTEM, quote_id)

    def people() -> None:
        print_quote(found, output)
        for change in history:
            why = f": {safe(change.why)}" if change.why else ""
            output.say(f"{moment(change.at)}  {change.now} by {safe(change.by)}{why}")

    output.answer({"quote": found, "history": history}, people)


def reject(quote_id: str, reason: str) -> None:
    output = current_output()
    with open_house() as house:
        ended = front_desk.reject_quote(house.tools, SYSTEM, quote_id, reason)
    output.answer({"quote": ended}, lambda: output.say(f"Quote {ended.id} is {ended.state}."))


def cancel(quote_id: str, reason: str) -> None:
    output = current_output()
    with open_house() as house:
        ended = front_desk.cancel_quote(house.tools, SYSTEM, quote_id, reason)
    output.answer({"quote": ended}, lambda: output.say(f"Quote {ended.id} is {ended.state}."))


def quotes_sheet(quotes: Sequence[Quote]) -> Sheet:
    return sheet(
        ("quote", "isp", "state", "level", "once", "a month", "holds until"),
        [
            (
                each.id,
                each.isp_code,
                each.state.value,
                each.level.value,
                money(each.price[0]),
                money(each.price[1]),
                moment(each.valid_until),
            )
            for each in quotes
        ],
    )


def print_quote(found: Quote, output: Output) -> None:
    output.facts(
        [
            ("quote", found.id),
            ("isp", found.isp_code),
            ("state", found.state.value),
            ("level", found.level.value),
            ("holds until", moment(found.valid_until)),
        ]
    )
    for item in found.items:
        print_item(item, output)


def print_item(item: QuoteItem, output: Output) -> None:
    request, price = item.request, item.price
    what = f"{request.product} {speed(request.bandwidth_mbps)}" if request.bandwidth_mbps else request.product
    output.say(f"Item {safe(item.id)}: {what}, {counted(request.term_months, 'month')}: {item.state}.")
    for reason in item.reasons:
        output.say(f"  {safe(reason.sentence)}")
    if price is None:
        return
    for line in price.lines:
        output.say(f"  {line.text}: {money(line.once_pence)} once, {money(line.monthly_pence)} a month")
    output.say(f"  price list {price.version}, inventory revision {price.inventory_revision}, {price.length_m:.0f} m")
    if price.build:
        output.say(f"  to be built: {'; '.join(built.what for built in price.build)}")
    output.say(f"  there on {price.ready_on} ({counted(price.lead_days, 'working day')})")
