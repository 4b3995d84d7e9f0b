"""The Junos dialect, whole: what the rest of the floor asks, answered by the modules beside this one."""

from collections.abc import Collection, Sequence

from automation.canonical import canonical
from automation.change_plan import Finding
from automation.dialects.dialect import Blamed, DevicePlan, Statement
from automation.dialects.junos.blame import blame, strays
from automation.dialects.junos.leftovers import excess, without_excess
from automation.dialects.junos.ownership import carriers
from automation.dialects.junos.planning import check_bounds, plan
from automation.dialects.junos.promised import promised
from automation.dialects.junos.render import render
from automation.dialects.junos.restoring import with_ours_of
from automation.dialects.junos.suspects import suspects
from automation.dialects.junos.text import Config, statements
from automation.intents import Intent
from automation.masking import without_secrets

_JUNOS = "junos"


class JunosDialect:
    """Implements `Dialect`."""

    def render(self, intents: Sequence[Intent]) -> str:
        return render(intents)

    def plan(self, running: str, before: Sequence[Intent], after: Sequence[Intent]) -> DevicePlan:
        return plan(running, before, after)

    def check_bounds(self, commands: str, intents: Sequence[Intent]) -> None:
        check_bounds(commands, intents)

    def same(self, one: str, other: str) -> bool:
        return one == other or canonical(one, _JUNOS).blocks == canonical(other, _JUNOS).blocks

    def statements(self, text: str) -> tuple[Statement, ...]:
        return statements(text)

    def promised(self, before: str, diff: str) -> str | None:
        return promised(before, diff)

    def blame(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        return blame(running, intents)

    def suspects(self, running: str, intents: Sequence[Intent]) -> Sequence[Intent]:
        return suspects(running, intents)

    def carriers(self, running: str, tag: int) -> frozenset[str]:
        return carriers(Config(running), tag)

    def strays(self, device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:
        return strays(device, running, intents)

    def excess(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        return excess(running, intents)

    def without_excess(self, running: str, intents: Sequence[Intent], left_behind: Collection[str] = ()) -> str:
        return without_excess(running, intents, left_behind)

    def with_ours_of(self, running: str, earlier: str, intents: Sequence[Intent]) -> str:
        return with_ours_of(running, earlier, intents)

    def without_secrets(self, text: str) -> str:
        return without_secrets(text, _JUNOS)
