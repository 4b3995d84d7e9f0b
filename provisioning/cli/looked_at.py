"""What is approved was looked at: it is shown on a terminal and asked about, or its digest is given."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from automation.meaning import meaning
from provisioning.cli.errors import NobodyLooked
from provisioning.cli.output import Output, diff_text
from provisioning.cli.words import safe

MOST_SHOWN = 200  # lines of diffs that are shown with the question; more are asked for


@dataclass(frozen=True, slots=True)
class Question:
    """What may be approved: its identifier, digest (SHA-256, hex), how to print it, and the command that shows it."""

    id: str
    digest: str
    show: Callable[[], None]
    look: str


def agreed_to(output: Output, question: Question) -> str | None:
    """The digest of what was just shown and agreed to, None where it was not agreed to. Raises: NobodyLooked."""
    if not is_watched(output):
        raise NobodyLooked(question.id, question.digest, question.look)
    question.show()
    return question.digest if click.confirm("Approve exactly this?", err=True) else None


def is_watched(output: Output) -> bool:
    """Whether a person sees what is printed, and can answer."""
    return output.live and sys.stdin.isatty()


def print_changing(output: Output, diffs: Sequence[tuple[str, str]], look: str) -> None:
    """Print how much each device would say differently, by its name and diff, and where that is not long also what."""
    lines = sum(len(diff.splitlines()) for _, diff in diffs)
    for device, diff in diffs:
        come, gone = (sum(said.startswith(sign) for said in meaning(diff)) for sign in "+-")
        output.say(f"{safe(device)}: {come} more, {gone} fewer", style="bold")
        if lines <= MOST_SHOWN:
            output.say(diff_text(diff.rstrip(), "  "))
    if lines > MOST_SHOWN:
        output.say(f"{lines} lines in all: `{look}` shows them.")
