"""The table of rights, cell by cell, and that nothing is allowed which does not stand in it."""

import re
from pathlib import Path

import pytest

import provisioning
from provisioning.errors import Forbidden
from provisioning.isps import ISP_ROLES, STAFF_ROLES, Principal, Role, Scope
from provisioning.people_errors import ScopeMissing
from provisioning.policy import CLIENT_SCOPES, RULES, Action, may, must, scopes_of

# One letter a seat: operator, engineer, approver, noc, council, auditor | isp-admin (A), isp-user (U), its auditor (R).
SEATS: dict[str, Principal] = {
    "o": Principal("olga", Role.OPERATOR, None),
    "e": Principal("ella", Role.ENGINEER, None),
    "a": Principal("amit", Role.APPROVER, None),
    "n": Principal("nora", Role.NOC, None),
    "c": Principal("cora", Role.COUNCIL, None),
    "r": Principal("rita", Role.AUDITOR, None),
    "A": Principal("anna", Role.ISP_ADMIN, "alder"),
    "U": Principal("abel", Role.ISP_USER, "alder"),
    "R": Principal("axel", Role.AUDITOR, "alder"),
}
# Written by hand beside the table, so that neither changes alone.
MAY = {
    Action.SEE_ITSELF: "oeancr AUR",
    Action.READ_CATALOGUE: "oeancr AUR",
    Action.READ_HANDOVERS: "oeanr AUR",
    Action.QUALIFY: "oeanr AUR",
    Action.READ_ORDERS: "oeanr AUR",
    Action.PLACE_ORDERS: "o AU",
    Action.APPROVE_ORDERS: "oa",
    Action.DECLINE_ORDERS: "oa",
    Action.SET_CHARGES: "oa",
    Action.CONFIRM_WORK: "oe",
    Action.READ_SERVICES: "oeanr AUR",
    Action.MOVE_LINES: "o",
    Action.RESERVE: "oe",
    Action.RELEASE_RESERVATIONS: "oe",
    Action.READ_TICKETS: "oeanr AUR",
    Action.RAISE_TICKETS: "oen AU",
    Action.WORK_ON_TICKETS: "oen",
    Action.READ_LISTENERS: "oeanr AUR",
    Action.KEEP_LISTENERS: "o A",
    Action.READ_PLANT: "oeanr",
    Action.READ_CUTS: "oeanr",
    Action.READ_CONSENTS: "oeancr",
    Action.READ_COVERAGE: "oeancr",
    Action.READ_RESILIENCE: "oeancr",
    Action.REFRESH_COVERAGE: "oe",
    Action.WRITE_RECORD: "oe",
    Action.READ_DEVICE_TEXT: "oeanr",
    Action.READ_DRIFT: "oeanr",
    Action.AUDIT: "oen",
    Action.KEEP_BACKUPS: "oen",
    Action.REHEARSE: "oe",
    Action.READ_CHANGES: "oeanr",
    Action.PROPOSE_CHANGES: "oe",
    Action.APPROVE_CHANGES: "oa",
    Action.CANCEL_CHANGES: "oea",
    Action.LIFT_LIMITS: "oa",
    Action.FREEZE: "oen",
    Action.ENROL: "oe",
    Action.TEST_SERVICES: "oen",
    Action.READ_ENROLMENTS: "oeanr",
    Action.READ_OPERATIONS: "oeanr",
    Action.PAUSE: "oen",
    Action.RUN_SCHEDULES: "oen",
    Action.READ_TRAIL: "or AR",
    Action.READ_PEOPLE: "or AR",
    Action.KEEP_PEOPLE: "o A",
    Action.KEEP_OWN_TOKENS: "oeancr AUR",
    Action.KEEP_TOKENS_OF_OTHERS: "o A",
    Action.KEEP_CLIENTS: "o A",
    Action.SET_OWN_PASSWORD: "oeancr AUR",
}


