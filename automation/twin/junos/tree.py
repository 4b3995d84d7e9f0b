"""A Junos configuration as a tree, changed by statements and printed as Junos prints it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from automation.twin.junos.grammar import Kind, Schema, root_schema
from automation.twin.junos.refusals import Refused, RpcError, refuse
from automation.twin.junos.values import fits

INDENT = "    "
_PLAIN = re.compile(r"[A-Za-z0-9._:/+@%*~-]+")
_DIGITS = re.compile(r"(\d+)")
_TYPES = ("ge", "mge", "xe", "et")  # in one chassis; what else there is stands behind, by name


@dataclass(slots=True)
class Node:
    """One statement of a configuration; `value` is its value or its key."""

    schema: Schema
    value: str = ""
    children: "dict[tuple[str, str], Node]" = field(default_factory=dict)

    def copy(self) -> "Node":
        return Node(self.schema, self.value, {key: child.copy() for key, child in self.children.items()})

    @property
    def words(self) -> tuple[str, ...]:
        """The statement's own words, unquoted."""
        return tuple(word for word in (self.schema.word, self.value) if word)

    @property
    def head(self) -> str:
        return " ".join(quoted(word) for word in self.words)

    def ordered(self) -> "list[Node]":
        """What is in it as it is printed: in the grammar's order, entries of a list by name or as they were said."""
        return sorted(self.children.values(), key=_place)

    def find(self, *words: str) -> "Node | None":
        """The node this far down, by (keyword, key) pairs flattened; None where it is not there."""
        try:
            return _walk(self, ways(self.schema, words, deleting=True)[-1])
        except Refused:
            return None

    def child(self, word: str) -> "Node | None":
        """The one statement of this keyword; None where it is not there, or there may be several."""
        return self.children.get((word, ""))

    def leaf(self, word: str) -> str:
        """The value of one of its statements, "" where it is not there."""
        found = self.child(word)
        return found.value if found else ""

    def entries(self, word: str) -> "Iterator[Node]":
        """The entries of one of its lists."""
        return (node for (found, _), node in self.children.items() if found == word)


def empty() -> Node:
    return Node(root_schema())


@dataclass(frozen=True, slots=True)
class Step:
    """One statement on the way down: which, and its value or key (None where a deletion leaves it open)."""

    schema: Schema
    value: str | None

    @property
    def key(self) -> tuple[str, str]:
        return (self.schema.word, (self.value or "") if self.schema.many else "")


def ways(schema: Schema, words: Sequence[str], *, deleting: bool = False) -> tuple[tuple[Step, ...], ...]:
    """Read words as ways down from `schema`; several where Junos writes them on one line (`outer 1 inner 2`).

    Raises: Refused, with Junos's `syntax error` and the word.
    """
    done: list[tuple[Step, ...]] = []
    found: list[Step] = []
    here, rest = schema, list(words)
    while rest:
        word = rest[0]
        if word and word in here.children:
            here = here.children[word]
            rest.pop(0)
        elif "" in here.children:
            here = here.children[""]
        elif len(found) > 1 and found[-2].schema.inline and word in found[-2].schema.children:
            done.append(tuple(found))
            found.pop()
            here = found[-1].schema
            continue
        else:
            raise refuse("syntax error", word, edit_path(found))
        found.append(Step(here, _value(here, rest, found, deleting=deleting)))
    if not deleting and (not found or found[-1].schema.kind is Kind.LEVEL):
        raise refuse("syntax error, expecting <statement>", " ".join(words[-1:]), edit_path(found))
    return (*done, tuple(found))


def _value(schema: Schema, rest: list[str], so_far: Sequence[Step], *, deleting: bool) -> str | None:
    """Take the statement's value or key off the words."""
    if not schema.value:
        return ""
    if not rest:
        if deleting:
            return None
        raise refuse("missing argument", schema.word, edit_path(so_far))
    value = rest.pop(0)
    if not fits(schema.value, value):
        raise refuse(f"invalid value '{value}'", value, edit_path(so_far))
    return value


def edit_path(found: Sequence[Step]) -> str:
    words = [quoted(word) for step in found for word in (step.schema.word, step.value or "") if word]
    return f"[edit {' '.join(words)}]" if words else "[edit]"


