"""The page on lines: what it shows is what its commands print."""

from pathlib import Path

from tests.integration.lines_page import PAGE, RUN, comparable, shown_now, the_street


def test_the_page_on_lines_shows_what_its_commands_print(database_url: str, tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(RUN.findall(text)) == 7

    with the_street(database_url, tmp_path) as street:
        now = shown_now(text, street)

    assert comparable(now) == comparable(text)
