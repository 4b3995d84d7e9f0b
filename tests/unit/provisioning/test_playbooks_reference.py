"""The page about playbooks is what the code says."""

from automation.limit import ATTRIBUTES
from provisioning.playbooks.ours import OURS
from provisioning.playbooks_reference import PAGE, page


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_playbook_of_ours_every_parameter_and_every_attribute_is_on_it():
    text = page()

    assert all(f"### `{playbook.name}`" in text for playbook in OURS)
    assert all(parameter.help in text for playbook in OURS for parameter in playbook.parameters)
    assert all(f"`{attribute}`" in text for attribute in ATTRIBUTES)
