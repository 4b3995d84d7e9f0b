"""The command of the sandbox: `python -m inventory.netbox.sandbox up|stop|status|env|reset|manage`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from inventory.errors import SandboxFailed
from inventory.netbox.sandbox import __doc__ as about
from inventory.netbox.sandbox import server, system
from inventory.netbox.sandbox.databases import ensure_postgres, ensure_redis, stop_postgres
from inventory.netbox.sandbox.environment import ensure_environment
from inventory.netbox.sandbox.state import DEFAULT_PORT, Home, State

COMMANDS_HELP = """commands:
  up       install what is missing, start, print the URL and the token (the default)
  stop     stop every process this directory started
  status   say whether it answers; exit code 1 where not
  env      print NEUTRALHOST_NETBOX_URL and NEUTRALHOST_NETBOX_TOKEN, as for a .env file
  reset    back to an empty NetBox with the same token, in about a second
  manage   a management command of NetBox's own, such as `manage shell`
"""


def up(home: Home, options: argparse.Namespace) -> int:
    """Bring it up; what is up already stays up."""
    with home.locked():
        state = home.load() or State()
        state.port = options.port or state.port or system.free_port(DEFAULT_PORT)
        ensure_environment(home, options.python)
        ensure_postgres(home, state)
        ensure_redis(home, state)
        server.write_settings(home, state)
        server.ensure_database(home, state)
        server.ensure_web(home, state)
        system.write_private(home.env_file, env_lines(state))
    system.say(f"up: NetBox {server.running_version(state)}, user admin, password {state.password}")
    sys.stdout.write(env_lines(state))
    return 0


def stop(home: Home, options: argparse.Namespace) -> int:  # noqa: ARG001  # every command is given them
    if home.load() is not None:
        with home.locked():
            state = home.load() or State()
            for name in ("web", "redis"):
                child = state.children.pop(name, None)
                if child is not None:
                    system.end(child.pid, child.ticks)
            stop_postgres(home, state)
            home.save(state)
    system.say("stopped")
    return 0


def status(home: Home, options: argparse.Namespace) -> int:  # noqa: ARG001
    state = home.load()
    version = server.running_version(state) if state is not None else None
    sys.stdout.write(f"up: NetBox {version} at {server.url(state)}\n" if state and version else "down\n")
    return 0 if version else 1


def env(home: Home, options: argparse.Namespace) -> int:  # noqa: ARG001
    sys.stdout.write(env_lines(known_state(home)))
    return 0


def reset(home: Home, options: argparse.Namespace) -> int:  # noqa: ARG001
    with home.locked():
        server.reset_database(known_state(home))
    system.say("reset")
    return 0


def manage(home: Home, options: argparse.Namespace) -> int:
    known_state(home)
    program = home.venv / "bin" / "netbox"
    os.chdir(home.folder)
    os.execve(program, [str(program), *options.words], server.environment(home))  # noqa: S606  # takes over this process


def known_state(home: Home) -> State:
    """Raises: SandboxFailed, where nothing was set up."""
    state = home.load()
    if state is None or not state.token:
        raise SandboxFailed(f"nothing has been set up in {home.folder} yet; use `up`")
    return state


def env_lines(state: State) -> str:
    return f"NEUTRALHOST_NETBOX_URL={server.url(state)}\nNEUTRALHOST_NETBOX_TOKEN={state.token}\n"


COMMANDS: dict[str, Callable[[Home, argparse.Namespace], int]] = {
    "up": up,
    "stop": stop,
    "status": status,
    "env": env,
    "reset": reset,
    "manage": manage,
}


def main(words: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m inventory.netbox.sandbox",
        description=about,
        epilog=COMMANDS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = os.environ.get("NEUTRALHOST_NETBOX_DIR", ".netbox")
    parser.add_argument("command", nargs="?", default="up", choices=tuple(COMMANDS))
    parser.add_argument("--dir", type=Path, default=Path(default), help="where everything is kept (%(default)s)")
    parser.add_argument("--port", type=int, help="loopback port: the last one used, 28080, or any that is free")
    parser.add_argument("--python", help="interpreter for NetBox, 3.12 to 3.14")
    options, rest = parser.parse_known_args(words)
    options.words = rest
    if options.words and options.command != "manage":
        parser.error(f"unknown arguments: {' '.join(options.words)}")
    try:
        return COMMANDS[options.command](Home(options.dir.resolve()), options)
    except SandboxFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
