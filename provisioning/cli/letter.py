"""`neutralhost service letter|passphrase`: what an engineer takes to an exchange, or types into an access point."""

from pathlib import Path

from provisioning import product_desk
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.output import Output, current_output
from provisioning.front_desk import SYSTEM
from provisioning.letter_pdf import letter_pdf
from provisioning.letters import Letter


def letter(service_id: str, out: str | None) -> int:
    output = current_output()
    with open_house() as house:
        found = product_desk.letter(house.tools, SYSTEM, service_id)
    if out is not None:
        _write(found, Path(out))
        output.say(f"{found.number} was written to {out}.")
    output.answer(found, lambda: _print(found, output))
    return EXIT_DONE


def passphrase(service_id: str) -> int:
    output = current_output()
    with open_house() as house:
        found = product_desk.passphrase(house.tools, SYSTEM, service_id).get_secret_value()
    output.answer({"passphrase": found}, lambda: output.say(found))
    return EXIT_DONE


def _write(found: Letter, file: Path) -> None:
    """Raises: InputRefused."""
    try:
        file.write_bytes(letter_pdf(found))
    except OSError as error:
        raise InputRefused(f"{file} could not be written: {error.strerror}.") from None


def _print(found: Letter, output: Output) -> None:
    output.facts(
        (
            ("letter", found.number),
            ("order", found.order_id),
            ("exchange", found.exchange),
            *((f"end {name}", value) for name, value in found.ends),
            ("authorised by", found.authorised_by),
            ("authorised to", found.authorised_to),
            ("reference", found.reference),
            ("valid", f"{found.issued_on} to {found.valid_until}"),
            ("signed by", found.signature),
            *(("task" if number == 1 else "", task) for number, task in enumerate(found.tasks, 1)),
        )
    )
