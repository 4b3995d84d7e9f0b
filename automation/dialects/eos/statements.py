"""Read EOS text as statements, and compare two texts by them. Pure."""

from functools import lru_cache

from automation.canonical import canonical
from automation.dialects.dialect import Statement
from automation.dialects.eos.ownership import config_lines


@lru_cache(maxsize=4)  # a device's text is looked at from several sides
def statements(text: str) -> tuple[Statement, ...]:
    """Everything the text says, in order. What a line stands below is told by its indentation."""
    found: list[Statement] = []
    above: list[tuple[int, str]] = []
    for line in config_lines(text):
        depth = len(line) - len(line.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        found.append(Statement(tuple(words for _, words in above), line.strip()))
        above.append((depth, line.strip()))
    return tuple(found)


def same(one: str, other: str) -> bool:
    """Do two configurations say the same? The order of blocks does not matter, nor that of a port's lines."""
    return one == other or canonical(one, "eos").blocks == canonical(other, "eos").blocks
