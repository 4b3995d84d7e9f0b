"""Serve portal and API with waitress: many threads, one process. The command line starts this by entry point."""

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.server import TcpWSGIServer

from monitoring.metrics import Metrics
from provisioning.sandbox import SandboxControls
from provisioning.tools import Tools
from web.app import create_app
from web.health import WorkerSeen
from web.settings import WebSettings

STOP_WITHIN_S = 5
MOST_BUFFERED_BYTES = 16 * 1024 * 1024  # the application refuses far smaller bodies, in its own words


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server at work in a thread of its own."""

    url: str
    server: TcpWSGIServer
    connections: dict[int, object]  # waitress's own map of what it listens to, by file descriptor
    thread: threading.Thread

    def close(self) -> None:
        """Answer what has begun, then no more, and return when the port is free.

        Browsers keep their connections open: waitress by itself would wait for them.
        """
        self.server.task_dispatcher.shutdown(timeout=STOP_WITHIN_S)
        wasyncore.close_all(self.connections, ignore_all=True)
        self.thread.join(STOP_WITHIN_S)


def start(
    tools: Tools,
    *,
    metrics: Metrics | None = None,
    worker_seen: WorkerSeen | None = None,
    listen_host: str | None = None,
    listen_port: int | None = None,
    cookies_secure: bool | None = None,
    settings_files: Sequence[Path] = (Path(".env"),),
    sandbox: SandboxControls | None = None,
) -> RunningServer:
    """Build the application and serve it from a thread. What is None stays as the settings say.

    `settings_files` are read below the environment, a later one overruling an earlier one.

    Raises:
        OSError: the address cannot be listened on.
        pydantic.ValidationError: a setting is not what it should be.
    """
    asked = {"listen_host": listen_host, "listen_port": listen_port, "cookies_secure": cookies_secure}
    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    settings = WebSettings(**{"_env_file": tuple(settings_files)} | given)
    return serve(create_app(tools, settings, metrics=metrics, worker_seen=worker_seen, sandbox=sandbox), settings)


def serve(app: Flask, settings: WebSettings) -> RunningServer:
    """Serve an application from a thread.

    Raises:
        OSError: the address cannot be listened on.
    """
    # Bound here and not by waitress, which leaves a socket open when an address is taken.
    family = socket.AF_INET6 if ":" in settings.listen_host else socket.AF_INET
    listening = socket.create_server((settings.listen_host, settings.listen_port), family=family, backlog=128)
    port = listening.getsockname()[1]
    connections: dict[int, object] = {}
    server = waitress.create_server(
        app,
        map=connections,
        asyncore_use_poll=True,  # `close` takes sockets away under the loop, which select() does not bear
        sockets=[listening],
        threads=settings.web_threads,
        max_request_body_size=MOST_BUFFERED_BYTES,
        ident=None,
        # X-Forwarded headers go through to Werkzeug's ProxyFix, which believes as many as there are proxies.
        clear_untrusted_proxy_headers=False,
    )
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    host = f"[{settings.listen_host}]" if family == socket.AF_INET6 else settings.listen_host
    return RunningServer(f"http://{host}:{port}", server, connections, thread)
