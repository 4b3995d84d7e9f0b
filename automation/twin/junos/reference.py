"""The part of `docs/reference/twin-grammar.md` about Junos, made from the tables the simulator runs on."""

from automation.twin.junos.grammar import ROWS, Kind, Row, Schema, root_schema
from automation.twin.junos.rpcs import OPERATIONS

_TOP = """## Junos

Made from the table in `automation/twin/junos/grammar.py`. **CLI** is the Junos CLI Reference by the statement's page,
**L2** the topics on layer 2 bridging of MX Series, **NETCONF** the NETCONF XML Management Protocol Developer Guide
(juniper.net/documentation). What is not here is refused as Junos refuses what it does not know: an `<rpc-error>` with
`syntax error`, the word as `<bad-element>`, and where it stood as `<error-path>`. Deleting what is not there is the
warning `statement not found`. `deactivate`, `annotate`, groups and wildcards are not known here.

`>` stands between levels of the hierarchy, `-` between parts printed on one line. `<name:KIND>` is a value, `*` marks
the key of a list, `(a|b)` is a choice. Levels are printed in the order of this page, entries of a list by name.
"""


def junos_reference() -> str:
    """Return the part, in Markdown."""
    operations = ", ".join(f"`{name}`" for name in OPERATIONS)
    rows = "".join(f"| {_code(row.path)} | {_kept(row)} | {row.source} |\n" for row in ROWS)
    return f"{_TOP}\nOperations of NETCONF: {operations}.\n\n| Statement | Kept as | Source |\n|---|---|---|\n{rows}"


def _kept(row: Row) -> str:
    schema = _last(root_schema(), row.path)
    kind = "entry of a list" if schema.kind is Kind.LIST else schema.kind.value
    order = ", in the order they were said" if schema.by_user else ""
    return f"{kind}{order}{', hidden from people' if schema.secret else ''}"


def _last(root: Schema, path: str) -> Schema:
    here = root
    for part in path.replace(" - ", " > ").split(" > "):
        here = here.children[part.partition("<")[0].strip()]
    return here


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"
