"""The difference of two configurations as `show | compare` prints it. Pure.

CLI: "show | compare": each level where something differs has a banner `[edit ...]`, and below it the lines that go
(`-`) and come (`+`). How far Junos indents them at which level is not written down; this is one way it does.
"""

from collections.abc import Iterator, Sequence

from automation.twin.junos.tree import Node, lines_of, quoted


def compare(old: Node, new: Node) -> str:
    """Return the difference, "" where there is none; ends in a line feed."""
    return "".join(f"{line}\n" for line in _level(old, new, ()))


def _level(old: Node, new: Node, above: Sequence[str]) -> Iterator[str]:
    both = _both(old, new)
    changed = [line for before, after in both for line in _changed(before, after, len(above))]
    if changed:
        yield f"[edit {' '.join(above)}]" if above else "[edit]"
        yield from changed
    for before, after in both:
        if before is not None and after is not None and _same_place(before, after):
            yield from _level(before, after, (*above, *(quoted(word) for word in after.words)))


def _both(old: Node, new: Node) -> list[tuple[Node | None, Node | None]]:
    """What is on either side, beside each other, as the printed text would have it in order."""
    joined = Node(new.schema, children={**old.children, **new.children})
    keys = {id(node): key for key, node in joined.children.items()}
    found = [keys[id(node)] for node in joined.ordered()]
    return [(old.children.get(key), new.children.get(key)) for key in found]


def _same_place(before: Node, after: Node) -> bool:
    return before.value == after.value and not after.schema.inline and bool(before.children and after.children)


def _changed(before: Node | None, after: Node | None, depth: int) -> Iterator[str]:
    if before is not None and after is not None and (_same_place(before, after) or before == after):
        return
    space = "   " if depth else "  "
    for sign, node in (("-", before), ("+", after)):
        if node is not None:
            yield from (f"{sign}{space}{line}" for line in lines_of(node))
