"""The generated page of settings."""

from web.settings_reference import FLOORS, PAGE, page


def test_the_page_is_what_the_settings_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_setting_says_what_it_is():
    assert [name for _, kind in FLOORS for name, field in kind.model_fields.items() if not field.description] == []
