"""Every function that takes somebody who asks refuses whoever may do nothing, before it looks at anything."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import provisioning.questions
from provisioning import front_desk
from provisioning.errors import Forbidden
from provisioning.isps import Principal, Role
from provisioning.ticketing import TicketMove

# Signing in, what a worker calls, and what is the same for everybody and takes nobody.
TAKES_NOBODY = {
    "check_ready",
    "close_unanswered",
    "grant_access",
    "principal_of_access_token",
    "principal_of_token",
    "products",
    "session",
    "sign_in",
    "sign_in_elsewhere",
    "sign_out",
    "strand_products",
}
OPEN_TO_EVERY_TOKEN = {"certificate.public_key"}
NOBODY = (
    Principal("narrow", Role.OPERATOR, None, scopes=frozenset()),  # a token for nothing at all
    Principal("astray", Role.ISP_USER, None),  # a role of the other side
)
GIVEN: dict[str, object] = {"move": TicketMove.PROGRESS, "end": "dx-quay"}


def functions() -> Iterator[tuple[str, Callable[..., object]]]:
    asking = pkgutil.iter_modules(provisioning.questions.__path__, "provisioning.questions.")
    for module in (front_desk, *(importlib.import_module(each.name) for each in asking)):
        for name, thing in vars(module).items():
            own = name in front_desk.__all__ if module is front_desk else is_asked_in(thing, module.__name__)
            if inspect.isfunction(thing) and own and not name.startswith("_"):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", thing


def is_asked_in(thing: Any, module: str) -> bool:
    return getattr(thing, "__module__", "") == module and "tools" in inspect.signature(thing).parameters


WITH_WHO = [(name, thing) for name, thing in functions() if "who" in inspect.signature(thing).parameters]


def test_every_other_function_of_the_desk_is_one_that_takes_nobody() -> None:
    names = {name.partition(".")[2] for name, _ in functions()}
    with_who = {name.partition(".")[2] for name, _ in WITH_WHO}
    assert names - with_who <= TAKES_NOBODY


@pytest.mark.parametrize(("name", "ask"), WITH_WHO, ids=[name for name, _ in WITH_WHO])
@pytest.mark.parametrize("who", NOBODY, ids=lambda who: who.user_name)
def test_who_may_do_nothing_is_refused_before_anything_is_read(
    name: str, ask: Callable[..., object], who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.deeds._note_refusal", lambda *_: None)  # there is no database to write it to
    given: dict[str, object] = {}
    for parameter in inspect.signature(ask).parameters.values():
        if parameter.name == "who":
            given["who"] = who
        elif parameter.default is parameter.empty:
            given[parameter.name] = GIVEN.get(parameter.name)
    if who.scopes is not None and name in OPEN_TO_EVERY_TOKEN:
        return
    with pytest.raises(Forbidden):
        ask(**given)
