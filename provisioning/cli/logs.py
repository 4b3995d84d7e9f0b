"""Where logs go: standard error, or a file; never standard output, which carries answers."""

import logging
import os
import sys
from pathlib import Path
from typing import TextIO

import structlog


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment, not to what it was when logging was set up."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self.stream = sys.stderr
        super().emit(record)


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Log for people on a terminal, one JSON object a line elsewhere."""
    readable = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    _log(StandardError(), structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(), level)


def log_to_file(path: Path, level: int = logging.INFO) -> None:
    """Log one JSON object a line to a file that only its owner may read."""
    path.touch(mode=0o600)
    _log(logging.FileHandler(path, encoding="utf-8"), structlog.processors.JSONRenderer(), level)


def stop_logging() -> None:
    """Undo what was set up here."""
    _replace_handler(None)
    structlog.reset_defaults()


_ours: list[logging.Handler] = []


def _replace_handler(handler: logging.Handler | None) -> None:
    # Only our own: a test runner, or a program that embeds us, has its own handlers there.
    root = logging.getLogger()
    while _ours:
        old = _ours.pop()
        root.removeHandler(old)
        old.close()
    if handler is not None:
        _ours.append(handler)
        root.addHandler(handler)


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
    _replace_handler(handler)
    logging.getLogger().setLevel(level)
    # Their INFO is one line a task and a migration, with reprs of ours in it.
    for chatty in ("nornir", "alembic"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
