"""Where a command runs: its settings files, its settings, its database.

Settings come, lowest first, from `var/secrets.env` and `var/demo.env` (what `neutralhost demo`
wrote, so that a second terminal just works), `.env`, and the environment. NEUTRALHOST_VAR
names another folder than `var`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings
from sqlalchemy import Engine

from inventory.settings import InventorySettings
from inventory.store.engine import open_engine
from provisioning.cli.errors import SettingsIncomplete

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
    with naming_settings():
        return kind(_env_file=settings_files(), **overruling)


@contextmanager
def naming_settings() -> Iterator[None]:
    """Turn what is wrong with settings into our error.

    Raises:
        SettingsIncomplete: one is missing or wrong. It names them; it never shows a value.
    """
    try:
        yield
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
