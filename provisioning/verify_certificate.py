"""Check a certificate, of diversity or of a birth, with nothing but Python 3.12 or newer and `cryptography`.

    python verify_certificate.py FILE PUBLIC_KEY        (or: python -m provisioning.verify_certificate FILE PUBLIC_KEY)

PUBLIC_KEY is the issuer's, 64 hexadecimal digits, got from the issuer and not from the file. Exit code 0: the
certificate is genuine and what it says follows from the facts in it. 1: it is not, and every fault is printed.

The file is one JSON object in the canonical form of RFC 8785; its only numbers are whole ones. So no byte can be
changed unseen: neither one that the signature covers nor one between them. Checked are, in this order: the form; the
Ed25519 signature (RFC 8032); the fingerprint of every asset's facts; that the cables of each leg join its ends, and the
ducts of each cable the cable's; that the assets listed for each leg are those that its strands lead to; that both legs
have nothing in common but the places they end at; and the smallest distance between them, reckoned anew from the
routes of their ducts.

Of a birth certificate: the form, the signature, and that its verdict follows from the results of its tests.

This file is apart from all others so that it can be read and run by somebody who trusts none of them.
"""

import hashlib
import itertools
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "neutralhost-diversity-certificate/1"
BIRTH_FORMAT = "neutralhost-birth-certificate/2"
FIRST_BIRTH_FORMAT = "neutralhost-birth-certificate/1"
"""Of circuits only, without a list of the tests that the service has; issued until version 0.5."""
BIRTH_FORMATS = (FIRST_BIRTH_FORMAT, BIRTH_FORMAT)
NEAR_END_MM = 100_000
"""What lies within this of a common end is not measured, nor within a third of the way between the ends."""
END_SHARE = 3
TOLERANCE_MM = 1.0
"""The certificate gives whole millimetres."""

type Document = Mapping[str, Any]
type Point = tuple[float, float]
type Segment = tuple[Point, Point]


def canonical(value: object) -> bytes:
    """The one way to write a value down: RFC 8785, for texts, whole numbers, lists and objects with ASCII names.

    Raises: ValueError, TypeError: the value has something else in it.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def fingerprint(entry: Document) -> str:
    """SHA-256 over an asset's entry without its fingerprint, in hexadecimal digits."""
    return hashlib.sha256(canonical({name: entry[name] for name in entry if name != "fingerprint"})).hexdigest()


