"""Check an export of the audit trail, with nothing but Python 3.12 or newer.

    python verify_audit.py FILE [--head COUNT:HASH]        (or: python -m provisioning.verify_audit FILE ...)

FILE is what `neutralhost audit export` writes: one JSON object a line, a row of the trail each, oldest first, and
as the last line the head: how many rows there are, and the hash of the last. Exit code 0: no row was changed, taken
out, put in or moved. 1: one was, and every fault is printed with the number of its row.

Each row carries the hash of the one before it, and its own: SHA-256 over its canonical form, which is JSON of all its
fields but `hash`, names sorted, without spaces, in ASCII. So whoever changes a row must write all rows after it anew,
and gets another head. Keep a head where nobody who can write the database can write (`neutralhost audit head`, on
paper, in another system), and give it with --head: rows cut off the end, and a trail written anew, are found by it.

This file is apart from all others so that it can be read and run by somebody who trusts none of them.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FORMAT = "neutralhost-audit-trail/1"
GENESIS = "0" * 64
"""What stands in the place of the hash before the first row."""

type Row = Mapping[str, Any]
type Head = tuple[int, str]


def canonical(row: Row) -> bytes:
    """The one way to write a row down, without its own hash."""
    fields = {name: row[name] for name in row if name != "hash"}
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def hash_of(row: Row) -> str:
    """SHA-256 over the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(row)).hexdigest()


def find_faults(rows: Iterable[Row], heads: Sequence[Head] = ()) -> Iterator[str]:
    """Say what is wrong with rows that should be a whole trail, oldest first; nothing where nothing is.

    `heads` are counts of rows with the hash of the last of them, as they were at some time.
    """
    wanted = dict(heads)
    conflicting = {count for count, value in heads if wanted[count] != value}
    number, last = 0, GENESIS
    for row in rows:
        yield from _faults_of(row, number, last)
        number, last = _whole(row.get("number"), number + 1), str(row.get("hash"))
        if number in wanted and wanted[number] != last:
            conflicting.add(number)
    for count in sorted(count for count in wanted if count > number):
        yield f"Rows {number + 1} to {count} are missing: the trail was cut off at its end."
    if 0 in wanted and wanted[0] != GENESIS:
        conflicting.add(0)
    for count in sorted(conflicting):
        yield f"Row {count} is not the one that the head names: it, or a row before it, was written anew."


def _faults_of(row: Row, before: int, last: str) -> Iterator[str]:
    number = _whole(row.get("number"), before + 1)
    if number > before + 1:
        missing = f"Row {before + 1} is" if number == before + 2 else f"Rows {before + 1} to {number - 1} are"
        yield f"{missing} missing."
    elif number <= before:
        yield f"Row {number} stands after row {before}: rows were moved."
    if row.get("hash") != hash_of(row):
        yield f"Row {number} was changed: its hash is not that of what it says."
    if number == before + 1 and row.get("previous") != last:
        yield f"Row {number} does not follow row {before}: one of them was changed, put in or moved."


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def read_export(lines: Iterable[str]) -> tuple[list[Row], Head]:
    """The rows and the head of an export.

    Raises: ValueError: it is not one.
    """
    found = [json.loads(line) for line in lines if line.strip()]
    if not found or not all(isinstance(line, dict) for line in found):
        raise ValueError("The file is not an export of an audit trail.")
    *rows, last = found
    if last.get("format") != FORMAT:
        raise ValueError("The last line, which says how many rows there are, is missing: the file was cut off.")
    return rows, (_whole(last.get("count"), -1), str(last.get("hash")))


def read_head(text: str) -> Head:
    """A head as people keep it, "COUNT:HASH".

    Raises: ValueError.
    """
    count, colon, value = text.partition(":")
    if not (count.isascii() and count.isdigit() and colon and len(value) == 64):
        raise ValueError("A head is COUNT:HASH, with 64 hexadecimal digits.")
    return int(count), value.lower()


def main(arguments: Sequence[str]) -> int:
    """Check one file; see the module's docstring."""
    if len(arguments) not in {1, 3} or (len(arguments) == 3 and arguments[1] != "--head"):
        sys.stderr.write("usage: verify_audit.py FILE [--head COUNT:HASH]\n")
        return 1
    try:
        kept = [read_head(arguments[2])] if len(arguments) == 3 else []
        rows, head = read_export(Path(arguments[0]).read_text(encoding="ascii").splitlines())
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
        return 1
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    faults = list(find_faults(rows, [head, *kept]))
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if not faults:
        sys.stdout.write(f"Whole. {head[0]} rows; head {head[0]}:{head[1]}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
