"""SQL compiled once a test run, not once a test.

SQLAlchemy keeps the statements it compiled with the engine that ran them. A test has a database and so an engine of
its own, and compiled each of its statements anew: four tenths of what a test with a database cost.
"""

from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import Compiled, Dialect

from inventory.store import engine as opening


class OfEveryEngine(dict[tuple[Any, ...], Compiled]):
    """What SQLAlchemy takes as `compiled_cache`, for all engines of one kind of dialect instead of one dialect.

    SQLAlchemy asks it for statements and gives it those it lacks, under keys that begin with the engine's dialect.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_of_kind(*key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Compiled) -> None:
        super().__setitem__(_of_kind(*key), compiled)


def _of_kind(dialect: Dialect, *rest: Any) -> tuple[Any, ...]:
    return (type(dialect), *rest)


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """From now on every engine that `open_engine` makes in this interpreter keeps its statements in one place."""
    statements = OfEveryEngine()

    def made(*arguments: Any, **options: Any) -> Engine:
        engine = create_engine(*arguments, **options)
        engine.update_execution_options(compiled_cache=statements)
        return engine

    patch.setattr(opening, "create_engine", made)
