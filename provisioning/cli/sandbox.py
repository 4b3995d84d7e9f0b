"""`neutralhost sandbox ...`: speaks to the sandbox that runs on this machine."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import urllib3

from provisioning.cli.demo import PORTAL_HOST
from provisioning.cli.demo_folder import DemoFolder
from provisioning.cli.errors import InputRefused
from provisioning.cli.output import current_output, sheet
from provisioning.cli.sandbox_folder import SandboxFolder
from provisioning.cli.surroundings import var_folder
from provisioning.sandbox import MEANING, OF_DEVICES, Failure, FailureKind, check_failure
from provisioning.sandbox_errors import SandboxAway

TIMEOUT_S = 10.0
BACK_WITHIN_S = 60.0
LOOK_EVERY_S = 0.2
PORT = "NEUTRALHOST_LISTEN_PORT="


def show(root: Path | None) -> None:
    folder = _folder(root)
    state = _ask(folder, "GET", "")
    seeded = folder.read_seeded() if folder.is_seeded else ()
    document = state | {"isps": [{"isp_code": each.isp_code, "token": each.token} for each in seeded]}
    output = current_output()

    def people() -> None:
        _print_state(state)
        output.say()
        output.table(sheet(("ISP", "token"), ((each.isp_code, each.token) for each in seeded)))

    output.answer(document, people)


def failures(root: Path | None) -> None:
    del root
    output = current_output()
    rows = [(kind.value, meaning) for kind, meaning in MEANING.items()]
    output.answer(dict(rows), lambda: output.table(sheet(("failure", "what it does"), rows)))


def fail(kind: str, device: str | None, seconds: float, times: int, root: Path | None) -> None:
    check_failure(Failure(FailureKind(kind), device, seconds, times))
    _tell(_ask(_folder(root), "PUT", f"/failures/{kind}", {"device": device, "seconds": seconds, "times": times}))


def heal(kind: str | None, root: Path | None) -> None:
    _tell(_ask(_folder(root), "DELETE", "/failures" if kind is None else f"/failures/{kind}"))


def reset(root: Path | None) -> None:
    folder = _folder(root)
    before = _ask(folder, "GET", "")["started"]
    _ask(folder, "POST", "/reset", {})
    _wait_until_back(folder, before)
    output = current_output()
    output.answer({"status": "reset"}, lambda: output.say("Reset: the data are as they were seeded."))


def _wait_until_back(folder: SandboxFolder, before: str) -> None:
    """Raises: SandboxAway, where it does not come back."""
    until = time.monotonic() + BACK_WITHIN_S
    while True:
        time.sleep(LOOK_EVERY_S)
        try:
            if _ask(folder, "GET", "")["started"] != before:
                return
        except SandboxAway:
            if time.monotonic() > until:
                raise


def _tell(state: dict[str, Any]) -> None:
    current_output().answer(state, lambda: _print_state(state))


def _print_state(state: Mapping[str, Any]) -> None:
    output = current_output()
    if not state["failures"]:
        output.say("Nothing is switched on: everything works as it should.")
        return
    rows = (
        (one["kind"], _of(one), f"{one['seconds']:g} s", str(one["times"]), one["meaning"]) for one in state["failures"]
    )
    output.table(sheet(("failure", "device", "seconds", "times", "what it does"), rows, right=("seconds", "times")))


def _of(failure: Mapping[str, Any]) -> str:
    if FailureKind(failure["kind"]) not in OF_DEVICES:
        return ""
    return failure["device"] or "all devices"


def _folder(root: Path | None) -> SandboxFolder:
    return SandboxFolder(DemoFolder(root or var_folder() / "sandbox"))


def _ask(folder: SandboxFolder, method: str, path: str, body: object = None) -> dict[str, Any]:
    """Raises: SandboxAway; InputRefused, with the sandbox's own sentence."""
    url = f"http://{PORTAL_HOST}:{_port(folder)}/sandbox/v1"
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    text = None if body is None else json.dumps(body)
    try:
        answer = urllib3.request(method, url + path, body=text, headers=headers, timeout=TIMEOUT_S, retries=False)
        found: dict[str, Any] = answer.json()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise SandboxAway(url, type(error).__name__) from error
    if answer.status == 404 and path == "":
        raise SandboxAway(url, "a demo runs there, but no sandbox")
    if answer.status >= 400:
        raise InputRefused(str(found["detail"]))
    return found


def _port(folder: SandboxFolder) -> str:
    """Raises: SandboxAway, where none was ever started here."""
    try:
        lines = folder.demo.settings.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise SandboxAway(str(folder.demo.root), "none was started in this folder") from error
    return next(line.removeprefix(PORT).strip("'") for line in lines if line.startswith(PORT))
