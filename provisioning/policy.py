"""Who may do what: one table, and nothing is allowed that does not stand in it. Pure.

It stands below the doors (`web/auth`) because portal, APIs and command line share one front desk,
and the desk asks it: a door that forgot to ask would open nothing. Which of an organisation's
things somebody sees is another question, answered where they are read: another ISP's thing does
not exist. `docs/reference/rights.md` is written from this table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from provisioning.errors import Forbidden
from provisioning.isps import ISP_ROLES, STAFF_ROLES, Principal, Role, Scope
from provisioning.people_errors import ScopeMissing


class Action(StrEnum):
    """What can be asked of the front desk, in the words that follow "may not"."""

    SEE_ITSELF = "see who it is"
    # What is sold, and where.
    READ_CATALOGUE = "read the catalogue"
    READ_HANDOVERS = "read handovers"
    QUALIFY = "qualify premises"
    # Orders.
    READ_ORDERS = "read orders"
    PLACE_ORDERS = "order"
    APPROVE_ORDERS = "approve orders"
    DECLINE_ORDERS = "decline orders"
    SET_CHARGES = "say what an order costs more"
    CONFIRM_WORK = "confirm that something is built or patched"
    # Services and the lines they run on.
    READ_SERVICES = "read services"
    MOVE_LINES = "move lines to other ISPs"
    RESERVE = "reserve"
    RELEASE_RESERVATIONS = "release reservations"
    # Trouble.
    READ_TICKETS = "read tickets"
    RAISE_TICKETS = "raise tickets"
    WORK_ON_TICKETS = "work on tickets"
    # What tells others.
    READ_LISTENERS = "read listeners and deliveries"
    KEEP_LISTENERS = "keep listeners"
    # Plant.
    READ_PLANT = "ask about the plant"
    READ_CUTS = "ask what a cut of the plant takes away"
    READ_CONSENTS = "read consents"
    READ_COVERAGE = "see the coverage of all premises"
    READ_RESILIENCE = "ask how resilient the plant is"
    REFRESH_COVERAGE = "refresh the coverage"
    WRITE_RECORD = "write into the record of what exists"
    # Devices.
    READ_DEVICE_TEXT = "read what devices say"
    READ_DRIFT = "read what devices were found to say other than they should"
    AUDIT = "audit"
    KEEP_BACKUPS = "take or accept backups of devices"
    REHEARSE = "rehearse"
    READ_CHANGES = "see change plans"
    PROPOSE_CHANGES = "propose changes of devices"
    APPROVE_CHANGES = "approve changes of devices"
    CANCEL_CHANGES = "cancel changes of devices"
    LIFT_LIMITS = "lift safety limits"
    FREEZE = "freeze what devices say"
    ENROL = "enrol access points"
    TEST_SERVICES = "test services in use"
    READ_ENROLMENTS = "see which access points are expected"
    # How the work goes on.
    READ_OPERATIONS = "read how the work goes on"
    PAUSE = "pause or resume work"
    RUN_SCHEDULES = "start scheduled work"
    # What was done, and by whom.
    READ_TRAIL = "read the audit trail"
    # People and machines.
    READ_PEOPLE = "read who the users are"
    KEEP_PEOPLE = "keep users"
    KEEP_OWN_TOKENS = "keep API tokens of its own"
    KEEP_TOKENS_OF_OTHERS = "keep tokens of somebody else"
    KEEP_CLIENTS = "keep clients"
    SET_OWN_PASSWORD = "set its password"  # noqa: S105 - the name of an action


type Roles = frozenset[Role]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing: which roles of the operator's side, which of an ISP's, and which scope a token needs.

    `scope` None: any token will do.
    """

    staff: Roles
    isp: Roles
    scope: Scope | None


def _roles(*roles: Role) -> Roles:
    return frozenset(roles)


NOBODY: Roles = frozenset()
OPERATOR = _roles(Role.OPERATOR)
ENGINEERS = _roles(Role.OPERATOR, Role.ENGINEER)
APPROVERS = _roles(Role.OPERATOR, Role.APPROVER)
CHANGERS = _roles(Role.OPERATOR, Role.ENGINEER, Role.APPROVER)
ON_CALL = _roles(Role.OPERATOR, Role.ENGINEER, Role.NOC)
OPERATIONAL = STAFF_ROLES - {Role.COUNCIL}
OVERSEERS = _roles(Role.OPERATOR, Role.AUDITOR)
BUYERS = _roles(Role.ISP_ADMIN, Role.ISP_USER)
ISP_ADMIN = _roles(Role.ISP_ADMIN)
ISP_OVERSEERS = _roles(Role.ISP_ADMIN, Role.AUDITOR)

