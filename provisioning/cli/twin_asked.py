"""What a twin in the background is asked on the command line. Light on purpose: no simulator is imported to ask one."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from automation.twin import running
from automation.twin.control import ask_twin
from automation.twin.errors import TwinDidNotStart, TwinIsNotUp, TwinIsUp
from automation.twin.ovs.programs import require_packets
from provisioning.cli.errors import FolderNotOurs
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import current_output, sheet
from provisioning.cli.surroundings import var_folder

FOLDER = "twin-up"  # in var
LOG = "server.log"
STARTS_WITHIN_S = 60.0
_ERROR = "Error: "
_MYSELF = "from provisioning.cli.main import run; run()"


def up(port: int | None, startup_dir: Path | None, backend: str, part: str | None, limit: tuple[str, ...]) -> None:
    """Raises: TwinNeedsRoot, TwinLacksPrograms, TwinIsUp, TwinDidNotStart."""
    if backend == "ovs":
        require_packets()
    folder = twin_folder()
    must_not_be_up(folder)
    words = ["twin", "serve", "--backend", backend]
    words += ["--port", str(port)] if port is not None else []
    words += ["--startup-dir", str(startup_dir)] if startup_dir is not None else []
    words += ["--part", part] if part is not None else []
    for one in limit:
        words += ["--limit", one]
    started = time.monotonic()
    state = _start(folder, words)
    took_s = time.monotonic() - started
    output = current_output()
    text = f"{len(state['devices'])} simulated devices are up after {took_s:.1f} s ({backend})."
    output.answer(state, lambda: output.say(text))


def down() -> int:
    was_there, left = running.end(twin_folder())
    output = current_output()
    text = "No twin was up." if not was_there else "The twin is down; nothing of it is left."
    if left:
        text = f"The twin is down, but could not be removed: {', '.join(left)}."
    output.answer({"was_up": was_there, "left": left}, lambda: output.say(text))
    return EXIT_ERROR if left else EXIT_DONE


def status() -> None:
    """Raises: TwinIsNotUp."""
    state = ask_twin(twin_folder(), {"do": "status"})
    output = current_output()

    def people() -> None:
        output.say(f"Backend {state['backend']}; {_ports(state)}.")
        rows = (
            (one["name"], one["platform"], one["address"], "yes" if one["answers"] else "NO", one["namespace"])
            for one in state["devices"]
        )
        output.table(sheet(("device", "platform", "address", "answers", "namespace"), rows))
        links = ((one["code"], one["a"], one["z"], one["state"]) for one in state["links"])
        output.table(sheet(("link", "from", "to", "state"), links))
        ends = ((one["name"], one["kind"], one["port"], one["interface"]) for one in state["places"])
        if state["places"]:
            output.table(sheet(("place", "is", "at port", "interface"), ends))

    output.answer(state, people)


def cut(link: str, silently: bool) -> None:
    _tell_link(ask_twin(twin_folder(), {"do": "cut", "link": link, "silently": silently}))


def repair(link: str) -> None:
    _tell_link(ask_twin(twin_folder(), {"do": "repair", "link": link}))


def fault(device: str, kind: str, state: str, port: str, value: str) -> None:
    question = {"do": "fault", "device": device, "kind": kind, "on": state == "on", "port": port, "value": value}
    answer = ask_twin(twin_folder(), question)
    output = current_output()
    output.answer(answer, lambda: output.say(f"{device}: {kind} {state}."))


def twin_folder(var: Path | None = None) -> Path:
    """The folder of the background twin's record, socket and log.

    Raises: FolderNotOurs: the record names a process that `down` ends, so nobody else may have written it.
    """
    folder = (var or var_folder()) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise FolderNotOurs(str(folder), found.st_uid, found.st_mode)
    return folder


def must_not_be_up(folder: Path) -> None:
    """Raises: TwinIsUp."""
    server = running.read_server(folder)
    if server is not None and server.is_alive and server.pid != os.getpid():
        raise TwinIsUp(server.backend, server.pid)


def _start(folder: Path, words: Sequence[str]) -> dict[str, Any]:
    """Start the server in the background, and return its state when it answers.

    Raises: TwinDidNotStart, with the last it said.
    """
    log = folder / LOG
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [sys.executable, "-c", _MYSELF, *words], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
            start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return ask_twin(folder, {"do": "status"})
        except TwinIsNotUp:
            time.sleep(0.05)
    server.kill()
    running.end(folder)
    raise TwinDidNotStart(str(log), last_words(log))


def last_words(log: Path) -> str:
    """Why a server ended: its error's sentence with what to do next, or else the last line that it wrote."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    errors = [number for number, line in enumerate(lines) if line.startswith(_ERROR)]
    words = " ".join(lines[errors[-1] :]).removeprefix(_ERROR) if errors else "".join(lines[-1:])
    return words.rstrip(".") or "it said nothing in time"


def _ports(state: dict[str, Any]) -> str:
    return ", ".join(f"{platform} answers on port {port}" for platform, port in state["ports"].items())


def _tell_link(answer: dict[str, Any]) -> None:
    output = current_output()
    output.answer(answer, lambda: output.say(f"{answer['link']}: {answer['state']}."))
