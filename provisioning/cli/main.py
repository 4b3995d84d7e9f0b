"""The command `neutralhost`: its subcommands, its exit codes, and what becomes of an error.

Exit codes: 0 done, 1 an error (a usage error too), 2 done and changes are pending, 130 stopped
by Ctrl-C. A subcommand's declaration is imported when it is called, its work when it runs, so that
help comes at once.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from inventory.errors import NeutralhostError
from provisioning.cli.command import DEBUG_FLAG, HouseGroup
from provisioning.cli.last_words import (
    EXIT_DONE,
    EXIT_ERROR,
    EXIT_STOPPED,
    tell_error,
    tell_unexpected,
    tell_usage,
)

DISTRIBUTION = "neutralhost"

# Every subcommand is the object `command` of the module of its name in `commands` (with _ for -). The
# summaries stand here so that the list of commands needs none of the modules.
SUMMARIES = {
    "demo": "Run everything here, on simulated devices, and show one order live.",
    "serve": "Serve portal and API, with a worker in the same program.",
    "worker": "Work on orders, without portal and API; list the workers.",
    "drift": "Find where devices do not say what they should, and put it right.",
    "pause": "Hold work on everything, a product, a place or a device, and let it go on.",
    "freeze": "Let no change reach a place, a device or a product.",
    "change-plan": "Look at changes of devices before they are made, and decide.",
    "schedule": "Show what is done by the clock, and do it now.",
    "inventory": "Load, check and show what exists.",
    "netbox": "Bring up, prepare, fill and read a NetBox.",
    "isp": "Show the ISPs and other members, and their handovers.",
    "user": "Keep people, passwords, API tokens and clients.",
    "audit": "Show, export and check the audit trail: who did what.",
    "webhook": "Tell other systems what changed, and see how that went.",
    "catalogue": "Show, check and compare price lists.",
    "qualify": "Say whether, how and for how much premises can be served.",
    "quote": "Say what a service would cost, and keep the answer.",
    "order": "Place, follow, approve and compare orders.",
    "product-order": "Place, show and cancel orders that belong together.",
    "charge": "Raise, answer and take back charges of orders in progress.",
    "service": "Show services, modify and cease them.",
    "line": "Show lines, match them for a gaining ISP, and move them to other ISPs.",
    "ticket": "Raise, follow, resolve and close trouble tickets.",
    "incident": "Tell ISPs of a trouble that many services feel.",
    "reservation": "Keep strands, positions and ports for a window of days.",
    "trace": "Show a strand, link or service end to end, with its owners and losses.",
    "path": "Find a path with free strands, or two that share nothing.",
    "cut": "Say what a cut takes away: links, services, ISPs, premises, public sites.",
    "coverage": "Work out and show what all premises could have.",
    "resilience": "Say how well places are joined, and what would cut most people off.",
    "capacity": "Show what of a duct, cable or place is free, and whether a cable can be pulled.",
    "consent": "Show consents, when they end, and what depends on them.",
    "place": "Add a DXP from the likeness of another.",
    "device": "Show devices, their configuration, and whether they answer.",
    "site": "Show site slots: which are free, who hangs where, and what they carry.",
    "wifi": "Write what RADIUS needs, and list the SSIDs that ISPs share.",
    "playbook": "Run the network engineers' jobs over many devices, ours and your own.",
    "diversity-certificate": "Prove that a service's two legs share nothing, and sign it.",
    "certificate": "Check, list and follow certificates of diversity.",
    "twin": "Run simulated devices.",
    "sandbox": "Switch failures on and off in an ISP's sandbox, and reset it.",
    "database": "Migrate the database, and say how it stands.",
    "doctor": "Check this installation, with a next step for each finding.",
    "completion": "Print the completion script of a shell.",
}


class Root(HouseGroup):
    """The commands of `SUMMARIES`, each imported when it is called."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """The names, in the order people meet them."""
        return list(SUMMARIES)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command of that name, None where there is none."""
        if name not in SUMMARIES:
            return None
        found: click.Command = importlib.import_module(f"provisioning.cli.commands.{name.replace('-', '_')}").command
        return found

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def main(self, args: Sequence[str] | None = None, *positional: Any, **extra: Any) -> NoReturn:
        """Run one command and leave with its exit code; see the module's docstring."""
        given = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        sys.exit(_exit_code_of(lambda: super(Root, self).main(given, *positional, **extra), as_json="--json" in given))


def _exit_code_of(run_command: Any, *, as_json: bool) -> int:
    try:
        answer = run_command()
    except NeutralhostError as error:
        tell_error(error, as_json=as_json)
        return EXIT_ERROR
    except click.ClickException as error:
        tell_usage(error, as_json=as_json)
        return EXIT_ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return EXIT_STOPPED
    except BrokenPipeError:
        # `neutralhost order list | head`: nobody reads on, and Python would complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    return answer if isinstance(answer, int) else EXIT_DONE


@click.group(name=DISTRIBUTION, cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=DISTRIBUTION, message="%(package)s %(version)s", help="Print the version.")
@click.option("--debug", is_flag=True, help="Log everything, and show tracebacks.")
def command(debug: bool) -> None:
    """Run an open-access network: from an ISP's order to a device's running config and back.

    New here? `neutralhost demo` shows all of it on this machine; `neutralhost doctor` says what an installation lacks.

    Exit codes: 0 done, 1 error, 2 done and changes are pending (drift found, a rehearsal that changes something), 130
    stopped by Ctrl-C.
    """
    click.get_current_context().meta[DEBUG_FLAG] = debug


def run() -> NoReturn:
    """Run the command line of this process. What nobody foresaw becomes one sentence, and a file with the traceback."""
    sys.excepthook = tell_unexpected
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no pound sign still gets its table
    command.main(prog_name=DISTRIBUTION)
