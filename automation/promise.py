"""Hold what a device says after a change against what its diff promised: that and nothing else. Pure.

A change of given lines is planned by nobody, so nothing but the device's own diff, which a person approved, says what
is to come of it: the text before, with exactly that in force.
"""

from collections import Counter
from collections.abc import Iterator

from automation.dialects.dialect import Dialect, Statement
from automation.drift import words_of

_MOST_LINES = 5  # lines of each kind that are named


def unpromised(dialect: Dialect, before: str, diff: str, now: str) -> tuple[str, ...]:
    """In words, what `now` says beside `before` with the diff in force, and what it lacks; nothing where neither.

    A diff that cannot be read as one of that text (what Junos moves or deactivates, a section of UCI without a
    name) promises nothing that could be held against it.
    """
    promised = dialect.promised(before, diff)
    if promised is None or dialect.same(promised, now):
        return ()
    wanted, found = Counter(dialect.statements(promised)), Counter(dialect.statements(now))
    return (*_said(dialect, "it says also", found - wanted), *_said(dialect, "it does not say", wanted - found))


def changed_statements(dialect: Dialect, before: str, diff: str) -> tuple[Statement, ...] | None:
    """The statements that come or go by the diff, each with all that it stands below; None where it cannot be read."""
    promised = dialect.promised(before, diff)
    if promised is None:
        return None
    then, now = Counter(dialect.statements(before)), Counter(dialect.statements(promised))
    return (*(now - then), *(then - now))


def _said(dialect: Dialect, words: str, statements: Counter[Statement]) -> Iterator[str]:
    lines = [words_of(dialect, one) for one in statements]
    if lines:
        more = [f"{len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
        yield f"{words}: {'; '.join([*lines[:_MOST_LINES], *more])}"
