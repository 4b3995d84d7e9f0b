"""Pages whose commands are run on the Manchester example: what they show is what is printed.

Run are the lines that begin with `$ ` in blocks of kind `console` under the line `<!-- run on the example -->`, in the
order of the page, on an inventory and two services of the page's own. `$SERVICE` is the id of one of them, a pair of
strands on two legs; `$KEY` the public key its certificate is checked with. Ids and times differ from run to run.

`python -m tests.documented` writes what is printed now into the pages.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import Engine

from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.settings import InventorySettings
from inventory.store.engine import open_engine
from inventory.windows import Window
from provisioning import front_desk
from provisioning.bootstrap import prepare_database
from provisioning.certificate_key import read_key
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest
from provisioning.wanted import StrandsWanted
from tests.integration.walking import START, Town, build_town

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "how-to" / "plant.md")
RUN = re.compile(r"(?<=<!-- run on the example -->\n)```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRIVATE_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
PAIR = OrderRequest(
    "dark-fibre-pair", "", "", 0, 12, "", StrandsWanted("dx-science-park", "dx-wythenshawe", Window(START.date()), True)
)
CIRCUIT = OrderRequest("access-eline", "999901000001", "ho-loomlight-1", 100, 12)
DIFFERS = (
    (re.compile(r"\b[OS]-[0-9A-Z]{10}\b"), "ID"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ"), "WHEN"),
)


@dataclass(frozen=True, slots=True)
class World:
    """A folder to run commands in, and what `$...` stands for."""

    folder: Path
    values: Mapping[str, str]

    def run(self, line: str) -> str:
        """What a command prints; what stands behind a bar is run by the shell."""
        for name, value in self.values.items():
            line = line.replace(f"${name}", value)
        first, _, rest = line.partition(" | ")
        if not first.startswith("neutralhost "):
            return self._shell(line, "")
        printed = CliRunner().invoke(command, shlex.split(first)[1:]).output
        stop_logging()
        return self._shell(rest, printed) if rest else printed

    def _shell(self, line: str, given: str) -> str:
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.folder, input=given, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr


def shown_now(page: Path) -> str:
    """The page, with what its commands print now."""
    text = page.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder, world(Path(folder)) as found:
        return RUN.sub(lambda block: f"```console\n{_run_all(block[1], found)}```", text)


def comparable(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, word in DIFFERS:
        text = pattern.sub(word, text)
    return text


def _run_all(block: str, found: World) -> str:
    lines = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{line}\n{_trimmed(found.run(line[2:]))}" for line in lines)


def _trimmed(printed: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """The example in a database of its own, with a circuit and a pair of strands on two legs."""
    url = f"sqlite:///{folder / 'neutralhost.db'}"
    prepare_database(InventorySettings(_env_file=None, database_url=SecretStr(url)))
    engine = open_engine(url)
    try:
        service_id = _sell(engine)
    finally:
        engine.dispose()
    settings = {
        "NEUTRALHOST_VAR": str(folder / "var"),
        "NEUTRALHOST_DATABASE_URL": url,
        "NEUTRALHOST_TOKEN_PEPPER": "pepper",
        "NEUTRALHOST_DEVICE_PASSWORD": "password",
        "NEUTRALHOST_CERTIFICATE_KEY": PRIVATE_KEY,
    }
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    kept, place = dict(os.environ), Path.cwd()
    os.environ.update(settings | {"PATH": path, "PYTHONPATH": str(ROOT)})
    os.chdir(folder)
    try:
        yield World(folder, {"SERVICE": service_id, "KEY": read_key(SecretStr(PRIVATE_KEY)).public})
    finally:
        os.chdir(place)
        os.environ.clear()
        os.environ.update(kept)


def _sell(engine: Engine) -> str:
    town = build_town(engine, read_bundle(example_folder("manchester")))
    _deliver(town, CIRCUIT, "loomlight")
    return _deliver(town, PAIR, "quayside")


def _deliver(town: Town, request: OrderRequest, isp_code: str) -> str:
    order, _ = front_desk.place_order(town.tools, SYSTEM, request, idempotency_key=isp_code, isp_code=isp_code)
    town.walk_all()
    if front_desk.order(town.tools, SYSTEM, order.id).awaiting_approval:
        front_desk.approve(town.tools, SYSTEM, order.id)
        town.walk_all()
    return front_desk.order(town.tools, SYSTEM, order.id).service_id or "none"


if __name__ == "__main__":
    for written in PAGES:
        now = shown_now(written)
        if comparable(now) != comparable(written.read_text(encoding="utf-8")):
            written.write_text(now, encoding="utf-8")
