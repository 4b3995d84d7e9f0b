"""The tree of reasons that is drawn is the tree there is."""

import re
from pathlib import Path

import pytest

import automation
from automation import errors
from automation.errors import AutomationError


def reasons(base: type[AutomationError]) -> list[type[AutomationError]]:
    return [reason for child in base.__subclasses__() for reason in (child, *reasons(child))]


OURS = [reason for reason in reasons(AutomationError) if reason.__module__ == errors.__name__]


def test_every_reason_is_drawn_and_none_besides():
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")

    assert sorted(drawn) == sorted(["AutomationError", *(reason.__name__ for reason in OURS)])


@pytest.mark.parametrize("reason", OURS)
def test_every_reason_has_a_code_of_its_own_and_a_next_step(reason):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", reason.code)
    assert [other.code for other in OURS].count(reason.code) == 1
    assert reason.next_step.endswith(".")


@pytest.mark.parametrize("reason", OURS)
def test_every_reason_is_raised_somewhere(reason):
    sources = [path for path in Path(automation.__file__).parent.rglob("*.py") if path.name != "errors.py"]

    assert any(re.search(rf"\b(raise|return|:) {reason.__name__}\(", path.read_text()) for path in sources)
