"""A database that is locked, away, not migrated or none at all: the same sentence on every face, and nothing done."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import make_url

from inventory.store import engine as engine_module
from inventory.store.engine import open_engine
from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.bootstrap import build, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.identity import Passwords
from provisioning.orders import OrderState
from provisioning.store.unit import open_store
from provisioning.tools import Tools
from tests.integration.desk import NotedJobs
from tests.integration.faces import (
    Faces,
    cli_settings,
    faces_of,
    from_api,
    from_cli,
    logged_to,
    page_words,
    secrets_of,
)
from tests.integration.running import running, settings_of, wait_until
from tests.integration.street import street

QUICK_MS = 150


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    with logged_to(tmp_path / "log.jsonl"):
        yield tmp_path / "log.jsonl"


@pytest.fixture
def faces(database_url: str, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faces]:
    """A house without worker or devices, whose database waits for nobody for long."""
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_MS", QUICK_MS)
    monkeypatch.setattr(engine_module, "LOCK_TIMEOUT_MS", QUICK_MS)
    settings = settings_of(database_url, 1)
    prepare_database(settings[0])
    house = build(*settings)
    replace_inventory(house.engine, street(homes=1))
    tools = replace(house.tools, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    yield faces_of(tools, cli_settings(database_url, tmp_path), log)
    house.close()


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another program holds what every order needs, and does not let go."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as holder:
        holder.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        yield
        holder.rollback()


def assert_no_secret(faces: Faces, *more: str) -> None:
    told = "\n".join([*faces.said, faces.log.read_text()])
    assert [name for name, secret in secrets_of(faces).items() if secret in told] == []
    assert [secret for secret in more if secret in told] == []
    assert "Traceback" not in told


def test_a_locked_database_is_said_by_every_face_and_the_same_key_orders_once_it_is_free(
    faces: Faces, database_url: str
) -> None:
    visitor = faces.portal()
    review = visitor.review()

    with locked(database_url):
        by_cli = from_cli(faces.order_by_cli(as_json=True, key="k-cli"))
        by_api = from_api(faces.order_by_api("k-api"))
        page = visitor.post("/orders", visitor.fields_of(review))

    assert (by_cli.status, by_cli.code) == (1, "database-unavailable")
    assert (by_api.status, by_api.code) == (503, "database-unavailable")
    assert "cannot be used: another program keeps it locked. Try again in a moment;" in by_cli.words
    assert by_api.words == by_cli.words
    assert page.status_code == 503
    assert by_cli.words in page_words(page)
    assert front_desk.orders(faces.tools, SYSTEM).orders == ()
    assert_no_secret(faces)

    assert faces.order_by_cli(as_json=True, key="k-cli").exit_code == 0
    assert faces.order_by_api("k-api").status_code == 201
    assert visitor.post("/orders", visitor.fields_of(review)).status_code == 303
    assert len(front_desk.orders(faces.tools, SYSTEM).orders) == 3


@contextmanager
def tools_on(url: str, tools: Tools) -> Iterator[Tools]:
    """The same tools on another database."""
    engine = open_engine(url)
    yield replace(tools, open_unit_of_work=open_store(engine, jobs=lambda _session: NotedJobs(), now=tools.now))
    engine.dispose()


PASSWORD_IN_URL = "planted-database-password-45"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///{folder}/empty.db", "run `neutralhost database migrate`"),
        ("sqlite:///{folder}/text.db", "its file is not a SQLite database"),
        ("sqlite:////proc/none/x.db", "its folder cannot be made"),
        (f"postgresql+psycopg://nh:{PASSWORD_IN_URL}@127.0.0.1:1/nh", "no server answers there"),
        (
            f"oracle://nh:{PASSWORD_IN_URL}@127.0.0.1/nh",
            "its URL is not one of sqlite:///FILE or postgresql://HOST/NAME",
        ),
    ],
    ids=["not migrated", "not a database", "no folder", "away", "another kind"],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    faces: Faces, tmp_path: Path, url: str, says: str
) -> None:
    (tmp_path / "text.db").write_text("this is no database, and long enough to be taken for one " * 20)
    url = url.format(folder=tmp_path)
    faces = replace(faces, cli_settings=cli_settings(url, tmp_path))

    commands = (
        ("order", "list"),
        ("qualify", "1"),
        ("serve", "--no-worker", "--port", "18999"),
        ("worker",),
        ("user", "list"),
    )
    told = [from_cli(faces.cli(*command, "--json")) for command in commands]

    assert {(one.status, one.code) for one in told} == {(1, "database-unavailable")}
    assert len({one.words for one in told}) == 1
    assert says in told[0].words
    assert told[0].words.endswith("the operator checks NEUTRALHOST_DATABASE_URL and the database itself.")
    assert_no_secret(faces, PASSWORD_IN_URL)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///{folder}/empty.db", "run `neutralhost database migrate`"),
        (f"postgresql+psycopg://nh:{PASSWORD_IN_URL}@127.0.0.1:1/nh", "no server answers there"),
    ],
    ids=["not migrated", "away"],
)
def test_a_database_that_goes_away_is_said_by_api_and_portal(faces: Faces, tmp_path: Path, url: str, says: str) -> None:
    tokens, visitor = faces.tokens, faces.portal()
    session = visitor.browser.client.get_cookie("nh_session")
    assert session is not None
    with tools_on(url.format(folder=tmp_path), faces.tools) as tools:
        without = faces_of(tools, {}, faces.log, with_people=False)
        without.tokens |= tokens
        stranded = without.app.test_client()
        stranded.set_cookie("nh_session", session.value)

        by_api = from_api(without.order_by_api("k"))
        page = stranded.get("/orders")

        assert (by_api.status, by_api.code) == (503, "database-unavailable")
        assert says in by_api.words
        assert page.status_code == 503
        assert by_api.words in page_words(page)
        assert stranded.get("/readyz").status_code == 503
        assert stranded.get("/healthz").status_code == 200
        without.said += [page.text]
        assert_no_secret(without, PASSWORD_IN_URL)


def test_a_database_that_is_locked_under_an_order_leaves_it_whole_or_not_at_all(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_MS", QUICK_MS)
    monkeypatch.setattr(engine_module, "LOCK_TIMEOUT_MS", QUICK_MS)
    with running(database_url, street(homes=1), step_tries=2) as town:
        before = town.configs()
        order = town.order(1)
        wait_until(lambda: "reserve done" in town.events(order.id))

        with locked(database_url):
            time.sleep(5 * QUICK_MS / 1000)  # several times as long as anybody waits for a lock
        [ended] = town.wait([order])

        if ended.state is OrderState.FAILED:
            assert {reason.code for reason in ended.reasons} == {"database-unavailable"}
            assert "another program keeps it locked" in ended.reasons[0].sentence
            assert (town.configs(), town.held()) == (before, {})
        else:
            assert (ended.state, ended.reasons) == (OrderState.COMPLETED, ())
            assert list(town.held()) == [ended.service_id]
            assert town.configs() != before
