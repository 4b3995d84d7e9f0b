"""`neutralhost completion SHELL`."""

import click

from provisioning.cli.command import command as make_command

SHELLS = ("bash", "zsh", "fish")


@make_command("completion", runs="provisioning.cli.completion:print_script")
@click.argument("shell", type=click.Choice(SHELLS))
def command() -> None:
    """Print the completion script of a shell.

    bash: add `eval "$(neutralhost completion bash)"` to ~/.bashrc. zsh: the same in ~/.zshrc. fish: write the output
    to ~/.config/fish/completions/neutralhost.fish.
    """
