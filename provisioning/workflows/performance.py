"""The walk of a performance test: slice by slice, each kept as it is measured, so that a crash costs one slice."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from automation.birth.check import probe_task
from automation.birth.designed import DesignedService
from automation.birth.prober import When
from automation.birth.results import Limits
from provisioning.birth_certificates import performance_document
from provisioning.birth_design import designed_service
from provisioning.performance_tests import (
    SLICE_S,
    TESTS,
    Counted,
    PerformanceState,
    PerformanceTest,
    counted_of,
    judge_counted,
)
from provisioning.services import SERVICE_ENDED, Service
from provisioning.tools import Tools
from provisioning.workflows.birth import signing_key
from provisioning.workflows.engine import Answer, Body, Durable
from provisioning.workflows.insisting import insist


def performance_body(tools: Tools) -> Body:
    """Return the walk of a performance test as the engine runs it."""

    def body(test_id: str, durable: Durable) -> None:
        def step(name: str, run: Callable[[], Answer]) -> Answer:
            return durable.step(name, lambda: insist(durable, run, test=test_id))

        slices = int(str(step("begin", lambda: begin(test_id, tools))["slices"]))
        counted = Counted().as_answer()
        for number in range(slices):
            counted = dict(step(f"slice-{number + 1}", partial(measure, test_id, number, counted_of(counted), tools)))
            if counted["is_over"]:
                break
        step("end", lambda: end(test_id, counted_of(counted), tools))

    return body


def begin(test_id: str, tools: Tools) -> Answer:
    """How many slices there are to measure."""
    with tools.open_unit_of_work() as work:
        test = work.performance.get(test_id)
        work.performance.save(replace(test, state=PerformanceState.RUNNING, at=tools.now()))
        work.commit()
    return {"slices": test.slices}


def measure(test_id: str, number: int, counted: Counted, tools: Tools) -> Answer:
    """One slice more; it is over where the service has ended. No transaction is open while frames are sent."""
    _test, service, designed = _read(test_id, tools)
    if designed is None or service.state in SERVICE_ENDED:
        return counted.as_answer() | {"is_over": True}
    task = probe_task(designed, When.IN_USE, designed.entries[0], Limits(), SLICE_S, in_service=True)
    found = counted.plus(tools.prober.probe(task))
    with tools.open_unit_of_work() as work:
        test = work.performance.get(test_id)
        work.performance.save(replace(test, slices_done=number + 1))
        work.commit()
    return found.as_answer() | {"is_over": False}


def end(test_id: str, counted: Counted, tools: Tools) -> Answer:
    """Judge what was counted, and write the certificate: numbered, and signed where there is a key."""
    test, service, designed = _read(test_id, tools)
    with tools.open_unit_of_work() as work:
        ended = replace(test, state=PerformanceState.ENDED, at=tools.now())
        if designed is not None and test.state is not PerformanceState.ENDED:
            number = work.performance.next_number(test.service_id)
            key = signing_key(tools.settings)
            results = judge_counted(designed, counted, Limits())
            document = performance_document(ended, service.product, designed, results, TESTS, number, key)
            ended = replace(ended, number=number, key_id="" if key is None else key.id, document=document)
        if test.state is not PerformanceState.ENDED:
            work.performance.save(ended)
        work.commit()
    return {}


def _read(test_id: str, tools: Tools) -> tuple[PerformanceTest, Service, DesignedService | None]:
    with tools.open_unit_of_work(reading=True) as work:
        test = work.performance.get(test_id)
        service = work.services.get(test.service_id)
    return test, service, designed_service(tools.load_snapshot(), service, tools.losses)
