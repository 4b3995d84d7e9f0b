"""Orders of every kind, several at once, and everything that may happen to them: what is held is what lives.

For longer, by hand: set NH_MODEL_RUNS, NH_MODEL_STEPS and NH_MODEL_SEED.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from inventory.store.engine import open_engine
from provisioning.store.holds import StoredHolds
from tests.integration.order_model.asked import Locked, model_town
from tests.integration.order_model.devices import ReplacingDevices
from tests.integration.order_model.machine import AllOrders
from tests.integration.walking import Town


@pytest.fixture(autouse=True)
def _a_town_of_its_own_for_each_run(engine: Engine, database_url: str, tmp_path: Path) -> None:
    """On SQLite; on PostgreSQL all share one, which every run leaves empty."""
    if engine.dialect.name != "sqlite":
        model = model_town(engine)
        AllOrders.build = lambda: model
        return
    empty = Path(database_url.removeprefix("sqlite:///"))

    def build() -> tuple[Town, Locked, ReplacingDevices]:
        copied = tmp_path / "run.db"
        for old in tmp_path.glob("run.db*"):
            old.unlink()
        shutil.copyfile(empty, copied)
        return model_town(open_engine(f"sqlite:///{copied}"))

    AllOrders.build = build


def run(runs: int, steps: int, of_seed: int) -> None:
    how = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(of_seed)(AllOrders), settings=how)


def test_no_reachable_state_of_any_kind_of_order_holds_anything_that_nothing_explains() -> None:
    runs, steps = int(os.environ.get("NH_MODEL_RUNS", "3")), int(os.environ.get("NH_MODEL_STEPS", "8"))
    run(runs, steps, int(os.environ.get("NH_MODEL_SEED", "1")))
    print(f"{AllOrders.steps} states looked at", *sorted(AllOrders.seen), sep="\n")


@pytest.mark.system
def test_the_same_for_longer() -> None:
    run(12, 20, 2)


def test_the_model_sees_what_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = AllOrders()
    machine.place_what_an_engineer_delivers("alder", "dark fibre", 1)
    machine.place("alder", "1", 100, 0, None, quoted=True)
    machine.bring_on()
    machine.all_that_is_held_is_explained()
    monkeypatch.setattr(StoredHolds, "give_back", lambda *_: None)
    machine.cease_all()
    with pytest.raises(AssertionError):
        machine.all_that_is_held_is_explained()
