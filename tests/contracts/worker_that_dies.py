"""A worker process that kills itself, as a power cut would, at one named moment."""

import os
import signal
import time
from pathlib import Path

from inventory.store.engine import open_engine
from provisioning.workflows.engine import Answer, Durable, EngineSettings, Worker, WorkQueue


def main(engine_url: str, log: str, death: str) -> None:
    """Run the workflow `walk` of three steps to its end, or to `death`."""

    def note(moment: str) -> None:
        with Path(log).open("a") as file:
            file.write(f"{moment}\n")
        if moment == death and Path(log).read_text().split("\n").count(moment) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    def step(name: str) -> Answer:
        note(name)
        note(f"{name} answered") if name != "first" else None
        return {"step": name}

    def body(order_id: str, durable: Durable) -> None:
        for name in ("first", "second", "third"):
            durable.step(name, lambda name=name: step(name))
        note("ended")

    engine = open_engine(engine_url, translate_errors=False)
    queue = WorkQueue(engine)
    worker = Worker(engine, EngineSettings("mortal", 2, 0.02), {"walk": body})
    worker.launch()
    while queue.unfinished():
        time.sleep(0.02)
    worker.stop(0)


def work_beside(engine_url: str, log: str, name: str) -> None:
    """Run `walk`, which says its order's id, beside other workers, until there is the file that says stop."""

    def body(order_id: str, durable: Durable) -> None:
        durable.step("say", lambda: _say(log, order_id))

    engine = open_engine(engine_url, translate_errors=False)
    worker = Worker(engine, EngineSettings(name, 1, 0.02), {"walk": body})
    worker.launch()
    while not Path(f"{log}.stop").exists():
        time.sleep(0.02)
    worker.stop(0)


def _say(log: str, order_id: str) -> Answer:
    with Path(log).open("a") as file:
        file.write(f"{order_id}\n")
    return {}
