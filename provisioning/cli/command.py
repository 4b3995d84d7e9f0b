"""What every command of ours has: `--json`, and help that is wide enough to read.

This module and `main` are all that `neutralhost --help` imports, besides click.
"""

from collections.abc import Callable
from typing import Any

import click

JSON_FLAG = "neutralhost.json"


def _remember_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.meta[JSON_FLAG] = True


class HouseCommand(click.Command):
    """A command that answers with one JSON document where `--json` is given."""

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.params.append(
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                callback=_remember_json,
                help="Print one JSON document on standard output; errors too.",
            )
        )


class HouseGroup(click.Group):
    """A group of such commands."""

    command_class = HouseCommand
    group_class = type


def group(name: str) -> Callable[[Callable[..., object]], HouseGroup]:
    """Return a decorator that makes a function a group of commands."""
    return click.group(name=name, cls=HouseGroup)


def command(name: str) -> Callable[[Callable[..., object]], HouseCommand]:
    """Return a decorator that makes a function a command that stands alone."""
    return click.command(name=name, cls=HouseCommand)
