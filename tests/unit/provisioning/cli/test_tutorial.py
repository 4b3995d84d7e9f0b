"""The tutorial names only commands and options that exist, and links only to pages that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from provisioning.cli.main import command

PAGE = Path(__file__).parents[4] / "docs" / "tutorial.md"
TEXT = PAGE.read_text(encoding="utf-8")
LINES = sorted(set(re.findall(r"(?:^\$ |`)neutralhost ([^`\n]+)", TEXT, re.MULTILINE)))


@pytest.mark.parametrize("line", LINES)
def test_a_command_of_the_tutorial_exists_with_its_options(line):
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


def test_every_link_of_the_tutorial_leads_to_a_page():
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)

    assert links
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
