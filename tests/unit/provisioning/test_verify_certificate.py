"""Any change of any byte of a certificate is found, and what does not follow from its facts; by one file alone."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning import verify_certificate
from provisioning.verify_certificate import canonical, find_faults, fingerprint, signed_part
from tests.certified import GENUINE, KEY


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_byte_that_is_changed_taken_out_or_put_in_is_found(data: st.DataObject) -> None:
    content = GENUINE.document.encode()
    position = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.binary(min_size=0, max_size=2))
    changed = content[:position] + byte + content[position + data.draw(st.integers(0, 1)) :]
    assert bool(find_faults(changed, KEY.public)) == (changed not in (content, content + b"\n"))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name in value:
            yield from _leaves(value[name], (*path, name))
    elif isinstance(value, list) and value:
        for position, each in enumerate(value):
            yield from _leaves(each, (*path, position))
    else:
        yield path


def _changed(path: tuple[Any, ...]) -> dict[str, Any]:
    document = deepcopy(dict(GENUINE.content))
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    was = inner[path[-1]]
    inner[path[-1]] = was + 1 if isinstance(was, int) else ["x"] if isinstance(was, list) else f"{was}x"
    return document


LEAVES = list(_leaves(GENUINE.content))


def test_every_field_that_is_changed_is_found_even_in_canonical_form() -> None:
    assert len(LEAVES) > 150
    for path in LEAVES:
        assert find_faults(canonical(_changed(path)), KEY.public), path


def _signed(document: dict[str, Any]) -> bytes:
    """Signed anew, by who has the key: an issuer that errs or lies."""
    for entry in document["assets"]:
        entry["fingerprint"] = fingerprint(entry)
    return canonical({**document, "signature": KEY.sign(signed_part(document))})


ARITHMETIC = [
    ("separation", "mm"),
    ("separation", "near_end_mm"),
    ("separation", "at_mm", 0, 0),
    ("shared",),
    ("ends", 0),
    ("legs", 0, "a_place"),
    ("legs", 1, "assets", 3),
    ("legs", 0, "fibres", 0, 0),
]


@pytest.mark.parametrize("path", ARITHMETIC, ids=str)
def test_what_does_not_follow_from_the_facts_is_found_though_it_is_signed(path: tuple[Any, ...]) -> None:
    document = _changed(path)
    if path[-1] in {"mm", "near_end_mm"} or path[1:2] == ("at_mm",):
        document = _add(document, path, 5_000)
    assert find_faults(_signed(document), KEY.public)


def _add(document: dict[str, Any], path: tuple[Any, ...], more: int) -> dict[str, Any]:
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] += more
    return document


def test_an_issuer_that_leaves_out_what_is_shared_is_found() -> None:
    document = deepcopy(dict(GENUINE.content))
    for entry in document["assets"]:
        if entry["asset"] in {"duct:n-1", "duct:s-1"}:
            entry["facts"]["corridor"] = "tram"
    for leg in document["legs"]:
        leg["assets"] = sorted([*leg["assets"], "corridor:tram"])
    faults = find_faults(_signed(document), KEY.public)
    assert "The legs are not diverse: both use corridor:tram." in faults
    for leg in document["legs"]:
        leg["assets"].remove("corridor:tram")
    assert any("corridor:tram" in fault for fault in find_faults(_signed(document), KEY.public))


def test_an_issuer_that_leaves_a_duct_out_of_a_cables_way_is_found() -> None:
    document = deepcopy(dict(GENUINE.content))
    (cable,) = (entry for entry in document["assets"] if entry["asset"] == "cable:north")
    assert cable["facts"]["bores"] == ["n-1:1", "n-2:1"]
    cable["facts"]["bores"] = ["n-1:1"]
    gone = {"bore:n-2:1", "duct:n-2"}
    document["assets"] = [entry for entry in document["assets"] if entry["asset"] not in gone]
    document["legs"][0]["assets"] = [asset for asset in document["legs"][0]["assets"] if asset not in gone]
    assert "The ducts of cable north of leg 1 do not join east and west." in find_faults(_signed(document), KEY.public)


def test_an_asset_that_an_issuer_lists_twice_is_found() -> None:
    document = deepcopy(dict(GENUINE.content))
    document["assets"].insert(0, document["assets"][0] | {"owner": "somebody else"})
    assert "An asset is listed twice, or they are not in order." in find_faults(_signed(document), KEY.public)


@pytest.mark.parametrize("number", [1.5, 1.0, 10**400])
def test_a_number_that_is_not_whole_or_beyond_all_distance_is_a_fault_though_it_is_signed(number: float) -> None:
    document = deepcopy(dict(GENUINE.content))
    document["separation"]["mm"] = number
    assert find_faults(_signed(document), KEY.public)
    if isinstance(number, float):
        document = {**GENUINE.content, "number": number}
        assert "cannot be read as JSON of whole numbers" in find_faults(_signed(document), KEY.public)[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"NaN",
        b"1e400",
        b"\xff\xfe",
        b'"\\ud800"',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b"9" * 5_000,
        b'{"key":1,"signature":2}',
        b'{"a":1,"a":1}',
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_certificate_is_a_fault_and_never_a_traceback(content: bytes) -> None:
    assert find_faults(content, KEY.public)


@pytest.mark.parametrize("key", ["", "zz", "00" * 31, "00" * 33, "ff" * 32, "00" * 32, "é"])
def test_another_key_or_none_is_a_fault(key: str) -> None:
    assert find_faults(GENUINE.document.encode(), key)


def test_a_signature_in_other_letters_is_a_fault() -> None:
    document = {**GENUINE.content, "signature": GENUINE.content["signature"].upper()}
    assert find_faults(canonical(document), KEY.public) == ("The signature is not written in canonical form.",)


@pytest.mark.parametrize("name", ["format", "assets", "legs", "separation", "shared", "ends"])
def test_a_signed_certificate_that_lacks_a_part_is_a_fault(name: str) -> None:
    document = {key: value for key, value in GENUINE.content.items() if key not in {name, "signature"}}
    signed = canonical({**document, "signature": KEY.sign(canonical(document))})
    assert find_faults(signed, KEY.public)


def test_the_checker_imports_nothing_but_python_and_cryptography() -> None:
    tree = ast.parse(Path(verify_certificate.__file__).read_text(encoding="utf-8"))
    imported = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    imported |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
    assert foreign == {"cryptography"}


def test_the_checker_runs_as_a_file_of_its_own(tmp_path: Path) -> None:
    program = Path(shutil.copy(verify_certificate.__file__, tmp_path / "verify_certificate.py"))
    file = tmp_path / "certificate.json"
    file.write_text(GENUINE.document + "\n", encoding="utf-8")

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(program), str(file), KEY.public]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    genuine = run()
    file.write_text(GENUINE.document.replace("quayside", "loomlite"), encoding="utf-8")
    forged = run()

    assert (genuine.returncode, genuine.stderr) == (0, "")
    assert genuine.stdout.startswith("Genuine. S-PAIR of quayside: its two legs between east and west shared nothing")
    assert (forged.returncode, forged.stdout) == (1, "")
    assert forged.stderr == "The signature does not fit: the certificate was changed, or another issued it.\n"
