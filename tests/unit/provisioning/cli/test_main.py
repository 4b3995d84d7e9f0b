"""The root command: what it imports, how it ends, and what becomes of errors."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from inventory.errors import UnknownPremises
from provisioning.cli.main import SUMMARIES, command

HEAVY = ("sqlalchemy", "napalm", "nornir", "dbos", "scipy", "flask", "pydantic", "rich", "jinja2", "alembic")


@pytest.fixture
def failing(monkeypatch):
    """Replace `doctor` by a command that fails in the way that is put in."""
    errors = []

    def get_command(self, context, name):
        def fail():
            raise errors[0]

        return click.Command(name, callback=fail, params=[click.Option(["--json"], is_flag=True, expose_value=False)])

    monkeypatch.setattr(type(command), "get_command", get_command)
    return errors


def test_help_imports_none_of_the_heavy_libraries():
    check = (
        "import sys\n"
        "from provisioning.cli.main import command\n"
        "try:\n    command.main(['--help'])\n"
        "except SystemExit as ended:\n    assert ended.code == 0\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)

    assert "Commands:" in done.stdout
    assert done.stderr.strip() == "[]"


def test_help_lists_every_command_with_its_summary():
    shown = " ".join(CliRunner().invoke(command, ["--help"]).stdout.split())

    for name, summary in SUMMARIES.items():
        assert f"{name} {summary}" in shown


def test_a_usage_error_lists_what_there_is_to_choose_on_one_line():
    ended = CliRunner().invoke(command, ["change-plan", "lift", "CP-1"])

    assert "Choose from: devices, removed-lines, protected-lines" in ended.stderr
    assert "\N{REPLACEMENT CHARACTER}" not in ended.stderr


def test_a_group_alone_says_what_it_has_and_not_that_it_is_an_error():
    ended = CliRunner().invoke(command, ["playbook"])

    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("Usage: ")
    assert "  show " in ended.stderr


def test_a_usage_error_exits_1_because_2_means_changes_are_pending():
    ended = CliRunner().invoke(command, ["nonsense"])

    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert "No such command 'nonsense'." in ended.stderr
    assert "Try `neutralhost --help`." in ended.stderr


def test_a_usage_error_is_a_json_document_where_json_was_asked_for():
    ended = CliRunner().invoke(command, ["nonsense", "--json"])

    assert ended.exit_code == 1
    assert json.loads(ended.stdout) == {
        "error": {
            "code": "usage",
            "detail": "No such command 'nonsense'.",
            "next_step": "Try `neutralhost --help`.",
            "facts": {},
        }
    }


def test_one_of_our_errors_is_its_sentence_and_its_next_step_and_no_traceback(failing):
    failing.append(UnknownPremises("77"))

    ended = CliRunner().invoke(command, ["doctor"])

    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert ended.stderr == f"Error: No premises has UPRN '77'.\n{UnknownPremises.next_step}\n"


def test_one_of_our_errors_is_one_json_document_with_its_facts(failing):
    failing.append(UnknownPremises("77"))

    ended = CliRunner().invoke(command, ["doctor", "--json"])

    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["error"] == {
        "code": "unknown-premises",
        "detail": "No premises has UPRN '77'.",
        "next_step": UnknownPremises.next_step,
        "facts": {"kind": "premises", "name": "77"},
    }


def test_ctrl_c_exits_130_with_one_word(failing):
    failing.append(KeyboardInterrupt())

    ended = CliRunner().invoke(command, ["doctor"])

    assert ended.exit_code == 130
    assert ended.stderr.strip() == "Stopped."


def test_what_nobody_foresaw_becomes_one_sentence_and_a_private_file_with_the_traceback(tmp_path):
    check = (
        "import sys\n"
        "from provisioning.cli.last_words import tell_unexpected\n"
        "sys.excepthook = tell_unexpected\n"
        "raise RuntimeError('boom')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True,
        text=True,
        check=False,
        env={"XDG_STATE_HOME": str(tmp_path), "PATH": "/usr/bin"},
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    (kept,) = (tmp_path / "neutralhost").iterdir()
    assert str(kept) in done.stderr
    assert "RuntimeError: boom" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_the_command(shell):
    ended = CliRunner().invoke(command, ["completion", shell])

    assert ended.exit_code == 0
    assert f"_NEUTRALHOST_COMPLETE={shell}_complete" in ended.stdout


def test_the_version_is_the_distributions():
    assert CliRunner().invoke(command, ["--version"]).stdout == "neutralhost 0.1.0\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("modify S-1 --ssid Guests --bandwidth 100", "A hosted SSID has no bandwidth, and keeps its term"),
        ("modify S-1 --area dxp-quay --term 36", "A hosted SSID has no bandwidth, and keeps its term"),
        ("test S-1 --pdf test.pdf", "--pdf and --out take --follow too"),
        ("test S-1 --out test.json", "--pdf and --out take --follow too"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused_and_not_passed_over(words, sentence):
    ended = CliRunner().invoke(command, ["service", *words.split()])

    assert ended.exit_code == 1
    assert sentence in ended.stderr
