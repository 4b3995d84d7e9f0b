import gc
import importlib
import importlib.util
import pkgutil

import pytest

import automation
import inventory
import monitoring
import provisioning
import web
from inventory.errors import NeutralhostError, UnknownPremises
from web.errors import STATUS, every_error, kind_of, problem_kinds, problem_of, status_of

FLOORS = (inventory, automation, monitoring, provisioning, web)
BASES = {
    "InventoryError",
    "AutomationError",
    "ProvisioningError",
    "MonitoringError",
    "WebError",
    "PlantError",
    "FileError",
    "CertificateError",
    "StrandsError",
    "SandboxError",
    "Refused",
    "LimitRefused",
    "TwinError",
    "NotWelcome",
}
ERROR_MODULES = {
    *(f"{floor.__name__}.errors" for floor in FLOORS),
    "inventory.plant_errors",
    "inventory.files.errors",
    "provisioning.backup_errors",
    "provisioning.birth_errors",
    "provisioning.performance_errors",
    "provisioning.catalogue_errors",
    "web.request_errors",
    "provisioning.certificate_errors",
    "provisioning.device_errors",
    "provisioning.product_errors",
    "provisioning.life_errors",
    "provisioning.quote_errors",
    "provisioning.line_errors",
    "provisioning.strand_errors",
    "provisioning.ticket_errors",
    "provisioning.people_errors",
    "provisioning.sandbox_errors",
    "provisioning.listener_errors",
    "provisioning.engine_errors",
    "provisioning.change_plan_errors",
    "provisioning.playbook_errors",
    "provisioning.enrolment_errors",
    "provisioning.radius_errors",
    "automation.limit_errors",
    "automation.twin.errors",
    "automation.device_certificate_errors",
    "automation.uci_errors",
    "automation.wireless_errors",
}


def errors_a_request_can_meet() -> list[type[NeutralhostError]]:
    """Every class of the floors' `errors` modules; the command line's own never leave the terminal."""
    for module in ERROR_MODULES:
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module)
    return [error for error in every_error() if error.__module__ in ERROR_MODULES and error.__name__ not in BASES]


def test_every_error_of_every_floor_has_a_status() -> None:
    missing = [error.__qualname__ for error in errors_a_request_can_meet() if error not in STATUS]
    assert missing == []


def test_no_other_module_of_a_floor_hides_an_error_from_that_test() -> None:
    for floor in FLOORS:
        for module in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
            if ".migrations" not in module.name:  # Alembic's own door: only Alembic can open it
                importlib.import_module(module.name)
    elsewhere = {error.__module__ for error in every_error() if error.__module__ not in ERROR_MODULES}
    assert {module for module in elsewhere if not module.startswith(("provisioning.cli", "tests"))} == set()


def test_every_code_is_kebab_case_and_has_a_page() -> None:
    for error in errors_a_request_can_meet():
        assert error.code.replace("-", "").isalnum()
        assert error.code == error.code.lower()
        assert error.code in problem_kinds()


def test_every_error_a_person_can_do_something_about_says_what() -> None:
    silent = [
        error.__name__
        for error in errors_a_request_can_meet()
        if not error.next_step and not error.__subclasses__() and error.__name__ != "NotOrderable"
    ]
    assert silent == []


def test_a_problem_carries_the_sentence_the_next_step_and_the_facts() -> None:
    problem = problem_of(UnknownPremises("123"))
    assert problem == {
        "type": "/problems/unknown-premises",
        "title": "No premises has that UPRN",
        "status": 404,
        "detail": "No premises has UPRN '123'. " + UnknownPremises.next_step,
        "code": "unknown-premises",
        "facts": {"kind": "premises", "name": "123"},
    }


def test_an_error_class_without_a_status_of_its_own_takes_its_parent_s() -> None:
    class UnknownChamber(UnknownPremises):
        """No chamber has that name."""

    assert status_of(UnknownChamber("c")) == 404
    assert kind_of(UnknownChamber).title == "No chamber has that name"


def test_an_error_nobody_thought_of_is_a_fault_of_ours() -> None:
    class Strange(NeutralhostError):
        """Strange."""

    assert status_of(Strange("Strange.")) == 500


@pytest.fixture(autouse=True)
def forget_classes_of_this_file() -> None:
    """Classes made inside tests vanish with their last reference; collect before the next test looks."""
    gc.collect()
