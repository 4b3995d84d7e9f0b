"""`neutralhost completion SHELL`."""

import click
from click.shell_completion import get_completion_class


def print_script(shell: str) -> None:
    found = get_completion_class(shell)
    root = click.get_current_context().find_root()
    if found is None:
        raise click.UsageError(f"No completion script for {shell}.")
    script = found(root.command, {}, "neutralhost", "_NEUTRALHOST_COMPLETE").source()
    click.echo(script)
