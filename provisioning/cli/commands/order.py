"""`neutralhost order ...`: the same verbs as the API's, for the operator at this machine."""

from pathlib import Path

import click

from provisioning.cli.command import as_person, group
from provisioning.orders import OrderState
from provisioning.wanted import HostedEquipment, SsidSecurity

STATES = [state.value for state in OrderState]
SECURITIES = [security.value for security in SsidSecurity]
EQUIPMENT = [equipment.value for equipment in HostedEquipment]


@group("order")
def command() -> None:
    """Place, follow, approve and compare orders.

    An order is a request to add or delete a service. It goes through the steps qualify, design, reserve, document,
    rehearse, approve, deploy, prove and tell; the worker takes them.
    """


@command.command("place", runs="provisioning.cli.order:place")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that orders.")
@click.option("--uprn", required=True, help="Where: the premises' UPRN.")
@click.option("--handover", required=True, help="Code of the ISP's handover.")
@click.option("--bandwidth", "bandwidth_mbps", required=True, type=int, help="Mbit/s.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--product", default=None, help="Product code; the catalogue's first where left out.")
@click.option("--reference", default="", help="The ISP's own text, at most 64 characters.")
@click.option("--quote", "quote_id", default="", help="Id of the quote whose price is meant.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day; as soon as it can be.")
@click.option("--stop", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day; until further notice.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def place() -> None:
    """Order a service at premises, for an ISP."""


@command.command("e-line", runs="provisioning.cli.order_products:e_line")
@click.argument("uprn", metavar="A")
@click.argument("z_uprn", metavar="B")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that orders.")
@click.option("--bandwidth", "bandwidth_mbps", required=True, type=int, help="Mbit/s.")
@click.option("--product", default="epl", show_default=True, help="Product code; evpl needs a C-VLAN at each end.")
@click.option("--a-c-vlan", type=click.IntRange(1, 4094), default=None, help="C-VLAN id that the first UNI sends.")
@click.option("--z-c-vlan", type=click.IntRange(1, 4094), default=None, help="C-VLAN id that the other UNI sends.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--reference", default="", help="The ISP's own text, at most 64 characters.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def e_line() -> None:
    """Order a circuit between the UNIs of two premises, by their UPRNs, for an ISP."""


@command.command("cross-connect", runs="provisioning.cli.order_products:cross_connect")
@click.argument("a", metavar="A")
@click.argument("z", metavar="B")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that orders.")
@click.option("--product", default="cross-connect", show_default=True, help="Product code.")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day; today.")
@click.option("--until", "last_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day; no end.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--reference", default="", help="The ISP's own text, at most 64 characters.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def cross_connect() -> None:
    """Order a patch between two ends in one exchange, for an ISP.

    An end is a position (odf:number) or a port (device:port). One is the ISP's own; another ISP's needs its consent.
    """


@command.command("ssid", runs="provisioning.cli.order_products:ssid")
@click.argument("ssid")
@click.argument("area")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that orders.")
@click.option("--handover", required=True, help="Code of the ISP's handover.")
@click.option("--security", type=click.Choice(SECURITIES), required=True, help="How devices get on it.")
@click.option("--passphrase-file", type=click.Path(), default=None, help="A file whose first line it is.")
@click.option("--product", default="hosted-ssid", show_default=True, help="Product code.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--reference", default="", help="The ISP's own text, at most 64 characters.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def ssid() -> None:
    """Order an SSID on every access point of an area, or of one place, for an ISP."""


@command.command("ssid-realm", runs="provisioning.cli.order_products:ssid_realm")
@click.argument("shared")
@click.argument("realm")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that orders.")
@click.option("--handover", required=True, help="Code of the ISP's handover.")
@click.option("--product", default="ssid-realm", show_default=True, help="Product code.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--reference", default="", help="The ISP's own text, at most 64 characters.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def ssid_realm() -> None:
    """Order a realm on the shared SSID of that service: the ISP's people get on there, into an S-VLAN of its own."""


@command.command("site", runs="provisioning.cli.order_products:site")
@click.argument("place")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that orders.")
@click.option("--equipment", type=click.Choice(EQUIPMENT), required=True, help="What is put up.")
@click.option("--power", "power_w", required=True, type=int, help="What it draws at most, in watts.")
@click.option("--handover", default="", help="The ISP's handover, for a backhaul to there; none where left out.")
@click.option("--maker", "manufacturer", default="", help="Who makes the device; it goes into the inventory.")
@click.option("--model", default="", help="Its model.")
@click.option("--serial", default="", help="Its serial.")
@click.option("--product", default="site-hosting", show_default=True, help="Product code.")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day; today.")
@click.option("--until", "last_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day; no end.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--reference", default="", help="The ISP's own text, at most 64 characters.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def site() -> None:
    """Order a site slot for a LoRaWAN gateway or a small cell on a column, pole or roof, for an ISP.

    A mount, power and, with --handover, a backhaul, at one price. `site slots` shows which are free.
    """


@command.command("strands", runs="provisioning.cli.order_strands:strands")
@click.argument("a_place", metavar="A")
@click.argument("z_place", metavar="B")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that orders.")
@click.option("--diverse", is_flag=True, help="Two pairs that share nothing but their ends.")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day; today.")
@click.option("--until", "last_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day; no end.")
@click.option("--max-loss-db", type=click.FloatRange(0, min_open=True), default=None, help="What a leg may lose.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--product", default=None, help="Product code; the catalogue's first of strands where left out.")
@click.option("--reference", default="", help="The ISP's own text, at most 64 characters.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def strands() -> None:
    """Order a pair of strands between two places, for an ISP.

    It goes through the steps qualify, design, reserve, approve, prove and certify. `order show` lists what an engineer
    must splice and patch; `order approve` confirms that it is done.
    """


@command.command("list", runs="provisioning.cli.order:list_orders")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only orders in this state.")
@click.option("--awaiting-approval", is_flag=True, help="Only orders that a person must decide on.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_orders() -> None:
    """List orders, newest first."""


@command.command("show", runs="provisioning.cli.order:show")
@click.argument("order_id")
def show() -> None:
    """Show an order and its life so far."""


@command.command("history", runs="provisioning.cli.history:of_order")
@click.argument("order_id")
def history() -> None:
    """Show every state an order had: who, when and why."""


@command.command("follow", runs="provisioning.cli.order:follow")
@click.argument("order_id")
@click.option("--timeout", "timeout_s", type=float, default=None, help="Seconds; then exit code 2.")
def follow() -> None:
    """Show an order's steps as they happen, until it ended.

    Exit codes: 0 completed, 1 rejected, failed or cancelled, 2 not ended yet.
    """


@command.command("approve", runs="provisioning.cli.order:approve")
@click.argument("order_id")
@click.option("--digest", default=None, help="Approve only this plan (`plan_digest` of `order show --json`).")
@as_person
def approve() -> None:
    """Let an order's change plan go to the devices, or confirm that an order for strands is spliced and patched.

    On a terminal it is shown first, and asked about. In a pipe the digest has to say what was looked at. Exit code 2
    where nobody agreed, or where it waits for a second person.
    """


@command.command("decline", runs="provisioning.cli.order:decline")
@click.argument("order_id")
@click.option("--reason", required=True, help="Why; the ISP reads it.")
def decline() -> None:
    """Say no to an order that waits for approval. What it held is given back."""


@command.command("diff", runs="provisioning.cli.order:diff")
@click.argument("order_id")
@click.option("--step", default=None, help="Only this step's: rehearse (would change) or deploy (did change).")
def diff() -> None:
    """Show what the devices said an order would change, or did change.

    Exit codes: 0 nothing, 2 where a rehearsed change is still pending.
    """


@command.command("cancel", runs="provisioning.cli.order_life:cancel")
@click.argument("order_id")
@click.option("--reason", default="", help="Why, at most 200 characters.")
def cancel() -> None:
    """Cancel an order that is under way, and give back all it held.

    Exit code 1 where it is too late: the order completes then. 2 where a charge must be answered first.
    """


@command.command("date", runs="provisioning.cli.order_life:date")
@click.argument("order_id")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day; as soon as it can be.")
@click.option("--expedite", is_flag=True, help="Sooner than by itself, for the fee of the price list.")
def date() -> None:
    """Have an order on another day."""


@command.command("amend", runs="provisioning.cli.order_life:amend")
@click.argument("order_id")
@click.option("--reference", default=None, help="The ISP's own text, at most 64 characters.")
@click.option("--end-customer", default=None, help="The ISP's own word for its subscriber.")
@click.option("--handover", default=None, help="Code of another handover.")
@click.option("--bandwidth", "bandwidth_mbps", type=int, default=None, help="Mbit/s.")
@click.option("--term", "term_months", type=int, default=None, help="Months.")
def amend() -> None:
    """Change what an order that is under way says or asks for.

    Another bandwidth or handover takes back all that was held, and the order begins again under its id.
    """


@command.command("note", runs="provisioning.cli.order_life:note")
@click.argument("order_id")
@click.argument("text")
def note() -> None:
    """Write something under an order."""


@command.command("built", runs="provisioning.cli.order_life:built")
@click.argument("order_id")
def built() -> None:
    """Confirm that what an order waits for is built; it is looked at on the inventory of now."""


@command.command("far-ends", runs="provisioning.cli.order_life:list_far_ends")
def far_ends() -> None:
    """List orders that wait for the ISP on whose port they would land."""


@command.command("grant", runs="provisioning.cli.order_life:grant")
@click.argument("order_id")
def grant() -> None:
    """Let an order land on another ISP's port, for that ISP."""


@command.command("refuse", runs="provisioning.cli.order_life:refuse")
@click.argument("order_id")
@click.option("--reason", required=True, help="Why; whoever ordered reads it.")
def refuse() -> None:
    """Refuse that an order lands on another ISP's port, for that ISP; the order ends."""


@command.command("birth-certificate", runs="provisioning.cli.birth:of_order")
@click.argument("order_id")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write it as PDF.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write it as the signed file."
)
def birth_certificate() -> None:
    """Show what was tested before the order's service was handed over; of one that failed too."""
