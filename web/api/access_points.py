"""Access points on their first day: which are expected, how far each has come, and the keys they are given."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from inventory.errors import UnknownThing
from provisioning import air_desk, enrolment_desk, enrolment_errors, errors
from provisioning.enrolments import Enrolment, EnrolmentState
from provisioning.policy import Action
from web.api.fields import Shown
from web.api.operation import Answer, Call, Operation


class EnrolmentShown(Shown):
    """An access point that is, or was, expected. Its key is never shown again."""

    device: str
    serial: str
    state: EnrolmentState
    issued_at: datetime
    issued_by: str
    expires_at: datetime
    phoned_home_at: datetime | None
    phoned_from: str
    serving_at: datetime | None

    @classmethod
    def of(cls, enrolment: Enrolment, now: datetime) -> "EnrolmentShown":
        return cls(**_facts(enrolment, now))


class EnrolmentsShown(Shown):
    items: list[EnrolmentShown]


class NewEnrolmentShown(EnrolmentShown):
    """With the one-time key: shown this once and never again."""

    key: str


def _facts(enrolment: Enrolment, now: datetime) -> dict[str, Any]:
    kept = {name: getattr(enrolment, name) for name in Enrolment.__slots__ if name != "key_hash"}
    return kept | {"state": enrolment.state(now)}


def list_enrolments(call: Call) -> Answer:
    found = enrolment_desk.enrolments(call.tools, call.who)
    return Answer(EnrolmentsShown(items=[EnrolmentShown.of(one, call.tools.now()) for one in found]))


def enrol(call: Call) -> Answer:
    key, enrolment = enrolment_desk.enrol(call.tools, call.who, call.path["device"])
    return Answer(NewEnrolmentShown(**_facts(enrolment, call.tools.now()), key=key), HTTPStatus.CREATED)


class SharedSsidShown(Shown):
    """An SSID that ISPs and the community share: order a realm on it by its `service_id`."""

    service_id: str
    ssid: str
    access_points: list[str]


class SharedSsidsShown(Shown):
    items: list[SharedSsidShown]


def list_shared_ssids(call: Call) -> Answer:
    found = air_desk.shared_ssids(call.tools, call.who)
    return Answer(SharedSsidsShown(items=[SharedSsidShown.model_validate(one) for one in found]))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listSharedSsids",
        "GET",
        "/shared-ssids",
        "The SSIDs that ISPs may order a realm on",
        "catalogue",
        list_shared_ssids,
        SharedSsidsShown,
        action=Action.READ_CATALOGUE,
    ),
    Operation(
        "listEnrolments",
        "GET",
        "/enrolments",
        "Access points that are, or were, expected to phone home, newest first",
        "devices",
        list_enrolments,
        EnrolmentsShown,
        action=Action.READ_ENROLMENTS,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "enrolAccessPoint",
        "POST",
        "/devices/{device}/enrolment",
        "Expect an access point to phone home, and give it a key that is good once",
        "devices",
        enrol,
        NewEnrolmentShown,
        action=Action.ENROL,
        answers_secret=True,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, UnknownThing, enrolment_errors.NotEnrollable),
        notes="A key that it was given before is good no more.",
    ),
)
