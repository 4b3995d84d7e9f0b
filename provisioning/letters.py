"""Letters of authority: who lets whom patch what in an exchange, until when. Pure; `provisioning.letter_pdf` prints it.

An exchange's engineers do nothing to a panel without one. The same cross-connect always gives the same letter: its
number and days come from the service, and whoever gave consent signs by the record of that.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.product_errors import LetterNotThere
from provisioning.services import SERVICE_ENDED, Service
from provisioning.store.work import UnitOfWork

VALID_DAYS = 90  # what is not patched by then needs a new order: panels change
LONGEST_LINE = 90


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of authority, ready to be printed: every text in it can be, on one line."""

    number: str
    order_id: str
    issued_on: date
    valid_until: date
    authorised_by: str
    authorised_to: str
    exchange: str
    ends: tuple[tuple[str, str], ...]
    reference: str
    signature: str
    tasks: tuple[str, ...]


def letter_of(work: UnitOfWork, snapshot: Snapshot, service: Service) -> Letter:
    """Return the letter of a cross-connect.

    Raises: LetterNotThere: it is none, has ended, or waits for the consent of whose end it lands on.
    """
    its = service.by_hand
    if its is None or not (its.positions or its.ports) or service.state in SERVICE_ENDED:
        raise LetterNotThere(service.id)
    [made_by, *_later] = work.orders.of_service(service.id)
    consent = work.far_ends.find(made_by.id)
    if its.far_isp is not None and (consent is None or consent.state is not FarEndState.GRANTED):
        raise LetterNotThere(service.id)
    issued_on = service.created_at.date()
    until = issued_on + timedelta(days=VALID_DAYS)
    last = service.window.last if service.window is not None else None
    grantor = its.far_isp.isp_code if its.far_isp is not None else ""
    return Letter(
        number=f"LOA-{service.id}",
        order_id=made_by.id,
        issued_on=issued_on,
        valid_until=until if last is None else min(until, last),
        authorised_by=_name(snapshot, grantor) or "The operator of the exchange",
        authorised_to=_name(snapshot, service.isp_code) or service.isp_code,
        exchange=printable(its.facts.get("exchange", "")),
        ends=tuple((name, printable(its.facts.get(name, ""))) for name in ("a", "z")),
        reference=printable(service.reference),
        signature=_signature(made_by.id, consent, its.facts),
        tasks=tuple(map(printable, _tasks(its))),
    )


def printable(text: str) -> str:
    """One line of characters that the letter's font has; every other one becomes a question mark.

    What an ISP typed is filtered here: letters in other scripts, controls, and characters that turn the line round.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(each if each.isprintable() and ord(each) < 256 else "?" for each in composed)
    return kept if len(kept) <= LONGEST_LINE else f"{kept[: LONGEST_LINE - 3]}..."


def _name(snapshot: Snapshot, code: str) -> str:
    found = snapshot.organisations.get(code)
    return "" if found is None else printable(f"{found.name} ({found.code})")


def _signature(order_id: str, consent: FarEnd | None, facts: Mapping[str, str]) -> str:
    """Whose decision on record stands for a signature."""
    if consent is None or consent.decided_at is None:
        return f"order {order_id}; {facts.get('a', '')} and {facts.get('z', '')} need no other ISP's consent"
    return printable(f"order {order_id}, consent by {consent.decided_by} on {consent.decided_at:%Y-%m-%d %H:%M} UTC")


def _tasks(its: ByHand) -> tuple[str, ...]:
    return its.tasks
