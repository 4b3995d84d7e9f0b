"""A worker that measures services in use, and kills itself in the middle of one measurement, as a power cut would."""

import os
import signal
import time
from pathlib import Path

from automation.birth.prober import ProbeTask
from provisioning.bootstrap import build
from tests.integration.lit_street import Probe
from tests.integration.running import settings_of
from tests.integration.worker_that_dies import has_work


def main(url: str, port: str, begun: str, dies_at: str) -> None:
    """Work until nothing is left; die in measurement `dies_at` ("0": never). Each is noted in the file `begun`."""

    def note(_task: ProbeTask) -> None:
        with Path(begun).open("a", encoding="utf-8") as file:
            file.write(".")
        if len(Path(begun).read_text(encoding="utf-8")) == int(dies_at):
            os.kill(os.getpid(), signal.SIGKILL)

    house = build(*settings_of(url, int(port)), prober=Probe(then=note))
    house.start_worker()
    while has_work(house):
        time.sleep(0.05)
    house.close()
