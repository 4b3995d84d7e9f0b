"""Performance tests, in the database."""

from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.orm import Session

from provisioning.performance_errors import UnknownPerformanceTest
from provisioning.performance_tests import PerformanceState, PerformanceTest
from provisioning.store.keys import can_be_key
from provisioning.store.performance_tables import performance_tests


class StoredPerformanceTests:
    """Implements `performance_work.PerformanceTests`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, test: PerformanceTest) -> None:
        self._session.execute(delete(performance_tests).where(performance_tests.c.id == test.id))
        row = {name: getattr(test, name) for name in PerformanceTest.__slots__}
        self._session.execute(insert(performance_tests).values(row))

    def get(self, test_id: str) -> PerformanceTest:
        if can_be_key(test_id):
            query = select(performance_tests).where(performance_tests.c.id == test_id)
            row = self._session.execute(query).first()
            if row is not None:
                return _test_of(row)
        raise UnknownPerformanceTest(test_id)

    def of_service(self, service_id: str, most: int) -> tuple[PerformanceTest, ...]:
        if not can_be_key(service_id):
            return ()
        table = performance_tests.c
        query = select(performance_tests).where(table.service_id == service_id)
        newest = query.order_by(table.asked_at.desc(), table.id.desc()).limit(most)
        return tuple(map(_test_of, reversed(self._session.execute(newest).all())))

    def unfinished(self) -> tuple[PerformanceTest, ...]:
        query = select(performance_tests).where(performance_tests.c.state != PerformanceState.ENDED.value)
        return tuple(map(_test_of, self._session.execute(query.order_by(performance_tests.c.id)).all()))

    def next_number(self, service_id: str) -> int:
        query = select(func.max(performance_tests.c.number)).where(performance_tests.c.service_id == service_id)
        return (self._session.execute(query).scalar() or 0) + 1


def _test_of(row: Row[Any]) -> PerformanceTest:
    known = {name: getattr(row, name) for name in PerformanceTest.__slots__}
    return PerformanceTest(**known | {"state": PerformanceState(row.state)})
