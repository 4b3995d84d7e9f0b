"""README and the walk through the plant: what they show is what the commands print."""

from pathlib import Path

import pytest

from tests.documented import PAGES, RUN, comparable, shown_now

pytestmark = pytest.mark.system


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_its_commands_print(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert len(RUN.findall(text)) >= 3
    assert comparable(shown_now(page)) == comparable(text)