RULES: Mapping[Action, Rule] = {
    Action.SEE_ITSELF: Rule(STAFF_ROLES, ISP_ROLES, None),
    Action.READ_CATALOGUE: Rule(STAFF_ROLES, ISP_ROLES, Scope.CATALOGUE_READ),
    Action.READ_HANDOVERS: Rule(OPERATIONAL, ISP_ROLES, Scope.CATALOGUE_READ),
    Action.QUALIFY: Rule(OPERATIONAL, ISP_ROLES, Scope.CATALOGUE_READ),
    Action.READ_ORDERS: Rule(OPERATIONAL, ISP_ROLES, Scope.ORDERS_READ),
    Action.PLACE_ORDERS: Rule(OPERATOR, BUYERS, Scope.ORDERS_WRITE),
    Action.APPROVE_ORDERS: Rule(APPROVERS, NOBODY, Scope.ORDERS_APPROVE),
    Action.DECLINE_ORDERS: Rule(APPROVERS, NOBODY, Scope.ORDERS_APPROVE),
    Action.SET_CHARGES: Rule(APPROVERS, NOBODY, Scope.ORDERS_APPROVE),
    Action.CONFIRM_WORK: Rule(ENGINEERS, NOBODY, Scope.PLANT_WRITE),
    Action.READ_SERVICES: Rule(OPERATIONAL, ISP_ROLES, Scope.SERVICES_READ),
    Action.MOVE_LINES: Rule(OPERATOR, NOBODY, Scope.SERVICES_WRITE),
    Action.RESERVE: Rule(ENGINEERS, NOBODY, Scope.PLANT_WRITE),
    Action.RELEASE_RESERVATIONS: Rule(ENGINEERS, NOBODY, Scope.PLANT_WRITE),
    Action.READ_TICKETS: Rule(OPERATIONAL, ISP_ROLES, Scope.TICKETS_READ),
    Action.RAISE_TICKETS: Rule(ON_CALL, BUYERS, Scope.TICKETS_WRITE),
    Action.WORK_ON_TICKETS: Rule(ON_CALL, NOBODY, Scope.TICKETS_WRITE),
    Action.READ_LISTENERS: Rule(OPERATIONAL, ISP_ROLES, Scope.LISTENERS_READ),
    Action.KEEP_LISTENERS: Rule(OPERATOR, ISP_ADMIN, Scope.LISTENERS_WRITE),
    Action.READ_PLANT: Rule(OPERATIONAL, NOBODY, Scope.PLANT_READ),
    Action.READ_CUTS: Rule(OPERATIONAL, NOBODY, Scope.PLANT_READ),
    Action.READ_CONSENTS: Rule(STAFF_ROLES, NOBODY, Scope.PLANT_READ),
    Action.READ_COVERAGE: Rule(STAFF_ROLES, NOBODY, Scope.PLANT_READ),
    Action.READ_RESILIENCE: Rule(STAFF_ROLES, NOBODY, Scope.PLANT_READ),
    Action.REFRESH_COVERAGE: Rule(ENGINEERS, NOBODY, Scope.PLANT_WRITE),
    Action.WRITE_RECORD: Rule(ENGINEERS, NOBODY, Scope.PLANT_WRITE),
    Action.READ_DEVICE_TEXT: Rule(OPERATIONAL, NOBODY, Scope.DEVICES_READ),
    Action.READ_DRIFT: Rule(OPERATIONAL, NOBODY, Scope.DEVICES_READ),
    Action.AUDIT: Rule(ON_CALL, NOBODY, Scope.DEVICES_READ),
    Action.KEEP_BACKUPS: Rule(ON_CALL, NOBODY, Scope.DEVICES_WRITE),
    Action.REHEARSE: Rule(ENGINEERS, NOBODY, Scope.DEVICES_WRITE),
    Action.READ_CHANGES: Rule(OPERATIONAL, NOBODY, Scope.DEVICES_READ),
    Action.PROPOSE_CHANGES: Rule(ENGINEERS, NOBODY, Scope.DEVICES_WRITE),
    Action.APPROVE_CHANGES: Rule(APPROVERS, NOBODY, Scope.DEVICES_WRITE),
    Action.CANCEL_CHANGES: Rule(CHANGERS, NOBODY, Scope.DEVICES_WRITE),
    Action.LIFT_LIMITS: Rule(APPROVERS, NOBODY, Scope.DEVICES_WRITE),
    Action.FREEZE: Rule(ON_CALL, NOBODY, Scope.OPERATIONS_WRITE),
    Action.ENROL: Rule(ENGINEERS, NOBODY, Scope.DEVICES_WRITE),
    Action.TEST_SERVICES: Rule(ON_CALL, NOBODY, Scope.OPERATIONS_WRITE),
    Action.READ_ENROLMENTS: Rule(OPERATIONAL, NOBODY, Scope.DEVICES_READ),
    Action.READ_OPERATIONS: Rule(OPERATIONAL, NOBODY, Scope.OPERATIONS_READ),
    Action.PAUSE: Rule(ON_CALL, NOBODY, Scope.OPERATIONS_WRITE),
    Action.RUN_SCHEDULES: Rule(ON_CALL, NOBODY, Scope.OPERATIONS_WRITE),
    Action.READ_TRAIL: Rule(OVERSEERS, ISP_OVERSEERS, Scope.TRAIL_READ),
    Action.READ_PEOPLE: Rule(OVERSEERS, ISP_OVERSEERS, Scope.PEOPLE_READ),
    Action.KEEP_PEOPLE: Rule(OPERATOR, ISP_ADMIN, Scope.PEOPLE_WRITE),
    Action.KEEP_OWN_TOKENS: Rule(STAFF_ROLES, ISP_ROLES, Scope.PEOPLE_WRITE),
    Action.KEEP_TOKENS_OF_OTHERS: Rule(OPERATOR, ISP_ADMIN, Scope.PEOPLE_WRITE),
    Action.KEEP_CLIENTS: Rule(OPERATOR, ISP_ADMIN, Scope.PEOPLE_WRITE),
    Action.SET_OWN_PASSWORD: Rule(STAFF_ROLES, ISP_ROLES, Scope.PEOPLE_WRITE),
}

