"""A certificate says what brute force finds, and any change of any byte of it is found."""

import ast
import itertools
import json
import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from inventory.plant import Point
from inventory.snapshot import Snapshot
from provisioning import verify_certificate
from provisioning.certificate_errors import (
    CertificateKeyInvalid,
    CertificateKeyMissing,
    LegNotTraced,
    NoSecondLeg,
    NotDiverse,
)
from provisioning.certificate_key import SigningKey, new_key, read_key
from provisioning.certificate_proof import changed_assets, issue, prove
from provisioning.certificates import Certificate
from provisioning.cli.words import in_runs
from provisioning.verify_certificate import canonical, find_faults, fingerprint, signed_part
from tests.pairs import POSITIONS, pair_service, plant_of_two_ways

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
SCALE = 0.2  # the two ways, shrunk: 600 m from end to end


def certificate_on(changed: dict[str, dict[str, object]] | None = None) -> Certificate:
    proof = prove(Snapshot(plant_of_two_ways(changed)), pair_service())
    return issue(proof, pair_service(), 1, 7, AT, KEY)


GENUINE = certificate_on()


# --- what it says is what brute force finds


RISK = st.sampled_from(["", "", "tram", "heat"])
OFFSET = st.tuples(st.floats(-600, 600), st.floats(-600, 600))
CHANGES = st.fixed_dictionaries(
    {
        duct: st.fixed_dictionaries({"corridor": RISK, "bridge": RISK, "a_entry": RISK, "bends": st.lists(OFFSET)})
        for duct in ("n-1", "n-2", "s-1", "s-2")
    }
)
WAYS = {"n-1": ("east", "loom"), "n-2": ("loom", "west"), "s-1": ("east", "mill"), "s-2": ("mill", "west")}


def bent(duct: str, bends: list[Point]) -> tuple[Point, ...]:
    """A duct's route over points beside the straight line between its ends."""
    a, z = (POSITIONS[place] for place in WAYS[duct])
    on_the_way = (
        (
            a[0] + (z[0] - a[0]) * part / (len(bends) + 1) + bend[0],
            a[1] + (z[1] - a[1]) * part / (len(bends) + 1) + bend[1],
        )
        for part, bend in enumerate(bends, 1)
    )
    return a, *on_the_way, z


@settings(max_examples=40, deadline=None)
@given(changes=CHANGES)
def test_what_both_legs_share_and_how_near_they_come_is_what_brute_force_finds(changes: dict[str, Any]) -> None:
    routes = {duct: bent(duct, each["bends"]) for duct, each in changes.items()}
    plant = {
        duct: {**{name: each[name] for name in ("corridor", "bridge", "a_entry")}, "route": routes[duct]}
        for duct, each in changes.items()
    }
    shared = _risks(changes, "n-1", "n-2") & _risks(changes, "s-1", "s-2")
    if shared:
        with pytest.raises(NotDiverse) as refused:
            certificate_on(plant)
        assert refused.value.shared == tuple(sorted(shared))
        return
    made = certificate_on(plant)
    assert find_faults(made.document.encode(), KEY.public) == ()
    found = _nearest([routes["n-1"], routes["n-2"]], [routes["s-1"], routes["s-2"]])
    assert made.content["separation"]["mm"] / 1000 == pytest.approx(found, abs=0.06)


def _risks(changes: dict[str, Any], *ducts: str) -> set[str]:
    kinds = {"corridor": "corridor", "bridge": "bridge", "a_entry": "entry"}
    return {f"{kinds[name]}:{changes[duct][name]}" for duct in ducts for name in kinds if changes[duct][name]}


def _nearest(north: list[tuple[Point, ...]], south: list[tuple[Point, ...]]) -> float:
    """Bisection, by hand: halve both legs again and again, and drop pairs of pieces that must be farther apart."""
    best = math.inf
    pairs = [(a, z) for a in _pieces(north) for z in _pieces(south)]
    while pairs:
        nearer = []
        for a, z in pairs:
            reach = math.dist(*a) / 2 + math.dist(*z) / 2
            middles = math.dist(_middle(a), _middle(z))
            if _is_away(_middle(a)) and _is_away(_middle(z)):
                best = min(best, middles)
            if middles - reach < best - 0.01:
                nearer.append((a, z))
        pairs = [
            (a_half, z_half)
            for a, z in nearer
            if math.dist(*a) + math.dist(*z) > 0.04 and not _is_inside(a) and not _is_inside(z)
            for a_half in _halves(a)
            for z_half in _halves(z)
        ]
    return best


def _pieces(routes: list[tuple[Point, ...]]) -> Iterator[tuple[Point, Point]]:
    for route in routes:
        yield from itertools.pairwise(route)


def _middle(piece: tuple[Point, Point]) -> Point:
    return (piece[0][0] + piece[1][0]) / 2, (piece[0][1] + piece[1][1]) / 2


def _halves(piece: tuple[Point, Point]) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    return (piece[0], _middle(piece)), (_middle(piece), piece[1])


def _is_away(point: Point) -> bool:
    return all(math.dist(point, POSITIONS[end]) >= 100 for end in ("east", "west"))


def _is_inside(piece: tuple[Point, Point]) -> bool:
    return any(all(math.dist(point, POSITIONS[end]) < 100 for point in piece) for end in ("east", "west"))


def test_legs_that_cross_without_a_chamber_share_nothing_and_come_as_near_as_nought() -> None:
    over = {"n-1": {"route": (POSITIONS["east"], (385_200.0, 396_000.0), POSITIONS["loom"])}}
    made = certificate_on(over)
    assert (made.content["shared"], made.content["separation"]["mm"]) == ([], 0)
    assert find_faults(made.document.encode(), KEY.public) == ()


