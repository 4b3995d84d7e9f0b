"""What every command of ours has: `--json`, and work that is imported when it is run.

A command is declared in `provisioning/cli/commands/`: its name, options and help. What it does
stands in a function of another module, which the declaration names as entry points are named
("module:function"). So help at any depth, and completion, import neither that module nor what
it needs.
"""

import logging
from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

import click

JSON_FLAG = "neutralhost.json"
DEBUG_FLAG = "neutralhost.debug"

as_person = click.option(
    "--as",
    "person",
    metavar="PERSON",
    default=None,
    help="Who gives the command, shown by an API token of theirs in NEUTRALHOST_TOKEN, or asked for on a terminal; "
    "without, this machine (`system`).",
)


def _remember_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.meta[JSON_FLAG] = True


class HouseCommand(click.Command):
    """A command that answers with one JSON document where `--json` is given.

    `runs` names the function that does the work. It takes what the declaration's options and
    arguments are called, and returns an exit code, or None for 0. The decorated function does
    nothing: it carries the help.
    """

    def __init__(
        self, name: str | None, *, runs: str, callback: Callable[..., object] | None = None, **attributes: Any
    ) -> None:
        del callback
        super().__init__(name, callback=self._run, **attributes)
        self.runs = runs
        self.params.append(
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                callback=_remember_json,
                help="Print one JSON document on standard output; errors too.",
            )
        )

    def work(self) -> Callable[..., object]:
        """Import and return the function that does the work."""
        found: Callable[..., object] = resolve_name(self.runs)
        return found

    def invoke_with(self, values: Mapping[str, object]) -> object:
        """Do the work with these values."""
        return self._run(**values)

    def _run(self, **values: object) -> object:
        from provisioning.cli.logs import log_to_stderr

        debug = click.get_current_context().meta.get(DEBUG_FLAG, False)
        log_to_stderr(logging.DEBUG if debug else logging.WARNING)
        return self.work()(**values)


class HouseGroup(click.Group):
    """A group of such commands."""

    command_class = HouseCommand
    group_class = type


class WorkingGroup(HouseGroup):
    """A group that does something itself where none of its commands is named: `neutralhost worker`."""

    def __init__(
        self, name: str | None, *, runs: str, callback: Callable[..., object] | None = None, **more: Any
    ) -> None:
        del callback
        super().__init__(name, callback=self._run_alone, invoke_without_command=True, **more)
        self._alone = HouseCommand(name, runs=runs)
        self.params.append(self._alone.params[-1])  # --json

    def _run_alone(self, **values: object) -> object:
        return None if click.get_current_context().invoked_subcommand else self._alone.invoke_with(values)


def group(name: str) -> Callable[[Callable[..., object]], HouseGroup]:
    """Return a decorator that makes a function a group of commands."""
    return click.group(name=name, cls=HouseGroup)


def command(name: str, *, runs: str) -> Callable[[Callable[..., object]], HouseCommand]:
    """Return a decorator that declares a command that stands alone."""
    return click.command(name=name, cls=HouseCommand, runs=runs)
