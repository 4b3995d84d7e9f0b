"""Performance tests, as the front desk takes and shows them. The worker measures."""

from provisioning.birth_design import designed_service
from provisioning.deeds import acts
from provisioning.errors import RequestInvalid, UnknownService
from provisioning.isps import Principal
from provisioning.performance_errors import (
    PerformanceTestGoesOn,
    ServiceNotTestable,
    TooManyPerformanceTests,
    UnknownPerformanceTest,
)
from provisioning.performance_tests import (
    LEAST_MINUTES,
    MOST_AT_ONCE,
    MOST_MINUTES,
    PERFORMANCE_TEST,
    USUAL_MINUTES,
    PerformanceState,
    PerformanceTest,
)
from provisioning.policy import Action, must
from provisioning.references import new_performance_test_id
from provisioning.rights import may_see
from provisioning.services import Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

MOST = 50  # of one service: the newest
_IN_USE = frozenset({ServiceState.ACTIVE, ServiceState.PENDING_CHANGE})


@acts("test a service in use", "service", "service_id", says=("minutes",))
def begin_performance_test(
    tools: Tools, who: Principal, service_id: str, minutes: int = USUAL_MINUTES
) -> PerformanceTest:
    """Have a worker measure loss and delay for so long, beside the subscriber's traffic; nothing is changed.

    Raises: Forbidden, RequestInvalid, UnknownService, ServiceNotTestable, PerformanceTestGoesOn,
        TooManyPerformanceTests.
    """
    must(who, Action.TEST_SERVICES)
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise RequestInvalid("minutes", f"it is {LEAST_MINUTES} to {MOST_MINUTES}")
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(by=who.user_name) as work:
        service = work.services.get(service_id)
        if service.state not in _IN_USE:
            raise ServiceNotTestable(service_id, f"it is {service.state.value}")
        if designed_service(snapshot, service, tools.losses) is None:
            raise ServiceNotTestable(service_id, "no device carries frames for it")
        _must_be_free(work, tools, service_id)
        test = _asked(tools, who, service, minutes)
        work.performance.save(test)
        work.jobs.walk(PERFORMANCE_TEST, test.id)
        work.commit()
    return test


def performance_test(tools: Tools, who: Principal, test_id: str) -> PerformanceTest:
    """Raises: Forbidden, UnknownPerformanceTest."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.performance.get(test_id)
    if not may_see(who, found.isp_code):
        raise UnknownPerformanceTest(test_id)
    return found


def performance_tests(tools: Tools, who: Principal, service_id: str) -> tuple[PerformanceTest, ...]:
    """The newest of a service, oldest first. Raises: Forbidden, UnknownService."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        if not may_see(who, work.services.get(service_id).isp_code):
            raise UnknownService(service_id)
        return work.performance.of_service(service_id, MOST)


def _must_be_free(work: UnitOfWork, tools: Tools, service_id: str) -> None:
    """Raises: PerformanceTestGoesOn, TooManyPerformanceTests."""
    going_on = [one for one in work.performance.unfinished() if one.goes_on(tools.now())]
    for one in going_on:
        if one.service_id == service_id:
            raise PerformanceTestGoesOn(service_id, one.id)
    if len(going_on) >= MOST_AT_ONCE:
        raise TooManyPerformanceTests(MOST_AT_ONCE)


def _asked(tools: Tools, who: Principal, service: Service, minutes: int) -> PerformanceTest:
    return PerformanceTest(
        id=new_performance_test_id(),
        service_id=service.id,
        isp_code=service.isp_code,
        minutes=minutes,
        by=who.user_name,
        state=PerformanceState.ASKED,
        slices_done=0,
        number=0,
        asked_at=tools.now(),
        at=tools.now(),
        key_id="",
        document="",
    )
