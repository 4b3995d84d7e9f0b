"""A playbook, shown while it runs: live rows on a terminal, plain lines in a pipe, lines on standard error for JSON.

What is done stands above and stays; on a terminal the devices at work and a count stand below it. Results are
shown in the order in which they come: one slow device holds nobody's up.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import click
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from provisioning.cli.output import STYLES, Output
from provisioning.cli.words import duration, safe
from provisioning.playbooks.shape import DeviceResult, Verdict

MOST_ROWS = 12  # devices at work that a terminal shows at a time
VERDICT_WIDTH = max(len(verdict.value) for verdict in Verdict)
NARROWEST = len("DEVICE")
LINE_STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Progress:
    """What has been shown; each result once. Called from many threads."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._lock = Lock()
        self._live: Live | None = None
        self._chosen = 0
        self._width = NARROWEST
        self._shown: dict[str, DeviceResult] = {}
        self._at_work: dict[str, float] = {}
        self._words = ""
        self._has_head = False

    def chosen(self, devices: Sequence[str]) -> None:
        with self._lock:
            self._chosen = max(self._chosen, len(devices))
            self._width = max([self._width, *map(len, devices)])
            self._draw()

    def begun(self, device: str) -> None:
        with self._lock:
            self._at_work[device] = time.monotonic()
            self._draw()

    def ended(self, result: DeviceResult) -> None:
        with self._lock:
            self._at_work.pop(result.device, None)
            if self._shown.get(result.device) != result:
                self._shown[result.device] = result
                self._print(result)
            self._draw()

    def working(self, what: str) -> None:
        with self._lock:
            self._words = what
            self._draw()

    def leave(self) -> None:
        """Say what stands, when it is left at once."""
        with self._lock:
            at_work = ", ".join(sorted(self._at_work)) or "none"
            done = len(self._shown)
            click.echo(f"Left. Done: {done}. At work and not waited for: {at_work}.", err=True)

    @contextmanager
    def on_terminal(self) -> Iterator[None]:
        """Draw what is at work, while it is."""
        with Live(console=self._output.console, refresh_per_second=8, transient=True) as live:
            self._live = live
            try:
                yield
            finally:
                self._live = None

    def _print(self, result: DeviceResult) -> None:
        if self._output.as_json:
            click.echo(f"{safe(result.device)}  {result.verdict.value}  {safe(result.what)}".rstrip(), err=True)
            return
        if not self._has_head:
            self._has_head = True
            self._row("DEVICE", "VERDICT", "WHAT", "bold" if self._output.live else "")
        style = STYLES.get(result.verdict.value, "") if self._output.live else ""
        self._row(safe(result.device), result.verdict.value, safe(result.what), style)
        for line in result.lines:
            said = Text(f"  {safe(line)}", style=LINE_STYLES.get(line[:1], "") if self._output.live else "")
            self._output.say(said)

    def _row(self, device: str, verdict: str, what: str, style: str) -> None:
        text = Text(f"{device.ljust(self._width)}  ")
        text.append(verdict.ljust(VERDICT_WIDTH), style=style)
        text.append(f"  {what}")
        text.rstrip()
        self._output.say(text)

    def _draw(self) -> None:
        if self._live is None:
            return
        now = time.monotonic()
        rows = Table.grid(padding=(0, 2, 0, 0))
        for device, since in sorted(self._at_work.items(), key=lambda item: item[1])[:MOST_ROWS]:
            rows.add_row(Text(safe(device), style="cyan"), Text(duration(now - since), style="dim"))
        self._live.update(Group(rows, Text(self._count(), style="cyan")))

    def _count(self) -> str:
        more = len(self._at_work) - MOST_ROWS
        pieces = [
            f"{len(self._shown)} of {self._chosen} done" if self._chosen else "",
            f"{more} more at work" if more > 0 else "",
            safe(self._words),
        ]
        return ", ".join(piece for piece in pieces if piece)


@contextmanager
def progress_on(output: Output) -> Iterator[Progress]:
    progress = Progress(output)
    if not output.live:
        yield progress
        return
    with progress.on_terminal():
        yield progress
