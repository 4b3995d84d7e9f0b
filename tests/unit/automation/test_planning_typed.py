"""Plans typed into the simulated device: its command line was written from EOS's manual, not from our templates."""

from hypothesis import given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction
from automation.dialects.eos.planning import plan_device
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.twin.device import TwinSwitch
from automation.twin.model import TwinDevice, TwinPort
from tests.unit.automation.eos import BASE

ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE
DEVICE = TwinDevice("sw-quay", "127.1.0.1", tuple(TwinPort(f"Ethernet{number}") for number in range(1, 5)), BASE)


class NoTimer:
    def cancel(self) -> None:
        return None


def switch() -> TwinSwitch:
    return TwinSwitch(DEVICE, BASE, clock=lambda: 0.0, epoch=lambda: 0.0, call_later=lambda _seconds, _then: NoTimer())


@st.composite
def circuits(draw: st.DrawFn) -> list[CircuitIntent]:
    tags = draw(st.lists(st.integers(2, 4094).filter(lambda tag: tag != 10), unique=True, min_size=1, max_size=6))
    return [_circuit(draw, number, tag) for number, tag in enumerate(tags)]


def _circuit(draw: st.DrawFn, number: int, tag: int) -> CircuitIntent:
    profile = BandwidthProfile(
        draw(st.integers(1, 10_000)), draw(st.sampled_from([0, 1, 1000])), draw(st.integers(1, 2_000_000)), 12_500
    )
    ports = draw(st.sampled_from([("Ethernet3",), ("Ethernet4",), ("Ethernet3", "Ethernet4")]))
    uni = UniIntent(f"Ethernet{number + 1}", f"circuit {number}", profile) if number < 2 else None
    return CircuitIntent("sw-quay", f"S-{number}", tag, ports, uni)


@settings(max_examples=25, deadline=None)
@given(wanted=circuits(), data=st.data())
def test_circuits_come_and_go_in_any_order_and_leave_the_device_untouched(wanted, data):
    device = switch()
    untouched = device.running_config
    live: list[CircuitIntent] = []
    for circuit in wanted:
        live += type_plan(device, circuit, ADD)
    assert all(plan_device(device.running_config, [circuit], ADD).commands == "" for circuit in live)
    for circuit in data.draw(st.permutations(live)):
        type_plan(device, circuit, REMOVE)

    assert device.running_config == untouched


def type_plan(device: TwinSwitch, circuit: CircuitIntent, action: ChangeAction) -> tuple[CircuitIntent, ...]:
    plan = plan_device(device.running_config, [circuit], action)
    device.edit(plan.commands.splitlines())
    return plan.intents
