"""After the last cease a device says what it said before the first order, byte for byte, whatever came between.

Random orders (add, replace, cease) in random sequence, on a device that runs the configuration engine of the
platform's own simulator. Every step is also done again, and undone, as a deploy that was cut short would.
"""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import Intent, takes_port
from automation.planning import plan_change, plan_undo
from automation.platform import Can
from automation.platforms import PLATFORMS
from tests.unit.automation.bench import Bench
from tests.unit.automation.benches import BENCHES

_MOST_STEPS = 9
_MOST_ORDERS = 6


class Device:
    """A bench device, and the services that are on it, by order number, each with its port."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.text = bench.fresh
        self.live: dict[int, Intent] = {}
        self.ports: dict[int, int] = {}

    def add(self, number: int, intent: Intent, port: int) -> None:
        [self.live[number]] = self._change(ChangeAction.ADD, (intent,))
        self.ports[number] = port

    def replace(self, number: int, intent: Intent) -> None:
        [self.live[number]] = self._change(ChangeAction.REPLACE, (intent,), (self.live[number],))

    def cease(self, number: int) -> None:
        self._change(ChangeAction.REMOVE, (self.live.pop(number),))
        del self.ports[number]

    def free_ports(self) -> list[int]:
        taken = {port for number, port in self.ports.items() if takes_port(self.live[number])}
        return [port for port in range(self.bench.ports) if port not in taken]

    def _change(
        self, action: ChangeAction, intents: Sequence[Intent], before: Sequence[Intent] = ()
    ) -> tuple[Intent, ...]:
        """Plan, apply, plan again (nothing is left to do), and take it back to see that this is exact."""
        dialect, was = self.bench.platform.dialect, self.text
        wanted = DeviceChange("bench", action, "", "", tuple(intents), before=tuple(before))
        plan = plan_change(dialect, was, wanted)
        change = DeviceChange("bench", action, plan.commands, "", plan.intents, before=wanted.before)
        dialect.check_bounds(plan.commands, (*change.before, *change.intents))
        self.text = self.bench.apply(was, plan.commands)
        assert plan_change(dialect, self.text, change).commands == ""
        assert self.bench.apply(self.text, plan_undo(dialect, self.text, change).commands) == was
        return plan.intents


def one_step(device: Device, draw: Callable[[st.SearchStrategy[int]], int], number: int) -> None:
    """Add an order, or replace or cease one that is there."""
    makers, free = device.bench.makers, device.free_ports()
    what = draw(st.integers(0, 3))
    if device.live and what == 0:
        device.cease(draw(st.sampled_from(sorted(device.live))))
    elif device.live and what == 1:
        chosen = draw(st.sampled_from(sorted(device.live)))
        maker = makers[draw(st.integers(0, len(makers) - 1))]
        intent = maker(chosen, device.ports[chosen], draw(st.integers(0, 59)))
        if not takes_port(intent) or takes_port(device.live[chosen]) or device.ports[chosen] in free:
            device.replace(chosen, intent)
    elif free and len(device.live) < _MOST_ORDERS:
        port, maker = draw(st.sampled_from(free)), makers[draw(st.integers(0, len(makers) - 1))]
        device.add(number, maker(number, port, draw(st.integers(0, 59))), port)


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@settings(max_examples=12, deadline=None)
@given(drawn=st.data())
def test_the_text_after_the_last_cease_is_the_text_before_the_first_order(bench: Bench, drawn: st.DataObject) -> None:
    device = Device(bench)

    for number in range(1, drawn.draw(st.integers(2, _MOST_STEPS)) + 1):
        one_step(device, drawn.draw, number)
    for number in drawn.draw(st.permutations(sorted(device.live))):
        device.cease(number)

    assert device.text == bench.fresh


@pytest.mark.parametrize("bench", BENCHES, ids=str)
def test_every_kind_of_order_changes_the_text_and_its_cease_puts_it_back(bench: Bench) -> None:
    for maker in bench.makers:
        for variant in range(6):
            device = Device(bench)
            device.add(7, maker(7, 0, variant), 0)
            assert not bench.platform.dialect.same(device.text, bench.fresh)
            device.cease(7)
            assert device.text == bench.fresh


def test_every_platform_that_is_written_to_has_a_bench_and_can_send_back_by_itself() -> None:
    written = {name for name, platform in PLATFORMS.items() if platform.can != {Can.READ}}

    assert {bench.platform.name for bench in BENCHES} == written
    assert all(Can.COMMIT_TIMER in PLATFORMS[name].can for name in written)
