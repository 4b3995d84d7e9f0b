"""How the floor above this one, which serves portal and API, is started from the command line.

This floor may not import `web`. So `web` says in `pyproject.toml` what starts it (the entry
point `portal` of the group `neutralhost.faces`), and here stands what that must look like.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from monitoring.metrics import Metrics
from provisioning.cli.errors import FaceMissing
from provisioning.sandbox import SandboxControls
from provisioning.tools import Tools

FACES = "neutralhost.faces"
PORTAL = "portal"


class RunningFace(Protocol):
    """Portal and API, being served."""

    url: str

    def close(self) -> None:
        """Answer no more, and return when the port is free."""


class StartsFace(Protocol):
    """Starts to serve portal and API. What is None stays as the settings say.

    `settings_files` are read below the environment, a later one overruling an earlier one.

    Raises:
        OSError: the address cannot be listened on.
        pydantic.ValidationError: a setting is not what it should be.
    """

    def __call__(
        self,
        tools: Tools,
        *,
        metrics: Metrics | None = None,
        worker_seen: Callable[[], datetime | None] | None = None,
        listen_host: str | None = None,
        listen_port: int | None = None,
        cookies_secure: bool | None = None,
        settings_files: Sequence[Path] = (),
        sandbox: SandboxControls | None = None,
    ) -> RunningFace: ...


def find_portal() -> StartsFace:
    """Return what starts portal and API.

    Raises:
        FaceMissing: nothing installed does.
    """
    found = entry_points(group=FACES, name=PORTAL)
    if not found:
        raise FaceMissing(PORTAL)
    return cast("StartsFace", next(iter(found)).load())
