"""`neutralhost service test`: a service in use, measured for a while."""

import time
from pathlib import Path

from provisioning import performance_desk as desk
from provisioning.birth_certificates import BirthCertificate
from provisioning.cli.birth import tell_certificates
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import current_output
from provisioning.front_desk import SYSTEM
from provisioning.performance_tests import PerformanceState, PerformanceTest
from provisioning.tools import Tools

LOOK_EVERY_S = 0.5


def test(service_id: str, minutes: int, follow: bool, pdf: Path | None, out: Path | None) -> int:
    """A worker measures; with `follow` the exit code says how it went. Raises: InputRefused."""
    output = current_output()
    if not follow and (pdf is not None or out is not None):
        raise InputRefused("The certificate is there when the test has ended: --pdf and --out take --follow too.")
    with open_house() as house:
        begun = desk.begin_performance_test(house.tools, SYSTEM, service_id, minutes)
        output.say(f"{begun.id} measures {service_id} for {minutes} min; nothing is changed.")
        if not follow:
            output.answer({"performance_test": begun.id, "service": service_id, "minutes": minutes}, lambda: None)
            return EXIT_DONE
        made = _wait(house.tools, begun)
    if made is None:
        output.answer({"performance_test": begun.id, "certificate": None}, lambda: output.say("The service ended."))
        return EXIT_ERROR
    tell_certificates([made], pdf, out)
    return EXIT_ERROR if made.wrong else EXIT_DONE


def _wait(tools: Tools, begun: PerformanceTest) -> BirthCertificate | None:
    """Until it has ended, saying now and then how far it is."""
    told = 0
    while True:
        now = desk.performance_test(tools, SYSTEM, begun.id)
        if now.state is PerformanceState.ENDED:
            return now.certificate
        tenths = 10 * now.slices_done // now.slices
        if tenths > told:
            told = tenths
            current_output().say(f"{10 * tenths} % measured.")
        time.sleep(LOOK_EVERY_S)
