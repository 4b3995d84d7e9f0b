"""The canonical form of a configuration: what is left when order that does not matter and white space vanish. Pure.

Two texts of one canonical form configure a device alike. It is made for speed, in one pass over the
lines, because every device's text goes through it: 5,000 lines in about a millisecond. Which order
matters is said per family of platforms: entries of access lists, of maps and of policies keep
theirs, and so does whatever stands in a banner; ports, VLANs and the lines within them do not.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b, sha256

type Lines = tuple[str, ...]
type Reader = Callable[[str], Mapping[str, Lines]]

INNER = "\x1f"  # stands between a line and the one it is below, in a block of more than one level
_DIGEST_BYTES = 16


@dataclass(frozen=True)
class Canonical:
    """A configuration by its blocks: each header with its lines, sorted where their order does not matter."""

    blocks: Mapping[str, Lines]

    @cached_property
    def digest(self) -> str:
        """One digest of the whole: equal for equal configurations."""
        found = self.blocks
        return sha256("\n".join(f"{name}\0{'\n'.join(found[name])}" for name in sorted(found)).encode()).hexdigest()

    @cached_property
    def digests(self) -> Mapping[str, bytes]:
        """A digest a block: what has changed between two texts is what differs here."""
        return {name: _digest_of(lines) for name, lines in self.blocks.items()}

    def changed_since(self, before: "Canonical") -> frozenset[str]:
        """The headers of the blocks that came, went or changed."""
        names = self.blocks.keys() | before.blocks.keys()
        return frozenset(name for name in names if self.blocks.get(name) != before.blocks.get(name))


def canonical(text: str, platform: str) -> Canonical:
    """Return the canonical form of a running configuration. A platform nobody taught is read as indented lines."""
    return Canonical(_READERS.get(platform, read_indented)(text))


def with_plain_heads(text: str) -> str:
    """The text with one space between the words of its lines at the margin, where a dialect looks for names."""
    return _HEAD.sub(lambda head: _squeezed(head[0]), text) if "  " in text else text


def _digest_of(lines: Lines) -> bytes:
    return blake2b("\n".join(lines).encode(), digest_size=_DIGEST_BYTES).digest()


# ---- indented lines: EOS, IOS, NX-OS, IOS-XR ------------------------------------------------------------------------

# Blocks whose lines are read from the top down (EOS User Manual, IOS and NX-OS command references: ACLs, prefix lists,
# route maps, policy maps; IOS-XR: route policies and sets).
_ORDERED = (
    "ip access-list", "ipv6 access-list", "mac access-list", "ip prefix-list", "ipv6 prefix-list", "ipv4 access-list",
    "route-map", "route-policy", "policy-map", "class-map", "prefix-set", "as-path-set", "community-set", "rd-set",
    "peer-filter", "event", "alias", "daemon", "macro", "crypto pki",
)  # fmt: skip
# Lines at the margin that are entries of one list, by the words that name the list.
_LISTED = re.compile(r"(access-list \S+|ip(?:v6)? prefix-list \S+|ip as-path access-list \S+) (.*)")
_HEAD = re.compile(r"^[^\s!].*\S {2,}\S.*$", re.MULTILINE)
# What a device says of the answer, not of itself: it differs from one reading to the next.
_NOISE = re.compile(
    r"end$|Building configuration|Current configuration ?:|ntp clock-period |"
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [ \d]\d \d\d:\d\d:\d\d"
)
# What a banner says, up to the line that ends it: `EOF` (EOS), or the mark it began with (IOS, NX-OS).
_BANNER = re.compile(
    r"^(?P<header>banner \S+)(?:[ ]*\n(?P<said>.*?)^EOF[ ]*$|[ ](?P<mark>\^C|\S)(?P<words>.*?)(?P=mark))",
    re.MULTILINE | re.DOTALL,
)
_AT_MARGIN = re.compile(r"\n(?:![^\n]*\n)*(?=[^ \n!])")  # a comment there begins nothing


def read_indented(text: str) -> dict[str, Lines]:
    """Blocks begin at the margin, their lines are indented; `!` begins a comment."""
    found: dict[str, Lines] = {}
    listed: dict[str, list[str]] = {}
    for block in _at_margin(_without_banners(text.replace("\t", " "), found)):
        header, _, body = block.partition("\n")
        header = _squeezed(header.rstrip())
        if body and (lines := _body(header, body)):
            found[header] = (*found[header], *lines) if header in found else lines
        elif (entry := _LISTED.match(header)) is not None:
            listed.setdefault(entry[1], []).append(entry[2])
        elif header and header[0] != "!" and not _NOISE.match(header):
            found.setdefault(header, ())
    return found | {name: tuple(entries) for name, entries in listed.items()}


def _at_margin(text: str) -> list[str]:
    return _AT_MARGIN.split(text)


def _without_banners(text: str, found: dict[str, Lines]) -> str:
    """Put what banners say into `found`, as it stands; return the rest."""
    if "banner " not in text:
        return text

    def take(banner: re.Match[str]) -> str:
        found[banner["header"]] = tuple(
            line.rstrip() for line in (banner["said"] or banner["words"] or "").splitlines()
        )
        return ""

    return _BANNER.sub(take, text)


def _squeezed(line: str) -> str:
    """White space within a line is one space: no platform gives more a meaning outside of banners."""
    return " ".join(line.split()) if "  " in line else line


def _body(header: str, body: str) -> Lines:
    is_ordered = header.startswith(_ORDERED)
    margin = len(body) - len(body.lstrip(" "))
    # In a block that keeps its order what is below what is said by the order.
    if not is_ordered and f"\n{' ' * (margin + 1)}" in body:
        lines = list(_with_paths(body.split("\n")))
    else:
        lines = list(map(str.strip, body.split("\n")))
    if "!" in body or "" in lines or "  " in "\n".join(lines):
        lines = [_squeezed(line) for line in lines if line and line[0] != "!"]
    if not is_ordered:
        lines.sort()
    return tuple(lines)


def _with_paths(body: Sequence[str]) -> Iterator[str]:
    """Each line behind those it is below, so that sorting does not part them."""
    above: list[tuple[int, str]] = []
    for line in body:
        bare = line.strip()
        if not bare or bare[0] == "!":
            continue
        depth = len(line) - len(line.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, _squeezed(bare)))
        yield INNER.join(words for _, words in above)


# ---- braces and semicolons, or `set` lines: Junos -------------------------------------------------------------------

# Hierarchies whose parts are read from the top down (Junos: firewall filters, routing policies).
_ORDERED_IN_JUNOS = ("firewall", "policy-options policy-statement", "apply-groups")
# What stands in quotes begins no comment, whatever it looks like.
_JUNOS_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*")|/\*.*?\*/|##[^\n]*""", re.DOTALL)


