"""Intents of every kind, written down as JSON and read back."""

import json
from typing import get_args

import pytest

from automation.intents import (
    AccessPointIntent,
    BandwidthProfile,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
    UniIntent,
)
from automation.wireless import Passpoint, RadiusServer, SsidIntent, SsidSecurity, SsidTenantIntent
from provisioning.store.intents import intents_of_json, json_of_intents

UNI = UniIntent("Ethernet1", "S-1", BandwidthProfile(100, 200, 12_500, 25_000), ("shutdown",), 101)
EVERY_KIND: tuple[Intent, ...] = (
    CircuitIntent("sw", "S-1", 2001, ("Ethernet3", "Ethernet4"), UNI),
    ExchangePortIntent("sw", "S-2", "Ethernet2", 900, "IX-1", 1000, True, 2, ("shutdown",)),
    SsidIntent(
        "ap",
        "S-3",
        "Bob's place",
        2003,
        "lan1",
        ("radio0", "radio1"),
        SsidSecurity.PASSPOINT,
        "sealed:x",
        (RadiusServer("192.0.2.1", "sealed:y"),),
        Passpoint("Bob", ("bob.example",)),
        is_shared=True,
    ),
    SsidTenantIntent("ap", "S-4", "S-3", 2004, "lan1", ("radio0",)),
    TrunkIntent("sw", "Ethernet3", "to dx:Ethernet1"),
    LagMemberIntent("sw", "Ethernet4", "Port-Channel1", "to dx:Ethernet4"),
    HandoverIntent("sw", "Ethernet4", "handover ho-1"),
    BaselineIntent("sw", "sw", ("Ethernet9",), ("192.0.2.123",)),
    AccessPointIntent("ap", "192.0.2.9", "255.255.255.0", ("lan1",), "192.0.2.1"),
)


def test_the_sample_has_every_kind_there_is() -> None:
    assert {type(intent) for intent in EVERY_KIND} == set(get_args(Intent.__value__))


def test_what_is_read_back_is_what_was_written() -> None:
    kept = json.loads(json.dumps(json_of_intents(EVERY_KIND)))

    assert intents_of_json(kept) == EVERY_KIND


def test_what_was_written_before_there_were_kinds_is_a_circuit() -> None:
    [old] = json_of_intents(EVERY_KIND[:1])
    del old["kind"]

    assert intents_of_json([old]) == EVERY_KIND[:1]
    assert intents_of_json(None) == ()


def test_a_kind_nobody_knows_is_refused_and_not_taken_for_another() -> None:
    [kept] = json_of_intents(EVERY_KIND[:1])

    with pytest.raises(ValueError, match="ring"):
        intents_of_json([kept | {"kind": "ring"}])
