"""Why things change just now: what a walk or a schedule is doing, for the history of whatever it changes.

Who gives a reason of its own says it where the change is made; this one stands where nobody did.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_now: ContextVar[str] = ContextVar("cause", default="")


def cause_now() -> str:
    """What is being done in this context, in one sentence; "" where nobody said."""
    return _now.get()


@contextmanager
def because(why: str) -> Iterator[None]:
    """Whatever changes inside changes because of this."""
    token = _now.set(why)
    try:
        yield
    finally:
        _now.reset(token)
