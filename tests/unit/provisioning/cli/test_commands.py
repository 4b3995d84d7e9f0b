"""What the commands declare, what help and completion import, and the work that each declaration names."""

import inspect
import subprocess
import sys
from collections.abc import Sequence

import click
import pytest

from provisioning.cli.command import HouseCommand
from provisioning.cli.inventory_sheets import KINDS
from provisioning.cli.main import DISTRIBUTION, SUMMARIES, command
from provisioning.cli.reference import walk

HEAVY = (
    "alembic",
    "argon2",
    "dbos",
    "flask",
    "jinja2",
    "napalm",
    "nornir",
    "numpy",
    "psycopg",
    "pydantic",
    "pynetbox",
    "rich",
    "scipy",
    "sqlalchemy",
    "stamina",
    "structlog",
)
ENGINES_AND_DEVICES = ("dbos", "napalm", "nornir", "numpy", "pynetbox", "flask")

ALL_HELP = """
import sys
import click
from provisioning.cli.main import command
from provisioning.cli.reference import walk
for found in walk(click.Context(command, info_name="neutralhost")):
    try:
        command.main([*found.command_path.split()[1:], "--help"])
    except SystemExit as ended:
        assert ended.code == 0
"""
ALL_COMPLETIONS = """
import sys
import click
from click.shell_completion import ShellComplete
from provisioning.cli.main import command
from provisioning.cli.reference import walk
complete = ShellComplete(command, {}, "neutralhost", "_NEUTRALHOST_COMPLETE")
for found in walk(click.Context(command, info_name="neutralhost")):
    words = found.command_path.split()[1:]
    print(*words, *(item.value for item in complete.get_completions(words, "-")))
    print(*words, *(item.value for item in complete.get_completions(words, "")))
"""


def leaves() -> list[HouseCommand]:
    contexts = walk(click.Context(command, info_name=DISTRIBUTION))
    return [found.command for found in contexts if isinstance(found.command, HouseCommand)]


def run_and_list_imports(code: str, libraries: Sequence[str]) -> tuple[str, list[str]]:
    """Run the code in a Python of its own; return what it printed, and which of the libraries it imported."""
    tell = f"\nimport sys\nprint(*(name for name in {tuple(libraries)} if name in sys.modules), file=sys.stderr)\n"
    done = subprocess.run([sys.executable, "-c", code + tell], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr.split()


def test_help_at_any_depth_imports_no_library_that_only_the_work_needs():
    printed, imported = run_and_list_imports(ALL_HELP, HEAVY)

    assert printed.count("Usage: ") == len(list(walk(click.Context(command, info_name=DISTRIBUTION))))
    assert "Code of the ISP that orders." in printed
    assert imported == []


def test_completion_at_any_depth_imports_no_library_that_only_the_work_needs():
    printed, imported = run_and_list_imports(ALL_COMPLETIONS, HEAVY)

    assert "order place --isp --uprn" in printed
    assert imported == []


@pytest.mark.parametrize("module", ["inventory", "isp", "device", "database", "completion"])
def test_what_only_reads_the_mirror_imports_neither_the_engine_nor_the_devices_libraries(module):
    _, imported = run_and_list_imports(f"import provisioning.cli.{module}", ENGINES_AND_DEVICES)

    assert imported == []


@pytest.mark.parametrize("declared", leaves(), ids=lambda one: one.runs.removeprefix("provisioning.cli."))
def test_the_work_of_a_command_takes_what_its_declaration_names(declared):
    asked = [parameter.name for parameter in declared.params if parameter.expose_value]

    assert sorted(inspect.signature(declared.work()).parameters) == sorted(asked)


def test_the_work_gets_the_options_and_its_answer_is_the_exit_code(monkeypatch):
    declared = next(one for one in leaves() if one.runs == "provisioning.cli.order:follow")
    given = []
    monkeypatch.setattr(
        "provisioning.cli.order.follow", lambda order_id, timeout_s: given.append((order_id, timeout_s)) or 2
    )

    with pytest.raises(SystemExit) as ended:
        command.main(["order", "follow", "o-1", "--timeout", "1.5"])

    assert declared.work()("o-2", None) == 2
    assert given == [("o-1", 1.5), ("o-2", None)]
    assert ended.value.code == 2


def test_every_command_is_declared_in_the_module_of_its_name():
    for name in SUMMARIES:
        found = command.get_command(click.Context(command), name)
        assert found is not None
        assert found.name == name


def test_inventory_show_offers_every_kind_that_has_a_table():
    show = next(one for one in leaves() if one.runs == "provisioning.cli.inventory:show")
    kind = next(parameter for parameter in show.params if parameter.name == "kind")

    assert list(kind.type.choices) == list(KINDS)
