"""What people and programs are told when a command cannot go on."""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import click

from inventory.errors import NeutralhostError
from provisioning.cli.documents import Document, error_document
from provisioning.cli.words import safe

EXIT_DONE, EXIT_ERROR, EXIT_CHANGES, EXIT_STOPPED = 0, 1, 2, 130
USAGE_ERROR = "usage"


def tell_error(error: NeutralhostError, *, as_json: bool) -> None:
    """Print one of our errors: its sentence and its next step."""
    if as_json:
        click.echo(json.dumps(error_document(error), indent=2))
    else:
        _tell_people(error.sentence, error.next_step, _listed(error))


def tell_usage(error: click.ClickException, *, as_json: bool) -> None:
    """Print that the command was not written as it must be; of a group alone, what it has."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "neutralhost"
    next_step = f"Try `{path} --help`."
    sentence = error.format_message().replace("\n\t", " ")  # click lists choices each on a line of its own
    if as_json:
        click.echo(json.dumps(_document(USAGE_ERROR, sentence, next_step), indent=2))
    else:
        _tell_people(sentence, next_step)


def tell_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print that something nobody foresaw happened, and where its traceback was kept. A `sys.excepthook`."""
    text = "".join(traceback.format_exception(kind, error, trace))
    if "--debug" in sys.argv:
        click.echo(text, err=True)
    sentence = f"Something unforeseen happened ({kind.__name__}): this is a fault of neutralhost."
    next_step = f"The traceback is in {_kept(text)}; please report it, or run again with `neutralhost --debug ...`."
    if "--json" in sys.argv:
        click.echo(json.dumps(_document("unforeseen", sentence, next_step), indent=2))
    else:
        _tell_people(sentence, next_step)


def _document(code: str, detail: str, next_step: str) -> Document:
    return {"error": {"code": code, "detail": detail, "next_step": next_step, "facts": {}}}


def _listed(error: NeutralhostError) -> list[str]:
    """Return what the facts list and the sentence only counts, such as every fault of a folder."""
    listed = [text for fact in error.facts.values() if isinstance(fact, list | tuple) for text in fact]
    return [text for text in listed if text not in error.sentence]


def _tell_people(sentence: str, next_step: str, listed: Sequence[str] = ()) -> None:
    click.echo(click.style("Error: ", fg="red", bold=True) + _lines(sentence), err=True, color=_colours_on_stderr())
    for text in listed:
        click.echo(f"  {_lines(text)}", err=True)
    if next_step:
        click.echo(_lines(next_step), err=True)


def _lines(text: str) -> str:
    return "\n".join(safe(line) for line in text.splitlines())


def _colours_on_stderr() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def _kept(text: str) -> Path:
    # A folder of the person who ran the command: a traceback may hold what others should not read.
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "neutralhost"
    name = f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / name
        path.touch(mode=0o600)
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="neutralhost-")) / name
        path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path
