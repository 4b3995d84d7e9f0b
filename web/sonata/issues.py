"""What tickets and incidents have in common (troubleTicket v4, MEF 124)."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from provisioning.changes import StateChange
from provisioning.events import why_for_isp
from provisioning.tickets import Note as NoteKept
from web.api.fields import Moment
from web.sonata.common import Contact, Note, Side
from web.sonata.operation import Seller
from web.sonata.payload import LONGEST, Payload, SomeText, Text

SOME_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
type Words = Annotated[str, StringConstraints(pattern=SOME_LINES, min_length=1, max_length=2000)]
"""Text of several lines where somebody wants."""
type Content = Annotated[str, StringConstraints(max_length=48 * 1024)]

NOT_GIVEN = "not given"


class WordsNote(Note):
    """Note of the standard, of several lines where somebody wants."""

    text: Words


class ByteSize(Payload):
    """MEFByteSize of the standard."""

    amount: float | None = None
    units: Text | None = None


class Attachment(Payload):
    """AttachmentValue of the standard. What `url` names is never fetched, and `content` never looked into."""

    attachment_id: Text | None = None
    author: Text
    content: Content | None = None
    creation_date: Moment
    description: SomeText | None = None
    mime_type: Text | None = None
    name: Text
    size: ByteSize | None = None
    source: Side
    url: Text | None = None


class RelatedEntity(Payload):
    """RelatedEntity of the standard: what an issue is about."""

    referred_type: Text = Field(validation_alias="@referredType", serialization_alias="@referredType")
    id: Text
    role: Text
    href: Text | None = None


class IssueRelationship(Payload):
    """IssueRelationship of the standard: another ticket or incident."""

    referred_type: Text = Field(validation_alias="@referredType", serialization_alias="@referredType")
    id: Text
    creation_date: Moment
    description: SomeText
    relationship_type: Text
    source: Side
    href: Text | None = None


class StatusChange[Status](Payload):
    """TroubleTicketStatusChange and IncidentStatusChange of the standard."""

    status: Status
    change_date: Moment
    change_reason: SomeText | None = None


def note_told(note: NoteKept) -> WordsNote:
    """What somebody said, under the id its writer gave it or our number."""
    return WordsNote(
        id=note.id or str(note.number),
        author=note.author,
        date=note.at,
        source=Side.BUYER if note.from_isp else Side.SELLER,
        text=note.text,
    )


def reason_of(change: StateChange) -> str | None:
    """Why, as its buyer may read it, in one line of the standard's length."""
    return " ".join(why_for_isp(change).split())[:LONGEST] or None


def contact_of(name: str, role: str) -> Contact:
    """Somebody of whom we know the name alone; the standard demands an address and a number."""
    return Contact(name=name, email_address=NOT_GIVEN, number=NOT_GIVEN, role=role)


def seller_contact(seller: Seller, role: str) -> Contact:
    """Whom of ours a buyer may turn to, as far as the settings name somebody."""
    return Contact(
        name=seller.contact_name or seller.id,
        email_address=seller.contact_email or NOT_GIVEN,
        number=seller.contact_number or NOT_GIVEN,
        role=role,
    )


def read_list[Kept: Payload](kind: type[Kept], sent: Any) -> list[Kept]:
    """What was sent and kept of a list, as it is told again."""
    return [kind.model_validate(each, by_alias=True, by_name=False) for each in sent or ()]
