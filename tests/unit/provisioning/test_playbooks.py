"""What a playbook may be, where they are found, and what running one gives it."""

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Event

import pytest

from automation.errors import DeviceUnreachable
from automation.fitness import read_fitness
from inventory.devices import Device, DeviceRole
from inventory.snapshot import Inventory, Snapshot
from provisioning import change_plan_desk
from provisioning.change_plans import PlanKind
from provisioning.cli.playbook import exit_code_of
from provisioning.front_desk import SYSTEM
from provisioning.playbook_errors import DryRun, NotAtTheDesk, PlaybookBroken, PlaybookValueInvalid, UnknownPlaybook
from provisioning.playbooks import Context, DeviceResult, Needs, Parameter, Playbook, Report, Verdict
from provisioning.playbooks import finding as finding_module
from provisioning.playbooks.finding import BUILT_IN, Found, faults_of, find_playbooks
from provisioning.playbooks.ours import OURS
from provisioning.playbooks.running import AT_A_TIME, Asked, DeviceReads, RunningContext, apart, checked
from provisioning.policy import Action, must

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


class Watching:
    """Notes what is shown, in order; `when_ended` is called with each result."""

    def __init__(self, when_ended=lambda result: None):
        self.shown = []
        self._when_ended = when_ended

    def chosen(self, devices): ...

    def begun(self, device): ...

    def ended(self, result):
        self.shown.append(result.device)
        self._when_ended(result)

    def working(self, what): ...


def device(name):
    return Device(name, DeviceRole.SWITCH, "eos", "Maker", "M1", f"S-{name}", "dx", None, "127.1.0.1")


def context(watcher, stop=None, *names):
    devices = tuple(map(device, names or ("sw-1", "sw-2", "sw-3")))
    return RunningContext(None, SYSTEM, False, Snapshot(Inventory()), devices, watcher, stop or Event())


def test_a_slow_device_holds_no_other_devices_result_up_and_the_report_is_in_their_order():
    others_are_shown = Event()
    watching = Watching(lambda _: others_are_shown.set() if len(watching.shown) == 2 else None)

    def work(each):
        if each.name == "sw-1":
            assert others_are_shown.wait(10)
        return DeviceResult(each.name, Verdict.OK)

    results = context(watching).each(work)

    assert watching.shown[-1] == "sw-1"
    assert [result.device for result in results] == ["sw-1", "sw-2", "sw-3"]


def test_once_stopped_what_was_begun_is_finished_and_nothing_new_is_begun():
    stop = Event()

    def work(each):
        stop.set()
        return DeviceResult(each.name, Verdict.CHANGED, "done")

    results = context(Watching(), stop, *(f"sw-{number}" for number in range(AT_A_TIME * 3))).each(work)

    assert {result.verdict for result in results} == {Verdict.CHANGED, Verdict.SKIPPED}
    assert all(result.what == "done" for result in results if result.verdict is Verdict.CHANGED)
    assert len(results) == AT_A_TIME * 3


def test_a_device_that_cannot_be_asked_is_a_result_and_the_others_are_asked():
    def work(each):
        if each.name == "sw-2":
            raise DeviceUnreachable("sw-2", "timed out")
        return DeviceResult(each.name, Verdict.OK)

    results = {result.device: result for result in context(Watching()).each(work)}

    assert results["sw-2"].verdict is Verdict.FAILED
    assert "sw-2 does not answer: timed out." in results["sw-2"].what
    assert results["sw-3"].verdict is Verdict.OK


def test_a_dry_run_can_propose_nothing():
    dry = RunningContext(None, SYSTEM, True, Snapshot(Inventory()), (), Watching(), Event())

    with pytest.raises(DryRun):
        dry.propose_change(PlanKind.OTHER, (), why="try")


@pytest.mark.parametrize("function", [must, change_plan_desk._keep, read_fitness])
def test_what_is_no_function_of_a_desk_cannot_be_asked(function):
    with pytest.raises(NotAtTheDesk):
        context(Watching()).ask(function)


def test_nothing_a_playbook_is_given_has_a_way_to_write_on_a_device():
    given = [name for name in dir(DeviceReads) if not name.startswith("_")]

    assert given == ["facts", "fitness", "reachable", "rehearse", "running_config"]
    assert {name for name in dir(Context) if not name.startswith("_")} == {
        name for name in dir(RunningContext) if not name.startswith("_")
    } | {"devices", "dry_run", "snapshot", "who"}


def test_a_platform_that_cannot_do_what_a_playbook_needs_is_skipped_by_name():
    wants = replace(playbook(), needs=Needs(Action.AUDIT, frozenset({"baseline"})))

    able, unable = apart(wants, (device("sw-1"), replace(device("core-1"), platform="nxos")))

    assert [each.name for each in able] == ["sw-1"]
    assert unable == (DeviceResult("core-1", Verdict.SKIPPED, "nxos cannot: baseline"),)


@pytest.mark.parametrize(
    ("verdicts", "is_pending", "code"),
    [
        ((Verdict.OK, Verdict.CHANGED, Verdict.SKIPPED), False, 0),
        ((Verdict.OK, Verdict.PENDING), False, 2),
        ((Verdict.DRIFT,), False, 2),
        ((), True, 2),
        ((Verdict.PENDING, Verdict.FAILED), True, 1),
    ],
)
def test_the_exit_code_says_whether_a_device_failed_or_something_waits(verdicts, is_pending, code):
    results = tuple(DeviceResult(f"sw-{number}", verdict) for number, verdict in enumerate(verdicts))

    assert exit_code_of(Report("done", results, is_pending=is_pending)) == code
