"""`neutralhost completion SHELL`."""

import click
from click.shell_completion import get_completion_class

from provisioning.cli.command import command as make_command

SHELLS = ("bash", "zsh", "fish")


@make_command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    bash: add `eval "$(neutralhost completion bash)"` to ~/.bashrc. zsh: the same in ~/.zshrc. fish: write the output
    to ~/.config/fish/completions/neutralhost.fish.
    """
    found = get_completion_class(shell)
    root = click.get_current_context().find_root()
    if found is None:
        raise click.UsageError(f"No completion script for {shell}.")
    script = found(root.command, {}, "neutralhost", "_NEUTRALHOST_COMPLETE").source()
    click.echo(script)