def key_id(public_key: str) -> str:
    """The short name of a public key: the first 16 digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def signed_part(document: Document) -> bytes:
    """What the signature is over: all but itself."""
    return canonical({name: document[name] for name in document if name != "signature"})


def find_faults(content: bytes, public_key: str) -> tuple[str, ...]:
    """Return what is wrong with a certificate's file, one sentence each; () where nothing is.

    `public_key` is the issuer's, in hexadecimal digits. Where the form or the signature is wrong, nothing else is
    looked at: it could say anything.
    """
    try:
        document = json.loads(content, parse_float=_no_number)
        if not isinstance(document, dict) or canonical(document) != content.removesuffix(b"\n"):
            return ("The file is not in canonical form: it was changed, or written anew by another program.",)
    except (ValueError, TypeError, RecursionError):
        return ("The file is not a certificate: it cannot be read as JSON of whole numbers and texts.",)
    fault = _signature_fault(document, public_key.strip().lower())
    if fault:
        return (fault,)
    try:
        return tuple(_content_faults(document))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        return (f"The certificate lacks something that the check needs ({type(error).__name__}: {error}).",)


def _no_number(text: str) -> None:
    """Raises: ValueError: a fraction can be written in many ways, and RFC 8785 allows one of them."""
    raise ValueError(f"{text} is no whole number")


def _signature_fault(document: Document, public_key: str) -> str:
    key, signature = document.get("key"), document.get("signature")
    try:
        issuer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError:
        return "The public key given is not one: it has 64 hexadecimal digits."
    if key != {"algorithm": "Ed25519", "id": key_id(public_key), "public": public_key}:
        return f"The certificate names another key than the one given, which is {key_id(public_key)}."
    try:
        raw = bytes.fromhex(signature) if isinstance(signature, str) else b""
        issuer.verify(raw, signed_part(document))
    except (InvalidSignature, ValueError):
        return "The signature does not fit: the certificate was changed, or another issued it."
    return "" if raw.hex() == signature else "The signature is not written in canonical form."


def _content_faults(document: Document) -> Iterator[str]:
    if document["format"] in BIRTH_FORMATS:
        yield from _birth_faults(document)
        return
    if document["format"] != FORMAT:
        yield f"The format is {document['format']!r}; this program checks {FORMAT} and {', '.join(BIRTH_FORMATS)}."
        return
    assets = {entry["asset"]: entry for entry in document["assets"]}
    if list(assets) != sorted(entry["asset"] for entry in document["assets"]):
        yield "An asset is listed twice, or they are not in order."
    for code, entry in assets.items():
        if fingerprint(entry) != entry["fingerprint"]:
            yield f"The fingerprint of {code} does not fit its facts."
    legs = document["legs"]
    if len(legs) != 2:
        yield f"There are {len(legs)} legs, and 2 are compared."
        return
    facts = {code: entry["facts"] for code, entry in assets.items()}
    for number, leg in enumerate(legs, 1):
        yield from leg_faults(number, leg, facts)
        yield from _listing_faults(number, leg, facts)
    reached = {asset for leg in legs for asset in leg["assets"]}
    if not set(facts) <= reached:
        yield f"{', '.join(sorted(set(facts) - reached))} is listed and is on neither leg."
    yield from _shared_faults(document)
    yield from _separation_faults(document, facts)


def _birth_faults(document: Document) -> Iterator[str]:
    """Does the verdict follow from the results? What must be measured and was not has not passed."""
    results = document["results"]
    measured = {one["kind"] for one in results if one["verdict"] in {"passed", "failed"}}
    unmeasured = {one["kind"] for one in results if one["verdict"] == "not measured"}
    if len(results) != sum(one["verdict"] in {"passed", "failed", "not measured"} for one in results):
        yield "A test has a verdict that there is not."
    lacking = [kind for kind in document["required"] if kind in unmeasured or kind not in measured]
    has_failed = any(one["verdict"] == "failed" for one in results) or bool(lacking)
    if document["verdict"] != ("failed" if has_failed else "passed"):
        yield f"The verdict is {document['verdict']!r}, and does not follow from the tests."
    if document["format"] != FIRST_BIRTH_FORMAT:
        yield from _listed_faults(document)
    if bool(document["failed"]) != has_failed:
        yield "What the certificate says failed is not what failed."


def _listed_faults(document: Document) -> Iterator[str]:
    """Is every test that the service has in the results, and no other?"""
    listed, found = document["tests"], {one["kind"] for one in document["results"]}
    if set(listed) != found:
        yield f"Its tests and its results differ: {', '.join(sorted(set(listed) ^ found))}."
    if not set(document["required"]) <= set(listed):
        yield "A test must be measured that is none of its own."


def leg_faults(number: int, leg: Document, facts: Mapping[str, Document]) -> Iterator[str]:
    """What keeps a leg from being one: its fibres do not reach its ends, or lie nowhere."""
    if not leg["fibres"]:
        yield f"Leg {number} has no strands."
    for fibre in leg["fibres"]:
        cables = [f"cable:{cable_of(strand)}" for strand in fibre]
        if not cables or _end_of(cables, leg["a_place"], facts) != leg["z_place"]:
            yield f"The cables of leg {number} do not join {leg['a_place']} and {leg['z_place']}."
    for cable in dict.fromkeys(cable_of(strand) for fibre in leg["fibres"] for strand in fibre):
        yield from _cable_faults(number, cable, facts)


def _cable_faults(number: int, cable: str, facts: Mapping[str, Document]) -> Iterator[str]:
    of_cable = facts[f"cable:{cable}"]
    ducts = [f"duct:{facts[f'bore:{bore}']['duct']}" for bore in of_cable["bores"]]
    if not ducts:
        yield f"Cable {cable} of leg {number} lies in no duct."
    elif _end_of(ducts, of_cable["a_place"], facts) != of_cable["z_place"]:
        yield f"The ducts of cable {cable} of leg {number} do not join {of_cable['a_place']} and {of_cable['z_place']}."


def _listing_faults(number: int, leg: Document, facts: Mapping[str, Document]) -> Iterator[str]:
    found = sorted(assets_of(leg["fibres"], facts))
    if found != leg["assets"]:
        wrong = ", ".join(sorted(set(found) ^ set(leg["assets"]))) or "the order"
        yield f"The assets of leg {number} are not those its strands lead to: {wrong}."


def cable_of(strand: str) -> str:
    """The cable of a strand that is written as "cable:number"."""
    return strand.rpartition(":")[0]


def _end_of(assets: Sequence[str], place: str, facts: Mapping[str, Document]) -> str:
    """Where one arrives who walks cables or ducts in order from `place`; "" where they do not meet."""
    for asset in assets:
        ends = facts[asset]["a_place"], facts[asset]["z_place"]
        if place not in ends:
            return ""
        place = ends[1] if place == ends[0] else ends[0]
    return place


def assets_of(fibres: Iterable[Sequence[str]], facts: Mapping[str, Document]) -> set[str]:
    """Everything that these strands need, as "kind:code": strands, cables, bores, ducts, places and shared risks."""
    strands = {strand for fibre in fibres for strand in fibre}
    cables = {f"cable:{cable_of(strand)}" for strand in strands}
    bores = {f"bore:{bore}" for cable in cables for bore in facts[cable]["bores"]}
    ducts = {f"duct:{facts[bore]['duct']}" for bore in bores}
    ends = {f"place:{facts[each][end]}" for each in cables | ducts for end in ("a_place", "z_place")}
    named = (("corridor", "corridor"), ("bridge", "bridge"), ("entry", "a_entry"), ("entry", "z_entry"))
    risks = {f"{kind}:{facts[duct][field]}" for duct in ducts for kind, field in named if facts[duct][field]}
    return {f"strand:{strand}" for strand in strands} | cables | bores | ducts | ends | risks


def common_ends(legs: Sequence[Document]) -> list[str]:
    """The places that both legs end at: what they may share."""
    first, second = ({leg["a_place"], leg["z_place"]} for leg in legs)
    return sorted(first & second)


def shared_by(legs: Sequence[Document]) -> list[str]:
    """What both legs use, other than the places both end at."""
    both = set(legs[0]["assets"]) & set(legs[1]["assets"])
    return sorted(both - {f"place:{end}" for end in common_ends(legs)})


def _shared_faults(document: Document) -> Iterator[str]:
    shared = shared_by(document["legs"])
    if document["ends"] != common_ends(document["legs"]):
        yield f"The ends are {', '.join(common_ends(document['legs']))}, and not what the certificate says."
    if shared:
        yield f"The legs are not diverse: both use {', '.join(shared)}."
    if document["shared"] != shared:
        yield "What the certificate says both legs share is not what they share."


def _separation_faults(document: Document, facts: Mapping[str, Document]) -> Iterator[str]:
    legs, said = document["legs"], document["separation"]
    near_mm = near_end_mm(legs, facts)
    if abs(near_mm - said["near_end_mm"]) > TOLERANCE_MM:
        yield f"What is near an end is within {near_mm:.0f} mm, and not {said['near_end_mm']} mm."
        return
    found = _separation_mm(legs, [_position(end, facts) for end in common_ends(legs)], said["near_end_mm"], facts)
    if abs(found - said["mm"]) > TOLERANCE_MM:
        yield f"The legs come as near as {found:.0f} mm, and the certificate says {said['mm']} mm."
    first, second = said["at_mm"]
    if abs(math.dist(first, second) - said["mm"]) > 2 * TOLERANCE_MM:
        yield "The points where the legs are nearest are not as far apart as the certificate says."


def near_end_mm(legs: Sequence[Document], facts: Mapping[str, Document]) -> float:
    """How far round a common end nothing is measured."""
    spans = (math.dist(_position(leg["a_place"], facts), _position(leg["z_place"], facts)) for leg in legs)
    return min([NEAR_END_MM, *(span / END_SHARE for span in spans)])


def _position(place: str, facts: Mapping[str, Document]) -> Point:
    easting, northing = facts[f"place:{place}"]["position_mm"]
    return easting, northing


def _separation_mm(
    legs: Sequence[Document], ends: Sequence[Point], near_mm: float, facts: Mapping[str, Document]
) -> float:
    """Every segment of one leg against every segment of the other, outside the circles round the ends."""
    first, second = (
        [part for segment in _segments(leg, facts) for part in _outside(segment, ends, near_mm)] for leg in legs
    )
    return min((_distance(a, z) for a, z in itertools.product(first, second)), default=math.inf)


def _segments(leg: Document, facts: Mapping[str, Document]) -> Iterator[Segment]:
    for asset in leg["assets"]:
        if asset.startswith("duct:"):
            points: list[Point] = [(easting, northing) for easting, northing in facts[asset]["route_mm"]]
            yield from itertools.pairwise(points)


def _outside(segment: Segment, centres: Sequence[Point], radius: float) -> list[Segment]:
    """The parts of a segment outside all circles."""
    crossings = sorted({0.0, 1.0, *(t for centre in centres for t in _crossings(segment, centre, radius))})
    parts = [(_along(segment, a), _along(segment, z)) for a, z in itertools.pairwise(crossings)]
    return [part for part in parts if all(math.dist(_along(part, 0.5), centre) >= radius for centre in centres)]


def _crossings(segment: Segment, centre: Point, radius: float) -> Iterator[float]:
    """Where on a segment, from 0 to 1, it meets a circle."""
    (a_x, a_y), (z_x, z_y) = segment
    d_x, d_y, f_x, f_y = z_x - a_x, z_y - a_y, a_x - centre[0], a_y - centre[1]
    square, half, rest = d_x * d_x + d_y * d_y, f_x * d_x + f_y * d_y, f_x * f_x + f_y * f_y - radius * radius
    if square > 0 and half * half > square * rest:
        root = math.sqrt(half * half - square * rest)
        yield from (t for t in ((-half - root) / square, (-half + root) / square) if 0 < t < 1)


def _along(segment: Segment, part: float) -> Point:
    (a_x, a_y), (z_x, z_y) = segment
    return a_x + part * (z_x - a_x), a_y + part * (z_y - a_y)


def _distance(first: Segment, second: Segment) -> float:
    """The smallest distance between two segments."""
    if _cross(first, second):
        return 0.0
    return min(
        *(_from_point(point, second) for point in first),
        *(_from_point(point, first) for point in second),
    )


def _cross(first: Segment, second: Segment) -> bool:
    """Whether each segment's ends lie on both sides of the other. Those that only touch have distance 0 anyway."""
    return (
        _side(first, second[0]) * _side(first, second[1]) < 0 and _side(second, first[0]) * _side(second, first[1]) < 0
    )


