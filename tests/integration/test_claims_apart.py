"""Orders and change plans of several processes never change one device at a time, on either database."""

from pathlib import Path

from sqlalchemy import func, select

from inventory.store.engine import open_engine
from tests.forks import start_apart
from tests.integration.claiming import BUSY, DONE, ROUNDS, claim_and_note

PROCESSES = 3


def test_processes_that_want_the_same_devices_take_turns_and_all_come_through(
    database_url: str, tmp_path: Path
) -> None:
    engine = open_engine(database_url)
    for table in (BUSY, DONE):
        table.create(engine)
    log = tmp_path / "log"
    started = [
        start_apart(claim_and_note, database_url, f"CP-{number}", "sw-1,sw-2,sw-3", log=log)
        for number in range(PROCESSES)
    ]
    for process in started:
        process.join(60)
    codes = [process.exitcode for process in started]

    assert codes == [0] * PROCESSES, log.read_text()
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(DONE)).scalar() == PROCESSES * ROUNDS
        assert connection.execute(select(func.count()).select_from(BUSY)).scalar() == 0
    engine.dispose()
