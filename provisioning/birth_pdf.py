"""A birth certificate as PDF, for people: every test with what was measured and expected. Equal ones are equal bytes.

The signed thing is the JSON file; the page names its key and the digest of its bytes, so that the two can be held
against each other.
"""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from automation.birth.results import TestResult, Verdict
from inventory.counted import counted
from provisioning.birth_certificates import BirthCertificate, BirthState, Kind
from provisioning.birth_errors import BirthTestsFailed
from provisioning.letters import printable

_TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=9, leading=11)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=7.5, leading=9.5)
_BOLD = ParagraphStyle("bold", parent=_TEXT, fontName="Helvetica-Bold")
_TITLE = ParagraphStyle("title", parent=_BOLD, fontSize=16, leading=22)
_WRONG = ParagraphStyle("wrong", parent=_TEXT, borderColor="#b00020", borderWidth=1, borderPadding=5, spaceAfter=4 * mm)
MOST_TOLD = 5  # of the tests that failed, on top; the table has all
_WIDTHS = (24 * mm, 21 * mm, 34 * mm, 33 * mm, 32 * mm, 38 * mm)
_HEAD = ("Test", "Verdict", "At", "Measured", "Expected", "How, or why not")
_COLOURS = {Verdict.PASSED: "#1b5e20", Verdict.FAILED: "#b00020", Verdict.NOT_MEASURED: "#5f6368"}
_GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#c8ccd0")),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
)


def birth_pdf(certificate: BirthCertificate) -> bytes:
    """Return the pages."""
    buffer = BytesIO()
    page = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=14 * mm,
        rightMargin=14 * mm,
        topMargin=16 * mm,
        bottomMargin=16 * mm,
        title=name_of(certificate),
        author="neutralhost",
        invariant=1,  # without the moment and the random id of the file, which would make equal ones different bytes
    )
    page.build(list(_story(certificate)))
    return buffer.getvalue()


def name_of(certificate: BirthCertificate) -> str:
    """What its file is called, without an ending."""
    return f"{certificate.kind.value.replace(' ', '-')}-certificate-{certificate.order_id}"


def _story(certificate: BirthCertificate) -> Iterator[Any]:
    yield Paragraph(_title(certificate), _TITLE)
    if certificate.state is BirthState.FAILED:
        yield Spacer(1, 3 * mm)
        yield Paragraph(_what_went_wrong(certificate), _WRONG)
    yield Table(
        [[Paragraph(name, _BOLD), Paragraph(_safe(value), _TEXT)] for name, value in _facts(certificate)],
        colWidths=(38 * mm, 144 * mm),
        style=_GRID,
    )
    yield Spacer(1, 6 * mm)
    head = [Paragraph(name, _BOLD) for name in _HEAD]
    rows = [_row(result) for result in certificate.results]
    yield LongTable([head, *rows], colWidths=_WIDTHS, style=_GRID, repeatRows=1)


def _title(certificate: BirthCertificate) -> str:
    if certificate.kind is Kind.PERFORMANCE:
        return f"Performance test {certificate.number} of {certificate.service_id}: {certificate.content['verdict']}"
    if certificate.state is BirthState.FAILED:
        return f"Tests before handover of {certificate.service_id}: failed"
    number = f" {certificate.number}" if certificate.number else ""
    return f"Birth certificate{number} of {certificate.service_id}"


def _what_went_wrong(certificate: BirthCertificate) -> str:
    """Which test, what was measured and expected, and what happens next; as the paragraph's own markup."""
    wrong = certificate.wrong
    told = [f"<b>{_safe(one.sentence)}</b>" for one in wrong[:MOST_TOLD]]
    more = [f"And {len(wrong) - MOST_TOLD} more, in the table."] if len(wrong) > MOST_TOLD else []
    return "<br/>".join((*told, *more, f"What happens next: {_safe(BirthTestsFailed.next_step)}"))


def _facts(certificate: BirthCertificate) -> Iterator[tuple[str, str]]:
    content = certificate.content
    design = certificate.design
    if certificate.kind is Kind.PERFORMANCE:
        lasted = counted(content["minutes"], "minute")
        yield "Test", f"{content['test']} of {lasted} in use ({content['product']}) of {content['isp']}"
    else:
        yield "Order", f"{content['order']} ({content['action']} {content['product']}) of {content['isp']}"
    yield "Tested", content["tested_at"]
    yield "Issued", content.get("issued_at", "not issued")
    yield "Verdict", f"{content['verdict']}. {certificate.summary}"
    start = ", ".join(design["from"])
    yield design["shape"].capitalize(), f"{start} to {design['to_is']} {design['to']}, S-VLAN {design['s_vlan']}"
    if "ssid" in design:
        yield "On the air", f"{design['ssid']!r}, {design['security']}"
    if "realm" in design:
        yield "Realm", design["realm"]
    if "cir_mbps" in design:
        yield "Bandwidth profile", f"CIR {design['cir_mbps']} Mbit/s, EIR {design['eir_mbps']} Mbit/s"
    yield "Devices", " - ".join(design["devices"])
    yield "Must be measured", ", ".join(content["required"]) or "what can be"
    yield "Signed", f"Ed25519, key {certificate.key_id}" if certificate.key_id else "not signed"
    yield "SHA-256 of the file", hashlib.sha256(certificate.document.encode()).hexdigest()


def _row(result: TestResult) -> list[Paragraph]:
    unit = f" {result.unit}" if result.unit else ""
    verdict = f'<font color="{_COLOURS[result.verdict]}">{result.verdict.value}</font>'
    measured = f"{result.measured}{unit}" if result.measured else ""
    expected = f"{result.expected}{unit}" if result.expected else ""
    texts = (result.subject, measured, expected, result.detail)
    return [
        Paragraph(result.kind.value, _SMALL),
        Paragraph(verdict, _SMALL),
        *(Paragraph(_safe(text), _SMALL) for text in texts),
    ]


def _safe(text: str) -> str:
    """Characters the font has, and none that the paragraph would take for its own marks. As long as it is."""
    return escape(" ".join(printable(word) for word in text.split(" ")))
