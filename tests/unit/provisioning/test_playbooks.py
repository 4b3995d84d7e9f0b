"""What a playbook may be, where they are found, and what running one gives it."""

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from provisioning.playbook_errors import PlaybookBroken, PlaybookValueInvalid, UnknownPlaybook
from provisioning.playbooks import Needs, Parameter, Playbook, Report
from provisioning.playbooks import finding as finding_module
from provisioning.playbooks.finding import BUILT_IN, Found, faults_of, find_playbooks
from provisioning.playbooks.ours import OURS
from provisioning.playbooks.running import Asked, checked
from provisioning.policy import Action

GOOD = """
from provisioning.playbooks import Playbook, Report

def run(context, values):
    return Report("done")

PLAYBOOK = Playbook("{name}", "Do nothing.", run)
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.py"
    path.write_text(text)
    path.chmod(0o644)
    return path


def names(folder: Path) -> list[str]:
    return [each.playbook.name for each in find_playbooks(folder).found if each.source != BUILT_IN]


def test_a_file_of_the_folder_is_a_playbook_and_says_where_it_came_from(tmp_path):
    path = write(tmp_path, "uptime", GOOD.format(name="uptime"))
    write(tmp_path, "_shared", "raise SystemExit('not read')")

    library = find_playbooks(tmp_path)

    assert names(tmp_path) == ["uptime"]
    assert library.get("uptime").source == str(path)
    assert library.broken == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PLAYBOOK = 1 +\n", "line 1: invalid syntax"),
        ("x = 1\ny = x / 0\n", "line 2: ZeroDivisionError: division by zero"),
        ("import no_such_module\n", "ModuleNotFoundError"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
        ("x = 1\n", "it defines no PLAYBOOK"),
        ("PLAYBOOK = 'uptime'\n", "it is a str, not a Playbook"),
        (GOOD.format(name="Up Time"), "its name 'Up Time' is not made of small letters"),
        (GOOD.format(name="ok").replace("Do nothing.", " "), "it does not say what it does"),
        (GOOD.format(name="audit"), "the name audit is that of one of ours"),
    ],
)
def test_a_broken_file_is_named_with_its_error_and_the_others_work(tmp_path, text, words):
    broken = write(tmp_path, "broken", text)
    write(tmp_path, "fine", GOOD.format(name="fine"))

    library = find_playbooks(tmp_path)

    assert names(tmp_path) == ["fine"]
    assert {each.playbook.name for each in library.found} >= {playbook.name for playbook in OURS}
    [fault] = library.broken
    assert fault.source == str(broken)
    assert words in fault.why
    with pytest.raises(PlaybookBroken):
        library.get("broken")


def test_two_files_of_one_name_are_both_refused_and_each_names_the_other(tmp_path):
    one = write(tmp_path, "one", GOOD.format(name="same"))
    two = write(tmp_path, "two", GOOD.format(name="same"))

    library = find_playbooks(tmp_path)

    assert names(tmp_path) == []
    assert {fault.source: fault.why for fault in library.broken} == {
        str(one): f"the name same is that of {two} too",
        str(two): f"the name same is that of {one} too",
    }
    with pytest.raises(UnknownPlaybook):
        library.get("same")


def test_what_anybody_may_write_is_not_run(tmp_path):
    write(tmp_path, "open", "raise AssertionError('it was run')").chmod(0o666)
    [file_fault] = find_playbooks(tmp_path).broken
    tmp_path.chmod(0o777)
    [folder_fault] = find_playbooks(tmp_path).broken
    tmp_path.chmod(0o700)

    assert file_fault.why == "anybody on this machine may write it"
    assert folder_fault.why == "anybody on this machine may write into it"


def test_a_folder_that_is_not_there_is_said_and_ours_work(tmp_path):
    library = find_playbooks(tmp_path / "nowhere")

    assert [each.playbook for each in library.found] == list(OURS)
    assert "names no folder" in library.broken[0].why


def test_packages_bring_playbooks_by_entry_points_and_a_broken_one_is_named(tmp_path, monkeypatch):
    (tmp_path / "acme_playbooks.py").write_text(GOOD.format(name="acme"))
    monkeypatch.syspath_prepend(str(tmp_path))
    points = [
        EntryPoint("acme", "acme_playbooks:PLAYBOOK", finding_module.ENTRY_POINTS),
        EntryPoint("gone", "acme_gone:PLAYBOOK", finding_module.ENTRY_POINTS),
    ]
    monkeypatch.setattr(finding_module, "entry_points", lambda group: points)

    library = find_playbooks(None)

    assert library.get("acme").source == "entry point acme"
    assert [fault.source for fault in library.broken] == ["entry point gone"]
    assert "No module named 'acme_gone'" in library.broken[0].why
    sys.modules.pop("acme_playbooks")


def playbook(*parameters: Parameter) -> Playbook:
    return Playbook("try", "Try it.", lambda context, values: Report("done"), parameters, Needs(Action.AUDIT))


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        (Parameter("limit", "Mine."), "no parameter can be called 'limit'"),
        (Parameter("Bad-Name", "Mine."), "no parameter can be called 'Bad-Name'"),
        (Parameter("how", ""), "has no help"),
        (Parameter("how", "Mine.", kind=dict), "is a dict"),
    ],
)
def test_a_parameter_that_could_not_be_given_is_a_fault(parameter, words):
    [fault] = faults_of(playbook(parameter))

    assert words in fault


def test_every_playbook_of_ours_is_one():
    assert [fault for each in OURS for fault in faults_of(each)] == []
    assert len({each.name for each in OURS}) == len(OURS)


def test_what_was_not_given_has_its_default_and_what_is_unknown_or_missing_is_refused():
    asked = playbook(
        Parameter("folder", "Where.", required=True),
        Parameter("count", "How many.", kind=int, default=7),
        Parameter("service", "Which.", many=True),
        Parameter("how", "How.", choices=("fast", "slow")),
    )

    values = checked(asked, {"folder": "here", "count": None})

    assert (values.text("folder"), values.number("count"), values.texts("service")) == ("here", 7, ())
    assert dict(values) == {"folder": "here", "count": 7, "service": (), "how": None}
    for given, words in (
        ({}, "folder of try: it must be given"),
        ({"folder": "x", "isp": "y"}, "it takes nothing of that name"),
        ({"folder": "x", "how": "well"}, "one of fast, slow"),
    ):
        with pytest.raises(PlaybookValueInvalid, match=words):
            checked(asked, given)


def test_the_audit_trail_gets_what_was_given_and_no_secret():
    asked = playbook(Parameter("service", "Which.", many=True), Parameter("key", "Of it.", secret=True))
    found = Found(replace(asked, name="try"), BUILT_IN)

    said = Asked(found, {"service": ("S-1", "S-2"), "key": "hunter2", "folder": None}).said

    assert said == "service=S-1 S-2, key=..."
