"""Look for drift on a thousand devices of 5,000 lines each: beside fetching alone, and beside difflib.

The text is what a simulated device says that has booted what our templates write for its services, so it is in the
device's own order and not in ours. difflib compares it with the text as rendered: what a generic
comparison of intended and running does.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory

from automation.canonical import canonical, with_plain_heads
from automation.change_plan import Finding
from automation.deploy import NornirDeployer
from automation.dialects.eos.leftovers import _excess
from automation.dialects.eos.ownership import read_running
from automation.dialects.eos.platform import EOS
from automation.dialects.eos.render import _rendered
from automation.dialects.eos.statements import statements
from automation.drift import device_drift
from automation.hosts import HostAddress
from automation.intents import BandwidthProfile, CircuitIntent, Intent, UniIntent
from automation.remediation import remediate
from automation.scanning import Expectations, Expected, Seen, scan
from automation.settings import AutomationSettings
from automation.texts import DeviceText, NornirTexts
from automation.twin.config import render
from automation.twin.configure import boot_config
from provisioning.long_lived import pass_over_what_stays
from tests.benchmarks.answers_apart import answers_apart
from tests.benchmarks.measure import Line, compare, seconds_of
from tests.benchmarks.twin_apart import PASSWORD, USER, address_of, name_of
from tests.unit.automation.variants import variant_of

DEVICES, WORKERS, ANSWER_AFTER_S, ROUNDS = 1_000, 100, 0.1, 3
CIRCUITS = 346  # 5,000 lines
CHANGED = 10  # devices that say the same in another order since last time; as many say something else
VARIANTS, LINES_OF_VARIANT = 10_000, 20
KEY = b"a key of our own, 32 bytes long."
_PROFILE = BandwidthProfile(100, 0, 12_500, 0)


def measure() -> Iterator[Line]:
    """Seconds: of the wall for reading a thousand devices, of the processor for the rest."""
    pass_over_what_stays()  # as a worker does
    intents = intents_of(CIRCUITS)
    rendered, text = EOS.dialect.render(intents), text_of(intents)
    yield from _one_text(intents, rendered, text)
    yield from _fleet(intents, text, rendered)
    yield _variants()


def intents_of(count: int) -> tuple[CircuitIntent, ...]:
    """The circuits of one device, each with a UNI there."""
    return tuple(
        CircuitIntent(
            "sw-1", f"S-{number:010}", 100 + number, (), UniIntent(f"Ethernet{number}", f"S-{number:010}", _PROFILE)
        )
        for number in range(1, count + 1)
    )


def text_of(intents: Sequence[CircuitIntent]) -> str:
    """What a simulated device says that has these circuits, some ports of others' and a management VLAN."""
    ports = "".join(f"interface Ethernet{number}\n   mtu 9214\n" for number in range(1, len(intents) + 21))
    config, refused = boot_config(
        ports + EOS.dialect.render(intents), [f"Ethernet{number}" for number in range(1, 400)]
    )
    assert not refused, refused[:3]
    return render(config)


def _one_text(intents: Sequence[Intent], rendered: str, text: str) -> Iterator[Line]:
    lines = text.splitlines()
    words = f"a device of {len(lines):,} lines"
    yield compare(
        f"rendering: {words}",
        lambda: _render_anew(intents),
        "a plain join of its lines",
        lambda: "\n".join(lines),
    )
    changed = text.replace("police rate 100 mbps", "police rate 50 mbps", 1)
    yield compare(
        f"remediation: the planner's, {words}, one policer changed by hand",
        lambda: _anew(lambda: EOS.dialect.plan(changed, (), intents)),
        "difflib on running and intended",
        lambda: _difflib(rendered, changed),
        rounds=3,
    )
    yield compare(
        f"remediation: between two whole texts (hier_config), {words}",
        lambda: remediate("sw-1", "eos", changed, text),
        "difflib on both",
        lambda: _difflib(text, changed),
        rounds=3,
    )
    expected, read = Expected.of("sw-1", intents), DeviceText("sw-1", "eos", text)
    seen = scan(read, expected, None, KEY).seen
    other = DeviceText("sw-1", "eos", variant_of(text, "eos", random.Random(1)))
    yield _cpu("drift: a device that says what it said", lambda: scan(read, expected, seen, KEY), rendered, text)
    yield _cpu(
        "drift: a device that says it in another order", lambda: scan(other, expected, seen, KEY), rendered, other.text
    )
    in_full = "drift: a device compared in full"
    yield _cpu(in_full, lambda: _anew(lambda: scan(read, expected, None, KEY)), rendered, text)


def _render_anew(intents: Sequence[Intent]) -> str:
    """Not from what was rendered just before."""
    _rendered.cache_clear()
    return EOS.dialect.render(intents)


def _anew(ask: Callable[[], object]) -> object:
    """Not of a text that was read just before."""
    read_running.cache_clear()
    statements.cache_clear()
    _excess.cache_clear()
    return ask()


def _cpu(name: str, ours: Callable[[], object], rendered: str, text: str) -> Line:
    return compare(name, ours, "difflib on running and intended", lambda: _difflib(rendered, text), rounds=5)


def _difflib(one: str, other: str) -> list[str]:
    return list(unified_diff(one.splitlines(), other.splitlines(), lineterm=""))


