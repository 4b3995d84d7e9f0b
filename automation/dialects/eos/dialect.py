"""The EOS dialect, whole: what the rest of the floor asks, answered by the modules beside this one."""

from collections.abc import Sequence

from automation.change_plan import ChangeAction, Finding
from automation.dialects.dialect import Blamed, DevicePlan, Statement
from automation.dialects.eos.blame import blame, strays
from automation.dialects.eos.ownership import RunningConfig
from automation.dialects.eos.planning import check_bounds, plan_device
from automation.dialects.eos.render import render
from automation.dialects.eos.replacing import plan_replace
from automation.dialects.eos.secrets import without_secrets
from automation.dialects.eos.statements import same, statements
from automation.errors import PlatformCannot
from automation.intents import CircuitIntent, Intent


class EosDialect:
    """Implements `Dialect`."""

    def render(self, intents: Sequence[Intent]) -> str:
        return render(_circuits(intents))

    def plan(self, running: str, before: Sequence[Intent], after: Sequence[Intent]) -> DevicePlan:
        was, wanted = _circuits(before), _circuits(after)
        if not was:
            return plan_device(running, wanted, ChangeAction.ADD)
        if not wanted:
            return plan_device(running, was, ChangeAction.REMOVE)
        return plan_replace(running, was, wanted)

    def check_bounds(self, commands: str, intents: Sequence[Intent]) -> None:
        check_bounds(commands, _circuits(intents))

    def same(self, one: str, other: str) -> bool:
        return same(one, other)

    def statements(self, text: str) -> tuple[Statement, ...]:
        return statements(text)

    def blame(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        return blame(running, _circuits(intents))

    def carriers(self, running: str, tag: int) -> frozenset[str]:
        return RunningConfig(running).carriers(tag)

    def strays(self, device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:
        return strays(device, running, _circuits(intents))

    def without_secrets(self, text: str) -> str:
        return without_secrets(text)


def _circuits(intents: Sequence[Intent]) -> tuple[CircuitIntent, ...]:
    """Raises: PlatformCannot."""
    for intent in intents:
        if not isinstance(intent, CircuitIntent):
            raise PlatformCannot(intent.device, "eos", [intent.kind], [])
    return tuple(intent for intent in intents if isinstance(intent, CircuitIntent))
