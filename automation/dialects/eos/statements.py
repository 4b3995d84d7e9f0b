"""Read EOS text as statements, and compare two texts by them. Pure."""

from collections.abc import Iterable

from automation.dialects.dialect import Statement
from automation.dialects.eos.ownership import config_lines

# In these blocks EOS itself puts the lines in order: whoever writes them in another says the same.
_UNORDERED = ("interface ", "vlan ")


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
    return one == other or _in_order(statements(one)) == _in_order(statements(other))


def _in_order(found: Iterable[Statement]) -> tuple[object, ...]:
    """Blocks by their first line; the lines of some of them sorted, of the others as they stand."""
    blocks: dict[str, list[Statement]] = {}
    for statement in found:
        header = statement.path[0] if statement.path else statement.line
        blocks.setdefault(header, []).append(statement)
    return tuple(
        (header, tuple(sorted(lines, key=_by_text) if header.startswith(_UNORDERED) else lines))
        for header, lines in sorted(blocks.items())
    )


def _by_text(statement: Statement) -> tuple[tuple[str, ...], str]:
    return statement.path, statement.line
