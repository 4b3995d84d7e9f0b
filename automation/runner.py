"""Nornir's threaded runner with threads that stay: a deploy has several phases, and starts its threads once.

Nornir's own starts as many as it may at every task. A hundred threads that start while others have work wait for the
interpreter one after the other: with five phases that took longer than the devices did.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Self

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, Task


class KeptThreads:
    """Implements Nornir's runner plug-in. Used with `with`, whose end is the threads' end."""

    def __init__(self, num_workers: int) -> None:
        self.num_workers = num_workers
        self._pool = ThreadPoolExecutor(num_workers, thread_name_prefix="devices")

    def run(self, task: Task, hosts: Sequence[Host]) -> AggregatedResult:
        """Run the task on all hosts. Whatever happens, no host is being spoken to any more when this returns."""
        futures = [self._pool.submit(task.copy().start, host) for host in hosts]
        try:
            wait(futures)
        finally:
            wait(futures)  # an interrupt ends the first one early
        result = AggregatedResult(task.name)
        for host, future in zip(hosts, futures, strict=True):
            result[host.name] = future.result()
        return result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._pool.shutdown()
