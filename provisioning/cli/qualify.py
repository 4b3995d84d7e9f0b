"""`neutralhost qualify UPRN`."""

from inventory.confidence import Confidence
from inventory.counted import counted
from provisioning import front_desk
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import money, safe
from provisioning.front_desk import SYSTEM
from provisioning.protecting import words_of
from provisioning.qualification import Qualification, QualificationRequest


def qualify(uprn: str, product: str | None, handover: str | None, bandwidth_mbps: int | None) -> int:
    output = current_output()
    with open_house() as house:
        products = house.tools.catalogue.products
        if product is None and not products:
            raise InputRefused("The catalogue has no product, so --product must be given.")
        request = QualificationRequest(product or products[0].code, uprn, bandwidth_mbps, handover)
        answer = front_desk.qualify(house.tools, SYSTEM, request)
    output.answer({"qualification": answer}, lambda: print_qualification(answer, output))
    return EXIT_ERROR if answer.confidence is Confidence.RED else EXIT_DONE


def print_qualification(answer: Qualification, output: Output) -> None:
    """Print the answer, and each speed's own with its prices."""
    output.facts(
        (
            ("premises", answer.uprn),
            ("address", f"{answer.address}, {answer.postcode}"),
            ("answer", answer.confidence.value),
            ("served from", answer.serving_place or ""),
            ("nte", answer.nte or ""),
        )
    )
    for between in dict.fromkeys(speed.protected_between for speed in answer.speeds if speed.protected_between):
        output.say(f"It would be {words_of(between)}.")
    for reason in answer.reasons:
        output.say(f"{safe(reason.sentence)} {safe(reason.next_step)}".rstrip())
    terms = sorted({term for answered in answer.speeds for term in answered.monthly_pence_by_term})
    rows = (
        (
            f"{answered.bandwidth_mbps:,}",
            answered.confidence.value,
            *(_price(answered.monthly_pence_by_term.get(term)) for term in terms),
            " ".join(reason.sentence for reason in answered.reasons),
        )
        for answered in answer.speeds
    )
    prices = tuple(counted(term, "month") for term in terms)
    output.say()
    output.table(sheet(("mbit/s", "answer", *prices, "why"), rows, right=("mbit/s", *prices)))


def _price(pence: int | None) -> str:
    return "" if pence is None else money(pence)
