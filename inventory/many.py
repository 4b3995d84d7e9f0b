"""Make millions of small objects in a row without looking for cycles among them meanwhile.

CPython's collector walks over all that lives each time their number has grown by a quarter; rows and
nouns refer to nothing that refers back, so it walks in vain, and that is half the time of a load.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def many_objects() -> Iterator[None]:
    """Pause the collector of cycles, if it runs. What is counted is freed at once all the same."""
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()
