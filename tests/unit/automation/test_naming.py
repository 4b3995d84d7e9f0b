"""A device that calls itself by another's name is not changed in its place."""

import pytest

from automation.errors import OtherDevice
from automation.naming import must_be_itself

KNOWN = {"sw-a", "sw-b"}


@pytest.mark.parametrize(
    "running",
    [
        "!\nhostname sw-b\n!\n",
        "system {\n    host-name sw-b;\n}\n",
        "config system 'system'\n\toption hostname 'sw-b'\n",
        "hostname sw-b.example.net\n",
    ],
)
def test_the_name_of_another_device_of_ours_is_refused_on_every_platform(running: str) -> None:
    with pytest.raises(OtherDevice, match="at the address of sw-a calls itself sw-b"):
        must_be_itself("sw-a", running, KNOWN)


@pytest.mark.parametrize(
    "running",
    [
        "hostname sw-a\n",
        "!\nno aaa root\n",
        "hostname localhost\n",
        "host-name sw-a;\n    host-name sw-b;\n",
        "   description hostname sw-b\n",
    ],
)
def test_its_own_name_none_and_nobodys_are_fine(running: str) -> None:
    must_be_itself("sw-a", running, KNOWN)


def test_a_name_may_have_dots_of_its_own() -> None:
    must_be_itself("sw-a.north", "hostname sw-a.north\n", {*KNOWN, "sw-a.north"})