def test_it_names_everything_on_both_legs_with_its_owner() -> None:
    content = GENUINE.content
    assert content["legs"][0]["assets"] == [
        "bore:n-1:1",
        "bore:n-2:1",
        "cable:north",
        "duct:n-1",
        "duct:n-2",
        "place:east",
        "place:loom",
        "place:west",
        "strand:north:1",
        "strand:north:2",
    ]
    assert {entry["owner"] for entry in content["assets"]} == {"towpath"}
    assert content["ends"] == ["east", "west"]
    assert (content["service"], content["isp"], content["inventory_revision"]) == ("S-PAIR", "quayside", 7)


def test_the_same_facts_give_the_same_bytes() -> None:
    assert certificate_on().document == GENUINE.document


# --- what is refused


def test_one_leg_and_none_have_nothing_to_compare() -> None:
    snapshot = Snapshot(plant_of_two_ways())
    for legs in ((), pair_service().legs[:1]):
        with pytest.raises(NoSecondLeg):
            prove(snapshot, replace(pair_service(), legs=legs))


def test_two_legs_through_one_cable_share_its_cable_bores_ducts_and_chamber() -> None:
    north = pair_service().legs[0]
    other = replace(north, fibres=tuple((replace(fibre[0], number=fibre[0].number + 2),) for fibre in north.fibres))
    with pytest.raises(NotDiverse) as refused:
        prove(Snapshot(plant_of_two_ways()), replace(pair_service(), legs=(north, other)))
    assert refused.value.shared == (
        "bore:n-1:1",
        "bore:n-2:1",
        "cable:north",
        "duct:n-1",
        "duct:n-2",
        "place:loom",
    )


@pytest.mark.parametrize("gone", ["cables", "cable_bores", "ducts", "bores", "strands", "places"])
def test_a_leg_that_the_plant_does_not_tell_of_is_refused_with_what_is_missing(gone: str) -> None:
    snapshot = Snapshot(replace(plant_of_two_ways(), **{gone: ()}))
    with pytest.raises(LegNotTraced) as refused:
        prove(snapshot, pair_service())
    assert "There is no " in refused.value.why or "lies in no duct" in refused.value.why


def test_a_leg_whose_cables_do_not_meet_is_refused() -> None:
    south, north = pair_service().legs[1], pair_service().legs[0]
    apart = replace(north, fibres=((*north.fibres[0], *south.fibres[0]),))
    with pytest.raises(LegNotTraced, match="do not join east and west"):
        prove(Snapshot(plant_of_two_ways()), replace(pair_service(), legs=(apart, south)))
    with pytest.raises(LegNotTraced, match="has no strands"):
        prove(Snapshot(plant_of_two_ways()), replace(pair_service(), legs=(replace(north, fibres=()), south)))


def test_what_changed_is_what_its_fingerprint_says() -> None:
    kept = GENUINE.fingerprints.items()
    assert changed_assets(Snapshot(plant_of_two_ways()), kept) == frozenset()
    assert changed_assets(Snapshot(plant_of_two_ways({"n-1": {"usrn": "7"}})), kept) == frozenset()
    assert changed_assets(Snapshot(plant_of_two_ways({"n-1": {"owner": "other"}})), kept) == {"duct:n-1", "bore:n-1:1"}
    assert changed_assets(Snapshot(plant_of_two_ways({"s-2": {"bridge": "b"}})), kept) == {"duct:s-2"}


# --- tampering is found


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


# --- the checker stands alone


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


# --- the key


def test_a_key_is_read_in_each_of_its_forms() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    forms = [
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        pem,
        pem.replace("\n", "\\n"),
    ]
    assert {read_key(SecretStr(form)).public for form in forms} == {KEY.public}
    for _ in range(50):
        assert len(read_key(SecretStr(new_key())).public) == 64


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_key_is_an_error_that_says_how_to_make_one(text: str | None) -> None:
    with pytest.raises(CertificateKeyMissing) as missing:
        read_key(None if text is None else SecretStr(text))
    assert "neutralhost certificate new-key" in missing.value.next_step


def test_what_is_no_key_is_an_error_that_does_not_repeat_it() -> None:
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in ("hunter2", "A" * 42, "A" * 44, "é" * 43, "-----BEGIN hunter2", other):
        with pytest.raises(CertificateKeyInvalid) as invalid:
            read_key(SecretStr(text))
        assert "hunter2" not in f"{invalid.value} {invalid.value.facts}"
        assert invalid.value.__suppress_context__ or invalid.value.__context__ is None


def test_a_key_does_not_show_itself() -> None:
    key = read_key(SecretStr(new_key()))
    assert repr(key) == f"SigningKey({key.id})"
    assert json.dumps({"id": key.id}) != json.dumps({"id": key.public})


# --- what is printed


def test_codes_that_count_on_are_printed_as_one() -> None:
    codes = ["ch-lane", "du-lane-01", "du-lane-02", "du-lane-03", "du-lane-07", "du-road-08", "du-road-09"]
    assert list(in_runs(codes)) == ["ch-lane", "du-lane-01..03", "du-lane-07", "du-road-08..09"]
    assert list(in_runs([])) == []


# --- nothing else writes the plant


def test_every_write_to_the_plant_from_above_the_inventory_proves_certificates_again() -> None:
    root = Path(verify_certificate.__file__).parents[1]
    files = (file for floor in ("provisioning", "web") for file in (root / floor).rglob("*.py"))
    writing = {file.relative_to(root).as_posix() for file in files if "replace_inventory" in file.read_text("utf-8")}
    assert writing == {"provisioning/plant_writes.py"}