def put(root: Node, path: Sequence[Step]) -> None:
    """Say a statement. Where it takes one value, the new one takes the old one's place."""
    here = root
    for step in path:
        node = here.children.setdefault(step.key, Node(step.schema, step.value or ""))
        node.value = step.value or ""
        here = node


def take(root: Node, path: Sequence[Step]) -> RpcError | None:
    """Take a statement away, with all in it, and levels that are then empty. A warning where it is not there."""
    here, way = root, [root]
    for step in path[:-1]:
        found = here.children.get(step.key)
        if found is None:
            return _not_found(path)
        way.append(found)
        here = found
    if not _take_last(here, path[-1]):
        return _not_found(path)
    for parent, node in zip(reversed(way[:-1]), reversed(way[1:]), strict=True):
        if node.children or node.schema.kind is not Kind.LEVEL:
            break
        parent.children = {key: child for key, child in parent.children.items() if child is not node}
    return None


def _take_last(parent: Node, step: Step) -> bool:
    if step.schema.many and step.value is None:
        gone = [key for key in parent.children if key[0] == step.schema.word]
        for key in gone:
            del parent.children[key]
        return bool(gone)
    found = parent.children.get(step.key)
    if found is None or (step.value not in (None, "", found.value)):
        return False
    del parent.children[step.key]
    return True


def _not_found(path: Sequence[Step]) -> RpcError:
    last = path[-1]
    words = " ".join(word for word in (last.schema.word, last.value or "") if word)
    return RpcError(f"statement not found: {words}", "", edit_path(path[:-1]), severity="warning")


def _walk(root: Node, path: Sequence[Step]) -> Node | None:
    here: Node | None = root
    for step in path:
        here = here.children.get(step.key) if here else None
    return here


def as_text(root: Node) -> str:
    """The configuration in curly braces, as `show configuration` prints it."""
    return "".join(f"{line}\n" for node in root.ordered() for line in lines_of(node))


def lines_of(node: Node, depth: int = 0) -> Iterator[str]:
    """One statement, printed. Values of one MANY beside each other are printed by `grouped`."""
    indent = INDENT * depth
    if node.schema.inline and node.children:
        yield f"{indent}{inline_text(node)};"
    elif not node.children:
        yield f"{indent}{node.head};{' ## SECRET-DATA' if node.schema.secret else ''}"
    else:
        yield f"{indent}{node.head} {{"
        for group in grouped(node):
            yield from group_lines(group, depth + 1)
        yield f"{indent}}}"


def grouped(node: Node) -> Iterator[list[Node]]:
    """What is in it as it is printed, the values of one MANY together."""
    group: list[Node] = []
    for child in node.ordered():
        if group and not (child.schema.kind is Kind.MANY and child.schema is group[0].schema):
            yield group
            group = []
        group.append(child)
    if group:
        yield group


def group_lines(group: Sequence[Node], depth: int) -> Iterator[str]:
    if len(group) == 1:
        yield from lines_of(group[0], depth)
    else:
        values = " ".join(quoted(node.value) for node in group)
        yield f"{INDENT * depth}{group[0].schema.word} [ {values} ];"


def inline_text(node: Node) -> str:
    return " ".join((node.head, *(inline_text(child) for child in node.ordered())))


def as_set(root: Node) -> str:
    """The configuration as `show configuration | display set` prints it."""
    return "".join(f"set {' '.join(quoted(word) for word in path)}\n" for path in paths(root))


def paths(node: Node, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every statement that ends a way down, as words."""
    for child in node.ordered():
        here = (*above, *child.words)
        if child.children:
            yield from paths(child, here)
        else:
            yield here


def quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _place(node: Node) -> tuple[int, object]:
    return node.schema.position, () if node.schema.by_user else _name_key(node.value)


def _name_key(name: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    """By name, numbers by their size; interfaces of a chassis by slot first, in front of what has none."""
    kind, dash, rest = name.partition("-")
    in_chassis = bool(dash) and kind in _TYPES
    parts = [kind, *_DIGITS.split(rest)] if not in_chassis else [*_DIGITS.split(rest), kind]
    parts = parts if dash else list(_DIGITS.split(name))
    return (0 if in_chassis else 1, tuple((int(part), "") if part.isdigit() else (0, part) for part in parts if part))