def _side(segment: Segment, point: Point) -> float:
    (a_x, a_y), (z_x, z_y) = segment
    return (z_x - a_x) * (point[1] - a_y) - (z_y - a_y) * (point[0] - a_x)


def _from_point(point: Point, segment: Segment) -> float:
    (a_x, a_y), (z_x, z_y) = segment
    d_x, d_y = z_x - a_x, z_y - a_y
    square = d_x * d_x + d_y * d_y
    part = 0.0 if square == 0 else ((point[0] - a_x) * d_x + (point[1] - a_y) * d_y) / square
    return math.dist(point, _along(segment, min(1.0, max(0.0, part))))


def summary(document: Document) -> str:
    """What a genuine certificate says, in one sentence."""
    if document["format"] in BIRTH_FORMATS:
        passed = sum(one["verdict"] == "passed" for one in document["results"])
        unmeasured = sum(one["verdict"] == "not measured" for one in document["results"])
        if document.get("kind") == "performance test":
            minutes = "1 minute" if document["minutes"] == 1 else f"{document['minutes']} minutes"
            return (
                f"{document['service']} of {document['isp']} was tested in use for {minutes} until "
                f"{document['tested_at']}: {document['verdict']}; of {len(document['results'])} tests {passed} passed."
            )
        return (
            f"{document['service']} of {document['isp']} was handed over by {document['order']} on "
            f"{document['issued_at']}: of {len(document['results'])} tests {passed} passed, and {unmeasured} could not "
            "be measured."
        )
    return (
        f"{document['service']} of {document['isp']}: its two legs between {' and '.join(document['ends'])} shared "
        f"nothing else on {document['issued_at']}, and came no nearer to each other than "
        f"{document['separation']['mm'] / 1000:.1f} m."
    )


def main(arguments: Sequence[str]) -> int:
    """Check one file; see the module's docstring."""
    if len(arguments) != 2:
        sys.stderr.write("usage: verify_certificate.py FILE PUBLIC_KEY\n")
        return 1
    try:
        content = Path(arguments[0]).read_bytes()
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
        return 1
    faults = find_faults(content, arguments[1])
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if not faults:
        sys.stdout.write(f"Genuine. {summary(json.loads(content))}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
