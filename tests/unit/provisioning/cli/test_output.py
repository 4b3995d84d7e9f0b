"""What people see: words, tables, and what a hostile text may not do."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from provisioning.cli.device_answers import _print_config
from provisioning.cli.output import diff_text, drawn, plain_lines, sheet
from provisioning.cli.words import duration, moment, money, safe, speed


def test_a_piped_table_is_aligned_uncut_and_has_no_trailing_space():
    table = sheet(("name", "mbit/s"), [("x" * 200, "1,000"), ("y", "10")], right=("mbit/s",))

    lines = plain_lines(table)

    assert lines == [f"{'NAME':<200}  MBIT/S", f"{'x' * 200}   1,000", f"{'y':<200}      10"]


def test_a_table_without_rows_still_has_its_heading():
    assert plain_lines(sheet(("order", "state"), [])) == ["ORDER  STATE"]


@pytest.mark.parametrize("width", [80, 120])
def test_a_drawn_table_fits_the_terminal_and_loses_no_letter(width):
    word = "Ω" + "abcdefghij" * 20
    out = io.StringIO()

    Console(file=out, width=width).print(drawn(sheet(("key", "a", "b"), [("O-12345678", word, word)])))

    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert out.getvalue().count("j") == 40
    assert "O-12345678" in out.getvalue()


@pytest.mark.parametrize(
    "hostile", ["\x1b[2Jgone", "a\nb", "a\rb", "\x9b31m", "\N{RIGHT-TO-LEFT OVERRIDE}evil", "a\u2028b", "\x07"]
)
def test_a_text_of_somebody_else_cannot_move_the_cursor(hostile):
    shown = safe(hostile)

    assert len(shown) == len(hostile)
    assert shown.isprintable()


def test_the_tabs_of_an_access_points_configuration_are_its_indentation(capsys):
    _print_config("config wifi-iface 'a'\n\toption ssid 'Caf\x07'\n")

    assert capsys.readouterr().out == "config wifi-iface 'a'\n    option ssid 'Caf\N{REPLACEMENT CHARACTER}'\n"


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs"))))
def test_letters_of_any_script_stay_as_they_were(text):
    assert safe(text) == text


def test_square_brackets_in_a_text_are_no_markup():
    out = io.StringIO()

    Console(file=out, width=80).print(drawn(sheet(("name",), [("[red]x[/red]",)])))

    assert "[red]x[/red]" in out.getvalue()


def test_a_diff_colours_what_comes_and_what_goes():
    out = io.StringIO()

    Console(file=out, width=80, force_terminal=True, color_system="standard").print(diff_text("+vlan 9\n-vlan 8\n x"))

    assert "\x1b[32m+vlan 9" in out.getvalue()
    assert "\x1b[31m-vlan 8" in out.getvalue()


def test_words_for_money_speed_and_time():
    assert money(123456) == "£1,234.56"
    assert speed(1000) == "1,000 Mbit/s"
    assert (duration(None), duration(0.0421), duration(2.34)) == ("", "42 ms", "2.3 s")
    assert moment(None) == ""


def test_a_diff_keeps_the_tabs_of_a_device_and_no_line_of_it_can_be_begun_by_what_was_typed():
    shown = diff_text("+\toption ssid 'a\N{LINE SEPARATOR}- option key'\n").plain

    assert shown == "+   option ssid 'a\ufffd- option key'\n"
