"""Whatever writes at the front desk leaves a row in the audit trail: nobody can forget it."""

import dis
import importlib
import inspect
import json
import pkgutil
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

import provisioning
from provisioning import front_desk
from provisioning.deeds import DEED, about, acts, deed_now
from provisioning.errors import Forbidden, SignInRefused
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.tools import Tools
from tests.web_town import PASSWORD, Town

NOBODYS_DEED = {
    "principal_of_token": "notes when a token was last used",
    "principal_of_access_token": "the same",
    "close_unanswered": "the clock's, by rule",
    "schedules": "names what the clock does, and does none of it",
    "last_audit": "the same",
    "audit": "keeps what it saw of devices, so that the next one need not read it again; changes nothing else",
}
"""What writes and is not anybody's deed, and why."""


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def desk_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in front_desk.__all__:
        thing = getattr(front_desk, name)
        if inspect.isfunction(thing) and "tools" in inspect.signature(thing).parameters:
            yield name, thing


def reached(function: Callable[..., Any]) -> Iterator[types.CodeType]:
    """The code of a function and of all functions of this floor that it names, directly or not."""
    seen: set[types.CodeType] = set()
    waiting: list[Any] = [function]
    while waiting:
        found = inspect.unwrap(waiting.pop())
        code = getattr(found, "__code__", None)
        if code is None or code in seen:
            continue
        seen.add(code)
        yield code
        waiting += [thing for thing in named_in(code, found.__globals__) if is_ours(thing)]


def is_ours(thing: object) -> bool:
    """A function of this floor, but for those that say themselves what they do."""
    return inspect.isfunction(thing) and thing.__module__.startswith("provisioning.") and not hasattr(thing, DEED)


def named_in(code: types.CodeType, known: dict[str, Any]) -> Iterator[object]:
    """What the code names: functions of its own module or imported, and those of modules ("module.function")."""
    before: object = None
    for step in dis.get_instructions(code):
        thing = None
        if step.opname == "LOAD_GLOBAL":
            thing = known.get(step.argval)
        elif step.opname == "LOAD_ATTR" and inspect.ismodule(before):
            thing = getattr(before, step.argval, None)
        if thing is not None:
            yield thing
        before = thing
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from named_in(constant, known)


def writes(code: types.CodeType) -> bool:
    """Whether it opens a unit of work for writing: without `reading=True`."""
    opens = [step.argval for step in dis.get_instructions(code) if step.opname in {"LOAD_ATTR", "KW_NAMES"}]
    for place, name in enumerate(opens):
        if name == "open_unit_of_work":
            following = opens[place + 1] if place + 1 < len(opens) else None
            if not (isinstance(following, tuple) and "reading" in following):
                return True
    return any(writes(constant) for constant in code.co_consts if isinstance(constant, types.CodeType))


def test_every_function_of_the_desk_that_writes_says_what_it_does() -> None:
    forgotten = [
        name
        for name, function in desk_functions()
        if any(map(writes, reached(function))) and not hasattr(function, DEED) and name not in NOBODYS_DEED
    ]
    assert forgotten == []


PARTS_OF_DEEDS = {
    "provisioning.device_desk.write_record": "a part of adding a DXP or an access point, and of a device's life",
    "provisioning.given_answers.answer_once": "answers what another function of the desk did",
    "provisioning.operations.lifted_by_enough": "a part of lifting a pause or a freeze",
    "provisioning.operations.schedules": "names what the clock does, and does none of it",
    "provisioning.questions.certificate.certificate": "reads; what it proves anew has a history of its own",
    "provisioning.workflows.accept.accept_add": "a part of the desk's place_order",
    "provisioning.workflows.accept.accept_cease": "a part of the desk's cease_service",
    "provisioning.workflows.accept_modify.accept_modify": "a part of the desk's modify_service",
    "provisioning.workflows.accept_ssid_change.accept_ssid_change": "a part of the desk's modify_service",
}


