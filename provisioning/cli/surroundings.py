"""Where a command runs: its settings files, its settings, its log.

Settings come, lowest first, from `var/secrets.env` and `var/demo.env` (what `neutralhost demo`
wrote, so that a second terminal just works), `.env`, and the environment. NEUTRALHOST_VAR
names another folder than `var`.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from sqlalchemy import Engine

from automation.settings import AutomationSettings
from inventory.settings import InventorySettings
from inventory.store.engine import open_engine
from provisioning.bootstrap import House, build
from provisioning.cli.errors import SettingsIncomplete
from provisioning.settings import ProvisioningSettings

VAR = "NEUTRALHOST_VAR"
PREFIX = "NEUTRALHOST_"


def var_folder() -> Path:
    """Return the folder of the demo's data and secrets."""
    return Path(os.environ.get(VAR) or "var")


def settings_files() -> tuple[Path, ...]:
    """Return the files settings are read from, a later one overruling an earlier one."""
    return var_folder() / "secrets.env", var_folder() / "demo.env", Path(".env")


def read_settings[Settings: BaseSettings](kind: type[Settings], **overruling: Any) -> Settings:
    """Return a floor's settings; what is given here overrules files and environment.

    Raises:
        SettingsIncomplete: one is missing or wrong. It names them; it never shows a value.
    """
    try:
        return kind(_env_file=settings_files(), **overruling)
    except ValidationError as error:
        faults = [(PREFIX + str(fault["loc"][0]).upper(), fault["msg"]) for fault in error.errors(include_input=False)]
        raise SettingsIncomplete(faults) from None


@contextmanager
def open_database() -> Iterator[Engine]:
    """Open the database alone: what the inventory's own commands need."""
    engine = open_engine(read_settings(InventorySettings).database_url.get_secret_value())
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def open_house() -> Iterator[House]:
    """Open everything an order needs, from the settings; closing it stops the worker that was started, if any."""
    house = build(
        read_settings(InventorySettings), read_settings(AutomationSettings), read_settings(ProvisioningSettings)
    )
    try:
        yield house
    finally:
        house.close()


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Log for people on a terminal, one JSON object a line elsewhere; always on standard error."""
    readable = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    )
    _log(logging.StreamHandler(sys.stderr), last, level)


def log_to_file(path: Path, level: int = logging.INFO) -> None:
    """Log one JSON object a line to a file that only its owner may read."""
    path.touch(mode=0o600)
    _log(logging.FileHandler(path, encoding="utf-8"), structlog.processors.JSONRenderer(), level)


def _log(handler: logging.Handler, last: structlog.typing.Processor, level: int) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
