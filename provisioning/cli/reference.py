"""Write docs/reference/cli.md from the commands themselves: `python -m provisioning.cli.reference`.

A test says whether the page is what this would write.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from provisioning.cli.main import DISTRIBUTION, command

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
HEAD = """# The command line

*Written by `make docs` from the commands themselves; change the commands, not this page.*

Every command answers with one JSON document on standard output where `--json` is given, errors too:
`{"error": {"code", "detail", "next_step", "facts"}}`. Keys are stable. Logs go to standard error. Piped, tables are
plain columns that are never cut; `NO_COLOR` is respected.

| exit code | means |
|---|---|
| 0 | done; a server that was asked to stop, too |
| 1 | an error, a wrong command line among them |
| 2 | done, and changes are pending: drift was found, a rehearsal would change something, a dry run differs |
| 130 | stopped by Ctrl-C |

Settings come from the environment (`NEUTRALHOST_...`), `.env`, and from what `neutralhost demo` left in `var/`;
[settings.md](settings.md) lists them. Completion: `eval "$(neutralhost completion bash)"`.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    root = click.Context(command, info_name=DISTRIBUTION)
    return "\n".join([HEAD, *(line for found in walk(root) for line in _section(found))]).rstrip() + "\n"


def walk(context: click.Context) -> Iterator[click.Context]:
    """Yield a context of every command below this one, groups before what is in them."""
    group = context.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if found is not None:
            below = click.Context(found, info_name=name, parent=context)
            yield below
            yield from walk(below)


def _section(context: click.Context) -> Iterator[str]:
    depth = context.command_path.count(" ") + 1
    yield f"{'#' * depth} `{context.command_path}`"
    yield ""
    pieces = " ".join(context.command.collect_usage_pieces(context))
    yield f"    {context.command_path} {pieces}"
    yield ""
    yield from _paragraphs(context.command.help or "")
    yield from _options(context)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield " ".join(paragraph.split())
        yield ""


def _options(context: click.Context) -> Iterator[str]:
    options = [one for one in context.command.get_params(context) if isinstance(one, click.Option)]
    records = [option.get_help_record(context) for option in options if "--help" not in option.opts]
    known = [record for record in records if record is not None]
    if not known:
        return
    yield "| option | |"
    yield "|---|---|"
    for names, text in known:
        yield f"| `{_cell(names)}` | {_cell(text)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
