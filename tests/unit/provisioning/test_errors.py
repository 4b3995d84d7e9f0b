"""Every error of this floor: drawn in the tree, raised somewhere, with a code of its own and a next step."""

import inspect
import re
from pathlib import Path

import pytest

from provisioning import device_errors, errors
from provisioning.device_errors import DevicesRefused
from provisioning.errors import NotFound, ProvisioningError, WrongState
from provisioning.references import ALPHABET, new_order_id, new_service_id

FLOORS = ("provisioning", "web")
MODULES = (errors, device_errors)
CLASSES = [
    thing
    for module in MODULES
    for _, thing in inspect.getmembers(module, inspect.isclass)
    if thing.__module__ == module.__name__
]
BASES = {ProvisioningError, NotFound, DevicesRefused}


def sources() -> str:
    root = Path(errors.__file__).parent.parent
    files = [file for floor in FLOORS for file in (root / floor).rglob("*.py") if not file.name.endswith("errors.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_the_tree_in_the_docstring_names_exactly_the_classes_there_are() -> None:
    drawn = [name for module in MODULES for name in re.findall(r"── (\w+)", module.__doc__ or "")]

    assert sorted(drawn) == sorted(each.__name__ for each in CLASSES)


def test_every_error_is_raised_somewhere() -> None:
    text = sources()

    for each in set(CLASSES) - BASES:
        assert re.search(rf"raise {each.__name__}\b", text), each.__name__


@pytest.mark.parametrize("each", sorted(set(CLASSES) - BASES, key=lambda each: each.__name__))
def test_every_error_says_what_to_do_unless_its_reasons_do(each: type[ProvisioningError]) -> None:
    assert each.next_step.endswith(".") or each is errors.NotOrderable


def test_no_two_errors_share_a_code() -> None:
    codes = [each.code for each in CLASSES]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_ids_are_ten_characters_nobody_misreads() -> None:
    ids = {new() for new in (new_order_id, new_service_id) for _ in range(50)}

    assert len(ids) == 100
    assert all(re.fullmatch(rf"[OS]-[{ALPHABET}]{{10}}", each) for each in ids)
    assert not set("ILOU") & set(ALPHABET)


def test_what_is_in_a_state_already_is_not_said_to_be_unable_to_reach_it() -> None:
    assert WrongState("service", "S-1", "active", "active").sentence == "The service S-1 is active already."
    assert (
        WrongState("service", "S-1", "ceased", "active").sentence == "The service S-1 is ceased and cannot be active."
    )
