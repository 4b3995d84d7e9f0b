"""Metrics over HTTP, for a program that serves nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from monitoring.metrics import Metrics


@contextmanager
def metrics_served(metrics: Metrics, host: str, port: int) -> Iterator[int]:
    """Answer every path with the metrics while the context lasts; yields the port (a free one where `port` is 0).

    Raises:
        OSError: the address cannot be listened on.
    """
    server, thread = start_http_server(port, addr=host, registry=metrics.registry)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