CLIENT_SCOPES: frozenset[Scope] = frozenset(
    {
        Scope.CATALOGUE_READ,
        Scope.ORDERS_READ,
        Scope.ORDERS_WRITE,
        Scope.SERVICES_READ,
        Scope.TICKETS_READ,
        Scope.TICKETS_WRITE,
        Scope.LISTENERS_READ,
        Scope.LISTENERS_WRITE,
    }
)
"""What an ISP's client (OAuth2) can be given: what its software needs, and never who the people are."""


def may(who: Principal, action: Action | None) -> bool:
    """Whether the table allows it. None, an action nobody named, is allowed to nobody."""
    rule = _rule(action)
    return rule is not None and _has_role(who, rule) and _has_scope(who, rule)


def must(who: Principal, action: Action | None, words: str = "") -> None:
    """Let it pass, or say why not; `words` where the action's own say too little.

    Raises:
        Forbidden: none of its roles allows it, or nobody's does.
        ScopeMissing: its roles do, and the token it came with does not.
    """
    rule = _rule(action)
    said = words or (action.value if action is not None else "do what no rule names")
    if rule is None or not _has_role(who, rule):
        raise Forbidden(who.user_name, said)
    if not _has_scope(who, rule):
        raise ScopeMissing(who.user_name, said, str(rule.scope))


def allowed_to(roles: Iterable[Role], action: Action, *, isp: bool) -> bool:
    """Whether any of these roles allows it, on an ISP's side or on the operator's."""
    rule = RULES.get(action)
    return rule is not None and not (rule.isp if isp else rule.staff).isdisjoint(roles)


def scopes_of(who: Principal) -> frozenset[Scope]:
    """Every scope that opens anything at all for its roles, within what its own token is limited to."""
    open_to = {rule.scope for rule in RULES.values() if rule.scope is not None and _has_role(who, rule)}
    return frozenset(open_to if who.scopes is None else open_to & who.scopes)


def _rule(action: Action | None) -> Rule | None:
    return None if action is None else RULES.get(action)


def _has_role(who: Principal, rule: Rule) -> bool:
    return not (rule.staff if who.isp_code is None else rule.isp).isdisjoint(who.roles)


def _has_scope(who: Principal, rule: Rule) -> bool:
    return who.scopes is None or rule.scope is None or rule.scope in who.scopes
