"""`docs/how-to/lines.md` on a street of three homes and two ISPs: its commands, run, and what they print.

Run are the lines that begin with `$ ` in blocks of kind `console` under the line `<!-- run on the street -->`, in the
order of the page. `$SERVICE`, `$LINE` and `$JOB` stand for ids; ids and times differ from run to run.

`python -m tests.integration.lines_page` writes what is printed now into the page.
"""

import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from provisioning import front_desk
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.line_moves import LineMoveState
from tests.integration.running import PASSWORD, Running, running, wait_until
from tests.integration.two_isps import GAINING, GAINING_HANDOVER, two_isps

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "lines.md"
RUN = re.compile(r"(?<=<!-- run on the street -->\n)```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OTHERS = (Principal("amit", Role.APPROVER, None), Principal("olga", Role.OPERATOR, None))
DIFFERS = (
    (re.compile(r"\b[OSM]-[0-9A-Z]{10}\b"), "ID"),
    (re.compile(r"\bNH[0-9]{10}\b"), "LINE"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ"), "WHEN"),
    (re.compile(r"\b[0-9.]+ m?s\b"), "TIME"),
    (re.compile(r"\s+"), " "),
)


class Street:
    """The town, and what the page's names stand for as it goes on."""

    def __init__(self, town: Running, folder: Path) -> None:
        self.town = town
        self.folder = folder
        services = [town.wait([town.order(home)])[0] for home in (1, 2, 3)]  # one after the other: same tags each time
        self.values = {"SERVICE": str(services[0].service_id)}
        self.values["LINE"] = self._line(self.values["SERVICE"])
        others = [self._line(str(order.service_id)) for order in services[1:]]
        rows = [f"{line},{GAINING},{GAINING_HANDOVER},same,same" for line in others]
        rows.append(f"NH0000079444,{GAINING},{GAINING_HANDOVER},same,same")
        heading = "access_line_id,isp,handover,product,bandwidth_mbps"
        (folder / "plan.csv").write_text("\n".join((heading, *rows)) + "\n", encoding="utf-8")

    def run(self, line: str) -> str:
        """What a command prints."""
        line = re.sub(r"\$([A-Z]+)", lambda found: self.values[found[1]], line)
        if line == "cat plan.csv":
            return (self.folder / "plan.csv").read_text(encoding="utf-8")
        if line.startswith("neutralhost line move-report"):
            self._approve_and_wait()
        printed = CliRunner().invoke(command, shlex.split(line)[1:]).output
        stop_logging()
        job = re.search(r"Job (M-[0-9A-Z]+) waits", printed)
        if job is not None:
            self.values["JOB"] = job[1]
        return printed

    def _line(self, service_id: str) -> str:
        return front_desk.line(self.town.house.tools, SYSTEM, service_id=service_id).line.access_line_id

    def _approve_and_wait(self) -> None:
        """Two people of the operator's approve it, as the page says, and it runs to its end."""
        tools, job = self.town.house.tools, self.values["JOB"]
        for who in OTHERS:
            front_desk.approve_line_move(tools, who, job)

        def has_ended() -> bool:
            move = front_desk.line_move_report(tools, SYSTEM, job).move
            return move is not None and move.state is LineMoveState.ENDED

        wait_until(has_ended)


@contextmanager
def the_street(url: str, folder: Path) -> Iterator[Street]:
    """The street with a worker, and the settings of the commands set to it."""
    with running(url, two_isps(homes=3)) as town, settings_of(town, url, folder):
        yield Street(town, folder)


@contextmanager
def settings_of(town: Running, url: str, folder: Path) -> Iterator[None]:
    """The commands' environment, and the folder they are run in."""
    wanted = {
        "NEUTRALHOST_VAR": str(folder / "var"),
        "NEUTRALHOST_TOKEN_PEPPER": "pepper",
        "NEUTRALHOST_NETWORK_OPERATOR_CODE": "A099",
        "NEUTRALHOST_DEVICE_PASSWORD": PASSWORD.get_secret_value(),
        "NEUTRALHOST_DATABASE_URL": url,
        "NEUTRALHOST_EAPI_TRANSPORT": "http",
        "NEUTRALHOST_EAPI_PORT": str(town.fleet.port),
        "COLUMNS": "200",
    }
    before: Mapping[str, str | None] = {name: os.environ.get(name) for name in wanted}
    where = Path.cwd()
    os.environ.update(wanted)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(where)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def shown_now(text: str, street: Street) -> str:
    """The page, with what its commands print now."""

    def printed(block: re.Match[str]) -> str:
        lines = [line for line in block[1].splitlines() if line.startswith("$ ")]
        told = "".join(f"{line}\n{street.run(line.removeprefix('$ ')).rstrip()}\n" for line in lines)
        return f"```console\n{told}```"

    return RUN.sub(printed, text)


def comparable(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, word in DIFFERS:
        text = pattern.sub(word, text)
    return text


def main() -> None:
    """Write what is printed now into the page."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/street.db"
        with the_street(url, Path(folder)) as street:
            PAGE.write_text(shown_now(PAGE.read_text(encoding="utf-8"), street), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} is as printed now.\n")


if __name__ == "__main__":
    main()
