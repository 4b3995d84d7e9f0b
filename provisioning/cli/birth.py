"""`neutralhost service|order birth-certificate`: what was tested before a handover."""

from collections.abc import Sequence
from pathlib import Path

from provisioning.birth_certificates import BirthCertificate, Kind
from provisioning.birth_pdf import birth_pdf
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment
from provisioning.front_desk import SYSTEM
from provisioning.performance_desk import performance_tests
from provisioning.questions import birth_certificate as question


def of_service(service_id: str, show_all: bool, pdf: Path | None, out: Path | None) -> int:
    """The newest certificate of a service, or all."""
    with open_house() as house:
        births = question.birth_certificates(house.tools, SYSTEM, service_id)
        tests = performance_tests(house.tools, SYSTEM, service_id) if show_all else ()
    in_use = tuple(made for test in tests if (made := test.certificate) is not None)
    found = sorted((*births, *in_use), key=lambda one: one.at) if show_all else births[-1:]
    if not found:
        raise InputRefused(f"Service {service_id} has no birth certificate: nothing of it was tested.")
    return tell_certificates(found, pdf, out)


def of_order(order_id: str, pdf: Path | None, out: Path | None) -> int:
    with open_house() as house:
        found = question.birth_certificate(house.tools, SYSTEM, order_id)
    return tell_certificates([found], pdf, out)


def tell_certificates(found: Sequence[BirthCertificate], pdf: Path | None, out: Path | None) -> int:
    """Print them; the newest is written to files where these are named. Raises: InputRefused."""
    output = current_output()
    newest = found[-1]
    for file, content in ((pdf, birth_pdf(newest)), (out, f"{newest.document}\n".encode())):
        if file is not None:
            _write(file, content)
            output.say(f"It was written to {file}.")
    said = [{"state": one.state, "number": one.number, **one.content} for one in found]
    output.answer({"birth_certificates": said}, lambda: _print(found, output))
    return EXIT_DONE


def _write(file: Path, content: bytes) -> None:
    """Raises: InputRefused."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputRefused(f"{file} could not be written: {error.strerror}.") from None


def _print(found: Sequence[BirthCertificate], output: Output) -> None:
    for number, one in enumerate(found):
        if number:
            output.say()
        output.facts(
            (
                (_called(one), f"{one.number or 'not issued'} of {one.service_id}, {_how(one)}"),
                ("order" if one.kind is Kind.BIRTH else "test", f"{one.order_id} of {one.isp_code}"),
                ("at", moment(one.at)),
                ("tests", one.summary),
                ("signed", f"Ed25519, key {one.key_id}" if one.key_id else "no"),
            )
        )
        output.table(results_sheet(one))


def _called(one: BirthCertificate) -> str:
    return "birth certificate" if one.kind is Kind.BIRTH else one.kind.value


def _how(one: BirthCertificate) -> str:
    return one.state.value if one.kind is Kind.BIRTH else str(one.content["verdict"])


def results_sheet(one: BirthCertificate) -> Sheet:
    """Return the results as a table."""
    rows = (
        (
            result.kind.value,
            result.verdict.value,
            result.subject,
            " ".join(filter(None, (result.measured, result.unit if result.measured else ""))),
            " ".join(filter(None, (result.expected, result.unit if result.expected else ""))),
            result.detail,
        )
        for result in one.results
    )
    return sheet(("test", "verdict", "at", "measured", "expected", "how, or why not"), rows)
