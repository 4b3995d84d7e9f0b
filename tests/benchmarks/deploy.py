"""Rehearse and deploy on many devices, against NAPALM's bare calls on the same devices one after the other.

The bare calls load, compare and discard, then load, compare, commit with a timer and confirm. Ours do
the same, and besides: look for sessions left behind, read before and after, check that nobody
changed the device meanwhile, verify, and hold all until all are well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from napalm import get_network_driver

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.dialects.eos.platform import driver_options
from automation.hosts import HostAddress
from automation.intents import CircuitIntent
from automation.settings import AutomationSettings
from tests.benchmarks.measure import Line, seconds_of
from tests.benchmarks.twin_apart import PASSWORD, USER, address_of, name_of, twin_apart

REVERT_AFTER_S = 300
CASES = ((1, 0.0, 5), (10, 0.0, 3), (100, 0.0, 3), (20, 0.05, 3))  # devices, seconds an answer takes, rounds


def measure() -> Iterator[Line]:
    """Seconds a device."""
    for count, answer_after_s, rounds in CASES:
        slow = f" that take {answer_after_s * 1000:.0f} ms to answer" if answer_after_s else ""
        with twin_apart(count, answer_after_s) as apart:
            pairs = [_round(count, apart.port, number) for number in range(rounds + 1)][1:]
        yield Line(
            f"deploy: rehearse and deploy, a device of {count}{slow}",
            [ours / count for ours, _ in pairs],
            [bare / count for _, bare in pairs],
            "NAPALM's bare calls, one device after the other",
            note=_efficiency(count, pairs),
        )


def _efficiency(count: int, pairs: Sequence[tuple[float, float]]) -> str:
    return "" if count == 1 else f"all {count} in {sorted(ours for ours, _ in pairs)[len(pairs) // 2]:.2g} s"


def _round(count: int, port: int, number: int) -> tuple[float, float]:
    """One circuit put on by ours, another by the bare calls; both are left there."""
    settings = AutomationSettings(
        _env_file=None, device_username=USER, device_password=PASSWORD, eapi_transport="http", eapi_port=port
    )
    hosts = {name_of(n): HostAddress(name_of(n), address_of(n), "eos") for n in range(1, count + 1)}
    deployer = NornirDeployer(lambda: hosts, settings)
    changes: list[DeviceChange] = []

    def ours() -> None:
        rehearsal = deployer.rehearse(_circuit(hosts, 2 * number), ChangeAction.ADD)
        changes[:] = rehearsal.changes
        report = deployer.deploy(rehearsal.changes, REVERT_AFTER_S)
        assert len(report.confirmed) == count, report

    took = seconds_of(ours)
    others = [_renumbered(change, number) for change in changes]
    return took, seconds_of(lambda: _bare(others, hosts, settings))


def _circuit(devices: Sequence[str] | dict[str, HostAddress], number: int) -> tuple[CircuitIntent, ...]:
    ports = ("Ethernet1", "Ethernet2")
    return tuple(CircuitIntent(device, f"S-{number}", 2001 + number, ports) for device in devices)


def _renumbered(change: DeviceChange, number: int) -> DeviceChange:
    """The same commands for another circuit."""
    tag, other = str(2001 + 2 * number), str(2002 + 2 * number)
    commands = change.commands.replace(tag, other).replace(f"S-{2 * number}", f"S-{2 * number + 1}")
    return replace(change, commands=commands)


def _bare(changes: Sequence[DeviceChange], hosts: dict[str, HostAddress], settings: AutomationSettings) -> None:
    driver_class = get_network_driver("eos")
    for change in changes:
        extras = driver_options(settings)
        optional_args = {**extras.pop("optional_args"), "port": settings.eapi_port}  # type: ignore[dict-item]  # a dictionary
        password = settings.device_password.get_secret_value()
        with driver_class(
            hosts[change.device].address, USER, password, optional_args=optional_args, **extras
        ) as driver:
            driver.load_merge_candidate(config=change.commands)
            assert driver.compare_config()
            driver.discard_config()
            driver.load_merge_candidate(config=change.commands)
            assert driver.compare_config()
            driver.commit_config(revert_in=REVERT_AFTER_S)
            driver.confirm_commit()