def test_every_action_has_its_rule_and_its_line_here() -> None:
    assert set(Action) == set(RULES) == set(MAY)


@pytest.mark.parametrize("action", Action)
def test_each_cell_of_the_table_is_as_written(action: Action) -> None:
    assert {seat for seat, who in SEATS.items() if may(who, action)} == set(MAY[action].replace(" ", ""))


@pytest.mark.parametrize("who", SEATS.values(), ids=lambda who: who.user_name)
def test_what_nobody_named_is_allowed_to_nobody(who: Principal) -> None:
    assert not may(who, None)
    with pytest.raises(Forbidden, match="what no rule names"):
        must(who, None)


def test_no_rule_lets_a_role_in_on_the_side_it_is_not_of() -> None:
    for rule in RULES.values():
        assert rule.staff <= STAFF_ROLES
        assert rule.isp <= ISP_ROLES


def test_an_auditor_writes_nothing_and_a_council_sees_no_orders() -> None:
    def scopes(seat: str) -> set[Scope]:
        return {rule.scope for action, rule in RULES.items() if may(SEATS[seat], action) and rule.scope is not None}

    for seat in "rR":
        assert {scope for scope in scopes(seat) if not scope.endswith(":read")} <= {
            Scope.PEOPLE_WRITE
        }  # its own tokens
    assert scopes("c") == {Scope.CATALOGUE_READ, Scope.PLANT_READ, Scope.PEOPLE_WRITE}


def test_a_person_with_two_roles_may_do_what_either_may() -> None:
    both = Principal("edna", Role.ENGINEER, None, also=frozenset({Role.APPROVER}))
    for action in Action:
        assert may(both, action) == (may(SEATS["e"], action) or may(SEATS["a"], action))


def test_a_role_of_the_other_side_opens_nothing() -> None:
    astray = Principal("mallory", Role.OPERATOR, "alder")
    assert [action for action in Action if may(astray, action)] == []


def test_a_scope_takes_rights_away_and_adds_none() -> None:
    for who in SEATS.values():
        for scope in Scope:
            limited = Principal(who.user_name, who.role, who.isp_code, scopes=frozenset({scope}))
            for action, rule in RULES.items():
                assert may(limited, action) == (may(who, action) and rule.scope in {None, scope})


def test_the_refusal_says_whether_the_role_or_the_token_is_too_small() -> None:
    reading = Principal("anna", Role.ISP_ADMIN, "alder", scopes=frozenset({Scope.ORDERS_READ}))
    with pytest.raises(ScopeMissing, match="orders:write") as caught:
        must(reading, Action.PLACE_ORDERS)
    assert caught.value.facts["scope"] == "orders:write"
    with pytest.raises(Forbidden, match="axel may not order"):
        must(SEATS["R"], Action.PLACE_ORDERS)


def test_the_scopes_somebody_can_give_are_those_that_open_something_for_it() -> None:
    assert Scope.ORDERS_APPROVE not in scopes_of(SEATS["A"])
    assert scopes_of(Principal("a", Role.OPERATOR, None)) == frozenset(Scope)
    limited = Principal("a", Role.OPERATOR, None, scopes=frozenset({Scope.ORDERS_READ}))
    assert scopes_of(limited) == {Scope.ORDERS_READ}


def test_a_client_can_be_given_nothing_that_an_isp_s_administrator_lacks_and_nothing_about_people() -> None:
    assert scopes_of(SEATS["A"]) >= CLIENT_SCOPES
    assert not any(scope.startswith("people") for scope in CLIENT_SCOPES)


def test_nothing_stands_in_the_table_that_nobody_asks_for() -> None:
    root = Path(provisioning.__file__).parents[1]
    sources = [path for floor in ("provisioning", "web") for path in (root / floor).rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources if path.name != "policy.py")
    assert [action.name for action in Action if not re.search(rf"\bAction\.{action.name}\b", text)] == []
