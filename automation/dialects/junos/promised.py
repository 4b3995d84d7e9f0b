"""What a Junos device says once a candidate is committed, by its `show | compare`. Pure.

CLI User Guide, "show | compare": a banner `[edit ...]` for each level where something differs, and below it the
statements that go (`-`) and come (`+`), each whole. `!` marks what is moved or turned on or off.
"""

from collections.abc import Iterator, Sequence

from automation.dialects.junos.text import Tree, Words, parse, words_of, written

_BANNER, _BANNER_END = "[edit", "]"
_MARKS = frozenset("+- ")


def promised(before: str, diff: str) -> str | None:
    """The text with the difference in force; None where it cannot be read as one of this text."""
    tree = parse(before)
    for place, lines in _levels(diff):
        level = _level(tree, place)
        if level is None or any(line[:1] not in _MARKS for line in lines if line.strip()):
            return None
        if not _taken(level, _signed(lines, "-")):
            return None
        _given(level, _signed(lines, "+"))
    return written(tree)


def _levels(diff: str) -> Iterator[tuple[Words, Sequence[str]]]:
    """Each banner's place, and what stands below it."""
    place: Words = ()
    lines: list[str] = []
    for line in diff.splitlines():
        if line.startswith(_BANNER) and line.rstrip().endswith(_BANNER_END):
            yield place, lines
            place, lines = words_of(line.rstrip().removeprefix(_BANNER).removesuffix(_BANNER_END)), []
        else:
            lines.append(line)
    yield place, lines


def _signed(lines: Sequence[str], sign: str) -> Tree:
    return parse("\n".join(line[1:] for line in lines if line[:1] == sign))


def _level(tree: Tree, place: Words) -> Tree | None:
    """The level that these words lead to: one of several words is one step."""
    while place:
        step = next((words for words in tree if place[: len(words)] == words), None)
        if step is None:
            return None
        tree, place = tree[step], place[len(step) :]
    return tree


def _taken(level: Tree, gone: Tree) -> bool:
    """Take these statements off; False where one of them is not there."""
    for words, below in gone.items():
        if words not in level or not _taken(level[words], below):
            return False
        if not level[words]:
            del level[words]
    return True


def _given(level: Tree, come: Tree) -> None:
    for words, below in come.items():
        _given(level.setdefault(words, {}), below)
