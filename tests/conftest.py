"""Fixtures of every floor: a fresh, migrated database a test, on SQLite or on the PostgreSQL that is named."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, make_url, text
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from inventory.store.engine import let_go, migrate, open_engine
from provisioning.cli.logs import stop_logging
from tests.statements import share_statements

# How long one example takes is a matter of who else is at work on the machine, and no fault of what is tested.
# CI judges a change by the same examples each time (as hypothesis does by itself there); other runs look for new ones.
settings.register_profile(
    "steady",
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow,),
    derandomize=os.environ.get("CI", "").lower() in {"true", "1"},
)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live inventory.yml`: run the acceptance tests on the devices of that file instead of simulated ones."""
    parser.addoption("--live", metavar="FILE", default=None, help="devices for tests/system/test_acceptance.py")


WITH_NETBOX = ("tests/system/test_netbox", "tests/system/test_complete_system.py")
WITH_PACKETS = ("tests/system/test_packets_",)
EACH_ALONE = ("tests/system/test_killed_", "tests/system/test_random_kills.py", "tests/contracts/test_api_fuzz.py")
LONGEST_FIRST = (WITH_NETBOX, WITH_PACKETS, EACH_ALONE, ("tests/system/test_tutorial.py", "tests/contracts/"))


class ServersShared(LoadFileScheduling):
    """Tests of one file run on one worker, and all that use the one NetBox do. Long ones that share nothing run alone.

    xdist has groups for this (`loadgroup`), which do nothing on pytest 9: it writes a test's node id where that no
    longer looks.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file.startswith(WITH_PACKETS):  # two at once would measure each other
            return "packets"
        if file.startswith(EACH_ALONE):
            return nodeid
        return "netbox" if file.startswith(WITH_NETBOX) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # not by how many tests a file has: in the order below
    return ServersShared(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the system tests that take longest, so that no worker is left with one when all else is done."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    rest = len(LONGEST_FIRST)
    if item.get_closest_marker("system") is None:
        return rest
    return next((turn for turn, files in enumerate(LONGEST_FIRST) if item.nodeid.startswith(files)), rest)


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        share_statements(patch)
        yield


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command that a test runs sets up logging for a whole program: the next test must not find it so.

    What a fixture of the whole module set up before the test stays.
    """
    before = list(logging.getLogger().handlers)
    yield
    if logging.getLogger().handlers != before:
        stop_logging()


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a migrated database that tests copy; made once a session and worker."""
    server = os.environ.get("NEUTRALHOST_DATABASE_URL", "")
    if not server.startswith("postgresql"):
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'template.db'}"
        _migrate(url)
        yield url
        return
    name = f"nh_template_{uuid4().hex[:12]}"
    _on_server(server, f'CREATE DATABASE "{name}"')
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    _migrate(url)
    yield url
    _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(migrated_template: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of this test's own."""
    yield from _copy(migrated_template, tmp_path)


@pytest.fixture(scope="module")
def module_database_url(migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, of all tests of one module together: for those that leave no trace, and a house that is dear."""
    yield from _copy(migrated_template, tmp_path_factory.mktemp("module"))


def _copy(migrated_template: str, folder: Path) -> Iterator[str]:
    if migrated_template.startswith("sqlite"):
        shutil.copyfile(migrated_template.removeprefix("sqlite:///"), folder / "neutralhost.db")
        yield f"sqlite:///{folder / 'neutralhost.db'}"
        return
    template = make_url(migrated_template)
    name = f"nh_test_{uuid4().hex[:12]}"
    _on_server(migrated_template, f'CREATE DATABASE "{name}" TEMPLATE "{template.database}" STRATEGY FILE_COPY')
    yield template.set(database=name).render_as_string(hide_password=False)
    _on_server(migrated_template, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`, disposed of after the test."""
    engine = open_engine(database_url)
    yield engine
    let_go(engine)


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:  # all of it into the one file that is copied
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]  # a pooled one is open
    engine.dispose()


def _on_server(url: str, statement: str) -> None:
    """Databases are made and dropped outside any transaction, from the server's own database."""
    own = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        connection.execute(text(statement))
    own.dispose()
