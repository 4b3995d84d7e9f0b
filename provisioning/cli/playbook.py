"""`neutralhost playbook ...`: list, show and run the network engineers' jobs."""

import os
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import MappingProxyType

import click

from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR, EXIT_STOPPED
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.playbook_progress import Progress, progress_on
from provisioning.cli.surroundings import read_settings
from provisioning.cli.words import safe
from provisioning.front_desk import SYSTEM
from provisioning.playbooks.finding import Found, Library, find_playbooks
from provisioning.playbooks.running import Asked, run_playbook
from provisioning.playbooks.shape import Parameter, Report, Verdict
from provisioning.settings import PlaybookSettings

LOOK_S = 0.1  # how often it is looked whether Ctrl-C was pressed
STOPPING = (
    "Stopping: nothing new is begun, and what was begun is brought to its end. Ctrl-C again leaves at once; "
    "a device that was being changed then goes back by its own timer."
)
KINDS = MappingProxyType({"str": "text", "int": "number", "float": "number", "bool": "flag", "Path": "path"})


def library() -> Library:
    return find_playbooks(read_settings(PlaybookSettings).playbooks_folder)


def list_playbooks() -> None:
    output = current_output()
    known = library()
    rows = [(each.playbook.name, each.playbook.does, each.source) for each in known.found]
    document = {
        "playbooks": {name: does for name, does, _ in rows},
        "sources": {name: source for name, _, source in rows},
        "broken": [{"source": each.source, "why": each.why} for each in known.broken],
    }
    output.answer(document, lambda: _print_list(rows, known, output))


def _print_list(rows: list[tuple[str, str, str]], known: Library, output: Output) -> None:
    output.table(sheet(("playbook", "does", "from"), rows))
    for broken in known.broken:
        output.say(safe(str(broken)), style="red")


def show(name: str) -> None:
    output = current_output()
    found = library().get(name)
    playbook = found.playbook
    document = {
        "playbook": {
            "name": playbook.name,
            "does": playbook.does,
            "source": found.source,
            "right": playbook.needs.right.value,
            "can": sorted(playbook.needs.can),
            "about_devices": playbook.about_devices,
            "dry_run": playbook.dry_run,
            "parameters": [_parameter_document(each) for each in playbook.parameters],
        }
    }
    output.answer(document, lambda: _print_playbook(found, output))


def _parameter_document(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "help": parameter.help,
        "kind": _kind(parameter),
        "required": parameter.required,
        "positional": parameter.positional,
        "many": parameter.many,
        "choices": parameter.choices,
    }


def _kind(parameter: Parameter) -> str:
    return KINDS.get(parameter.kind.__name__, parameter.kind.__name__)


def _print_playbook(found: Found, output: Output) -> None:
    playbook = found.playbook
    output.facts(
        (
            ("playbook", playbook.name),
            ("does", playbook.does),
            ("more", playbook.more),
            ("from", found.source),
            ("right", f"to {playbook.needs.right.value}"),
            ("platforms", "" if not playbook.needs.can else f"that can {', '.join(sorted(playbook.needs.can))}"),
            ("devices", "those of --limit; all without" if playbook.about_devices else "those of what it is about"),
            ("dry run", playbook.dry_run),
        )
    )
    if playbook.parameters:
        rows = ((_usage(each), _kind(each), "must" if each.required else "", each.help) for each in playbook.parameters)
        output.say()
        output.table(sheet(("parameter", "kind", "given", "says"), rows))


def _usage(parameter: Parameter) -> str:
    return parameter.name.upper() if parameter.positional else f"--{parameter.name.replace('_', '-')}"


def run(name: str, values: dict[str, object]) -> int:
    """Run a playbook: `values` are its parameters, and `limits` and `dry_run`."""
    output = current_output()
    limits, dry_run = values.pop("limits", ()), values.pop("dry_run") is True
    given = {key: value.date() if isinstance(value, datetime) else value for key, value in values.items()}
    asked = Asked(library().get(name), given, tuple(map(str, limits)) if isinstance(limits, tuple) else (), dry_run)
    stop = Event()
    with open_house() as house, progress_on(output) as progress:
        report = until_stopped(
            lambda: run_playbook(house.tools, SYSTEM, asked, watcher=progress, stop=stop), stop, progress
        )
    output.answer(_document(asked, report, stopped=stop.is_set()), lambda: _print_report(report, progress, output))
    return EXIT_STOPPED if stop.is_set() else exit_code_of(report)


def until_stopped[T](work: Callable[[], T], stop: Event, progress: Progress) -> T:
    """Do the work in a thread, and hear Ctrl-C meanwhile: the first asks it to stop, the second leaves at once."""
    answers: list[T] = []
    faults: list[BaseException] = []
    is_done = Event()  # a thread's own join, interrupted, may take it for ended (CPython's threading.py)

    def job() -> None:
        try:
            answers.append(work())
        except BaseException as fault:  # noqa: BLE001  # it is raised again, in the thread that waits
            faults.append(fault)
        finally:
            is_done.set()

    Thread(target=job, daemon=True).start()
    while not is_done.is_set():
        try:
            is_done.wait(LOOK_S)
        except KeyboardInterrupt:
            if stop.is_set():
                progress.leave()
                os._exit(EXIT_STOPPED)  # threads that speak to devices would be waited for
            stop.set()
            click.echo(STOPPING, err=True)
    if faults:
        raise faults[0]
    return answers[0]


def exit_code_of(report: Report) -> int:
    """Return 1 where a device failed, 2 where something waits for somebody, 0 otherwise."""
    if report.count(Verdict.FAILED):
        return EXIT_ERROR
    waits = report.is_pending or report.count(Verdict.PENDING) or report.count(Verdict.DRIFT)
    return EXIT_CHANGES if waits else EXIT_DONE


def _document(asked: Asked, report: Report, *, stopped: bool) -> dict[str, object]:
    tables = [
        [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in report.tables if table.rows
    ]
    return {
        "playbook": asked.name,
        "dry_run": asked.dry_run,
        "stopped": stopped,
        "says": report.says,
        "results": report.results,
        "tables": tables,
        **report.document,
    }


def _print_report(report: Report, progress: Progress, output: Output) -> None:
    for result in report.results:
        progress.ended(result)  # those that were shown already are not shown again
    for table in report.tables:
        if table.rows:
            output.say()
            output.table(sheet(table.columns, table.rows))
    output.say(safe(report.says))
