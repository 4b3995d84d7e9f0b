"""Values as people read them on a terminal. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

# Controls, formats (bidirectional overrides among them), surrogates, private use, line and
# paragraph separators: a text of somebody else's must not move the cursor or hide a word.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def safe(text: str) -> str:
    """Return `text` on one line, without anything a terminal would obey rather than show."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in _UNSAFE_CATEGORIES else char for char in text
    )


def money(pence: int) -> str:
    """Return pence as pounds, such as "£24.50"."""
    return f"£{pence / 100:,.2f}"


def speed(mbps: int) -> str:
    """Return Mbit/s, such as "1,000 Mbit/s"."""
    return f"{mbps:,} Mbit/s"


def moment(at: datetime | None) -> str:
    """Return a time in UTC to the second, "" for none."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def duration(seconds: float | None) -> str:
    """Return how long something took, "" for unknown."""
    if seconds is None:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def yes_no(value: bool) -> str:
    """Return "yes" or "no"."""
    return "yes" if value else "no"


_NUMBERED = re.compile(r"(?P<name>.*?)(?P<number>[0-9]+)")


def in_runs(codes: Iterable[str]) -> Iterator[str]:
    """Write codes that count on as one: "du-lane-01", "du-lane-02", "du-lane-03" as "du-lane-01..03"."""
    run: list[str] = []
    for code in codes:
        if run and not _follows(run[-1], code):
            yield _run(run)
            run = []
        run.append(code)
    if run:
        yield _run(run)


def _follows(code: str, following: str) -> bool:
    one, other = _NUMBERED.fullmatch(code), _NUMBERED.fullmatch(following)
    if one is None or other is None:
        return False
    return one["name"] == other["name"] and int(one["number"]) + 1 == int(other["number"])


def _run(codes: Sequence[str]) -> str:
    last = _NUMBERED.fullmatch(codes[-1])
    return codes[0] if len(codes) == 1 or last is None else f"{codes[0]}..{last['number']}"
