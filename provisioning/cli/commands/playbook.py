"""`neutralhost playbook ...`: the network engineers' jobs, ours and their own."""

import os
from collections.abc import Callable, Sequence
from datetime import date
from inspect import Parameter as Named
from inspect import Signature
from pathlib import Path
from typing import Any

import click

from provisioning.cli.command import HouseCommand, HouseGroup, group
from provisioning.playbooks.finding import find_playbooks
from provisioning.playbooks.ours import OURS
from provisioning.playbooks.shape import Parameter, Playbook

FOLDER = "NEUTRALHOST_PLAYBOOKS_FOLDER"
LIMIT_HELP = "Only devices like this: a name, or place=dx-* and not role=nte; repeatable."
DRY_RUN_HELP = "Change nothing: say what would be done, with exit code 2 where something would."
TYPES: dict[type, Any] = {
    str: click.STRING,
    int: click.INT,
    float: click.FLOAT,
    Path: click.Path(path_type=Path),
    date: click.DateTime(["%Y-%m-%d"]),
}


class PlaybookCommand(HouseCommand):
    """One playbook as a command: its parameters, `--limit` where it is about devices, and `--dry-run`."""

    def __init__(self, playbook: Playbook) -> None:
        limit = click.Option(["--limit", "limits"], multiple=True, metavar="EXPR", help=LIMIT_HELP)
        super().__init__(
            playbook.name,
            runs="provisioning.cli.playbook:run",
            help=_help(playbook),
            short_help=playbook.does,
            params=[
                *map(_parameter, playbook.parameters),
                *([limit] if playbook.about_devices else []),
                click.Option(["--dry-run"], is_flag=True, help=DRY_RUN_HELP),
            ],
        )

    def work(self) -> Callable[..., object]:
        """The work of every playbook is one function, which is told the name; it takes what this one declares."""
        run = super().work()

        def job(**values: object) -> object:
            return run(self.name, values)

        asked = [Named(one.name, Named.KEYWORD_ONLY) for one in self.params if one.expose_value and one.name]
        job.__signature__ = Signature(asked)  # type: ignore[attr-defined]  # functions may carry one
        return job


class RunGroup(HouseGroup):
    """Every playbook is a command: ours are known, others are found when somebody asks for them."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Ours; then those of packages, and of the folder where the environment names one."""
        named = os.environ.get(FOLDER)
        found = find_playbooks(Path(named) if named else None).found
        return [each.playbook.name for each in found]

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The playbook of that name. Raises: UnknownPlaybook; PlaybookBroken."""
        ours = next((playbook for playbook in OURS if playbook.name == name), None)
        if ours is not None:
            return PlaybookCommand(ours)
        from provisioning.cli.playbook import library  # reads settings, and so the libraries for that

        return PlaybookCommand(library().get(name).playbook)


def _parameter(parameter: Parameter) -> click.Parameter:
    kind: Any = click.Choice(parameter.choices) if parameter.choices else TYPES.get(parameter.kind)
    if parameter.positional:
        return click.Argument(
            [parameter.name], required=parameter.required, type=kind, nargs=-1 if parameter.many else 1
        )
    option = f"--{parameter.name.replace('_', '-')}"
    if parameter.kind is bool:
        return click.Option([option, parameter.name], is_flag=True, help=parameter.help)
    return click.Option(
        [option, parameter.name],
        type=kind,
        multiple=parameter.many,
        required=parameter.required,
        default=None if parameter.many else parameter.default,
        help=parameter.help,
    )


def _help(playbook: Playbook) -> str:
    arguments = [one for one in playbook.parameters if one.positional]
    paragraphs: Sequence[str] = [
        playbook.does,
        " ".join(f"{one.name.upper()}: {one.help}" for one in arguments),
        playbook.more,
        f"Dry run: {playbook.dry_run}",
        "Exit codes: 0 done and as intended, 1 a device refused, failed or is away, 2 something waits for somebody.",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


@group("playbook")
def command() -> None:
    """Run the network engineers' jobs, on many devices at a time: ours, and their own.

    Results are shown as they come; whatever changes a device is a change plan. Ctrl-C begins nothing new, and what was
    begun is brought to its end.

    Exit codes: 0 all as intended, 1 a device refused or is away, 2 changes are pending (drift, a rehearsal that would
    change something, a plan that waits for a person), 130 stopped.
    """


@command.command("list", runs="provisioning.cli.playbook:list_playbooks")
def list_playbooks() -> None:
    """List the playbooks, and those files that should be one and are broken."""


@command.command("show", runs="provisioning.cli.playbook:show")
@click.argument("name")
def show() -> None:
    """Show what a playbook does, takes and needs."""


@command.group("run", cls=RunGroup)
def run() -> None:
    """Run one playbook."""
