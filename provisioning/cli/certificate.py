"""`neutralhost diversity-certificate` and `neutralhost certificate ...`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from inventory.files.errors import FileUnwritable
from provisioning import certificate_key
from provisioning.certificate_errors import CertificateNotGenuine
from provisioning.certificates import Certificate, CertificateEvent, CertificateState, ListedCertificate
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.surroundings import read_settings
from provisioning.cli.words import in_runs, moment
from provisioning.questions import certificate as question
from provisioning.reproving import prove_touched, prover_of
from provisioning.rights import SYSTEM
from provisioning.settings import CertificateSettings
from provisioning.verify_certificate import find_faults, summary

SETTING = "NEUTRALHOST_CERTIFICATE_KEY"
KINDS = ("duct", "place", "bridge", "corridor", "entry", "cable", "bore", "strand")
"""What a leg is made of, in the order it is printed."""

COUNTED_ONLY = frozenset({"bore", "strand"})
"""The file names them; on a screen they would hide the rest."""


def show(service_id: str, out: Path | None) -> None:
    output = current_output()
    with open_house() as house:
        found = question.certificate(house.tools, SYSTEM, service_id)
    if out is not None:
        _write(out, found.document)
    output.answer({"certificate": found}, lambda: print_certificate(found, output))
    if out is not None:
        output.say(f"The signed certificate is in {out}.")


def _write(out: Path, document: str) -> None:
    """Write the file whole, or leave what is there. Raises: FileUnwritable."""
    is_file = out.is_file() or not out.exists()  # and not a pipe or a terminal
    draft = out.with_name(f"{out.name}.new") if is_file else out
    try:
        draft.write_text(f"{document}\n", encoding="utf-8")
        draft.replace(out)
    except OSError as error:
        raise FileUnwritable(str(out), error.strerror or "unknown reason") from error


def verify(file: Path, public_key: str | None) -> None:
    output = current_output()
    key = public_key or certificate_key.read_key(read_settings(CertificateSettings).certificate_key).public
    content = file.read_bytes()
    faults = find_faults(content, key)
    if faults:
        raise CertificateNotGenuine(faults)
    document = json.loads(content)
    output.answer({"genuine": True, "certificate": document}, lambda: output.say(f"Genuine. {summary(document)}"))


def list_certificates(broken: bool, after: str, limit: int) -> None:
    output = current_output()
    state = CertificateState.BROKEN if broken else None
    with open_house() as house:
        found = question.certificates(house.tools, SYSTEM, state=state, after=after, limit=limit)
    output.answer({"certificates": found}, lambda: output.table(certificates_sheet(found)))
    if len(found) == limit:
        output.say(f"More with --after {found[-1].service_id}", style="dim")


def history(service_id: str) -> None:
    output = current_output()
    with open_house() as house:
        found = question.certificate_history(house.tools, SYSTEM, service_id)
    output.answer({"history": found}, lambda: output.table(events_sheet(found.events)))


def events(after: int, limit: int) -> None:
    output = current_output()
    with open_house() as house:
        found = question.certificate_events(house.tools, SYSTEM, after=after, limit=limit)
    output.answer({"events": found}, lambda: output.table(events_sheet(found)))


def prove() -> None:
    output = current_output()
    with open_house() as house:
        found = prove_touched(prover_of(house.tools))
    output.answer({"events": found}, lambda: print_events(found, output))


def public_key() -> None:
    output = current_output()
    with open_house() as house:
        found = question.public_key(house.tools, SYSTEM)
    output.answer({"public_key": found}, lambda: output.facts((("id", found.id), ("public key", found.public))))


def print_new_key() -> None:
    output = current_output()
    key = certificate_key.new_key()
    output.answer({SETTING: key}, lambda: output.say(f"{SETTING}={key}"))


def print_certificate(found: Certificate, output: Output) -> None:
    """Print what a certificate says: who, when, each leg by kind and owner, how near the legs come."""
    content = found.content
    owners = {entry["asset"]: entry["owner"] for entry in content["assets"]}
    nearest = content["separation"]
    output.facts(
        (
            ("certificate", f"{found.number} of {found.service_id}, {found.state.value}"),
            ("isp", found.isp_code),
            ("issued", f"{moment(found.issued_at)}, on inventory revision {found.inventory_revision}"),
            ("ends", ", ".join(content["ends"])),
            ("both legs use", ", ".join(content["shared"]) or "nothing else"),
            ("nearest", f"{nearest['mm'] / 1000:,.1f} m, at {' and '.join(map(_position, nearest['at_mm']))}"),
            ("not measured", f"within {nearest['near_end_mm'] / 1000:,.0f} m of an end"),
            ("signed", f"Ed25519, key {found.key_id}"),
        )
    )
    for number, leg in enumerate(content["legs"], 1):
        output.say()
        output.say(f"leg {number}", style="bold")
        output.table(sheet(("kind", "count", "owners", "which"), _leg_rows(leg, owners), right=("count",)))


def _leg_rows(leg: Mapping[str, Any], owners: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for kind in KINDS:
        found = [asset for asset in leg["assets"] if asset.startswith(f"{kind}:")]
        if found:
            owned_by = ", ".join(sorted({owners.get(asset, "") for asset in found} - {""}))
            codes = () if kind in COUNTED_ONLY else (asset.partition(":")[2] for asset in found)
            yield kind, str(len(found)), owned_by, ", ".join(in_runs(codes))


def _position(point_mm: Sequence[int]) -> str:
    return f"{point_mm[0] / 1000:.0f} {point_mm[1] / 1000:.0f}"


def certificates_sheet(found: Iterable[ListedCertificate]) -> Sheet:
    """Return certificates as a table."""
    rows = (
        (each.service_id, each.isp_code, str(each.number), each.state.value, moment(each.since), ", ".join(each.shared))
        for each in found
    )
    return sheet(("service", "isp", "number", "state", "since", "both legs use"), rows, right=("number",))


def events_sheet(found: Iterable[CertificateEvent]) -> Sheet:
    """Return events as a table."""
    rows = (
        (str(each.number), moment(each.at), each.service_id, str(each.certificate), each.kind.value, each.text)
        for each in found
    )
    return sheet(("event", "at", "service", "number", "what", "why"), rows, right=("event", "number"))


def print_events(found: Sequence[CertificateEvent], output: Output) -> None:
    """Print what happened, one line each."""
    for each in found:
        output.say(f"Certificate {each.certificate} of {each.service_id} {each.kind.value}. {each.text}")
    if not found:
        output.say("Every certificate stands as it stood.")