def _fleet(intents: Sequence[Intent], text: str, rendered: str) -> Iterator[Line]:
    hosts = {
        name_of(number): HostAddress(name_of(number), address_of(number), "eos") for number in range(1, DEVICES + 1)
    }
    own = {name: tuple(replace(intent, device=name) for intent in intents) for name in hosts}
    with TemporaryDirectory() as folder:
        _write(Path(folder), hosts, text)
        with answers_apart(Path(folder), DEVICES, ANSWER_AFTER_S) as port:
            settings = AutomationSettings(
                _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it
                device_username=USER,
                device_password=PASSWORD,
                eapi_transport="http",
                eapi_port=port,
                workers=WORKERS,
            )
            expected = Expectations({name: Expected.of(name, own[name]) for name in hosts}, _seen_of(own, text), KEY)
            _drift_some(Path(folder), text)
            yield from _rounds(hosts, settings, expected, text, rendered)


def _write(folder: Path, hosts: dict[str, HostAddress], text: str) -> None:
    for name in hosts:
        (folder / name).write_text(f"hostname {name}\n{text}", encoding="ascii")


def _seen_of(own: dict[str, tuple[Intent, ...]], text: str) -> dict[str, Seen]:
    """What an audit before saw of each: all of them as intended."""
    first = next(iter(own))
    findings = scan(DeviceText(first, "eos", text), Expected.of(first, own[first]), None, KEY).seen.findings
    found: dict[str, Seen] = {}
    for name, intents in own.items():
        read = DeviceText(name, "eos", f"hostname {name}\n{text}")
        given = Seen("", "", Expected.of(name, intents).digest, tuple(replace(each, device=name) for each in findings))
        known = replace(given, canonical_digest=scan(read, Expected.of(name), None, KEY).seen.canonical_digest)
        found[name] = scan(read, Expected.of(name, intents), known, KEY).seen
    return found


def _drift_some(folder: Path, text: str) -> None:
    """Since then: some say it in another order, and as many have lost a policer and carry a mark of nobody's."""
    for number in range(1, CHANGED + 1):
        turned = variant_of(text, "eos", random.Random(number))
        (folder / name_of(number)).write_text(f"hostname {name_of(number)}\n{turned}", encoding="ascii")
        drifted = text.replace("police rate 100 mbps", f"police rate {number} mbps", 1)
        name = name_of(CHANGED + number)
        (folder / name).write_text(f"hostname {name}\n{drifted}", encoding="ascii")


def _rounds(
    hosts: dict[str, HostAddress], settings: AutomationSettings, expected: Expectations, text: str, rendered: str
) -> Iterator[Line]:
    deployer, texts = NornirDeployer(lambda: hosts, settings), NornirTexts(lambda: hosts, settings)
    ours, alone, scan_cpu, difflib_cpu = [], [], [], []
    for _ in range(ROUNDS):
        before = time.process_time()
        alone.append(seconds_of(lambda: texts.each(hosts, lambda read: len(read.text))))
        fetching = time.process_time() - before
        before, began = time.process_time(), time.perf_counter()
        audit = deployer.audit(expected)
        ours.append(time.perf_counter() - began)
        scan_cpu.append(max(time.process_time() - before - fetching, 1e-3))
        _must_be_right(audit.findings)
        before = time.process_time()
        for _device in range(DEVICES // 50):
            _difflib(rendered, text)
        difflib_cpu.append((time.process_time() - before) * 50)
    drifted = f"{CHANGED} of them drifted, {CHANGED} in another order"
    yield Line(
        f"drift scan of {DEVICES:,} devices of {len(text.splitlines()):,} lines, {drifted}",
        ours,
        alone,
        "fetching alone",
        note=f"devices answer after {ANSWER_AFTER_S * 1000:.0f} ms, {WORKERS} workers",
    )
    yield Line(
        f"drift scan of {DEVICES:,} devices: processor time besides fetching",
        scan_cpu,
        difflib_cpu,
        "difflib on running and intended of all",
        note="difflib measured on every 50th",
    )


def _must_be_right(findings: Sequence[Finding]) -> None:
    """All that drifted was found, and nothing else was."""
    wrong = {finding.device for finding in findings if not finding.ok}
    assert wrong == {name_of(CHANGED + number) for number in range(1, CHANGED + 1)}, wrong


def _variants() -> Line:
    """Ten thousand texts that say the same, each compared in canonical form, some of them in full."""
    intents = intents_of(LINES_OF_VARIANT)
    text, chance = text_of(intents), random.Random(2026)
    same = canonical(text, "eos").digest
    ours, baseline, false_drift = 0.0, 0.0, 0
    for number in range(VARIANTS):
        variant = variant_of(text, "eos", chance)
        began = time.process_time()
        differs = canonical(variant, "eos").digest != same
        if number % 20 == 0:
            ours += time.process_time() - began
            differs |= any(
                not found.ok for found in device_drift(EOS.dialect, "sw-1", with_plain_heads(variant), intents)
            )
            began = time.process_time()
            _difflib(text, variant)
            baseline += time.process_time() - began
        false_drift += differs
    assert false_drift == 0, false_drift
    return Line(
        f"drift: {VARIANTS:,} variants in order that does not matter and white space",
        [ours],
        [baseline],
        "difflib on each and the first",
        note=f"{false_drift} false drift, of {len(text.splitlines())} lines each",
    )
