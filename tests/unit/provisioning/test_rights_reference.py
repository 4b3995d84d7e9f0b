"""The page about rights is what the table says."""

from provisioning.isps import Role
from provisioning.policy import RULES
from provisioning.rights_reference import PAGE, page


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_role_and_every_action_is_on_it() -> None:
    text = page()
    assert all(f"| `{role}` |" in text for role in Role)
    assert all(f"| {action} |" in text for action in RULES)
