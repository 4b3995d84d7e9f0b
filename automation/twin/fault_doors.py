"""The faults that can be asked of a simulated device by name: the one list of them, for memory and packets alike."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import inf, isfinite

from automation.twin.errors import TwinFaultUnknown
from automation.twin.faults import Faults
from automation.twin.fleet import Fleet
from inventory.devices import PortRef

SLOW_S = 2.0
AWAY_S = 2.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A fault that is asked for: of which device, at which of its ports, and with which value ("" where none is)."""

    device: str
    kind: str
    is_on: bool = True
    port: str = ""
    value: str = ""


type Act = Callable[[Fleet, Asked], None]


@dataclass(frozen=True, slots=True)
class Door:
    """One fault: what it does, what it takes, how it is switched on and off. `off` is None where it just happens."""

    meaning: str
    on: Act
    off: Act | None = None
    takes: str = ""


def ask(fleet: Fleet, asked: Asked) -> None:
    """Switch a fault on or off.

    Raises: TwinFaultUnknown; UnknownThing, for the device.
    """
    door = DOORS.get(asked.kind)
    if door is None:
        raise TwinFaultUnknown(asked.kind, "there is no such fault", tuple(DOORS))
    if asked.is_on:
        door.on(fleet, asked)
    elif door.off is None:
        raise TwinFaultUnknown(asked.kind, "it happens once and cannot be switched off", tuple(DOORS))
    else:
        door.off(fleet, asked)


def _refuse(fleet: Fleet, asked: Asked) -> None:
    try:
        pattern = re.compile(asked.value or ".")
    except re.error as error:
        raise TwinFaultUnknown(
            asked.kind, f"{asked.value!r} is no regular expression ({error})", tuple(DOORS)
        ) from None
    fleet.change_faults(asked.device, lambda faults: faults.refuses.append(pattern))


def _light(fleet: Fleet, asked: Asked) -> None:
    dbm = _number(asked, None, -inf)
    fleet.set_light(asked.device, _port(asked), dbm)


def _neighbour(fleet: Fleet, asked: Asked) -> None:
    device, colon, port = asked.value.partition(":")
    if not colon or not device or not port:
        raise TwinFaultUnknown(asked.kind, "it needs --value DEVICE:PORT", tuple(DOORS))
    fleet.miswire(asked.device, _port(asked), PortRef(device, port))


def _setting(name: str, value: Callable[[Asked], object]) -> Act:
    def act(fleet: Fleet, asked: Asked) -> None:
        wanted = value(asked)
        fleet.change_faults(asked.device, lambda faults: setattr(faults, name, wanted))

    return act


def _clearing(act: Callable[[Faults, Asked], object]) -> Act:
    return lambda fleet, asked: fleet.change_faults(asked.device, lambda faults: (act(faults, asked), None)[1])


def _port(asked: Asked) -> str:
    if not asked.port:
        raise TwinFaultUnknown(asked.kind, "it needs --port", tuple(DOORS))
    return asked.port


def _number(asked: Asked, otherwise: float | None, least: float = 0.0) -> float:
    if not asked.value and otherwise is not None:
        return otherwise
    with suppress(ValueError):
        number = float(asked.value)
        if isfinite(number) and number >= least:
            return number
    wanted = "a number" if least == -inf else f"a number of {least:g} or more"
    raise TwinFaultUnknown(asked.kind, f"it needs {wanted} as its --value, not {asked.value!r}", tuple(DOORS))


def _never_on(_fleet: Fleet, asked: Asked) -> None:
    raise TwinFaultUnknown(asked.kind, "it is switched only off", tuple(DOORS))


def _heal(fleet: Fleet, asked: Asked) -> None:
    fleet.heal(asked.device)
    fleet.come_back(asked.device)


DOORS: Mapping[str, Door] = {
    "refuse": Door(
        "refuses every configuration line the expression is found in, or every line",
        _refuse,
        _clearing(lambda faults, _: faults.refuses.clear()),
        "--value REGULAR-EXPRESSION",
    ),
    "hang": Door(
        "takes requests and never answers", _setting("hangs", lambda _: True), _setting("hangs", lambda _: False)
    ),
    "no-newcomers": Door(
        "breaks every new connection to its management; those that are open go on",
        _setting("admits_nobody", lambda _: True),
        _setting("admits_nobody", lambda _: False),
    ),
    "slow": Door(
        f"answers late, by {SLOW_S:g} s unless told",
        _setting("answer_after_s", lambda asked: _number(asked, SLOW_S)),
        _setting("answer_after_s", lambda _: 0.0),
        "--value SECONDS",
    ),
    "away": Door(
        "its management cannot be reached; it goes on forwarding",
        lambda fleet, asked: fleet.go_away(asked.device),
        lambda fleet, asked: fleet.come_back(asked.device),
    ),
    "drop-after-commit": Door(
        "goes away right behind the answer to its next commit; `away off` brings it back",
        _setting("die_after_commit", lambda _: True),
        _setting("die_after_commit", lambda _: False),
    ),
    "break-answer": Door(
        "does what it is asked and breaks the answer in the middle, once unless told",
        _setting("break_answers", lambda asked: int(_number(asked, 1))),
        _setting("break_answers", lambda _: 0),
        "--value TIMES",
    ),
    "light": Door(
        "a port's receiver says this level, in dBm",
        _light,
        _clearing(lambda faults, asked: faults.light_dbm.pop(asked.port, None)),
        "--port PORT --value DBM",
    ),
    "wrong-neighbour": Door(
        "LLDP hears somebody else at a port",
        _neighbour,
        _clearing(lambda faults, asked: faults.neighbours.pop(asked.port, None)),
        "--port PORT --value DEVICE:PORT",
    ),
    "lose-startup": Door(
        "forgets what was written: the next boot finds its first day",
        lambda fleet, asked: fleet.lose_startup(asked.device),
    ),
    "reboot": Door(
        f"boots what was written last, {AWAY_S:g} s later unless told; until then it forwards nothing",
        lambda fleet, asked: fleet.reboot(asked.device, _number(asked, AWAY_S)),
        takes="--value SECONDS",
    ),
    "all": Door("(off only) ends every fault of the device", _never_on, _heal),
}
