"""What a command prints: one JSON document, a table for people, or plain lines for programs.

Standard output carries the answer, standard error everything else. On a terminal tables are
drawn by rich at the terminal's width; piped, they are columns of plain text, never cut, so that
grep, awk and diff work on them. NO_COLOR is respected (https://no-color.org).
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from provisioning.cli.command import JSON_FLAG
from provisioning.cli.documents import Document, document_of
from provisioning.cli.words import safe

NEVER_CUT = 1_000_000  # columns: what is piped is not a screen

# The states of orders, services, qualifications and checks, and the colour each has everywhere.
STYLES = {
    "active": "green",
    "allok": "green",
    "changed": "green",
    "completed": "green",
    "done": "green",
    "green": "green",
    "ok": "green",
    "acknowledged": "cyan",
    "inProgress": "cyan",
    "started": "cyan",
    "pendingActive": "cyan",
    "waiting": "yellow",
    "warn": "yellow",
    "yellow": "yellow",
    "active.pendingChange": "yellow",
    "pendingTerminate": "yellow",
    "undone": "yellow",
    "pending": "yellow",
    "skipped": "yellow",
    "drift": "red",
    "fail": "red",
    "failed": "red",
    "red": "red",
    "rejected": "red",
}

# How a step that ended is marked on a terminal; piped, the word itself is printed.
MARKS = {
    "done": ("\N{CHECK MARK}", "green"),
    "waiting": ("\N{HORIZONTAL ELLIPSIS}", "yellow"),
    "failed": ("\N{MULTIPLICATION X}", "red"),
    "undone": ("\N{LEFTWARDS ARROW WITH HOOK}", "yellow"),
}
STEP_WORD, STEP_NAME, STEP_TOOK = 7, 9, 6  # widths


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a value: the titles of its columns, and its rows. `right` names columns of numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[str] = field(default=frozenset())


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[str] = ()) -> Sheet:
    """Return a sheet of these rows, every text of it safe for a terminal."""
    return Sheet(tuple(columns), tuple(tuple(safe(cell) for cell in row) for row in rows), frozenset(right))


def plain_lines(table: Sheet) -> list[str]:
    """Return the sheet as columns of text, two spaces apart, the last one not padded."""
    lines = [tuple(title.upper() for title in table.columns), *table.rows]
    widths = [max(len(line[index]) for line in lines) for index in range(len(table.columns))]
    return ["  ".join(_padded(table, line, widths)).rstrip() for line in lines]


def _padded(table: Sheet, line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if title in table.right else cell.ljust(width)
        for title, cell, width in zip(table.columns, line, widths, strict=True)
    ]


def drawn(table: Sheet) -> Table:
    """Return the sheet as rich draws it on a terminal."""
    found = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for index, title in enumerate(table.columns):
        # What is copied or added up stays on one line: the key, which comes first, and numbers.
        whole = index == 0 or title in table.right
        found.add_column(title, justify="right" if title in table.right else "left", overflow="fold", no_wrap=whole)
    for row in table.rows:
        found.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
    return found


def diff_text(diff: str, indent: str = "") -> Text:
    """Return a device's diff with what comes in green and what goes in red."""
    found = Text()
    for line in diff.removesuffix("\n").split("\n") if diff else ():
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        found.append(f"{indent}{safe(line.expandtabs(4))}\n", style=style)
    return found


class Output:
    """Where a command's answer goes, in the form that was asked for."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.live = sys.stdout.isatty() and not as_json
        self.console = Console(file=sys.stdout, highlight=False, width=None if self.live else NEVER_CUT)

    def answer(self, document: object, people: Callable[[], None]) -> None:
        """Print `document` where JSON was asked for, otherwise let `people` print."""
        if self.as_json:
            print_document(document_of(document))
        else:
            people()

    def say(self, text: RenderableType = "", style: str = "") -> None:
        """Print one line (or whatever rich can draw) to people; nothing where JSON was asked for."""
        if not self.as_json:
            self.console.print(Text(text, style=style) if isinstance(text, str) else text)

    def table(self, table: Sheet) -> None:
        """Print a sheet to people."""
        if self.live:
            self.console.print(drawn(table))
        elif not self.as_json:
            click.echo("\n".join(plain_lines(table)))

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show on a terminal that something is being done; what is yielded changes the words."""
        if not self.live:
            yield lambda _words: None
            return
        with self.console.status(Text(what, style="cyan")) as status:
            yield lambda words: status.update(Text(words, style="cyan"))

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Print names and values, one a line; those without a value are left out."""
        known = [(name, safe(value)) for name, value in pairs if value]
        width = max((len(name) for name, _ in known), default=0)
        for name, value in known:
            self._columns((name, "bold", width), (value, STYLES.get(value, ""), 0))

    def step(self, word: str, name: str, took: str, text: str) -> None:
        """Print that something was done (`word` is a key of MARKS), how long it took, and what it was."""
        mark, style = MARKS[word]
        first = (mark, style, 1) if self.live else (word, "", STEP_WORD)
        self._columns(
            first, (safe(name), "bold", STEP_NAME), (took.rjust(STEP_TOOK), "dim", STEP_TOOK), (safe(text), "", 0)
        )

    def _columns(self, *columns: tuple[str, str, int]) -> None:
        """Print texts, each with its style and width; a terminal wraps the last one under itself."""
        if self.as_json:
            return
        if not self.live:
            click.echo("  ".join(text.ljust(width) for text, _, width in columns).rstrip())
            return
        grid = Table.grid(padding=(0, 2, 0, 0))
        for _, style, width in columns:
            grid.add_column(style=style, width=width or None, overflow="fold")
        grid.add_row(*(Text(text) for text, _, _ in columns))
        self.console.print(grid)


def print_document(document: Document) -> None:
    """Print one JSON document on standard output. ASCII, so that no terminal obeys what stands in it."""
    click.echo(json.dumps(document, indent=2))


def current_output() -> Output:
    """Return the output of the command that runs now."""
    meta = click.get_current_context().meta
    return Output(as_json=bool(meta.get(JSON_FLAG)))