def test_nothing_else_of_this_floor_that_is_asked_by_somebody_writes_unseen() -> None:
    modules = [module.name for module in pkgutil.walk_packages(provisioning.__path__, "provisioning.")]
    forgotten = {
        f"{function.__module__}.{name}"
        for module in modules
        if ".cli" not in module
        for name, function in inspect.getmembers(importlib.import_module(module), is_ours)
        if {"tools", "who"} <= set(inspect.signature(function).parameters)
        and not name.startswith("_")
        and name not in NOBODYS_DEED
        and any(map(writes, reached(function)))
    }
    assert forgotten - set(PARTS_OF_DEEDS) == set()


def test_the_search_finds_a_function_that_forgot() -> None:
    def deep(tools: Tools) -> None:
        def inner() -> None:
            with tools.open_unit_of_work(by="anna") as work:
                work.commit()

        inner()

    def reads(tools: Tools) -> None:
        with tools.open_unit_of_work(reading=True):
            return

    assert any(map(writes, reached(deep)))
    assert not any(map(writes, reached(reads)))


# What a row says.


def newest(town: Town, count: int = 1) -> list[tuple[str, ...]]:
    entries = front_desk.audit_trail(town.tools, SYSTEM, limit=count).entries
    return [
        (each.who, each.role, each.isp_code or "", each.action, each.outcome.value, f"{each.kind} {each.subject}")
        for each in entries
    ]


ANNA = Principal("anna", Role.ISP_ADMIN, "alpha")


def test_an_order_leaves_a_row_with_who_and_what(town: Town) -> None:
    order = town.place()
    assert newest(town) == [("system", "operator", "", "order", "done", f"order {order.id}")]


def test_an_order_that_was_there_already_leaves_none(town: Town) -> None:
    town.place(key="k1")
    before = front_desk.trail_head(town.tools, SYSTEM)
    town.place(key="k1")
    assert front_desk.trail_head(town.tools, SYSTEM) == before


def test_sign_ins_leave_a_row_those_that_are_refused_too_and_no_secret(town: Town) -> None:
    secret, _ = front_desk.sign_in(town.tools, "anna", PASSWORD)
    with pytest.raises(SignInRefused):
        front_desk.sign_in(town.tools, "anna", "not the password")
    with pytest.raises(SignInRefused):
        front_desk.sign_in(town.tools, "nobody\x00" + "x" * 5000, "not the password")
    front_desk.sign_out(town.tools, secret)
    rows = newest(town, 4)
    assert rows[0] == ("anna", "isp-admin", "alpha", "sign out", "done", " ")
    assert rows[1][0].startswith("nobody xxx")
    assert len(rows[1][0]) == 200
    assert rows[2] == ("anna", "", "", "sign in", "refused", "user anna")
    assert rows[3] == ("anna", "isp-admin", "alpha", "sign in", "done", "user anna")
    kept = repr(front_desk.audit_trail(town.tools, SYSTEM, limit=200).entries)
    assert not any(word in kept for word in (secret, PASSWORD, "not the password"))


def test_what_somebody_may_not_do_leaves_a_row(town: Town) -> None:
    waiting = town.place()
    with pytest.raises(Forbidden):
        front_desk.approve(town.tools, ANNA, waiting.id)
    assert newest(town) == [("anna", "isp-admin", "alpha", "approve an order", "refused", f"order {waiting.id}")]


def test_what_is_not_committed_leaves_no_row(town: Town) -> None:
    @acts("do nothing", "thing", "name")
    def do_nothing(tools: Tools, who: Principal, name: str) -> None:
        with tools.open_unit_of_work():
            about("thing", name)

    before = front_desk.trail_head(town.tools, SYSTEM)
    do_nothing(town.tools, ANNA, "x")
    assert front_desk.trail_head(town.tools, SYSTEM) == before
    assert deed_now() is None


