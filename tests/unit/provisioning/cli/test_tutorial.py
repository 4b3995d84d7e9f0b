"""The pages people follow name only commands and options that exist, and link only to pages that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from provisioning.cli.main import command

ROOT = Path(__file__).parents[4]
PAGES = [
    ROOT / name
    for name in (
        "docs/tutorial.md",
        "docs/how-to/plant.md",
        "docs/explanation/plant.md",
        "docs/how-to/playbooks.md",
        "README.md",
    )
]
NAMED = re.compile(r"(?:^\$ |`)neutralhost ([^`\n]+?)(?: +[|#][^\n]*)?(?:`|$)", re.MULTILINE)
LINES = sorted({line for page in PAGES for line in NAMED.findall(page.read_text(encoding="utf-8"))})


@pytest.mark.parametrize("line", LINES)
def test_a_command_of_a_page_exists_with_its_options(line):
    words = shlex.split(line.replace("$", "S-"))
    found: click.Command = command
    context = click.Context(command, info_name="neutralhost")
    while isinstance(found, click.Group) and words:
        below = found.get_command(context, words[0])
        assert below is not None, line
        context, found, words = click.Context(below, parent=context), below, words[1:]
    assert not isinstance(found, click.Group), line
    known = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_page(page):
    found = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    links = [link for link in found if "://" not in link]

    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []
