"""The EOS dialect, whole: what the rest of the floor asks, answered by the modules beside this one."""

from collections.abc import Collection, Sequence

from automation.change_plan import ChangeAction, Finding
from automation.dialects.dialect import Blamed, DevicePlan, Statement
from automation.dialects.eos.baseline import Base, may_say, plan_baseline
from automation.dialects.eos.blame import blame, strays
from automation.dialects.eos.leftovers import excess, without_excess
from automation.dialects.eos.ownership import Service, read_running
from automation.dialects.eos.planning import blocks_of, check_bounds, plan_device, text_of
from automation.dialects.eos.promised import promised
from automation.dialects.eos.render import render
from automation.dialects.eos.replacing import plan_replace
from automation.dialects.eos.restoring import with_ours_of
from automation.dialects.eos.secrets import without_secrets
from automation.dialects.eos.statements import same, statements
from automation.dialects.eos.suspects import suspects
from automation.errors import PlatformCannot
from automation.intents import (
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
)
from automation.wireless import SsidIntent, SsidTenantIntent


class EosDialect:
    """Implements `Dialect`."""

    def render(self, intents: Sequence[Intent]) -> str:
        return render(intents)

    def plan(self, running: str, before: Sequence[Intent], after: Sequence[Intent]) -> DevicePlan:
        was, wanted = _services(before), _services(after)
        base = text_of(plan_baseline(running, _bases(before), _bases(after)))
        services = _plan_services(running, was, wanted)
        commands = base + services.commands if after else services.commands + base
        found = iter(services.intents)
        intents = tuple(
            next(found) if isinstance(one, CircuitIntent | ExchangePortIntent) else one for one in after or before
        )
        return DevicePlan(commands, intents)

    def check_bounds(self, commands: str, intents: Sequence[Intent]) -> None:
        bases = _bases(intents)
        rest = [block for block in blocks_of(commands) if not (bases and may_say(block, bases))]
        check_bounds(text_of(rest), _services(intents))

    def same(self, one: str, other: str) -> bool:
        return same(one, other)

    def statements(self, text: str) -> tuple[Statement, ...]:
        return statements(text)

    def promised(self, before: str, diff: str) -> str | None:
        return promised(before, diff)

    def blame(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        return blame(running, intents)

    def suspects(self, running: str, intents: Sequence[Intent]) -> Sequence[Intent]:
        return suspects(running, intents)

    def carriers(self, running: str, tag: int) -> frozenset[str]:
        return read_running(running).carriers(tag)

    def strays(self, device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:
        return strays(device, running, intents)

    def excess(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        return excess(running, intents)

    def without_excess(self, running: str, intents: Sequence[Intent], left_behind: Collection[str] = ()) -> str:
        return without_excess(running, intents, left_behind)

    def with_ours_of(self, running: str, earlier: str, intents: Sequence[Intent]) -> str:
        return with_ours_of(running, earlier, intents)

    def without_secrets(self, text: str) -> str:
        return without_secrets(text)


def _plan_services(running: str, was: tuple[Service, ...], wanted: tuple[Service, ...]) -> DevicePlan:
    if not was:
        return plan_device(running, wanted, ChangeAction.ADD)
    if not wanted:
        return plan_device(running, was, ChangeAction.REMOVE)
    return plan_replace(running, was, wanted)


def _services(intents: Sequence[Intent]) -> tuple[Service, ...]:
    """Raises: PlatformCannot."""
    for intent in intents:
        if isinstance(intent, SsidIntent | SsidTenantIntent):
            raise PlatformCannot(intent.device, "eos", ["SSIDs"], [])
    return tuple(intent for intent in intents if isinstance(intent, CircuitIntent | ExchangePortIntent))


def _bases(intents: Sequence[Intent]) -> tuple[Base, ...]:
    return tuple(
        intent
        for intent in intents
        if isinstance(intent, BaselineIntent | TrunkIntent | LagMemberIntent | HandoverIntent)
    )
