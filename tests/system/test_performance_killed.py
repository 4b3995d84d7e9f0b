"""kill -9 of the worker in the middle of a performance test: it goes on with the slice it was at."""

from pathlib import Path

import pytest

from provisioning import performance_desk as desk
from provisioning.front_desk import SYSTEM
from provisioning.performance_tests import PerformanceState
from tests.forks import run_apart
from tests.integration import measuring_and_dying
from tests.integration.killing import work
from tests.integration.lit_street import lit_street
from tests.integration.running import running


@pytest.mark.system
def test_a_performance_test_killed_twice_measures_each_slice_once_more_at_most_and_is_certified_once(
    database_url: str, tmp_path: Path
) -> None:
    begun, log = tmp_path / "begun", tmp_path / "log"
    with running(database_url, lit_street(1), works=False) as town:
        order = town.order(1)
        work(town, database_url)
        [done] = town.wait([order], 1.0)
        test = desk.begin_performance_test(town.house.tools, SYSTEM, str(done.service_id), 1)

        for dies_at, code in (("1", -9), ("4", -9), ("0", 0)):
            port = str(town.fleet.port)
            assert run_apart(measuring_and_dying.main, database_url, port, str(begun), dies_at, log=log) == code

        found = desk.performance_test(town.house.tools, SYSTEM, test.id)
        assert len(begun.read_text()) == 6 + 2  # six slices, and two that were begun again
        assert (found.state, found.slices_done, found.number) == (PerformanceState.ENDED, 6, 1)
        assert found.certificate is not None
        assert "0 of 6000 frames, 6 measurements of 10 s" in found.certificate.results[0].detail