def test_an_isps_overseer_sees_what_its_own_people_did_and_no_numbers(town: Town) -> None:
    front_desk.set_password(town.tools, ANNA, "anna", PASSWORD)
    front_desk.set_password(town.tools, Principal("bert", Role.ISP_ADMIN, "beta"), "bert", PASSWORD)
    told = json.loads(town.machine("anna").get("/audit-trail").text)["items"]
    assert {(row["who"], row["isp_code"]) for row in told} == {("anna", "alpha")}
    assert {row["hash"] for row in told} == {None}
    assert town.machine("uma").get("/audit-trail").status_code == 403
    everything = json.loads(town.machine("rita").get("/audit-trail?limit=200").text)["items"]
    assert {"anna", "bert"} <= {row["who"] for row in everything}


# Whoever has the database changes nothing unseen.


def test_the_database_itself_refuses_to_change_or_delete_a_row(town: Town, engine: Engine) -> None:
    town.place()
    for statement in (
        "UPDATE audit_trail SET who = 'nobody'",
        "DELETE FROM audit_trail",
        "UPDATE audit_head SET number = number - 1",
        "UPDATE audit_head SET number = number + 2",
        "DELETE FROM audit_head",
        "UPDATE state_changes SET why = ''",
        "DELETE FROM state_changes",
    ):
        with pytest.raises(DBAPIError, match="never"), engine.begin() as connection:
            connection.execute(text(statement))


def without_guards(engine: Engine, *statements: str) -> None:
    """What somebody does who owns the database."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("audit_trail", "audit_head"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_trail SET who = 'nobody' WHERE number = 2", "Row 2 was changed"),
        ("DELETE FROM audit_trail WHERE number = 2", "Row 2 is missing"),
        ("DELETE FROM audit_trail WHERE number = 1", "Row 1 is missing"),
        ("DELETE FROM audit_trail WHERE number >= 3", "the trail was cut off at its end"),
        ("UPDATE audit_trail SET number = -number WHERE number <= 2", "rows were moved"),
    ],
)
def test_a_row_that_was_changed_all_the_same_is_found_and_named(
    town: Town, engine: Engine, statement: str, fault: str
) -> None:
    for _ in range(5):
        front_desk.set_password(town.tools, ANNA, "anna", PASSWORD)
    head = front_desk.trail_head(town.tools, SYSTEM)
    assert front_desk.verify_trail(town.tools, SYSTEM) == (head, ())

    without_guards(engine, statement)

    _, faults = front_desk.verify_trail(town.tools, SYSTEM)
    assert any(fault in each for each in faults), faults


def test_a_tail_cut_off_with_its_head_is_found_by_the_head_that_was_kept(town: Town, engine: Engine) -> None:
    for _ in range(5):
        front_desk.set_password(town.tools, ANNA, "anna", PASSWORD)
    kept = front_desk.trail_head(town.tools, SYSTEM)
    cut = kept.count - 2
    without_guards(
        engine,
        "DELETE FROM audit_trail WHERE number > (SELECT number - 2 FROM audit_head)",
        "UPDATE audit_head SET number = number - 2, hash = (SELECT hash FROM audit_trail ORDER BY number DESC LIMIT 1)",
    )
    assert front_desk.verify_trail(town.tools, SYSTEM)[1] == ()
    assert front_desk.verify_trail(town.tools, SYSTEM, [(kept.count, kept.hash)])[1] == (
        f"Rows {cut + 1} to {kept.count} are missing: the trail was cut off at its end.",
    )


def test_many_at_once_make_one_chain(town: Town) -> None:
    before = front_desk.trail_head(town.tools, SYSTEM).count
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(front_desk.send_test, town.tools, ANNA, _hers(town)) for _ in range(40)]:
            done.result()
    head, faults = front_desk.verify_trail(town.tools, SYSTEM)
    assert faults == ()
    assert head.count == before + 41  # the listener that was added is one


def _hers(town: Town) -> str:
    found = front_desk.listeners(town.tools, ANNA)
    return (found or (front_desk.add_listener(town.tools, ANNA, "https://1.1.1.1/")[1],))[0].id
