"""What reaches a device's text, and what never does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.dialects.eos.render import render
from automation.errors import UnsafeText
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent

PROFILE = BandwidthProfile(cir_mbps=1000, eir_mbps=0, cbs_bytes=125_000, ebs_bytes=0)
UNI = UniIntent("Ethernet1", "S-1 for 10001", PROFILE)
CIRCUIT = CircuitIntent("sw-quay", "S-1", 2001, ("Ethernet3",), UNI)

HOSTILE = [
    "x\nusername eve privilege 15 secret eve",
    "x\rno aaa root",
    "x\u2028username eve",
    "x\x0busername eve",
    "x\x1b[2Jy",
    "! comment",
    "x {{ 7 * 7 }}",
    "x {% include 'a' %}",
    "MULTILINE:x",
    "ends with a line feed\n",
    "caf\u00e9",
    "a | json",
    "a > flash:x",
    'a "quoted"',
    "what?",
    "",
    " leading",
    "trailing ",
    "x" * 201,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_description_is_refused_by_the_fields_name_and_not_repeated(text):
    with pytest.raises(UnsafeText) as caught:
        render([replace(CIRCUIT, uni=replace(UNI, description=text))])

    assert caught.value.field == "description of the UNI"
    assert str(caught.value).isprintable()
    assert not text.strip() or text not in str(caught.value)


@pytest.mark.parametrize("text", ["S 1", "S-1\n", "", "x" * 33, "-S", "S/1", "\uff33-1", "no"[:0]])
def test_a_hostile_label_is_refused(text):
    with pytest.raises(UnsafeText, match="label of the circuit"):
        render([replace(CIRCUIT, label=text)])


@pytest.mark.parametrize(
    "text", ["Ethernet1\nshutdown", "Ethernet1-48", "Ethernet1,Ethernet2", "range", "", "ethernet1 "]
)
def test_a_port_name_that_is_none_is_refused_wherever_it_stands(text):
    with pytest.raises(UnsafeText, match="name of the UNI"):
        render([replace(CIRCUIT, uni=replace(UNI, port=text))])
    with pytest.raises(UnsafeText, match="name of a tagged port"):
        render([replace(CIRCUIT, tagged_ports=(text,))])


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60))
def test_whatever_is_typed_as_a_description_never_adds_a_line(text):
    lines = len(render([CIRCUIT]).splitlines())
    try:
        rendered = render([replace(CIRCUIT, uni=replace(UNI, description=text))])
    except UnsafeText:
        return

    assert len(rendered.splitlines()) == lines
    assert f"   description {text}\n" in rendered


def test_the_platforms_own_list_guards_a_value_no_field_check_has_seen(monkeypatch):
    monkeypatch.setattr("automation.dialects.fields.Fields.check", lambda _self, intent: None)

    with pytest.raises(UnsafeText, match="value of a template"):
        render([replace(CIRCUIT, uni=replace(UNI, description="x\nusername eve"))])


@pytest.mark.parametrize("tag", [0, 4095, -1])
def test_an_impossible_tag_is_refused(tag):
    with pytest.raises(ValueError, match="1-4094"):
        render([replace(CIRCUIT, s_vlan=tag)])


@pytest.mark.parametrize("faulty", [{"cir_mbps": 0}, {"cbs_bytes": 0}, {"eir_mbps": -1}, {"ebs_bytes": -1}])
def test_an_impossible_bandwidth_profile_is_refused(faulty):
    with pytest.raises(ValueError, match="bandwidth profile"):
        render([replace(CIRCUIT, uni=replace(UNI, profile=replace(PROFILE, **faulty)))])


def test_nothing_is_rendered_for_no_circuits():
    assert render([]) == ""
