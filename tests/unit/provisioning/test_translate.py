"""A service's circuit as intents, one a device."""

from datetime import UTC, datetime

from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from inventory.devices import PortRef
from provisioning.services import Circuit, DeviceHop, Service, ServiceState
from provisioning.translate import circuit_intents

PROFILE = BandwidthProfile(100, 0, 125_000, 0)
CIRCUIT = Circuit(
    uni=PortRef("nte-1", "Ethernet1"),
    handover_code="quay-alder",
    handover_port=PortRef("sw-quay", "Ethernet1"),
    s_vlan=2001,
    hops=(DeviceHop("nte-1", ("Ethernet9",)), DeviceHop("sw-quay", ("Ethernet49", "Ethernet1"))),
    link_codes=("drop-1",),
    length_m=80.0,
    profile=PROFILE,
)


def a_service(circuit: Circuit | None, reference: str = "") -> Service:
    asked = ("alder", "access-eline", "1", "quay-alder", 100, 12, reference)
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    return Service("S-3V8KD1N5HW", *asked, ServiceState.ACTIVE, circuit, 2400, moment, None, None)


def test_each_device_gets_one_intent_and_only_the_first_a_uni() -> None:
    assert circuit_intents(a_service(CIRCUIT)) == (
        CircuitIntent(
            "nte-1", "S-3V8KD1N5HW", 2001, ("Ethernet9",), UniIntent("Ethernet1", "S-3V8KD1N5HW UPRN 1", PROFILE)
        ),
        CircuitIntent("sw-quay", "S-3V8KD1N5HW", 2001, ("Ethernet49", "Ethernet1")),
    )


def test_a_cease_carries_the_lines_of_the_uni_as_found() -> None:
    first, second = circuit_intents(a_service(CIRCUIT), {"nte-1": ("shutdown",), "sw-quay": ("nothing",)})

    assert first.uni is not None
    assert first.uni.idle_lines == ("shutdown",)
    assert second.uni is None


def test_nothing_an_isp_typed_reaches_an_intent() -> None:
    assert circuit_intents(a_service(CIRCUIT, "x\nusername evil")) == circuit_intents(a_service(CIRCUIT))


def test_a_service_without_a_circuit_means_nothing_to_any_device() -> None:
    assert circuit_intents(a_service(None)) == ()