def read_junos(text: str) -> dict[str, Lines]:
    """`show configuration`, or the same as `display set`. A block is a statement two levels below the root."""
    leaves = _junos_leaves(text)
    found: dict[str, list[str]] = {}
    for leaf in leaves:
        found.setdefault(INNER.join(leaf[:2]), []).append(INNER.join(leaf[2:]))
    return {name: tuple(lines) if _is_ordered_in_junos(name) else tuple(sorted(lines)) for name, lines in found.items()}


def _is_ordered_in_junos(name: str) -> bool:
    return name.replace(INNER, " ").startswith(_ORDERED_IN_JUNOS)


def _junos_leaves(text: str) -> Iterator[Sequence[str]]:
    """Every leaf with all it is below."""
    path: list[str] = []
    for line in _JUNOS_COMMENT.sub(r"\1", text).splitlines():
        bare = " ".join(line.split())
        if bare.startswith("set "):
            yield bare.removeprefix("set ").split(" ", 2)
        elif bare.endswith("{"):
            path.append(bare[:-1].rstrip())
        elif bare.startswith("}"):
            yield (*path, "")
            del path[-1:]
        elif bare and not bare.startswith("#"):
            yield (*path, bare.removesuffix(";").rstrip())


# ---- sections of options: UCI (OpenWrt) -----------------------------------------------------------------------------

_UCI_VALUE = re.compile(r"(?P<before>\s*)(?P<word>config|option|list|package)\s+(?P<rest>.*)", re.DOTALL)
# In single quotes only a quote ends a value; one that is in it is written `'\\''`, its own escape between two quotes.
_UCI_CLOSED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.""", re.DOTALL)


def read_uci(text: str) -> dict[str, Lines]:
    """`uci export`. Sections with a name and their options may stand in any order; those without one are counted."""
    found: dict[str, list[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    package, body = "", found.setdefault("", [])
    for line in _uci_statements(text):
        said = _UCI_VALUE.match(line)
        if said is None:
            body.append(line.strip())
        elif said["word"] == "package":
            package = _unquoted(said["rest"])
        elif said["word"] == "config":
            body = found.setdefault(_uci_section(package, said["rest"], counts), [])
        else:
            name, _, value = said["rest"].partition(" ")
            body.append(f"{said['word']} {_unquoted(name)} {_unquoted(value.strip())}")
    return {name: _uci_sorted(lines) for name, lines in found.items() if name or lines}


def _uci_sorted(lines: Iterable[str]) -> Lines:
    """Options in any order; the entries of one list in theirs (a stable sort by the list's name)."""
    return tuple(
        sorted(lines, key=lambda line: line if line.startswith("option ") else " ".join(line.split(" ", 2)[:2]))
    )


def _uci_section(package: str, rest: str, counts: dict[tuple[str, str], int]) -> str:
    kind, _, name = rest.strip().partition(" ")
    kind, name = _unquoted(kind), _unquoted(name.strip())
    if not name:
        number = counts[package, kind] = counts.get((package, kind), -1) + 1
        name = f"@{kind}[{number}]"
    return f"{package}.{name}={kind}"


def _uci_statements(text: str) -> Iterator[str]:
    """The lines that say something; a value in quotes may go over several."""
    held = ""
    for line in text.split("\n"):
        if not held and (not line.strip() or line.lstrip().startswith("#")):
            continue
        held = f"{held}\n{line}" if held else line
        if not _is_open(held):
            yield held
            held = ""
    if held.strip():
        yield held


def _is_open(said: str) -> bool:
    """Whether a quote in it was not closed yet."""
    if "\\" not in said and '"' not in said:
        return said.count("'") % 2 == 1
    return "'" in _UCI_CLOSED.sub("", said)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


_READERS: Mapping[str, Reader] = {"junos": read_junos, "openwrt": read_uci}
