"""The generated page of the reference."""

from provisioning.cli.reference import PAGE, page


def test_the_page_is_what_the_commands_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
