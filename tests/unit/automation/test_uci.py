"""UCI as text: read, written, compared, and refused where a line could be more than a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from automation.sealing import Sealer
from automation.uci import Section, UciCommand, Verb, difference, export, parse, parse_commands, text_of
from automation.uci_errors import SecretUnreadable, UciUnreadable

PRINTABLE = st.text(st.characters(blacklist_categories=["C", "Z"]) | st.just(" "), max_size=40)


@given(value=PRINTABLE)
def test_a_value_comes_back_as_it_went_in_a_configuration_and_a_command(value: str) -> None:
    section = Section("wireless", "x", "wifi-iface", {"ssid": value, "maclist": (value, "b")})
    config = {"wireless": (section,)}

    assert parse(export(config)) == config
    commands = difference({}, config)
    assert parse_commands(text_of(commands)) == commands


@pytest.mark.parametrize("value", ["two\nlines", "bell\a", "next\x85line", "line\u2028break"])
def test_a_value_that_is_more_than_a_line_is_never_written(value: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        str(UciCommand(Verb.SET, "wireless", "x", "ssid", value))


@pytest.mark.parametrize(
    "line",
    [
        "set wireless.x.ssid=bare",
        "set wireless.x.ssid='a' 'b'",
        "set wireless.x.ssid='a'b'",
        "set wireless.x.y.z='a'",
        "set wire less.x='a'",
        "commit wireless",
        "delete wireless",
        "delete wireless.x='a'",
        "set wireless.@wifi-iface[0].ssid='a'",
        "set wireless.x.ssid='a\x1b'",
    ],
)
def test_what_is_no_command_is_named_by_its_line_and_not_repeated(line: str) -> None:
    with pytest.raises(UciUnreadable, match=r"^Line 2 ") as refused:
        parse_commands(f"delete wireless.ok\n{line}\n")

    assert line not in str(refused.value)


@pytest.mark.parametrize("text", ["option a 'b'", "config x 'y'", "package a\noption b 'c'", "package a\nwhat", "\x00"])
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(UciUnreadable):
        parse(text)


def test_equal_configurations_are_equal_texts_however_they_came_about() -> None:
    one, two = Section("network", "a", "interface", {"proto": "none", "device": "x"}), Section("network", "b", "device")
    turned = Section("network", "a", "interface", {"device": "x", "proto": "none"})

    assert export({"network": (one, two)}) == export({"network": (two, turned)})
    assert difference({"network": (one, two)}, {"network": (two, turned)}) == ()


def test_a_section_without_a_name_is_kept_and_never_changed() -> None:
    config = parse("package wireless\n\nconfig wifi-iface\n\toption ssid 'a'\n\nconfig wifi-iface\n\toption ssid 'b'\n")

    assert [section.name for section in config["wireless"]] == ["@wifi-iface[0]", "@wifi-iface[1]"]
    assert parse(export(config)) == config
    with pytest.raises(ValueError, match="without a name"):
        difference(config, {"wireless": ()})


def test_a_difference_changes_no_more_than_it_must() -> None:
    old = {"network": (Section("network", "a", "interface", {"proto": "none", "mtu": "1500", "dns": ("1", "2")}),)}
    new = {"network": (Section("network", "a", "interface", {"proto": "dhcp", "dns": ("1", "2")}),)}

    assert text_of(difference(old, new)) == "delete network.a.mtu\nset network.a.proto='dhcp'\n"


def test_a_sealed_secret_opens_with_its_key_about_its_thing_and_not_otherwise() -> None:
    sealer = Sealer(SecretStr("one key"))
    sealed = sealer.seal("hunter22", "Mill")

    assert sealer.open(sealed, "Mill") == "hunter22"
    assert sealer.seal("hunter22", "Mill") == sealed
    assert "hunter22" not in sealed
    for other, about in ((Sealer(SecretStr("another")), "Mill"), (sealer, "Hill")):
        with pytest.raises(SecretUnreadable) as refused:
            other.open(sealed, about)
        assert "hunter22" not in str(refused.value)
