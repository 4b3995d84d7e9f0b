"""The dialect of OpenWrt access points, whole: what the rest of the floor asks, answered by the modules beside this."""

from collections.abc import Collection, Sequence

from automation.change_plan import Finding
from automation.dialects.dialect import Blamed, DevicePlan, Statement
from automation.dialects.openwrt.blame import blame, carriers, same, statements, strays
from automation.dialects.openwrt.leftovers import excess, with_ours_of, without_excess
from automation.dialects.openwrt.planning import check_bounds, plan
from automation.dialects.openwrt.promised import promised
from automation.dialects.openwrt.render import render
from automation.intents import Intent
from automation.uci_secrets import without_secrets


class OpenwrtDialect:
    """Implements `Dialect`. Secrets are sealed in every text it takes and gives."""

    def render(self, intents: Sequence[Intent]) -> str:
        return render(intents)

    def plan(self, running: str, before: Sequence[Intent], after: Sequence[Intent]) -> DevicePlan:
        return plan(running, before, after)

    def check_bounds(self, commands: str, intents: Sequence[Intent]) -> None:
        check_bounds(commands, intents)

    def same(self, one: str, other: str) -> bool:
        return same(one, other)

    def statements(self, text: str) -> tuple[Statement, ...]:
        return statements(text)

    def promised(self, before: str, diff: str) -> str | None:
        return promised(before, diff)

    def blame(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
        return blame(running, intents)

    def suspects(self, running: str, intents: Sequence[Intent]) -> Sequence[Intent]:  # noqa: ARG002 - all are planned
        return intents

    def carriers(self, running: str, tag: int) -> frozenset[str]:
        return carriers(running, tag)

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
