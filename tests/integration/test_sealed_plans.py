"""What a change plan tells devices holds their secrets: it is sealed in the database, and nobody else keeps it."""

from dataclasses import replace

import pytest
import sqlalchemy
from alembic import command
from alembic.util import CommandError
from pydantic import SecretStr
from sqlalchemy import Engine, text

from automation.change_plan import lines_change
from inventory.store.engine import _alembic, migrate
from provisioning import backup_desk, change_plan_desk, drift_desk
from provisioning.change_plan_errors import PlanUnreadable
from provisioning.change_plans import ChangePlan, PlanKind, PlanState
from provisioning.front_desk import SYSTEM
from provisioning.store.unit import open_store
from provisioning.tools import Tools
from tests.integration.running import Running, running
from tests.integration.street import DX_SWITCH, street
from tests.integration.test_drift_fixes import carry_out

SECRET = "S3cret"
TYPED = f"snmp-server community {SECRET} ro"


def dump(engine: Engine) -> str:
    """All rows of all tables, the durable engine's among them, as text."""
    look = sqlalchemy.inspect(engine)
    schemas = (None,) if engine.dialect.name == "sqlite" else ("public", "dbos")
    tables = [
        ".".join(f'"{part}"' for part in (schema, name) if part)
        for schema in schemas
        for name in look.get_table_names(schema=schema)
    ]
    with engine.connect() as connection:
        rows = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables]  # noqa: S608 - the catalogue's own
    return "\n".join([*tables, *(repr(tuple(row)) for found in rows for row in found)])


def with_pepper(town: Running, pepper: str) -> Tools:
    """The same house with another key."""
    key = SecretStr(pepper)
    tools = town.house.tools
    store = open_store(town.house.engine, jobs=lambda _: None, now=tools.now, key=key)  # type: ignore[arg-type,return-value]  # no job is asked for
    return replace(tools, open_unit_of_work=store, settings=tools.settings.model_copy(update={"token_pepper": key}))


def restored(town: Running) -> ChangePlan:
    """A plan that takes a device back to what it said before somebody added a key: its way back has the secret."""
    tools = town.house.tools
    backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH])
    town.fleet.edit(DX_SWITCH, [TYPED])
    return drift_desk.propose_restore(tools, SYSTEM, DX_SWITCH, why="as it was", whole=True)


def test_no_secret_of_a_device_stands_in_any_table_and_the_plan_is_carried_out_and_undone(database_url: str) -> None:
    with running(database_url, street(homes=0)) as town:
        tools, before = town.house.tools, town.configs()[DX_SWITCH]
        plan = restored(town)
        added = town.configs()[DX_SWITCH]
        assert SECRET in added

        assert carry_out(town, plan).state is PlanState.DONE
        assert town.configs()[DX_SWITCH] == before
        undo = change_plan_desk.undo_plan(tools, SYSTEM, plan.id, why="it was right")
        assert carry_out(town, undo).state is PlanState.DONE
        assert town.configs()[DX_SWITCH] == added
        refused = change_plan_desk.propose_change(
            tools, SYSTEM, PlanKind.OTHER, [lines_change(DX_SWITCH, f"{TYPED} nonsense", "")], why="mistyped"
        )
        assert change_plan_desk.wait_for_plan(tools, SYSTEM, refused.id, 30.0).state is PlanState.FAILED

        kept = dump(town.house.engine)
        assert "planned_changes" in kept
        assert "sealed:" in kept
        assert SECRET not in kept


def test_lines_that_begin_as_what_is_sealed_does_are_kept_as_they_were_typed(database_url: str) -> None:
    with running(database_url, street(homes=0), works=False) as town:
        tools = town.house.tools
        typed = lines_change(DX_SWITCH, "sealed:nonsense", "sealed:")
        plan = change_plan_desk.propose_change(tools, SYSTEM, PlanKind.OTHER, [typed], why="mistyped")
        town.house.start_worker()
        ended = change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)

        assert (ended.state, [each.code for each in ended.reasons]) == (PlanState.FAILED, ["rehearsal-refused"])
        assert ended.is_readable
        assert ended.device_changes[0].commands == "sealed:nonsense"


def test_with_another_key_a_plan_is_shown_and_neither_approved_nor_undone(database_url: str) -> None:
    with running(database_url, street(homes=0)) as town:
        tools, plan = town.house.tools, restored(town)
        ready = change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)
        rotated = with_pepper(town, "another")

        assert change_plan_desk.plan(rotated, SYSTEM, plan.id).plan.digest == ready.digest
        with pytest.raises(PlanUnreadable, match="cannot be opened with the key that is set") as caught:
            change_plan_desk.approve_plan(rotated, SYSTEM, plan.id, ready.digest)
        assert "NEUTRALHOST_TOKEN_PEPPER" in caught.value.next_step
        assert carry_out(town, plan).state is PlanState.DONE
        with pytest.raises(PlanUnreadable):
            change_plan_desk.undo_plan(rotated, SYSTEM, plan.id, why="back")


def test_a_worker_that_wakes_up_with_another_key_ends_the_plan_with_the_reason(database_url: str) -> None:
    with running(database_url, street(homes=0), works=False) as town:
        plan = restored(town)
        house = town.house
        with house.engine.begin() as connection:
            connection.execute(text("UPDATE planned_changes SET undo = 'sealed:' || commands"))
        house.start_worker()
        ended = change_plan_desk.wait_for_plan(house.tools, SYSTEM, plan.id, 30.0)

        assert (ended.state, [each.code for each in ended.reasons]) == (PlanState.FAILED, ["plan-unreadable"])


def test_what_an_earlier_version_kept_in_clear_is_sealed_when_a_worker_starts(database_url: str) -> None:
    with running(database_url, street(homes=0), works=False) as town:
        plan, house = restored(town), town.house
        with house.engine.begin() as connection:
            connection.execute(
                text("UPDATE planned_changes SET commands = :commands, undo = :undo"),
                {"commands": f"no snmp-server community {SECRET}", "undo": TYPED},
            )
        assert SECRET in dump(house.engine)
        house.start_worker()

        assert SECRET not in dump(house.engine)
        with house.tools.open_unit_of_work(reading=True) as work:
            [change] = work.change_plans.get(plan.id).device_changes
        assert (change.commands, change.undo) == (f"no snmp-server community {SECRET}", TYPED)


def test_an_earlier_program_finds_no_plan_that_it_cannot_read(database_url: str) -> None:
    with running(database_url, street(homes=0), works=False) as town:
        plan, engine = restored(town), town.house.engine
        with engine.begin() as connection:
            command.downgrade(_alembic(connection), "0025_site_slots")
            [row] = connection.execute(text("SELECT commands, undo FROM planned_changes")).all()
            [(state,)] = connection.execute(text("SELECT state FROM change_plans")).all()
        migrate(engine)

        assert (tuple(row), state) == (("", ""), "cancelled")
        assert change_plan_desk.plan(town.house.tools, SYSTEM, plan.id).plan.state is PlanState.CANCELLED


def test_an_earlier_program_does_not_come_back_while_a_plan_moves_services(database_url: str) -> None:
    with running(database_url, street(homes=0), works=False) as town:
        plan, engine = restored(town), town.house.engine
        with engine.begin() as connection:
            connection.execute(text("UPDATE change_plans SET kind = 'drain'"))

        with pytest.raises(CommandError, match=f"moving services: {plan.id}"), engine.begin() as connection:
            command.downgrade(_alembic(connection), "0025_site_slots")

        assert change_plan_desk.plan(town.house.tools, SYSTEM, plan.id).plan.state is PlanState.PROPOSED
