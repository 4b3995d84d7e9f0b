"""What a letter of authority may hold of what an ISP typed, and what a sealed passphrase gives away: nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from provisioning.letter_pdf import letter_pdf
from provisioning.letters import LONGEST_LINE, Letter, printable
from provisioning.product_errors import SealBroken, SsidInvalid
from provisioning.sealing import seal, unseal
from provisioning.ssids import check_passphrase
from provisioning.wanted import SsidSecurity, SsidWanted

KEY = SecretStr("pepper")


def letter(reference: str) -> Letter:
    return Letter(
        "LOA-S-1",
        "O-1",
        date(2026, 11, 22),
        date(2027, 2, 20),
        "Birch",
        "Alder",
        "Quay exchange (quay)",
        (("a", "position x:1"), ("z", "position y:2")),
        printable(reference),
        "order O-1",
        ("Patch position x:1 to position y:2 at quay.",),
    )


@given(st.text(max_size=200))
def test_any_text_becomes_one_line_that_the_page_can_hold(text: str) -> None:
    line = printable(text)

    assert len(line) <= LONGEST_LINE
    assert line.isprintable()
    assert all(ord(each) < 256 for each in line)
    assert letter_pdf(letter(text)) == letter_pdf(letter(text))


def test_what_an_isp_typed_is_text_on_the_page_and_no_part_of_the_file() -> None:
    page = letter_pdf(letter(") Tj ET Q endstream \\"))

    assert page.count(b"endstream") == letter_pdf(letter("plain")).count(b"endstream") + 1
    assert rb"\) Tj ET Q endstream \\" in page


@given(st.text(min_size=1, max_size=63))
def test_a_sealed_text_opens_with_its_key_for_its_ssid_and_with_nothing_else(text: str) -> None:
    if any(0xD800 <= ord(each) < 0xE000 for each in text):
        return
    sealed = seal(text, "Free", KEY)

    assert sealed == seal(text, "Free", KEY)
    assert unseal(sealed, "Free", KEY) == text
    for about, key in (("Other", KEY), ("Free", SecretStr("salt"))):
        with pytest.raises(SealBroken) as caught:
            unseal(sealed, about, key)
        assert text not in str(caught.value) or len(text) < 4
    with pytest.raises(SealBroken):
        unseal("AA" + sealed[2:], "Free", KEY) if not sealed.startswith("AA") else unseal("BB", "Free", KEY)


def test_no_repr_of_what_is_wanted_shows_even_the_sealed_text() -> None:
    wanted = SsidWanted("Free", "Mills", SsidSecurity.WPA2_PERSONAL, seal("correct horse", "Free", KEY))
    assert wanted.sealed_passphrase not in repr(wanted)


@pytest.mark.parametrize("text", ["", "seven77", "x" * 64, "tab\tinside", "pässword"])
def test_what_is_no_passphrase_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(SsidInvalid) as caught:
        check_passphrase(text)
    assert not text or text not in str(caught.value)
